using System.Buffers.Text;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using ReliefFunctions.Core.Storage;

namespace ReliefFunctions.Core.Patrols;

/// <summary>Where the public pages of notices are; section <c>Links</c>.</summary>
public sealed record LinkOptions
{
    /// <summary>The section's name.</summary>
    public const string Section = "Links";

    /// <summary>Scheme and host before <c>/n/…</c>.</summary>
    public string BaseUrl { get; init; } = "http://127.0.0.1:7071";
}

/// <summary>What a link opens.</summary>
public sealed record NoticeLink(string District, string Season, int Revision, string Unit);

/// <summary>
/// Links in notices: HMAC-signed over the one notice they open. They are short, because the whole notice must fit 300 characters:
/// 96 bits of the signature, and until when a link is good follows from the notice itself. GET shows, POST acknowledges.
/// </summary>
public sealed class NoticeLinks(FeatureTables tables, LinkOptions options)
{
    /// <summary>How long after the order a link is good.</summary>
    public static readonly TimeSpan Valid = TimeSpan.FromDays(14);

    private const string KeyPartition = "links";
    private const int SignatureBytes = 12;

    private byte[]? _key;

    /// <summary>The link to a notice.</summary>
    public async Task<string> ForAsync(NoticeLink link, CancellationToken ct) => $"{options.BaseUrl.TrimEnd('/')}/n/{Token(link, await KeyAsync(ct))}";

    /// <summary>What a token opens, or null when it is not one of ours.</summary>
    public async Task<NoticeLink?> OpenAsync(string token, CancellationToken ct)
    {
        var parts = token.Split('.');
        if (parts.Length != 5 || parts[1].Length != 4 || !int.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out var year)
            || !int.TryParse(parts[2], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var revision)) return null;
        var link = new NoticeLink(parts[0], $"{year}-{year + 1}", revision, parts[3]);
        return CryptographicOperations.FixedTimeEquals(Encoding.ASCII.GetBytes(Token(link, await KeyAsync(ct))), Encoding.ASCII.GetBytes(token)) ? link : null;
    }

    private static string Token(NoticeLink link, byte[] key)
    {
        var what = string.Create(CultureInfo.InvariantCulture, $"{link.District}.{link.Season[..4]}.{link.Revision}.{link.Unit}");
        return $"{what}.{Base64Url.EncodeToString(HMACSHA256.HashData(key, Encoding.UTF8.GetBytes("notice:" + what)).AsSpan(0, SignatureBytes))}";
    }

    /// <summary>One key per deployment, made when first needed.</summary>
    private async Task<byte[]> KeyAsync(CancellationToken ct)
    {
        if (_key is not null) return _key;
        var table = tables[FeatureTables.Name.Access];
        if (await table.GetAsync<byte[]>(KeyPartition, "notice", ct) is { } row) return _key = row.Value;
        await table.CommitAsync(new Transaction(KeyPartition).Insert("notice", RandomNumberGenerator.GetBytes(32)), ct);
        return _key = (await table.GetAsync<byte[]>(KeyPartition, "notice", ct))!.Value;
    }
}
