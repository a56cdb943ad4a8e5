using System.Globalization;
using ReliefFunctions.Core.Campaigns;
using ReliefFunctions.Core.Texts;

namespace ReliefFunctions.Core.Patrols;

/// <summary>Fills the policy's notice templates.</summary>
public static class NoticeText
{
    /// <summary>Longest notice in characters, links included: what fits into a few text messages.</summary>
    public const int Longest = 300;

    /// <summary>
    /// The notice of one unit. When it grows too long, what every unit knows goes first: the last sentence, sentences that name nothing of the unit or the
    /// order, all of which stand on the notice's page; then the weather in detail and the reason at length. Key points and the issuer are the last to go;
    /// the duty, the link and the phone number always stay.
    /// </summary>
    public static string Fill(PatrolOrder order, Unit unit, PatrolPolicy policy, Campaign campaign, DateTimeOffset acknowledgeBy, string link)
    {
        if (order.Drill is not null) return Drill(order, unit, policy, campaign, acknowledgeBy, link);
        var zone = campaign.Zone();
        var duty = policy.Duties[order.Units[unit.Code]];
        var sentence = policy.LastSentences.TryGetValue(unit.Kind, out var words) ? words.TrimEnd('。') + "。" : "";
        var basis = BasisFor(order, unit);
        var lifts = order.Lifted.TryGetValue(unit.Code, out var before) ? $"解除{before.Name(policy)}巡查，" : "";
        var (full, brief) = ((basis?.Text ?? order.Reason).Cut(60), basis?.Short ?? (basis?.Text ?? order.Reason).Cut(24));
        var (weather, tonight) = (Weather(order, basis, zone, whole: true), Weather(order, basis, zone, whole: false));

        string With(string template, int points, string reason, string ahead, string last, string shelters, string phone) => template
            .Replace("{号}", order.Revision.ToString(CultureInfo.InvariantCulture), StringComparison.Ordinal)
            .Replace("{单位}", unit.Name, StringComparison.Ordinal)
            .Replace("{原因}", lifts + reason + ahead, StringComparison.Ordinal)
            .Replace("{起}", Moment(order.IssuedAt, zone), StringComparison.Ordinal)
            .Replace("{点位}", Points(unit.KeyPoints, points, policy.KeyPoints), StringComparison.Ordinal)
            .Replace("{避寒场所}", shelters, StringComparison.Ordinal)
            .Replace("{复评}", Moment(order.ReviewAt, zone), StringComparison.Ordinal)
            .Replace("{签收时限}", Moment(acknowledgeBy, zone), StringComparison.Ordinal)
            .Replace("{电话}", phone, StringComparison.Ordinal)
            .Replace("{链接}", link, StringComparison.Ordinal) + last;

        var (whole, office) = (duty.Template, $"办公室{campaign.DutyPhone}");
        var text = With(whole, 3, full, weather, sentence, policy.Shelters, office);
        if (text.Length <= Longest) return text;
        foreach (var template in Shortened(whole))
        {
            text = With(template, 3, full, weather, "", "避寒场所", office);
            if (text.Length <= Longest) return text;
        }

        var tight = Shortened(whole).Last();
        foreach (var (points, reason, ahead) in new[] { (3, full, tonight), (3, brief, tonight), (3, brief, ""), (1, brief, ""), (0, brief, "") })
        {
            text = With(tight, points, reason, ahead, "", "避寒场所", campaign.DutyPhone);
            if (text.Length <= Longest) return text;
        }

        return With(tight, 0, brief.Cut(12), "", "", "避寒场所", campaign.DutyPhone);
    }

