using System.Globalization;
using System.Security;
using System.Text;
using DocumentFormat.OpenXml;
using DocumentFormat.OpenXml.Packaging;
using ReliefFunctions.Core.Campaigns;
using ReliefFunctions.Core.Summaries.Figures;
using ReliefFunctions.Core.Summaries.Sentences;

namespace ReliefFunctions.Core.Summaries.Publishing;

/// <summary>
/// The bulletin (通报): what the first page says as one or two editable pages in the layout of GB/T 9704-2012, with the red head that the campaign names,
/// or none. Page 156 × 225 mm of text, 22 lines of 28 characters; title 小标宋 二号, body 仿宋 三号, headings 黑体 and 楷体, page numbers 宋体 四号.
/// </summary>
public static class Bulletin
{
    /// <summary>Media type of the file.</summary>
    public const string ContentType = "application/vnd.openxmlformats-officedocument.wordprocessingml.document";

    private const string Xiaobiaosong = "方正小标宋简体", Fangsong = "仿宋_GB2312", Heiti = "黑体", Kaiti = "楷体_GB2312", Songti = "宋体";

    private static readonly string[] Sides = ["top", "left", "bottom", "right", "insideH", "insideV"];

    /// <summary>Lines and characters of two pages, a few lines kept back, because fonts differ.</summary>
    private const int Lines = 38, LineCharacters = 28;

    /// <summary>Twips: the width of the text, and a line of 28 points.</summary>
    private const int TextWidth = 8844, Line = 560;

    private const string Ns =
        "http://schemas.openxmlformats.org/wordprocessingml/2006/main", RelationNs = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";

    /// <summary>The title: 关于花溪区“寒冬送温暖”专项救助行动第三周工作情况的通报.</summary>
    public static string TitleOf(Summary summary) => $"关于{summary.Heading.Name}“寒冬送温暖”专项救助行动{Wording.Name(summary)}工作情况的通报";

    /// <summary>The .docx file.</summary>
    public static byte[] Write(Summary summary, SummaryStamp stamp)
    {
        ArgumentNullException.ThrowIfNull(summary);
        ArgumentNullException.ThrowIfNull(stamp);
        using var stream = new MemoryStream();
        using (var document = WordprocessingDocument.Create(stream, WordprocessingDocumentType.Document))
        {
            var main = document.AddMainDocumentPart();
            Feed(main.AddNewPart<StyleDefinitionsPart>("rIdStyles"), Styles);
            Feed(main.AddNewPart<FontTablePart>("rIdFonts"), Fonts);
            Feed(main.AddNewPart<DocumentSettingsPart>("rIdSettings"), Settings);
            Feed(main.AddNewPart<FooterPart>("rIdOdd"), Footer(odd: true));
            Feed(main.AddNewPart<FooterPart>("rIdEven"), Footer(odd: false));
            Feed(main, $"""
                <w:document xmlns:w="{Ns}" xmlns:r="{RelationNs}"><w:body>{Body(summary, stamp)}
                <w:sectPr><w:footerReference w:type="default" r:id="rIdOdd"/><w:footerReference w:type="even" r:id="rIdEven"/><w:pgSz w:w="11906" w:h="16838"/>
                <w:pgMar w:top="2098" w:right="1474" w:bottom="1984" w:left="1588" w:header="851" w:footer="1588" w:gutter="0"/><w:docGrid w:type="lines" w:linePitch="579"/></w:sectPr></w:body></w:document>
                """);
            document.PackageProperties.Title = TitleOf(summary);
            document.PackageProperties.Creator = summary.Heading.Office;
        }

        return stream.ToArray();
    }

