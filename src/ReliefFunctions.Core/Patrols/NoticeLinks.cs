using System.Globalization;
using ReliefFunctions.Core.Access;

namespace ReliefFunctions.Core.Patrols;

/// <summary>What a link opens.</summary>
public sealed record NoticeLink(string District, string Season, int Revision, string Unit)
{
    /// <summary>The notice's.</summary>
    public static NoticeLink Of(PatrolNotice notice) => new(notice.District, notice.Season, notice.Revision, notice.Unit);
}

/// <summary>
/// Links in notices: signed over the one notice they open and what they are for, and short, because the whole notice must fit 300 characters:
/// until when a link is good follows from the notice itself. One link is for the unit, to read and sign; another, with a signature of its own, is for
/// whom the unit forwards the notice to, and can only be read.
/// </summary>
public sealed class NoticeLinks(LinkSigner signer, LinkOptions options)
{
    /// <summary>How long after the order a link is good.</summary>
    public static readonly TimeSpan Valid = TimeSpan.FromDays(14);

    private const string Signing = "notice", Reading = "notice-read";

    /// <summary>The unit's link to a notice: GET shows, POST acknowledges.</summary>
    public async Task<string> ForAsync(NoticeLink link, CancellationToken ct) => $"{Base}/n/{await TokenAsync(Signing, link, ct)}";

    /// <summary>The link to forward: it shows the notice and signs nothing.</summary>
    public async Task<string> ToForwardAsync(NoticeLink link, CancellationToken ct) => $"{Base}/v/{await TokenAsync(Reading, link, ct)}";

    /// <summary>What a unit's token opens, or null when it is not one of ours.</summary>
    public Task<NoticeLink?> OpenAsync(string token, CancellationToken ct) => OpenAsync(Signing, token, ct);

    /// <summary>What a token to forward opens, or null when it is not one of ours.</summary>
    public Task<NoticeLink?> OpenForwardedAsync(string token, CancellationToken ct) => OpenAsync(Reading, token, ct);

    private string Base => options.BaseUrl.TrimEnd('/');

    private Task<string> TokenAsync(string purpose, NoticeLink link, CancellationToken ct) =>
        signer.TokenAsync(purpose, string.Create(CultureInfo.InvariantCulture, $"{link.District}.{link.Season[..4]}.{link.Revision}.{link.Unit}"), ct);

    private async Task<NoticeLink?> OpenAsync(string purpose, string token, CancellationToken ct)
    {
        var parts = (await signer.OpenAsync(purpose, token, ct))?.Split('.');
        return parts is [var district, { Length: 4 } first, var number, var unit]
            && int.TryParse(first, NumberStyles.None, CultureInfo.InvariantCulture, out var year)
                && int.TryParse(number, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var revision)
            ? new NoticeLink(district, $"{year}-{year + 1}", revision, unit)
            : null;
    }
}