    /// <summary>An order as the office and the leader read it: who from what to what, why, and the weather ahead.</summary>
    public static string ForOffice(PatrolOrder order, PatrolState before, Campaign campaign, IReadOnlyList<Unit> units, PatrolPolicy policy)
    {
        var zone = campaign.Zone();
        var names = units.GroupBy(unit => unit.Code).ToDictionary(same => same.Key, same => same.First().Name);
        PatrolIntensity? Was(string code) => before.Units.TryGetValue(code, out var old) ? old : null;
        var changes = order.Changed.GroupBy(code => (From: Was(code), To: order.Units.GetValueOrDefault(code)))
            .OrderByDescending(group => group.Key.To).ThenByDescending(group => group.Count()).Select(group =>
            {
                var all = group.Count() == order.Units.Count;
                var who = all ? $"全部{order.Units.Count}家单位" : TextFit.Names([.. group.Select(code => names.GetValueOrDefault(code, code))], 6, "家");
                if (group.Key.From == group.Key.To) return who + Preparation(group.First());
                var way = group.Key.From is not { } from ? "执行" : $"由{from.Name(policy)}{(from < group.Key.To ? "上调至" : "下调至")}";
                return $"{who}{way}{group.Key.To.Name(policy)}";
            });
        string Preparation(string code) =>
            order.Coming.GetValueOrDefault(code) is { } coming ? $"准备自{Moment(coming.From, zone)}起{coming.Intensity.Name(policy)}" : "解除准备";
        var lead = order.Basis.Count > 0 ? order.Basis[0] : null;
        return $"【{campaign.DistrictName}巡查指令】第{order.Revision}号（{Moment(order.IssuedAt, zone)}）：{string.Join("；", changes)}。原因：{order.Reason.Cut(200)}"
            + $"{Weather(order, lead, zone, whole: true)}。{Moment(order.ReviewAt, zone)}复评。到时没有签收的，按步催办并列出名单和电话。";
    }

    /// <summary>
    /// What an intensity asks of a unit, item by item and unshortened: frequency, places (plan item 1.15), supplies, duty officers, green channel (plan item
    /// 3.08).
    /// </summary>
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

    /// <summary>
    /// When the weather begins and ends and tonight's lowest temperature, as far as they are known and not said in the reason; empty or with a comma before it.
    /// </summary>
    private static string Weather(PatrolOrder order, OrderBasis? basis, TimeZoneInfo zone, bool whole)
    {
        var from = basis?.From is { } onset && onset > order.IssuedAt ? Moment(onset, zone) + "起" : "";
        var to = basis?.To is { } ends && ends > order.IssuedAt ? "至" + Moment(ends, zone) : "";
        var span = whole ? from + to : "";
        var night = order.TonightMinimum is { } celsius && basis?.Kind != "forecast" ? $"今晚最低{ForecastJudge.Rounded(celsius)}℃" : "";
        return string.Concat(new[] { span.Length > 0 ? "预计" + span : "", night }.Where(part => part.Length > 0).Select(part => "，" + part));
    }

    /// <summary>
    /// The template, then without one after the other of its sentences behind the key points that name nothing of unit and order, the last first.
    /// </summary>
    private static IEnumerable<string> Shortened(string template)
    {
        yield return template;
        var sentences = template.Split('。').Where(sentence => sentence.Length > 0).ToList();
        var points = sentences.FindIndex(sentence => sentence.Contains("{点位}", StringComparison.Ordinal));
        for (var i = sentences.Count - 1; i > points && points >= 0; i--)
        {
            if (sentences[i].Contains('{', StringComparison.Ordinal)) continue;
            sentences.RemoveAt(i);
            yield return string.Join("。", sentences) + "。";
        }

        // A template that has the phone number twice can do with one.
        const string CallBack = "或回电{电话}";
        var last = string.Join("。", sentences) + "。";
        var at = last.IndexOf(CallBack, StringComparison.Ordinal);
        var twice = at > 0 && last.IndexOf("{电话}", StringComparison.Ordinal) < at;

        // With the comma before it, which policies of offices have in either width.
        yield return twice ? last.Remove(at - 1, CallBack.Length + 1) : last;
    }

    private static string Drill(
        PatrolOrder order, Unit unit, PatrolPolicy policy, Campaign campaign, DateTimeOffset acknowledgeBy, string link) => policy.DrillTemplate
        .Replace("{单位}", unit.Name, StringComparison.Ordinal)
        .Replace("{原因}", order.Reason.Cut(60), StringComparison.Ordinal)
        .Replace("{签收时限}", Moment(acknowledgeBy, campaign.Zone()), StringComparison.Ordinal)
        .Replace("{电话}", $"办公室{campaign.DutyPhone}", StringComparison.Ordinal)
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
}
