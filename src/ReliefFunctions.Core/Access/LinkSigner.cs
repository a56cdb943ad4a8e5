using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using ReliefFunctions.Core.Storage;

namespace ReliefFunctions.Core.Access;

/// <summary>
/// Signs links (HMAC-SHA-256 with a key of the deployment for each purpose, made when first needed) over what they open, for whom and until when.
/// 96 bits of the signature are kept, because a link must fit into a short message.
/// </summary>
public sealed class LinkSigner(FeatureTables tables)
{
    private const string KeyPartition = "links";
    private const int SignatureBytes = 12;

    private readonly System.Collections.Concurrent.ConcurrentDictionary<string, byte[]> _keys = new();

    /// <summary>The token <c>{what}.{signature}</c>; the same for the same.</summary>
    public async Task<string> TokenAsync(string purpose, string what, CancellationToken ct) =>
        $"{what}.{Base64Url.EncodeToString(HMACSHA256.HashData(await KeyAsync(purpose, ct), Encoding.UTF8.GetBytes($"{purpose}:{what}")).AsSpan(0, SignatureBytes))}";

    /// <summary>What a token says, or null when it is not one of ours for this purpose.</summary>
    public async Task<string?> OpenAsync(string purpose, string token, CancellationToken ct)
    {
        var what = token[..Math.Max(0, token.LastIndexOf('.'))];
        return CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(await TokenAsync(purpose, what, ct)), Encoding.UTF8.GetBytes(token))
            ? what
            : null;
    }

    private async Task<byte[]> KeyAsync(string purpose, CancellationToken ct)
    {
        if (_keys.TryGetValue(purpose, out var key)) return key;
        var table = tables[AccessFeature.Table];
        return _keys[purpose] = await table.DecideAsync<byte[]>(async () =>
        {
            if (await table.GetAsync<byte[]>(KeyPartition, purpose, ct) is { } known) return (known.Value, null);
            var made = RandomNumberGenerator.GetBytes(32);
            return (made, new Transaction(KeyPartition).Insert(purpose, made));
        }, ct);
    }
}
