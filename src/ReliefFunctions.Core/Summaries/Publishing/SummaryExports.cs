using System.Globalization;
using System.Net;
using System.Text;
using ReliefFunctions.Core.Storage;
using ReliefFunctions.Core.Summaries.Figures;
using ReliefFunctions.Core.Summaries.Sheets;
using ReliefFunctions.Core.Summaries.Sentences;
using ReliefFunctions.Core.WeeklyReports.Forms;

namespace ReliefFunctions.Core.Summaries.Publishing;

/// <summary>The same figures for other programs and for the phone.</summary>
public static class SummaryExports
{
    /// <summary>JSON in UTF-8.</summary>
    public static byte[] Json(Summary summary, SummaryStamp stamp) => Encoding.UTF8.GetBytes(StoredJson.Write(new SummaryDocument(stamp, summary)));

    /// <summary>CSV: a line for each unit and the total, a column for each field. Blank stays empty; 未报 and ／ (not on the form) stand as such.</summary>
    public static byte[] Csv(Summary summary)
    {
        ArgumentNullException.ThrowIfNull(summary);
        var (lines, fields) = (new List<IEnumerable<string>>(), summary.Columns);
        lines.Add(["单位代码", "单位", "状态", "计入版本",
            .. fields.Select(field => field.Unit.Length > 0 ? $"{field.Code} {field.Name}（{field.Unit}）" : $"{field.Code} {field.Name}")]);
        foreach (var unit in summary.Units)
        {
            lines.Add([unit.Code, unit.Name, TotalsSheet.StateOf(summary, unit), unit.Version?.ToString(CultureInfo.InvariantCulture)
                ?? "", .. fields.Select(field =>
                !field.IsOnFormOf(unit) ? TotalsSheet.NotOnForm
                : unit.Values?[field.Code] is { IsFilled: true } value ? value.ToString()
                : unit.Carried.TryGetValue(field.Code, out var carried) ? carried.ToString(CultureInfo.InvariantCulture) + TotalsSheet.CarriedMark
                : unit.Values is null ? TotalsSheet.Uncounted(summary, unit) : "")]);
        }

        var totals = summary.TotalOf;
        lines.Add(["", "总计", "", "",
            .. fields.Select(field => field.Aggregation == Aggregation.Text ? "" : totals[field.Code].Total.ToString(CultureInfo.InvariantCulture))]);
        lines.Add(["", "本季累计", "", "",
            .. fields.Select(field => field.Aggregation == Aggregation.Text ? "" : totals[field.Code].Season.ToString(CultureInfo.InvariantCulture))]);
        return Texts.Csv.Write(lines);
    }

    /// <summary>
    /// The first page as one HTML document without scripts: on a phone a page to scroll, from a browser's printer a bulletin on A4 with the margins of
    /// GB/T 9704-2012.
    /// </summary>
    public static string Html(Summary summary, SummaryStamp stamp)
    {
        ArgumentNullException.ThrowIfNull(summary);
        var page = FrontPage.Of(summary, stamp);
        var body = new StringBuilder();
        void Heading(int index) => body.Append(CultureInfo.InvariantCulture, $"<h2>{Encode(page.Headings[index])}</h2>\n");
        void Lines(IEnumerable<string> lines)
        {
            foreach (var line in lines) body.Append(CultureInfo.InvariantCulture, $"<p>{Encode(line)}</p>\n");
        }

        body.Append(CultureInfo.InvariantCulture, $"<p class=\"lead\">{Encode(page.Conclusion)}</p>\n");
        if (page.Changed is { } changed) body.Append(CultureInfo.InvariantCulture, $"<p class=\"changed\">{Encode(changed)}</p>\n");
        Heading(0);
        if (page.Concerns.Count == 0) Lines(["无。"]);
        else body.Append(Table(["问题", "单位及情况", "起始", "责任人"], page.Concerns.Select(row => (string[])[row.What, row.Units, row.Since, row.Who]), "words"));
        Heading(1);
        if (page.Decisions.Count == 0)
        {
            Lines(["无。"]);
        }
        else
        {
            body.Append(Table(["提出单位", "事项", "责任单位", "时限", "已提出"], page.Decisions.Select(row => (string[])[row.Unit, row.Text, row.Owner, row.Due, row.Open]),
                "words"));
        }

        if (page.MoreDecisions > 0) Lines([$"另有{page.MoreDecisions}项未办结。"]);
        Heading(2);
        if (page.Data.Count > 0) body.Append(Data(summary, page));
        Lines([.. page.Notes, .. page.Parts]);
        Heading(3);
        Lines(page.Next);
        body.Append("<section class=\"standings\">");
        Heading(4);
        body.Append("<ul class=\"grid\">");
        foreach (var line in page.Grid)
        {
            var (sign, name) = Phrases.Sign(line.Standing);
            body.Append(CultureInfo.InvariantCulture,
                $"<li class=\"s{(int)line.Standing}\"><span aria-hidden=\"true\">{sign}</span> {Encode(line.Unit)}<span class=\"hidden\">：{name}</span></li>");
        }

        body.Append("</ul>\n<p class=\"meta\">✕督办　△关注　？无法核定　…进行中　○正常</p></section>\n");
        return $$$"""
            <!DOCTYPE html>
            <html lang="zh-CN">
            <head>
            <meta charset="utf-8">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <title>{{{Encode(page.Title)}}}</title>
            <style>
            body{font:17px/1.7 -apple-system,"PingFang SC","Microsoft YaHei",sans-serif;margin:0 auto;max-width:46rem;padding:1rem;color:#1a1a1a;background:#fff}
            h1{font-size:1.2rem;text-align:center;line-height:1.5}h2{font-size:1.05rem;margin:1.2rem 0 .3rem}p{margin:.3rem 0}.lead{font-weight:700}.changed{border-left:.3rem solid #767676;padding-left:.6rem}
            .meta{color:#555;font-size:.85rem;text-align:center}.scroll{overflow-x:auto}.hidden{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%)}
            table{border-collapse:collapse;width:100%}th,td{border:1px solid #767676;padding:.3rem .5rem;text-align:right}th{background:#f0f0f0;font-weight:600}th[scope=row]{text-align:left}.figures td,th[scope=col]{white-space:nowrap}
            .words td,.words th[scope=col]{text-align:left;vertical-align:top}
            .grid{list-style:none;margin:.3rem 0;padding:0;display:grid;grid-template-columns:repeat(auto-fill,minmax(9rem,1fr));gap:.3rem}.grid li{border:1px solid #767676;padding:.15rem .5rem;font-size:.9rem}
            .s0{background:#f4b6b0;font-weight:700}.s1{background:#ffe699}.s2{background:repeating-linear-gradient(45deg,#fff,#fff 6px,#ddd 6px,#ddd 8px)}.s4{background:#e2f0d9}
            @page{size:A4;margin:37mm 26mm 35mm 28mm}
            @media print{body{font:16pt/28pt FangSong,"仿宋","Noto Serif CJK SC",serif;max-width:none;padding:0}h1{font:22pt/32pt "方正小标宋简体",SimSun,serif;margin:0 0 .4rem}
            h2{font:16pt/28pt SimHei,"黑体",sans-serif;break-after:avoid;margin:.2rem 0 0}p{margin:0}.lead{font-weight:400;text-indent:2em}table,.meta{font-size:11pt;line-height:15pt}.grid li{font-size:10pt;line-height:13pt;padding:0 .3rem}
            th,td{padding:.1rem .3rem}tr,li{break-inside:avoid}.scroll{overflow:visible}.bulletin .standings,.long .standings,.longest .standings{display:none}
            .long,.long h2{font-size:14pt;line-height:22pt}.longest,.longest h2{font-size:12pt;line-height:17pt}.longest table{font-size:9.5pt;line-height:12pt}.longest h1{font-size:18pt;line-height:24pt}
            *{-webkit-print-color-adjust:exact;print-color-adjust:exact}}
            </style>
            </head>
            <body class="{{{PrintSize(page)}}}">
            <main>
            <h1>{{{Encode(page.Title)}}}</h1>
            <p class="meta">{{{Encode(page.Office)}}}　{{{Encode(page.Stamp)}}}</p>
            {{{body}}}</main>
            </body>
            </html>

            """;
    }

