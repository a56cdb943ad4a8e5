using System.Globalization;
using ReliefFunctions.Core.Access;

namespace ReliefFunctions.Core.Patrols;

/// <summary>What a link opens.</summary>
public sealed record NoticeLink(string District, string Season, int Revision, string Unit);

/// <summary>
/// Links in notices: signed over the one notice they open. They are short, because the whole notice must fit 300 characters:
/// until when a link is good follows from the notice itself. GET shows, POST acknowledges.
/// </summary>
public sealed class NoticeLinks(LinkSigner signer, LinkOptions options)
{
    /// <summary>How long after the order a link is good.</summary>
    public static readonly TimeSpan Valid = TimeSpan.FromDays(14);

    private const string Purpose = "notice";

    /// <summary>The link to a notice.</summary>
    public async Task<string> ForAsync(NoticeLink link, CancellationToken ct) =>
        $"{options.BaseUrl.TrimEnd('/')}/n/{await signer.TokenAsync(Purpose, string.Create(CultureInfo.InvariantCulture, $"{link.District}.{link.Season[..4]}.{link.Revision}.{link.Unit}"), ct)}";

    /// <summary>What a token opens, or null when it is not one of ours.</summary>
    public async Task<NoticeLink?> OpenAsync(string token, CancellationToken ct)
    {
        var parts = (await signer.OpenAsync(Purpose, token, ct))?.Split('.');
        return parts is [var district, { Length: 4 } first, var number, var unit]
            && int.TryParse(first, NumberStyles.None, CultureInfo.InvariantCulture, out var year)
                && int.TryParse(number, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var revision)
            ? new NoticeLink(district, $"{year}-{year + 1}", revision, unit)
            : null;
    }
}
