using System.Globalization;
using ReliefFunctions.Core.Campaigns;
using ReliefFunctions.Core.Summaries.Figures;
using ReliefFunctions.Core.Summaries.Sentences;
using ReliefFunctions.Core.WeeklyReports;

namespace ReliefFunctions.Core.Summaries.Sheets;

/// <summary>说明: what the figures rest on, so that each can be traced and the file be made again.</summary>
internal static class NotesSheet
{
    public static void Write(SheetWriter sheet, Summary summary, SummaryStamp stamp)
    {
        const int columns = 7;
        const double Name = 16, Hash = 50, Rest = 13 + 9 + 9 + 15 + 16 + Hash;
        var zone = summary.Heading.Zone();
        string At(DateTimeOffset at) => LocalTime.In(at, zone).ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture);
        sheet.Widths(1, Name, 13, 9, 9, 15, 16, Hash);
        sheet.Scaled();
        sheet.Title(1, columns, $"{summary.Heading.Name}工作调度汇总编制说明", $"填报单位：{summary.Heading.Office}", Wording.Period(summary), 16);
        var row = 3;
        sheet.Heading(row++, columns, "一、编制");
        (string, string)[] facts =
        [
            ("专项行动", $"{summary.Heading.CampaignName}（{summary.Heading.Scope}，{summary.Heading.Season}）"),
            ("期间", $"{Wording.Name(summary)}，截至 {summary.Week}（{summary.First:yyyy-MM-dd} 至 {summary.Last:yyyy-MM-dd}），报送截止 {At(summary.Due)}"),
            ("版次", $"第{stamp.Version}版{(summary.PreviousHash is { } previous ? $"，替代输入指纹为 {previous} 的版本" : "")}"),
            ("制表时间、数据截止", $"{At(stamp.GeneratedAt)}（{summary.Heading.TimeZone}）"),
            ("最后一笔数据", summary.LastInputAt is { } last ? At(last) : "无"),
            ("程序版本", stamp.Build),
            ("表样、政策版本", $"调度表第{summary.FormVersion}版；巡查政策{(summary.Heading.IsArea ? "由各区县各定" : $"第{summary.PolicyVersion}版")}"),
            ("未审核占比",
                $"{Wording.Percent(summary.Reporting.UnacceptedShare)}（已报{Wording.Number(summary.Reporting.Reported)}{Wording.Measure(summary)}，已审核{Wording.Number(summary.Reporting.Accepted)}{Wording.Measure(summary)}）"),
            ("明细", summary.Heading.IsArea
                ? "见各区县汇总"
                : summary.DetailLines <= SummaryDetail.RowBudget
                ? $"共{summary.DetailLines}行，见工作表“{SummaryDetail.Sheet}”"
                : $"共{summary.DetailLines}行，超过{SummaryDetail.RowBudget}行，另册下载（同一地址的 detail）"),
            ("输入指纹", $"{summary.InputHash}（SHA-256；输入相同则指纹与各表单元格相同）"),
        ];
        var first = row;
        foreach (var (name, value) in facts)
        {
            sheet.Text(row, 1, name);
            sheet.Text(row, 2, value);
            sheet.Merge(row, 2, row, columns);
            sheet.Fit(row, 11, (value, Rest), (name, Name));
            row++;
        }

