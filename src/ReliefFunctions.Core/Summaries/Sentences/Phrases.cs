using System.Globalization;
using ReliefFunctions.Core.Summaries.Figures;
using ReliefFunctions.Core.WeeklyReports.Forms;

namespace ReliefFunctions.Core.Summaries.Sentences;

/// <summary>
/// The table of sentences: each says one thing in official Chinese, for none, one, several and all, up, down and same. The first page, the bulletin
/// and the phone take their words from here.
/// </summary>
internal static class Phrases
{
    /// <summary>A week before of which fewer than nine in ten reported is no fair comparison.</summary>
    private const decimal FairShare = 0.9m;

    /// <summary>救助90人次，较上周增加53人次（增长143%）.</summary>
    public static string Figure(HeadlineFigure figure, string change) =>
        $"{(figure.Label.EndsWith(figure.Unit, StringComparison.Ordinal) ? figure.Label[..^figure.Unit.Length] : figure.Label)}{Wording.Number(figure.Total)}{figure.Unit}{(change.Length > 0 ? "，" + change : "")}";

    /// <summary>较上周增加53人次（增长143%）; 与上周持平; empty where there is nothing to compare with.</summary>
    public static string Change(HeadlineFigure figure) => (figure.Change, figure.LastWeek) switch
    {
        (0, _) => "与上周持平",
        ({ } change, 0) => $"较上周增加{Wording.Number(change)}{figure.Unit}（上周为0）",
        ({ } change,
            { } last) => $"较上周{(change > 0 ? "增加" : "减少")}{Wording.Number(Math.Abs(change))}{figure.Unit}（{(change > 0 ? "增长" : "下降")}{Rate(change, last)}）",
        _ => "",
    };

    /// <summary>+53（+143%）; 持平; —.</summary>
    public static string ShortChange(Summary summary, HeadlineFigure figure) => (figure.Change, figure.LastWeek) switch
    {
        _ when !summary.IsReported => "—",
        (0, _) => "持平",
        ({ } change, 0) => Signed(change),
        ({ } change, { } last) => $"{Signed(change)}（{(change > 0 ? "+" : "-")}{Rate(change, last)}）",
        _ => Wording.NoWeekBefore(summary),
    };

    /// <summary>应报24家，全部按时报送; 应报24家，已报22家（报送率91.7%）、按时20家; 应报24家，无一报送; before the deadline 应报24家，已报3家，其余至12月21日17:00截止.</summary>
    public static string Reporting(Summary summary)
    {
        var (reporting, measure, expected) = (summary.Reporting, Wording.Measure(summary),
            $"应报{Wording.Number(summary.Reporting.Expected)}{Wording.Measure(summary)}");
        if (reporting.Expected == 0) return "本期无应报单位";
        if (reporting.Pending.Count > 0)
        {
            return $"{expected}，已报{Wording.Number(reporting.Reported)}{measure}，尚未报送的于{Wording.Moment(summary.Due, summary.Heading.Zone())}截止，不计未报";
        }

        return reporting.Reported switch
        {
            0 => $"{expected}，无一报送",
            var all when all == reporting.Expected && reporting.OnTime == all => $"{expected}，全部按时报送",
            var all when all == reporting.Expected => $"{expected}，全部报送，其中按时{Wording.Number(reporting.OnTime)}{measure}",
            var some => $"{expected}，已报{Wording.Number(some)}{measure}（报送率{Wording.Percent(reporting.Rate)}），按时{Wording.Number(reporting.OnTime)}{measure}",
        };
    }

    /// <summary>Of an area: 未编制汇总的区县1个：白云区，应报24家计入应报数; empty when all have one.</summary>
    public static string WithoutSummary(Summary summary)
    {
        var without = summary.Districts.Where(district => district.Version is null).ToList();
        return without.Count == 0 ? "" : $"{without.Count}个区县未编制汇总：{Wording.List([.. without.Select(district => district.Name)])}（其应报单位已计入应报数，数据未计入）";
    }

    /// <summary>以上数据均未经审核，仅供参考; 其中3家数据未经审核（占13.6%）; 以上数据均已审核.</summary>
    public static string Unaccepted(Summary summary) => (summary.Reporting.Reported, summary.Reporting.Reported - summary.Reporting.Accepted) switch
    {
        (0, _) => "",
        (_, 0) => "以上数据均已审核",
        var (reported, open) when open == reported => "以上数据均未经审核，仅供参考",
        var (_, open) => $"其中{Wording.Number(open)}{Wording.Measure(summary)}数据未经审核（占{Wording.Percent(summary.Reporting.UnacceptedShare)}）",
    };