    /// <summary>
    /// How big it is printed, so that it takes two pages at the most: in the standard's 三号 with the grid of units, without it, and then smaller.
    /// </summary>
    private static string PrintSize(FrontPage page)
    {
        // Points of the page inside of its margins; a tenth is kept back, because fonts and the widths of columns differ.
        const double width = 439, room = 2 * 638 * 0.9;
        double Text(string text, double font, double line) => Math.Ceiling(Math.Max(1, SheetWriter.WidthOf(text) / 2 * font / width)) * line;
        double Rows(IEnumerable<IReadOnlyList<string>> rows, double font, double line) =>
            rows.Sum(row => Math.Ceiling(row.Sum(SheetWriter.WidthOf) / 2 * font / (width * 0.62)) * line + 5);
        double Height(double font, double line, double cell, double cellLine) =>
            120 + 5 * line
            + new[] { page.Conclusion, page.Changed ?? "" }.Concat(page.Notes).Concat(page.Parts).Concat(page.Next).Sum(text => Text(text, font, line))
            + Rows(page.Concerns.Select(row => (string[])[row.What, row.Units, row.Since, row.Who]), cell, cellLine)
            + Rows(page.Decisions.Select(row => (string[])[row.Unit, row.Text, row.Owner, row.Due, row.Open]), cell, cellLine)
            + (page.Data.Count + 3) * (cellLine + 5);
        var grid = 60 + Math.Ceiling(page.Grid.Count / 3.0) * 30;
        var standard = Height(16, 28, 11, 15);
        return standard + grid <= room ? "whole" : standard <= room ? "bulletin" : Height(14, 22, 11, 15) <= room ? "long" : "longest";
    }

    /// <summary>Over several weeks there is no week before, and no more than the period.</summary>
    private static string Data(Summary summary, FrontPage page)
    {
        var isWeek = summary.Heading.Kind == PeriodKind.Week;
        string[] heads = ["项目", Wording.Span(summary), .. isWeek
            ? ["较上周", "累计"]
            : Array.Empty<string>(), .. summary.LastSeason is null
            ? Array.Empty<string>()
            : ["上年同期"]];
        return Table(heads, page.Data.Select(row => (string[])
            [row.Label, row.Total, .. isWeek
                ? [row.Change, row.Season]
                : Array.Empty<string>(), .. row.LastSeason is { } last
                ? [last]
                : Array.Empty<string>()]), "figures");
    }

    private static string Table(string[] heads, IEnumerable<string[]> rows, string kind)
    {
        var text = new StringBuilder(
            $"<div class=\"scroll\"><table class=\"{kind}\">\n<tr>{string.Concat(heads.Select(head => $"<th scope=\"col\">{Encode(head)}</th>"))}</tr>\n");
        foreach (var row in rows)
        {
            text.Append(CultureInfo.InvariantCulture,
                $"<tr><th scope=\"row\">{Encode(row[0])}</th>{string.Concat(row.Skip(1).Select(cell => $"<td>{Encode(cell)}</td>"))}</tr>\n");
        }

        return text.Append("</table></div>\n").ToString();
    }

    private static string Encode(string text) => WebUtility.HtmlEncode(text);
}