        sheet.Body(first, row - 1, columns);
        sheet.Left(first, row - 1, 2);
        row++;
        sheet.Heading(row++, columns, "二、口径");
        string[] rules =
        [
            .. summary.Heading.IsArea ? new[] { "区县相加：只加各区县汇总的下列版本，不取原始报表；没有汇总的区县不计入并逐一列出；期末数在区县之间相加，不跨周相加；比率由合计数求得，不取各区县比率的平均；签收用时中位数按全部通知计。" } : [],
            "1．计入口径：取各单位最新一次提交或审核通过的版本；被退回的取此前最近一次审核通过的版本，没有的不计入。",
            "2．首接单位计人数，移交接收（B15）不重复计入合计；联合巡查由牵头单位计1次。",
            "3．发生数（流量）逐周相加；期末数（存量）不跨周相加，取各单位最近一次填报数，本期未填的结转并标△；阶段和全季取期末数。",
            "4．空白（已报未填）、零、未报三者不同；未到截止时间的为进行中，不计未报；报送率、按时率分母为开周时的应报名单，救助管理站不计入。",
            "5．应巡次数按每日20时有效的巡查强度逐周折算取整，20时以后下发的自次日起计；【通联测试】不计。",
            "6．达标＝巡查、夜巡次数和指令要求的村（社区）、重点点位覆盖均达到；已知有一项不足即未达标；没有数据的为无法核定。表样没有重点点位巡查遍数的，遍数不核定。",
            "7．迟报、超时签收按印出的截止时间计整分钟；签收用时为指令下发至签收的整分钟数（进一），中位数只计已签收的。",
            "8．督办：重大情况、未签收、未报、退回未重报、漏排查、漏巡、次数不足、签收未巡；关注：迟报、超时签收、无书面交接、线索未处置、隐患超过一周未整改、填报空白。",
            $"9．最低气温取各日预报的最低值，没有预报的取预警信号所述，来源：{(summary.MinimumSources.Count > 0 ? string.Join("、", summary.MinimumSources) : "无数据")}。",
            "10．签收未巡：签收加强以上指令后，应答该指令的一周（20时以后签收的自次日起）报表中街面巡查填0；空白、未报的为无法核定。",
        ];
        foreach (var rule in rules) sheet.Paragraph(row++, columns, rule);
        row++;
        sheet.Heading(row++, columns, "三、任一数字怎样追到原件");
        foreach (var step in Steps(summary)) sheet.Paragraph(row++, columns, step);
        row++;
        sheet.Heading(row++, columns, summary.Heading.IsArea
            ? "四、输入（各区县汇总的版本）"
            : summary.Heading.Kind == PeriodKind.Week
            ? "四、本周输入（各单位计入版本）"
            : "四、输入（各单位各周计入版本的总指纹）");
        string[] heads = summary.Heading.IsArea ? ["区县", "区划代码", "状态", "计入版本", "编制时间", "审核", "内容指纹（SHA-256）"]
            : ["单位", "单位代码", "状态", "计入版本", "该版报送时间", "填报人／审核人", "内容指纹（SHA-256）"];
        sheet.Heads(row++, heads);
        first = row;
        foreach (var unit in summary.Units)
        {
            row = sheet.Next(row, SheetWriter.HeightOf(10, (unit.Name, Name), (unit.Code, 13), (unit.Hash, Hash)), at => sheet.Heads(at, heads));
            sheet.Text(row, 1, unit.Name);
            sheet.Text(row, 2, unit.Code);
            sheet.Text(row, 3, TotalsSheet.StateOf(summary, unit));
            if (unit.Version is { } version) sheet.Number(row, 4, version);
            else sheet.Text(row, 4, "—");
            sheet.Moment(row, 5, unit.SubmittedAt ?? (summary.Heading.IsArea ? unit.ReceivedAt : null));
            sheet.Text(row, 6, summary.Heading.IsArea ? unit.IsCounted ? unit.Accepted ? "已审核" : "待审核" : "—"
                : unit.FilledBy is null && unit.ReviewedBy is null ? "—" : $"{unit.FilledBy ?? "—"}／{unit.ReviewedBy ?? "—"}");
            sheet.Link(row, 1, $"'{SummaryWorkbook.Totals}'!{TotalsSheet.CellOf(summary, unit)}");
            if (Original(summary, stamp, unit) is { } original) sheet.Link(row, 4, original);
            sheet.Text(row, 7, unit.Hash);
            sheet.Fit(row, 10, (unit.Name, Name), (unit.Code, 13), (unit.Hash, Hash));
            row++;
        }

        Small(sheet, first, row - 1, columns);
        row++;
        sheet.Heading(row++, columns, "五、累计所用各周（以前各周不重新编制，只列所用版本）");
        void WeekHeads(int at)
        {
            sheet.Heads(at, "周次", "年周", "应报", "已报", "起止", "", "各单位计入版本；总指纹（SHA-256）");
            sheet.Merge(at, 5, at, 6);
        }