    /// <summary>Why a comparison with the week before says little; empty when it is fair.</summary>
    public static string Caveat(Summary summary) => summary.Before switch
    {
        null => "",
        { Reported: 0 } before => $"第{before.Number}周无一报送，不作比较",
        { Expected: > 0 } before when (decimal)before.Reported / before.Expected < FairShare =>
            $"第{before.Number}周仅报{before.Reported}{Wording.Measure(summary)}（应报{before.Expected}{Wording.Measure(summary)}），与上周比较仅供参考",
        { } before when before.Days != summary.Last.DayNumber - summary.First.DayNumber + 1 =>
            $"第{before.Number}周为{before.Days}天，本周为{summary.Last.DayNumber - summary.First.DayNumber + 1}天，与上周比较仅供参考",
        _ when summary.IsRunning => "本周尚未截止，与上周比较仅供参考",
        _ => "",
    };

    /// <summary>未发生冻、病、饿致伤亡等重大情况; 发生重大情况2起（…）; what nobody confirmed is not confirmed.</summary>
    public static string Incidents(Summary summary)
    {
        var figures = summary.Incidents;
        if (figures.Told is { Count: > 0 } told) return Told(figures, told);
        if (figures.Total > 0)
        {
            return $"发生重大情况{figures.Total}起（{Wording.List([.. figures.Units.Select(unit => $"{unit.Name}{unit.Count}起")], 6, "家", 60)}）"
                + (figures.Season > figures.Total ? $"，累计{figures.Season}起" : "");
        }

        return (figures.ConfirmedNone, figures.Unconfirmed) switch
        {
            (0, 0) => "",
            (0, _) => "各单位均未确认有无重大情况",
            (_, 0) => "各单位均确认未发生冻、病、饿致伤亡等重大情况",
            var (none, unconfirmed) => $"{Wording.Number(none)}家确认未发生重大情况，{Wording.Number(unconfirmed)}家未确认",
        } + (figures.Season > 0 ? $"，累计{figures.Season}起" : "");
    }

    /// <summary>发生重大情况和突发事件2起（青岩镇冻伤，处置中；…），其中重大1起，死亡1人，调度表填报0起、与即时报告不一致.</summary>
    private static string Told(IncidentFigures figures, IReadOnlyList<ToldIncident> told)
    {
        const int MostNamed = 4;
        var named = string.Join("；", told.OrderByDescending(each => each.Grave).ThenByDescending(each => each.Open).Take(MostNamed)
            .Select(each => $"{each.Unit}{each.Kind}，{each.State}"));
        var (grave, dead) = (told.Count(each => each.Grave), told.Sum(each => each.Dead ?? 0));
        return $"发生重大情况和突发事件{told.Count}起（{named}{(told.Count > MostNamed ? "等" : "")}）{(grave > 0 && told.Count > 1 ? $"，其中重大{grave}起" : "")}"
            + $"{(dead > 0 ? $"，死亡{dead}人" : "")}{(figures.ToldSeason > told.Count ? $"，累计{figures.ToldSeason}起" : "")}"
            + (figures.Total != told.Count ? $"，调度表填报{figures.Total}起、与即时报告不一致" : "");
    }

    /// <summary>21家单位均达到应巡次数和排查要求; 16家达标，5家未达标，1家无法核定.</summary>
    public static string Execution(Summary summary)
    {
        var (met, failed, unknown) = summary.Heading.IsArea
            ? (summary.Districts.Sum(district => district.Met), summary.Districts.Sum(district => district.NotMet),
                summary.Districts.Sum(district => district.Unknown))
            : (Count(Verdict.Met), Count(Verdict.NotMet), Count(Verdict.Unknown));
        int Count(Verdict verdict) => summary.Duties.Count(duty => duty.Verdict == verdict);
        return (met, failed, unknown) switch
        {
            (0, 0, 0) => summary.IsRunning ? "执行情况待截止后核定" : "",
            (_, 0, 0) => $"{Wording.Number(met)}家单位均达到应巡次数和排查要求",
            (0, 0, _) => $"{Wording.Number(unknown)}家执行情况均无法核定",
            (0, _, 0) => $"{Wording.Number(failed)}家单位均未达到应巡次数或排查要求",
            _ => string.Join("、", new[] { (met, "家达到应巡次数和排查要求"), (failed, "家未达到"), (unknown, "家无法核定") }.Where(each => each.Item1 > 0)
                .Select(each => $"{Wording.Number(each.Item1)}{each.Item2}")),
        };
    }