    private static string Body(Summary summary, SummaryStamp stamp)
    {
        var (page, zone, body, room) = (FrontPage.Of(summary, stamp), summary.Heading.Zone(), new StringBuilder(), Lines);
        var day = LocalTime.In(stamp.GeneratedAt, zone);
        var date = string.Create(CultureInfo.InvariantCulture, $"{day.Year}年{day.Month}月{day.Day}日");
        if (summary.Heading.BulletinHead is { Length: > 0 } head)
        {
            body.Append(Head(head, $"第{summary.WeekNumber}期", page.Office, date));
            room -= 6;
        }

        var title = TitleOf(summary);
        body.Append(Paragraph([new(title, Xiaobiaosong, 44)], indent: false, centred: true, line: 640)).Append(Paragraph([], indent: false));
        room -= 2 + (int)Math.Ceiling(title.Length / 20.0);

        // What must stand, then what there is room for.
        List<Part> parts = [new([new(page.Conclusion, Fangsong)])];
        var table = page.Data.Count > 0 ? page.Data.Count + 1 : 0;
        var heads = page.Headings.Take(4).ToList();
        var next = page.Next.Select(line => new Part([new(Wording.Clauses(line, 100), Fangsong)])).ToList();
        room -= parts.Sum(part => part.Lines) + table + heads.Count + 4 + next.Sum(part => part.Lines);
        var concerns = Fitting(page.Concerns.Select((row, i) => Concern(row, i)).ToList(), ref room, least: 1, row => $"其他{row}类问题见汇总表。");
        var decisions = Fitting(page.Decisions.Select((row, i) => Decision(row, i)).ToList(), ref room, least: 1, row => $"其他{row}项见汇总表。");
        var notes = Fitting([.. page.Parts.Concat(page.Notes).Select(note => new Part([new(note, Fangsong)]))], ref room, least: 0, null);

        foreach (var part in parts) body.Append(part.Xml);
        void Section(string heading, IReadOnlyList<Part> under)
        {
            body.Append(Paragraph([new(heading, Heiti)], keep: true));
            foreach (var part in under.Count > 0 ? under : [new Part([new("无。", Fangsong)])]) body.Append(part.Xml);
        }

        Section(heads[0], concerns);
        Section(heads[1], decisions);
        body.Append(Paragraph([new(heads[2], Heiti)], keep: true));
        if (table > 0) body.Append(Table(summary, page));
        foreach (var part in notes) body.Append(part.Xml);
        Section(heads[3], next);
        body.Append(Paragraph([], indent: false))
            .Append(Signature(page.Office, 4))
            .Append(Signature(date, 4))
            .Append(Paragraph([new($"（{page.Stamp.Replace("　", "，", StringComparison.Ordinal)}）", Kaiti, 24)], indent: true));
        return body.ToString();
    }

    private static Part Concern(ConcernRow row, int index) =>
        new([new($"（{Wording.Chinese(index + 1)}）{row.What}。", Kaiti), new($"{row.Within(60)}。{row.Since}，责任人：{row.Who}。", Fangsong)]);

    private static Part Decision(DecisionRow row, int index)
    {
        // One sentence asks for both when neither was decided.
        var asked = (row.Owner, row.Due) is ("请领导明确", "请领导明确") ? "请领导明确责任单位和办结时限" : $"责任单位：{row.Owner}，时限：{row.Due}";
        return new([new($"（{Wording.Chinese(index + 1)}）{row.Unit}提出：", Kaiti), new($"{row.Text.TrimEnd('。')}。{asked}（{row.Open}）。", Fangsong)]);
    }

    /// <summary>As many parts as fit into the room, and no fewer than asked for; a word on the rest.</summary>
    private static List<Part> Fitting(List<Part> parts, ref int room, int least, Func<int, string>? rest)
    {
        var (budget, taken) = (Math.Max(0, room), new List<Part>());
        foreach (var part in parts)
        {
            if (taken.Count >= least && taken.Sum(each => each.Lines) + part.Lines > budget) break;
            taken.Add(part);
        }

        if (rest is not null && taken.Count < parts.Count) taken.Add(new Part([new(rest(parts.Count - taken.Count), Fangsong)]));
        room -= taken.Sum(each => each.Lines);
        return taken;
    }

