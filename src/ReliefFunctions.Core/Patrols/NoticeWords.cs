using ReliefFunctions.Core.Access;

namespace ReliefFunctions.Core.Patrols;

/// <summary>
/// One notice in the words of whoever reads it. It is stored without its link: the unit's link is added for the unit and its channels alone, because
/// whoever holds it signs for the unit.
/// </summary>
public static class NoticeWords
{
    /// <summary>Where the unit's link belongs in a stored text.</summary>
    public const string Place = "{链接}";

    private const string Instead = "（签收链接只发给本单位）";

    /// <summary>For the unit itself.</summary>
    public static string ForUnit(string text, string link) => text.Replace(Place, link, StringComparison.Ordinal);

    /// <summary>For everybody else; a link that an earlier version stored is cut as well.</summary>
    public static string ForOthers(string text) => SignedLinks.Cut(text.Replace(Place, Instead, StringComparison.Ordinal));

    /// <summary>On the unit's page, which is where the link leads.</summary>
    public static string OnPage(string text) => SignedLinks.Cut(text.Replace(Place, "（在本页签收）", StringComparison.Ordinal));

    /// <summary>
    /// To forward to villages and grid workers (转发村、网格员): what is asked without how to sign, and a link that only shows the notice.
    /// </summary>
    public static string ToForward(string text, string link)
    {
        var asked = text.Split('。', StringSplitOptions.RemoveEmptyEntries)
            .Where(sentence => !sentence.Contains("转发", StringComparison.Ordinal) && !sentence.Contains(Place, StringComparison.Ordinal));
        return $"{SignedLinks.Cut(string.Concat(asked.Select(sentence => sentence + "。")))}{(link.Length > 0 ? "详见:" + link : "")}";
    }

    /// <summary>A notice with the text for the unit, and the one that it forwards where it has whom to.</summary>
    public static async Task<PatrolNotice> ForUnitAsync(this NoticeLinks links, PatrolNotice notice, CancellationToken ct) => notice with
    {
        Text = ForUnit(notice.Text, await links.ForAsync(NoticeLink.Of(notice), ct)),
        Forward = await links.ForwardOfAsync(notice, ct),
    };

    /// <summary>What a unit forwards of a notice; null where it has nobody to forward it to.</summary>
    public static async Task<string?> ForwardOfAsync(this NoticeLinks links, PatrolNotice notice, CancellationToken ct) =>
        notice.HasForward ? ToForward(notice.Text, await links.ToForwardAsync(NoticeLink.Of(notice), ct)) : null;
}
