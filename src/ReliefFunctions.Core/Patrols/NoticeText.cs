using System.Globalization;
using ReliefFunctions.Core.Campaigns;

namespace ReliefFunctions.Core.Patrols;

/// <summary>Fills the policy's notice templates.</summary>
public static class NoticeText
{
    /// <summary>Longest notice in characters, links included: what fits into a few text messages.</summary>
    public const int Longest = 300;

    /// <summary>
    /// The notice of one unit. When it grows too long, key points go first, then the reason is told in short, then the last sentence goes;
    /// the duty, the link and the phone number always stay.
    /// </summary>
    public static string Fill(PatrolOrder order, Unit unit, PatrolPolicy policy, Campaign campaign, DateTimeOffset acknowledgeBy, string link)
    {
        if (order.Drill is not null) return Drill(order, unit, policy, campaign, acknowledgeBy, link);
        var zone = campaign.Zone();
        var duty = policy.Duties[order.Units[unit.Code]];
        var sentence = policy.LastSentences.TryGetValue(unit.Kind, out var words) ? words.TrimEnd('。') + "。" : "";

        var basis = BasisFor(order, unit);
        var lifts = order.Lifted.TryGetValue(unit.Code, out var before) ? $"解除{policy.Duties[before].Name}巡查," : "";
        var (full, brief) = (lifts + (basis?.Text ?? order.Reason), lifts + (basis?.Short ?? Cut(basis?.Text ?? order.Reason, 12)));

        // A template that has the phone number twice can do with one.
        const string CallBack = ",或回电{电话}";
        var tight = duty.Template.IndexOf("{电话}", StringComparison.Ordinal) < duty.Template.IndexOf(CallBack, StringComparison.Ordinal)
            ? duty.Template.Replace(CallBack, "", StringComparison.Ordinal) : duty.Template;

        string With(int points, string reason, string last) => (points == 0 ? tight : duty.Template)
            .Replace("{号}", order.Revision.ToString(CultureInfo.InvariantCulture), StringComparison.Ordinal)
            .Replace("{单位}", unit.Name, StringComparison.Ordinal)
            .Replace("{原因}", reason, StringComparison.Ordinal)
            .Replace("{起}", Moment(order.IssuedAt, zone), StringComparison.Ordinal)
            .Replace("{点位}", Points(unit.KeyPoints, points, policy.KeyPoints), StringComparison.Ordinal)
            .Replace("{避寒场所}", points == 0 ? "避寒场所" : policy.Shelters, StringComparison.Ordinal)
            .Replace("{复评}", Moment(order.ReviewAt, zone), StringComparison.Ordinal)
            .Replace("{签收时限}", Moment(acknowledgeBy, zone), StringComparison.Ordinal)
            .Replace("{电话}", campaign.DutyPhone, StringComparison.Ordinal)
            .Replace("{链接}", link, StringComparison.Ordinal) + last;

        foreach (var (points, reason, last) in new[] { (3, Cut(full, 60), sentence), (1, Cut(full, 60), sentence), (1, brief, sentence), (0, brief, sentence) })
        {
            if (With(points, reason, last) is { Length: <= Longest } text) return text;
        }

        return With(0, brief, "");
    }

    /// <summary>What an intensity asks of a unit, item by item and unshortened: frequency, places (plan item 1.15), supplies, duty officers, green channel (plan item 3.08).</summary>
    public static IReadOnlyList<string> Tasks(Unit unit, PatrolPolicy policy, PatrolIntensity intensity)
    {
        var duty = policy.Duties[intensity];
        List<string> tasks = [$"频次：{duty.Duty}", $"重点点位：{(unit.KeyPoints.Count > 0 ? string.Join("、", unit.KeyPoints) : policy.KeyPoints)}"];
        if (policy.Hotspots.Count > 0) tasks.Add($"重点区域：{string.Join("、", policy.Hotspots)}");
        if (duty.Supplies.Count > 0) tasks.Add($"物资：{string.Join("、", duty.Supplies)}");
        if (duty.OnDuty is { } onDuty) tasks.Add($"值班：{onDuty}");
        if (duty.GreenChannel is { } channel) tasks.Add($"绿色通道：{channel}");
        return tasks;
    }

    private static string Drill(PatrolOrder order, Unit unit, PatrolPolicy policy, Campaign campaign, DateTimeOffset acknowledgeBy, string link) => policy.DrillTemplate
        .Replace("{单位}", unit.Name, StringComparison.Ordinal)
        .Replace("{原因}", Cut(order.Reason, 60), StringComparison.Ordinal)
        .Replace("{签收时限}", Moment(acknowledgeBy, campaign.Zone()), StringComparison.Ordinal)
        .Replace("{电话}", campaign.DutyPhone, StringComparison.Ordinal)
        .Replace("{链接}", link, StringComparison.Ordinal);

    /// <summary>12月15日18时, with minutes when there are any.</summary>
    public static string Moment(DateTimeOffset at, TimeZoneInfo zone)
    {
        var local = LocalTime.In(at, zone);
        return string.Create(CultureInfo.InvariantCulture, $"{local.Month}月{local.Day}日{local.Hour}时{(local.Minute == 0 ? "" : $"{local.Minute:00}分")}");
    }

    /// <summary>The first reason that concerns the unit at its intensity.</summary>
    private static OrderBasis? BasisFor(PatrolOrder order, Unit unit) =>
        order.Basis.FirstOrDefault(basis => basis.Intensity == order.Units[unit.Code] && (basis.Units is null || basis.Units.Contains(unit.Code)));

    private static string Points(IReadOnlyList<string> points, int most, string otherwise)
    {
        if (points.Count == 0 || most == 0) return most == 0 ? "重点点位" : otherwise;
        return points.Count <= most ? string.Join("、", points) : $"{string.Join("、", points.Take(most))}等{points.Count}处";
    }

    private static string Cut(string text, int most) => text.Length <= most ? text : text[..(most - 1)] + "…";
}