    /// <summary>零下4℃; 5℃.</summary>
    public static string Degrees(decimal celsius) => celsius.ToString("0.#℃;零下0.#℃;0℃", CultureInfo.InvariantCulture);

    /// <summary>What a kind of concern is called, with its whole where there is one to count.</summary>
    public static string Heading(ConcernKind kind, IReadOnlyList<ConcernLine> concerns)
    {
        var total = Wording.Number(concerns.Sum(concern => concern.Count));
        return kind switch
        {
            ConcernKind.Incident => $"重大情况{total}起",
            ConcernKind.Unsigned => $"指令通知未签收{total}份",
            ConcernKind.Missing => concerns.Any(concern => concern.Weeks.Count > 0) ? $"调度表未报{total}份" : $"调度表未报{concerns.Count}家",
            ConcernKind.Returned => "调度表退回后未重报",
            ConcernKind.Villages => $"村（社区）漏排查{total}个",
            ConcernKind.Points => $"重点点位漏巡{total}个",
            ConcernKind.Patrols => "巡查次数不足",
            ConcernKind.NotFollowed => "签收后未见巡查",
            ConcernKind.Unclear => "填报空白，无法核定",
            ConcernKind.NoHandover => "护送无书面交接",
            ConcernKind.LateSignature => "指令通知超时签收",
            ConcernKind.Late => "调度表迟报",
            ConcernKind.Leads => $"求助线索未处置{total}件",
            ConcernKind.Hazards => $"隐患超过一周未整改{total}处",
            _ => "区县未编制汇总",
        };
    }

    /// <summary>高坡苗族乡第3、4号指令始终未签收（指令现已调整）; 青岩镇3/8个; a unit with what there is to say of it.</summary>
    public static string Of(ConcernLine concern)
    {
        var weeks = concern.Weeks.Count > 0 ? $"（第{Ranges.Of(concern.Weeks)}周）" : "";
        var orders = concern.Orders.Count > 0 ? $"第{Ranges.Of(concern.Orders)}号" : "";
        return concern.Kind switch
        {
            ConcernKind.Incident => $"{concern.Unit}{concern.Count}起",
            ConcernKind.Unsigned => $"{concern.Unit}{orders}指令始终未签收{(concern.Superseded ? "（指令现已调整）" : "")}",
            ConcernKind.LateSignature => $"{concern.Unit}{orders}指令超时{Wording.Duration((int)concern.Count)}",
            ConcernKind.Late => $"{concern.Unit}{weeks}迟{Wording.Duration((int)concern.Count)}",
            ConcernKind.Villages or ConcernKind.Points => $"{concern.Unit}漏{concern.Count}个（应{concern.Of}个）",
            ConcernKind.Patrols => $"{concern.Unit}少{concern.Count}次（应{concern.Of}次）",
            ConcernKind.NotFollowed => $"{concern.Unit}（{orders}指令）",
            ConcernKind.NoHandover => $"{concern.Unit}{concern.Count}人次{weeks}",
            ConcernKind.Leads => $"{concern.Unit}{concern.Count}件",
            ConcernKind.Hazards => $"{concern.Unit}{concern.Count}处",
            ConcernKind.NoSummary => concern.Count > 0 ? $"{concern.Unit}（应报{concern.Count}家）" : concern.Unit,
            _ => concern.Unit + weeks,
        };
    }

    /// <summary>What the unit is asked for next.</summary>
    public static string Request(ConcernKind kind) => kind switch
    {
        ConcernKind.Incident => "续报处置情况",
        ConcernKind.Unsigned => "说明未签收原因，落实值班签收",
        ConcernKind.Missing => "即日补报",
        ConcernKind.Returned => "修改后重报",
        ConcernKind.Villages => "补排查",
        ConcernKind.Points => "补巡",
        ConcernKind.Patrols => "补足巡查次数",
        ConcernKind.NotFollowed => "说明签收后巡查情况",
        ConcernKind.Unclear => "补填空白项",
        ConcernKind.NoHandover => "补办书面交接",
        ConcernKind.Leads => "限期处置线索",
        ConcernKind.Hazards => "限期整改隐患",
        ConcernKind.NoSummary => "编制本期汇总",
        _ => "",
    };

    /// <summary>What a unit's sign says; readable without colour.</summary>
    public static (string Sign, string Name) Sign(UnitStanding standing) => standing switch
    {
        UnitStanding.Chase => ("✕", "督办"),
        UnitStanding.Watch => ("△", "关注"),
        UnitStanding.Unknown => ("？", "无法核定"),
        UnitStanding.Running => ("…", "进行中"),
        _ => ("○", "正常"),
    };

