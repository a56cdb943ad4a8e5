using System.Buffers.Text;
using System.Globalization;
using System.Text;
using ReliefFunctions.Core.Access;

namespace ReliefFunctions.Core.Summaries.Publishing;

/// <summary>What a download link opens, for whom and until when.</summary>
/// <param name="Scope">A district's code or an area's.</param>
/// <param name="Season">Such as <c>2026-2027</c>.</param>
/// <param name="Period">The period's key.</param>
/// <param name="Version">The version.</param>
/// <param name="Format">The file.</param>
/// <param name="For">Whom it is for, as the office named them; stands in the record of each download.</param>
/// <param name="Until">UTC, whole seconds.</param>
public sealed record DownloadLink(string Scope, string Season, string Period, int Version, string Format, string For, DateTimeOffset Until);

/// <summary>Short-lived links to a file of a summary, signed over all they say; nothing is stored, so what a link opens never changes.</summary>
public sealed class DownloadLinks(LinkSigner signer, LinkOptions options)
{
    /// <summary>The longest life of a link, and its life when none is asked for.</summary>
    public static readonly TimeSpan Longest = TimeSpan.FromDays(7), Usual = TimeSpan.FromDays(1);

    /// <summary>Characters of <see cref="DownloadLink.For"/>: a token must fit a part of an address.</summary>
    public const int LongestName = 12;

    private const string Purpose = "download";

    /// <summary>The whole address of a link.</summary>
    public async Task<string> UrlAsync(DownloadLink link, CancellationToken ct) => $"{options.BaseUrl.TrimEnd('/')}/f/{await TokenAsync(link, ct)}";

    /// <summary>The token of a link.</summary>
    public Task<string> TokenAsync(DownloadLink link, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(link);
        return signer.TokenAsync(Purpose, string.Create(CultureInfo.InvariantCulture,
            $"{link.Scope}.{link.Season[..4]}.{link.Period}.{link.Version}.{link.Format}.{link.Until.ToUnixTimeSeconds()}.{Base64Url.EncodeToString(Encoding.UTF8.GetBytes(link.For))}"), ct);
    }

    /// <summary>What a token opens; null when it is not one of ours or its time is over.</summary>
    public async Task<DownloadLink?> OpenAsync(string token, DateTimeOffset now, CancellationToken ct)
    {
        // What we signed has this shape.
        if ((await signer.OpenAsync(Purpose, token, ct))?.Split('.') is not [var scope, var first, var period, var version, var format, var until, var name])
        {
            return null;
        }

        var year = int.Parse(first, CultureInfo.InvariantCulture);
        var link = new DownloadLink(scope, $"{year}-{year + 1}", period, int.Parse(version, CultureInfo.InvariantCulture), format,
            Encoding.UTF8.GetString(Base64Url.DecodeFromChars(name)), DateTimeOffset.FromUnixTimeSeconds(long.Parse(until, CultureInfo.InvariantCulture)));
        return link.Until > now ? link : null;
    }
}