    /// <summary>The head in red over a red line: as big as the width allows, and no bigger than 小初.</summary>
    private static string Head(string text, string number, string office, string date)
    {
        var line = $"{number}　{office}　{date}";
        var size = Math.Min(72, (int)(TextWidth / 10.0 / Math.Max(1, text.Length)));
        return $"""
            {Paragraph([new(text, Xiaobiaosong, size, "FF0000")], indent: false, centred: true, line: size * 14)}
            {Paragraph([new(line, Fangsong, Math.Min(28, TextWidth / 10 / line.Length))], indent: false, centred: true, border: true)}
            {Paragraph([], indent: false)}
            """;
    }

    /// <summary>A line at the right, so many characters in.</summary>
    private static string Signature(string text, int characters) => $"""
        <w:p><w:pPr><w:spacing w:line="{Line}" w:lineRule="exact"/><w:ind w:rightChars="{characters * 100}" w:right="{characters * 320}"/><w:jc w:val="right"/></w:pPr>{RunXml(new(text, Fangsong))}</w:p>
        """;

    private static string Table(Summary summary, FrontPage page)
    {
        var isWeek = summary.Heading.Kind == PeriodKind.Week;
        List<string[]> rows = [["项目", Wording.Span(summary), .. isWeek
            ? ["较上周", "累计"]
            : Array.Empty<string>(), .. summary.LastSeason is null
            ? Array.Empty<string>()
            : ["上年同期"]]];
        rows.AddRange(page.Data.Select(
            row => (string[])[row.Label, row.Total, .. isWeek
                ? [row.Change, row.Season]
                : Array.Empty<string>(), .. row.LastSeason is { } last
                ? [last]
                : Array.Empty<string>()]));
        // The names and the changes are the long ones.
        int[] shares = rows[0].Length switch { 2 => [60, 40], 3 => [50, 25, 25], 4 => [41, 15, 26, 18], _ => [41, 12, 24, 12, 11] };
        int Width(int column) => TextWidth * shares[column] / 100;
        string Cell(string text, int row, int column) => $"""
            <w:tc><w:tcPr><w:tcW w:w="{Width(column)}" w:type="dxa"/><w:vAlign w:val="center"/></w:tcPr><w:p><w:pPr><w:snapToGrid w:val="0"/><w:spacing w:line="340" w:lineRule="exact"/><w:jc w:val="center"/></w:pPr>{RunXml(new(text, row == 0 ? Heiti : Fangsong, 22))}</w:p></w:tc>
            """;
        var borders = string.Concat(Sides.Select(side => $"""<w:{side} w:val="single" w:sz="4" w:space="0" w:color="000000"/>"""));
        return $"""
            <w:tbl><w:tblPr><w:tblW w:w="{TextWidth}" w:type="dxa"/><w:jc w:val="center"/><w:tblBorders>{borders}</w:tblBorders><w:tblLayout w:type="fixed"/></w:tblPr>
            <w:tblGrid>{string.Concat(rows[0].Select((_, column) => $"""<w:gridCol w:w="{Width(column)}"/>"""))}</w:tblGrid>
            {string.Concat(rows.Select((cells, row) => $"""<w:tr><w:trPr><w:cantSplit/><w:trHeight w:val="480" w:hRule="exact"/>{(row == 0 ? "<w:tblHeader/>" : "")}</w:trPr>{string.Concat(cells.Select((text, column) => Cell(text, row, column)))}</w:tr>"""))}</w:tbl>
            """;
    }

    private static string Paragraph(IReadOnlyList<Run> runs, bool indent = true, bool centred = false, int line = Line, bool border = false, bool keep = false) => $"""
        <w:p><w:pPr>{(keep ? "<w:keepNext/>" : "")}{(border ? """<w:pBdr><w:bottom w:val="single" w:sz="18" w:space="1" w:color="FF0000"/></w:pBdr>""" : "")}<w:spacing w:line="{line}" w:lineRule="exact"/>{(indent ? """<w:ind w:firstLineChars="200" w:firstLine="640"/>""" : "")}<w:jc w:val="{(centred ? "center" : "both")}"/></w:pPr>{string.Concat(runs.Select(RunXml))}</w:p>
        """;