    /// <summary>What became of people, and how far the search went; what no form asks for is not said.</summary>
    public static string Outcomes(Summary summary)
    {
        var of = summary.Outcomes.ToDictionary(figure => figure.Meaning);
        IEnumerable<string> Some(params (FieldMeaning Meaning, string Name)[] names) =>
            names.Where(each => of.GetValueOrDefault(each.Meaning)?.Total is not null)
                .Select(each => $"{each.Name}{Wording.Number(of[each.Meaning].Total!.Value)}{of[each.Meaning].Unit}");
        IEnumerable<string> Shares(params (FieldMeaning Done, FieldMeaning Due, string Name)[] names) =>
            names.Where(each => of.GetValueOrDefault(each.Done)?.Total is not null && of.GetValueOrDefault(each.Due)?.Total is not null)
                .Select(each => $"{each.Name}{Wording.Number(of[each.Done].Total!.Value)}个（应{Wording.Number(of[each.Due].Total!.Value)}个）");
        string[] parts =
        [
            string.Join("、", Some((FieldMeaning.AidedInside, "站内救助"), (FieldMeaning.AidedOutside, "站外救助"), (FieldMeaning.AidedInHospital, "送医救治"))),
            string.Join("、", Some((FieldMeaning.Identified, "查明身份（寻亲）"), (FieldMeaning.ReturnedHome, "接送返乡"), (FieldMeaning.Placed, "落户安置"))),
            summary.Heading.Kind == PeriodKind.Week
                ? string.Join("、",
                    Shares((FieldMeaning.VillagesSearched, FieldMeaning.VillagesDue, "排查村（社区）"),
                        (FieldMeaning.PointsPatrolled, FieldMeaning.PointsDue, "巡查重点点位"))) : "",
        ];
        return string.Join("；", parts.Where(part => part.Length > 0));
    }

    /// <summary>较第1版：增补高坡苗族乡；更正青岩镇（2项）; 数据未变 when only what it rests on moved.</summary>
    public static string Changed(Summary summary, int version)
    {
        string Names(ChangeKind kind, string verb) =>
            summary.Changes.Where(change => change.Kind == kind).Select(change => change.Unit).Distinct().ToList() is { Count: > 0 } units
            ? verb + Wording.List(units, 6, summary.Heading.IsArea ? "个" : "家") : "";
        string[] parts = [Names(ChangeKind.Added, "增补"), Names(ChangeKind.Corrected, "更正"), Names(ChangeKind.Removed, "退出"), Names(ChangeKind.State, "报送状态变化")];
        var told = parts.Where(part => part.Length > 0).ToList();
        return $"较第{version - 1}版：{(told.Count > 0 ? string.Join("；", told) : summary.Changes.Count > 0 ? string.Join("；", summary.Changes.Take(3).Select(change => $"{change.What}由{change.Before}变为{change.After}")) : "数据未变，催报、签收等依据材料有更新")}";
    }

    /// <summary>提出已3周; 本周提出.</summary>
    public static string Open(Summary summary, MatterLine matter) => summary.WeekNumber - matter.WeekNumber is > 0 and var weeks ? $"提出已{weeks}周" : "本周提出";

    /// <summary>How the season before stood: 上年同期（第3周）; empty where it is not known.</summary>
    public static string LastSeason(Summary summary) => summary.LastSeason is not { } last ? ""
        : $"与{last.Season}年度比较：" + string.Join("；",
            summary.Headlines.Select(headline => (headline, Line: last.Lines.FirstOrDefault(line => line.Label == headline.Label)))
            .Where(each => each.Line?.Season is > 0)
            .Select(each => $"{each.headline.Label}累计{Against(each.headline.Season, each.Line!.Season!.Value)}"));

    private static string Against(long now, long then) => now == then ? "持平"
        : $"{(now > then ? "增加" : "减少")}{Wording.Number(Math.Abs(now - then))}（{(now > then ? "增长" : "下降")}{Rate(now - then, then)}）";

    /// <summary>Whole percents; below one with a decimal.</summary>
    private static string Rate(long change, long before)
    {
        var rate = Math.Abs((decimal)change / before);
        return rate.ToString(rate < 0.01m ? "0.0%" : "0%", CultureInfo.InvariantCulture);
    }

    private static string Signed(long change) => change.ToString("+#,##0;-#,##0", CultureInfo.InvariantCulture);
}
