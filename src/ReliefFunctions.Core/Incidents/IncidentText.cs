using System.Globalization;
using ReliefFunctions.Core.Campaigns;
using ReliefFunctions.Core.Texts;

namespace ReliefFunctions.Core.Incidents;

/// <summary>What people read of incidents, in words.</summary>
internal static class IncidentText
{
    public static string Name(IncidentReportKind kind) => kind switch
    {
        IncidentReportKind.First => "初报",
        IncidentReportKind.FollowUp => "续报",
        IncidentReportKind.Final => "核报",
        IncidentReportKind.Correction => "更正",
        _ => "误报",
    };

    public static string Name(IncidentState state) => state switch
    {
        IncidentState.Open => "处置中",
        IncidentState.Closed => "已核报",
        _ => "误报",
    };

    public static string Name(IncidentSeverity severity) => severity switch
    {
        IncidentSeverity.Grave => "重大",
        IncidentSeverity.Serious => "较重",
        _ => "一般",
    };

    public static string Moment(DateTimeOffset at, TimeZoneInfo zone)
    {
        var local = LocalTime.In(at, zone);
        return string.Create(CultureInfo.InvariantCulture, $"{local.Month}月{local.Day}日{local:HH:mm}");
    }

    /// <summary>涉及3人（死亡1人、送医2人）; states that are 0 or unknown are not said.</summary>
    public static string People(IncidentContent content)
    {
        (string Name, int? Count)[] states =
        [
            ("死亡", content.Dead), ("失联", content.Missing), ("危重", content.Critical), ("送医", content.Hospitalised), ("轻伤轻症", content.Slight), ("平安", content.Safe),
        ];
        var said = states.Where(state => state.Count > 0).Select(state => $"{state.Name}{state.Count}人").ToList();
        return said.Count == 0 ? $"涉及{content.HowMany}人" : $"涉及{content.HowMany}人（{string.Join("、", said)}）";
    }

    /// <summary>The place: township, village, words, kind of place.</summary>
    public static string Place(IncidentContent content, IncidentPolicy policy, string? township) =>
        $"{township}{content.Village}{content.Where}{(policy.PlaceName(content.PlaceType) is { } kind ? $"（{kind}）" : "")}";

    /// <summary>What a receiver reads of a version: what stands, and what is asked of whom.</summary>
    public static string Notice(IncidentRow row, IncidentVersion version, IncidentPolicy policy, Campaign campaign, string? township,
        DateTimeOffset? acknowledgeBy)
    {
        var (zone, content) = (campaign.Zone(), version.Content);
        var (kind, guessed) = IncidentRules.KindOf(content, policy);
        var late = version.MinutesLate > 0 ? $"，晚{Duration(version.MinutesLate)}" : "";
        List<string> parts =
        [
            $"【突发情况·{Name(version.Severity)}】{row.UnitName}{Name(version.Kind)}{(version.Number > 1 ? $"（第{version.Number}次）" : "")}：{Sentence(content.What)}",
            version.Reason is { } reason ? $"{Name(version.Kind)}原因：{Sentence(reason)}" : "",
            $"{kind.Name}{(guessed ? "（按文字判断）" : "")}，{People(content)}；地点：{Place(content, policy, township)}；{Moment(content.FoundAt, zone)}发现，{Moment(version.At, zone)}报告{late}。",
            content.Finding is { } finding ? $"核查结论：{Sentence(finding)}" : "",
            content.Done is { } done ? $"已采取：{Sentence(done)}" : "",
            content.OnSpot is { } onSpot ? $"现场：{onSpot}{(content.OnSpotPhone is { } phone ? $" {phone}" : "")}。" : "",
            content.Needs is { } needs ? $"需要：{Sentence(needs)}" : "",
            version.Number == 1 && row.Circumstances is { } there ? Circumstances(there) : "",
            version.State == IncidentState.Open ? $"{row.UnitName}须在{Moment(version.At.AddHours(policy.FollowUpHours), zone)}前续报，有变化随时报。" : "",
            acknowledgeBy is { } by ? $"请在{Moment(by, zone)}前签收，或电办公室{campaign.DutyPhone}。" : "",
        ];
        return string.Concat(parts) + $"（编号 {row.Id}）";
    }

    /// <summary>当时执行全天候巡查（第4号），最低气温零下3℃，第2周报巡查12次.</summary>
    public static string Circumstances(IncidentCircumstances there)
    {
        string[] parts =
        [
            there.Order is { } order ? $"执行{there.Intensity}巡查（第{order}号）" : "没有巡查指令",
            there.Minimum is { } minimum ? $"最低气温{minimum.ToString("0.#℃;零下0.#℃;0℃", CultureInfo.InvariantCulture)}" : "",
            there.LastPatrol is { } patrol ? $"最近一次报告的巡查：{patrol}" : "尚未报告过巡查",
        ];
        return $"当时{string.Join("，", parts.Where(part => part.Length > 0))}。";
    }

    /// <summary>What the unit reads when a report is late.</summary>
    internal static string Chase(IncidentRow row, string what, DateTimeOffset due, IncidentStep step, Contact? contact, Campaign campaign)
    {
        var who = step.ByOffice ? "办公室将直接来电，请" : $"请{step.Role}{(contact is null ? "" : $"（{contact.Name}）")}";
        return $"【催报】{row.UnitName}：{TextFit.Cut(row.Content.What, 40)}（编号 {row.Id}）应在{Moment(due, campaign.Zone())}前{what}，{who}立即{what}；没有变化也要报一句。"
            + $"来不及的电办公室{campaign.DutyPhone}。";
    }

    /// <summary>What the unit reads a day before the final report is due.</summary>
    public static string FinalSoon(IncidentRow row, Campaign campaign) =>
        $"【提醒】{row.UnitName}：{TextFit.Cut(row.Content.What, 40)}（编号 {row.Id}）的核报请在{Moment(row.FinalDueAt!.Value, campaign.Zone())}前完成，写明核查结论。";

    public static string Duration(int minutes) => minutes switch
    {
        < 60 => $"{minutes}分钟",
        < 24 * 60 => minutes % 60 == 0 ? $"{minutes / 60}小时" : $"{minutes / 60}小时{minutes % 60}分钟",
        _ => minutes / 60 % 24 == 0 ? $"{minutes / 1440}天" : $"{minutes / 1440}天{minutes / 60 % 24}小时",
    };

    private static string Sentence(string text) => text.Length > 0 && text[^1] is '。' or '！' or '？' ? text : text + "。";
}
