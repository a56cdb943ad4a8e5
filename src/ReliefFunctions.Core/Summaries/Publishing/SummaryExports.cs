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
        lines.Add(["单位代码", "单位", "状态", "计入版本", .. fields.Select(field => field.Unit.Length > 0 ? $"{field.Code} {field.Name}（{field.Unit}）" : $"{field.Code} {field.Name}")]);
        foreach (var unit in summary.Units)
        {
            lines.Add([unit.Code, unit.Name, TotalsSheet.StateOf(summary, unit), unit.Version?.ToString(CultureInfo.InvariantCulture) ?? "", .. fields.Select(field =>
                !field.IsOnFormOf(unit) ? TotalsSheet.NotOnForm
                : unit.Values is null ? TotalsSheet.Uncounted(summary, unit)
                : unit.Values[field.Code].ToString())]);
        }

        var totals = summary.TotalOf;
        lines.Add(["", "总计", "", "", .. fields.Select(field => field.Aggregation == Aggregation.Text ? "" : Wording.Number(totals[field.Code].Total))]);
        lines.Add(["", "本季累计", "", "", .. fields.Select(field => field.Aggregation == Aggregation.Text ? "" : Wording.Number(totals[field.Code].Season))]);
        return Texts.Csv.Write(lines);
    }

    /// <summary>The first page as one HTML document without scripts, readable on a phone.</summary>
    public static string Html(Summary summary, SummaryStamp stamp)
    {
        ArgumentNullException.ThrowIfNull(summary);
        ArgumentNullException.ThrowIfNull(stamp);
        var zone = summary.Heading.Zone();
        var body = new StringBuilder();
        foreach (var section in SummaryFrontPage.Sections(summary))
        {
            body.Append(CultureInfo.InvariantCulture, $"<h2>{Encode(section.Heading)}</h2>\n");
            if (section.HasHeadlines) body.Append(Headlines(summary));
            foreach (var line in section.Lines) body.Append(CultureInfo.InvariantCulture, $"<p>{Encode(line)}</p>\n");
        }

        return $$"""
            <!DOCTYPE html>
            <html lang="zh-CN">
            <head>
            <meta charset="utf-8">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <title>{{Encode(SummaryFrontPage.Title(summary))}}</title>
            <style>
            body{font:17px/1.7 -apple-system,"PingFang SC","Microsoft YaHei",sans-serif;margin:0 auto;max-width:46rem;padding:1rem;color:#1a1a1a;background:#fff}
            h1{font-size:1.2rem;text-align:center;line-height:1.5}h2{font-size:1.05rem;margin:1.2rem 0 .3rem}p{margin:.3rem 0}
            .meta{color:#555;font-size:.85rem;text-align:center}.scroll{overflow-x:auto}
            table{border-collapse:collapse;width:100%}th,td{border:1px solid #767676;padding:.3rem .5rem;text-align:right}th{background:#f0f0f0;font-weight:600}th[scope=row]{text-align:left}td,th[scope=col]{white-space:nowrap}
            </style>
            </head>
            <body>
            <main>
            <h1>{{Encode(SummaryFrontPage.Title(summary))}}</h1>
            <p class="meta">{{Encode(summary.Heading.Office)}}　制表、数据截止 {{Wording.Moment(stamp.GeneratedAt, zone)}}　第{{stamp.Version}}版</p>
            {{body}}</main>
            </body>
            </html>

            """;
    }

    private static string Headlines(Summary summary)
    {
        static string Row(string tag, IEnumerable<string> cells) => string.Concat(cells.Select(cell => $"<{tag}>{Encode(cell)}</{tag[..2]}>"));

        // Over several weeks there is no week before, and no more than the period.
        var isWeek = summary.Heading.Kind == PeriodKind.Week;
        string[] heads = isWeek ? ["项目", "本周", "较上周", "累计"] : ["项目", Wording.Span(summary)];
        var rows = string.Concat(summary.Headlines.Select(RowOf));
        string RowOf(HeadlineFigure headline)
        {
            var total = summary.IsReported ? Wording.Number(headline.Total) : "—";
            return $"<tr><th scope=\"row\">{Encode(headline.Label)}（{Encode(headline.Unit)}）</th>{Row("td", isWeek ? [total, Wording.Change(summary, headline.Change), Wording.Number(headline.Season)] : [total])}</tr>\n";
        }

        return $"<div class=\"scroll\"><table>\n<tr>{Row("th scope=\"col\"", heads)}</tr>\n{rows}</table></div>\n";
    }

    private static string Encode(string text) => WebUtility.HtmlEncode(text);
}