        WeekHeads(row++);
        first = row;
        foreach (var week in summary.Trend)
        {
            var versions = Versions(summary, week) + "\n" + week.ReportsHash;
            row = sheet.Next(row, SheetWriter.HeightOf(10, (versions, Hash)), WeekHeads);
            sheet.Text(row, 1, $"第{week.Number}周");
            sheet.Text(row, 2, week.Week.ToString());
            sheet.Number(row, 3, week.Expected);
            sheet.Number(row, 4, week.Reported);
            sheet.Text(row, 5, $"{Wording.Day(week.First)}—{Wording.Day(week.Last)}");
            sheet.Merge(row, 5, row, 6);
            sheet.Text(row, 7, versions);
            sheet.Fit(row, 10, (versions, Hash));
            row++;
        }

        Small(sheet, first, row - 1, columns);
        sheet.Repeat(2);
    }

    /// <summary>Where the file that a unit handed in lies, for whom has a key; null where there is none, or the deployment has no address.</summary>
    private static string? Original(Summary summary, SummaryStamp stamp, UnitLine unit) =>
        stamp.Site is not { Length: > 0 } site || unit.Version is not { } version || summary.Heading.IsArea || summary.Heading.Kind != PeriodKind.Week ? null
        : $"{site.TrimEnd('/')}/{ReportEndpoints.VersionTemplate}/original".Replace("{district}", summary.Heading.Scope, StringComparison.Ordinal)
            .Replace("{season}", summary.Heading.Season, StringComparison.Ordinal).Replace("{week}", summary.Week.ToString(), StringComparison.Ordinal)
            .Replace("{unit}", unit.Code, StringComparison.Ordinal)
                .Replace("{version}", version.ToString(CultureInfo.InvariantCulture), StringComparison.Ordinal);

    /// <summary>From a figure to the file that a unit handed in, in words that an auditor can follow.</summary>
    private static IEnumerable<string> Steps(Summary summary)
    {
        string Address(string template) =>
            "/" + template.Replace("{district}", summary.Heading.Scope, StringComparison.Ordinal)
                .Replace("{season}", summary.Heading.Season, StringComparison.Ordinal);
        yield return $"1．在“{SummaryWorkbook.Totals}”找到数字所在的行（{(summary.Heading.IsArea ? "区县" : "单位")}）和列（字段代码）；小计、总计是公式，点开单元格即见相加的各行。";
        if (summary.Heading.IsArea)
        {
            yield return $"2．在下面第四节查该区县计入的版次，下载该区县同一期该版的汇总（{Address(SummaryEndpoints.FileTemplate).Replace(summary.Heading.Scope, "区划代码", StringComparison.Ordinal).Replace("{period}", "期次", StringComparison.Ordinal).Replace("{version}", "版次", StringComparison.Ordinal).Replace("{format}", "download", StringComparison.Ordinal)}），再按其“{SummaryWorkbook.Notes}”追到单位原件。";
            yield break;
        }

        string Version(string template) =>
            Address(template).Replace("{week}", "年周", StringComparison.Ordinal).Replace("{unit}", "单位代码", StringComparison.Ordinal)
                .Replace("{version}", "版本", StringComparison.Ordinal);
        yield return "2．在下面第四节（本周）、第五节（以前各周）查该单位的单位代码、年周、计入版本和内容指纹。";
        yield return $"3．打开 {Version(ReportEndpoints.VersionTemplate)}，即见该版各项数字、何人何时报送，其 hash 应与第四节的内容指纹一致；地址后加 /original 即下载单位交来的原件。";
        yield return "4．需持领导小组办公室或领导的访问密钥；每次下载都有记录。";
    }

    /// <summary>第1版22家；第2版：清溪街道。 The version that most have is counted, the others are named.</summary>
    private static string Versions(Summary summary, WeekLine week)
    {
        var names = summary.Units.ToDictionary(unit => unit.Code, unit => unit.Name);
        var groups = week.Versions.GroupBy(pair => pair.Value, pair => names.GetValueOrDefault(pair.Key, pair.Key)).OrderByDescending(group => group.Count())
            .ThenBy(group => group.Key).ToList();
        return string.Join("；", groups.Select((group, i) => i == 0 ? $"第{group.Key}版{group.Count()}家" : $"第{group.Key}版：{string.Join("、", group)}"));
    }

    private static void Small(SheetWriter sheet, int fromRow, int toRow, int columns)
    {
        sheet.Body(fromRow, toRow, columns);
        sheet.Style(fromRow, 1, toRow, columns, look => look with { Size = 10 });
    }
}
