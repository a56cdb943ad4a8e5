using System.Globalization;
using ReliefFunctions.Core.Campaigns;
using ReliefFunctions.Core.Texts;

namespace ReliefFunctions.Core.Patrols;

/// <summary>Notices about weather that is still to come: what to prepare, or that it is called off.</summary>
internal static class PreparationText
{
    private const string CalledOff = "【寒冬送温暖·准备解除】第{号}号 {单位}：{原因}。原定{起}起的{强度}巡查准备解除，仍按{现行}巡查。请{签收时限}前签收：{链接}，或回电{电话}。";

    /// <summary>The notice of one unit. When it grows too long, the reason is told in short, issuer first; key points are the last to go.</summary>
    public static string Fill(PatrolOrder order, Unit unit, PatrolPolicy policy, Campaign campaign, DateTimeOffset acknowledgeBy, string link)
    {
        var coming = order.Coming.GetValueOrDefault(unit.Code);
        var about = coming ?? order.CalledOff[unit.Code];
        string With(string points, int reason) => (coming is null ? CalledOff : policy.PreparationTemplate)
            .Replace("{号}", order.Revision.ToString(CultureInfo.InvariantCulture), StringComparison.Ordinal)
            .Replace("{单位}", unit.Name, StringComparison.Ordinal)
            .Replace("{原因}", Reason().Cut(reason), StringComparison.Ordinal)
            .Replace("{起}", NoticeText.Moment(about.From, campaign.Zone()), StringComparison.Ordinal)
            .Replace("{强度}", about.Intensity.Name(policy), StringComparison.Ordinal)
            .Replace("{现行}", order.Units[unit.Code].Name(policy), StringComparison.Ordinal)
            .Replace("{点位}", points, StringComparison.Ordinal)
            .Replace("{避寒场所}", policy.Shelters, StringComparison.Ordinal)
            .Replace("{复评}", NoticeText.Moment(order.ReviewAt, campaign.Zone()), StringComparison.Ordinal)
            .Replace("{签收时限}", NoticeText.Moment(acknowledgeBy, campaign.Zone()), StringComparison.Ordinal)
            .Replace("{电话}", $"办公室{campaign.DutyPhone}", StringComparison.Ordinal)
            .Replace("{链接}", link, StringComparison.Ordinal);

        string Points(int most) => unit.KeyPoints.Count == 0 ? policy.KeyPoints
            : unit.KeyPoints.Count <= most ? string.Join("、", unit.KeyPoints) : $"{string.Join("、", unit.KeyPoints.Take(most))}等{unit.KeyPoints.Count}处";
        foreach (var (points, reason) in new[] { (Points(3), 80), (Points(3), 40), (Points(3), 24), (Points(1), 24) })
        {
            if (With(points, reason) is { Length: <= NoticeText.Longest } text) return text;
        }

        return With("重点点位", 24);

        string Reason()
        {
            if (coming is null) return order.Reason;
            var ends = coming.To is { } to ? $"至{NoticeText.Moment(to, campaign.Zone())}" : "";
            return coming.Reason + ends + (order.TonightMinimum is { } celsius ? $"，今晚最低{ForecastJudge.Rounded(celsius)}℃" : "");
        }
    }

    /// <summary>By when to acknowledge: preparation by the end of the day as 加强, and never after the weather has begun.</summary>
    public static DateTimeOffset AcknowledgeBy(PatrolPolicy policy, PatrolIntensity intensity, ComingPatrols? coming, DateTimeOffset from, Campaign campaign)
    {
        if (coming is null) return policy.Duties[intensity].Acknowledge.For(from, campaign);
        var by = policy.Duties[PatrolIntensity.Heightened].Acknowledge.For(from, campaign);
        return by < coming.From ? by : coming.From > from ? coming.From : from;
    }
}
