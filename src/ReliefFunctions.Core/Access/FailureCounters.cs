using System.Globalization;
using System.Net;
using System.Net.Sockets;
using ReliefFunctions.Core.Storage;

namespace ReliefFunctions.Core.Access;

/// <summary>
/// Counts wrong keys by the address they come from, and by key and address together. Nothing is locked by it: the right key is let in however many wrong ones
/// were tried, so nobody can lock out another. Rows are for ten minutes, at most two for each wrong key until its address is over, and a clock removes them.
/// </summary>
public sealed class FailureCounters(FeatureTables tables, TimeProvider clock)
{
    /// <summary>Wrong keys from one address in a window after which the answer is 429.</summary>
    public const int Allowed = 20;

    /// <summary>What they are counted in.</summary>
    public static readonly TimeSpan Window = TimeSpan.FromMinutes(10);

    private const string Partition = "failures", Prefix = "F|";

    private FeatureTable Table => tables[AccessFeature.Table];

    /// <summary>Counts a wrong key; true when its address has failed too often.</summary>
    public async Task<bool> CountAsync(string? keyId, string address, CancellationToken ct)
    {
        var from = Subject(address);
        return await AddAsync(from, ct) || (keyId is not null && await AddAsync(Keys.Hash($"{keyId}|{from}")[..16], ct));
    }

    /// <summary>Removes the counters of windows that are over, at most so many; answers how many.</summary>
    public Task<int> ForgetAsync(int most, CancellationToken ct) =>
        Table.RemoveAsync(Partition, Prefix, $"{Prefix}{WindowAt(clock.GetUtcNow())}", most, ct);

    /// <summary>Of IPv6 a line has at least a /64: the rest of the address is the caller's to choose.</summary>
    private static string Subject(string address)
    {
        var network = IPAddress.TryParse(address, out var parsed) && parsed.AddressFamily == AddressFamily.InterNetworkV6
            ? Convert.ToHexString(parsed.GetAddressBytes().AsSpan(0, 8))
            : address;
        return Keys.Hash(network)[..16];
    }

    /// <summary>Whether this failure is one too many. A counter that is full is not written any more.</summary>
    private async Task<bool> AddAsync(string subject, CancellationToken ct)
    {
        var rowKey = $"{Prefix}{WindowAt(clock.GetUtcNow())}|{subject}";
        try
        {
            return await Table.DecideAsync<int>(async () =>
            {
                var row = await Table.GetAsync<int>(Partition, rowKey, ct);
                var count = (row?.Value ?? 0) + 1;
                return (count, count > Allowed + 1 ? null : new Transaction(Partition).Put(row, rowKey, count));
            }, ct) > Allowed;
        }
        catch (ContendedException)
        {
            // So many failures at once that they cannot be counted are too many.
            return true;
        }
    }

    private static string WindowAt(DateTimeOffset at) => (at.ToUnixTimeSeconds() / (long)Window.TotalSeconds).ToString("D10", CultureInfo.InvariantCulture);
}