    private static string RunXml(Run run) => $"""
        <w:r><w:rPr><w:rFonts w:hint="eastAsia" w:ascii="{run.Font}" w:hAnsi="{run.Font}" w:eastAsia="{run.Font}"/>{(run.Colour is { } colour ? $"""<w:color w:val="{colour}"/>""" : "")}<w:spacing w:val="-5"/><w:sz w:val="{run.Size}"/><w:szCs w:val="{run.Size}"/></w:rPr><w:t xml:space="preserve">{SecurityElement.Escape(Sheets.SheetWriter.Clean(run.Text))}</w:t></w:r>
        """;

    private static string Footer(bool odd) => $"""
        <w:ftr xmlns:w="{Ns}"><w:p><w:pPr><w:snapToGrid w:val="0"/><w:ind {(odd ? """w:rightChars="100" w:right="280" """ : """w:leftChars="100" w:left="280" """)}/><w:jc w:val="{(odd ? "right" : "left")}"/></w:pPr>
        {FooterRun("<w:t xml:space=\"preserve\">— </w:t>")}{FooterRun("<w:fldChar w:fldCharType=\"begin\"/>")}{FooterRun("<w:instrText xml:space=\"preserve\"> PAGE </w:instrText>")}{FooterRun("<w:fldChar w:fldCharType=\"separate\"/>")}{FooterRun("<w:t>1</w:t>")}{FooterRun("<w:fldChar w:fldCharType=\"end\"/>")}{FooterRun("<w:t xml:space=\"preserve\"> —</w:t>")}</w:p></w:ftr>
        """;

    private static string FooterRun(string content) =>
        $"""<w:r><w:rPr><w:rFonts w:ascii="{Songti}" w:hAnsi="{Songti}" w:eastAsia="{Songti}"/><w:sz w:val="28"/><w:szCs w:val="28"/></w:rPr>{content}</w:r>""";

    private static string Styles => $"""
        <w:styles xmlns:w="{Ns}"><w:docDefaults><w:rPrDefault><w:rPr><w:rFonts w:ascii="{Fangsong}" w:hAnsi="{Fangsong}" w:eastAsia="{Fangsong}"/><w:sz w:val="32"/><w:szCs w:val="32"/><w:lang w:val="en-US" w:eastAsia="zh-CN"/></w:rPr></w:rPrDefault><w:pPrDefault/></w:docDefaults>
        <w:style w:type="paragraph" w:default="1" w:styleId="Normal"><w:name w:val="Normal"/><w:qFormat/></w:style></w:styles>
        """;

    private static string Fonts => $"""
        <w:fonts xmlns:w="{Ns}">{string.Concat(new[] { (Xiaobiaosong, "小标宋"), (Fangsong, "仿宋"), (Kaiti, "楷体"), (Heiti, "SimHei"), (Songti, "SimSun") }.Select(font => $"""<w:font w:name="{font.Item1}"><w:altName w:val="{font.Item2}"/><w:charset w:val="86"/></w:font>"""))}</w:fonts>
        """;

    private static string Settings => $"""
        <w:settings xmlns:w="{Ns}"><w:evenAndOddHeaders/><w:compat><w:compatSetting w:name="compatibilityMode" w:uri="http://schemas.microsoft.com/office/word" w:val="15"/></w:compat></w:settings>
        """;

    private static void Feed(OpenXmlPart part, string xml)
    {
        using var stream = new MemoryStream(Encoding.UTF8.GetBytes("""<?xml version="1.0" encoding="UTF-8" standalone="yes"?>""" + xml));
        part.FeedData(stream);
    }

    /// <summary>Text in one font; size in half points.</summary>
    private sealed record Run(string Text, string Font, int Size = 32, string? Colour = null);

    /// <summary>A paragraph of the body and the lines that it takes.</summary>
    private sealed record Part(IReadOnlyList<Run> Runs)
    {
        public int Lines { get; } = (int)Math.Ceiling((Runs.Sum(run => WidthOf(run.Text)) + 2) / LineCharacters);

        /// <summary>In characters of Chinese; a digit or letter is more than half of one in the fonts of some programs.</summary>
        private static double WidthOf(string text) => text.EnumerateRunes().Sum(rune => rune.Value < 0x80 ? 0.62 : 1);

        public string Xml => Paragraph(Runs);
    }
}
