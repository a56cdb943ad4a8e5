using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;
using ClosedXML.Excel;
using ReliefFunctions.Core.WeeklyReports;
using ReliefFunctions.Core.WeeklyReports.Workbooks;

namespace ReliefFunctions.Tests.WeeklyReports;

/// <summary>
/// What people and attackers upload in place of a well-kept form. Each makes a file from the good one and names the errors it must be
/// refused with; none means that it must be read as the good report, or as <see cref="Reads"/> says.
/// </summary>
internal sealed record Upload(string Name, Func<byte[]> Make, params string[] Errors)
{
    public Func<ReportContent, ReportContent> Reads { get; init; } = content => content;

    /// <summary>The questions that it must be read with.</summary>
    public string[] Asks { get; init; } = [];

    private static readonly Lazy<byte[]> Good = new(() => Huaxi.Workbook(Huaxi.Good));
    private const string Sheet = "xl/worksheets/sheet1.xml";

    public static IReadOnlyList<Upload> All { get; } =
    [
        // Not workbooks.
        new("nothing", () => [], "empty-file"),
        new("text", () => "今日巡查12次"u8.ToArray(), "not-xlsx"),
        new("csv", () => "编码,本周\nA01,12\n"u8.ToArray(), "not-xlsx"),
        new("web page saved as a workbook", () => "\uFEFF <html><table></table></html>"u8.ToArray(), "not-xlsx"),
        new("spreadsheet of 2003 in XML", () => "<?xml version=\"1.0\"?><Workbook/>"u8.ToArray(), "not-xlsx"),
        new("pdf", () => "%PDF-1.7"u8.ToArray(), "not-a-workbook"),
        new("photo", () => [0xFF, 0xD8, 0xFF, 0xE0, 0, 16], "not-a-workbook"),
        new("screenshot", () => [0x89, (byte)'P', (byte)'N', (byte)'G', 13, 10], "not-a-workbook"),
        new("rar", () => "Rar!\x1A\x07"u8.ToArray(), "not-a-workbook"),
        new("7z", () => [(byte)'7', (byte)'z', 0xBC, 0xAF, 0x27, 0x1C], "not-a-workbook"),
        new("xls or et", () => Compound("Workbook"), "not-xlsx"),
        new("workbook with a password", () => Compound("EncryptedPackage"), "encrypted"),
        new("doc", () => Compound("WordDocument"), "not-a-workbook"),
        new("docx renamed", () => Zip(("[Content_Types].xml", "<Types/>"), ("word/document.xml", "<w/>")), "not-a-workbook"),
        new("pptx renamed", () => Zip(("[Content_Types].xml", "<Types/>"), ("ppt/presentation.xml", "<p/>")), "not-a-workbook"),
        new("ods", () => Zip(("mimetype", "application/vnd.oasis.opendocument.spreadsheet"), ("content.xml", "<o/>")), "not-xlsx"),
        new("xlsb", () => Zip(("[Content_Types].xml", "<Types/>"), ("xl/workbook.bin", "x")), "not-xlsx"),
        new("zip around the workbook", () => Zip(("调度表.xlsx", "x")), "not-a-workbook"),
        new("empty zip", () => Zip(), "not-a-workbook"),

        // Broken on the way.
        new("first half", () => Good.Value[..(Good.Value.Length / 2)], "damaged"),
        new("without the last bytes", () => Good.Value[..^30], "damaged"),
        new("zip header alone", () => "PK\x03\x04"u8.ToArray(), "damaged"),
        new("bytes flipped in the middle", () => Flipped(Good.Value), "damaged"),
        new("sheet cut off", () => Edit(Sheet, xml => xml[..(xml.Length / 2)]), "damaged"),
        new("sheet part missing", () => Package(parts => parts.Remove(Sheet)), "damaged"),
        new("relationships missing", () => Package(parts => parts.Remove("xl/_rels/workbook.xml.rels")), "damaged"),
        new("relationships malformed", () => Edit("xl/_rels/workbook.xml.rels", xml => xml[..^20]), "damaged"),
        new("workbook part is no XML", () => Edit("xl/workbook.xml", _ => "hello"), "damaged"),
        new("sheet of another vocabulary", () => Edit(Sheet, _ => "<html xmlns=\"http://www.w3.org/1999/xhtml\"/>"), "not-a-form"),

        // Hostile.
        new("bomb of one part", () => Package(parts => parts["xl/media/image1.bin"] = new byte[150_000_000]), "too-large"),
        new("bomb within the ratio", () => Package(parts => Noise(parts, 90, 1_300_000)), "too-large"),
        new("hundreds of parts", () => Package(parts => Many(parts, 250)), "too-large"),
        new("one part twice", Twice, "damaged"),
        new("document type in the sheet", () => Edit(Sheet, xml => Doctype(xml, "<!ENTITY a SYSTEM \"file:///etc/passwd\">")), "dtd"),
        new("billion laughs in the strings", () => Edit("xl/sharedStrings.xml", xml => Doctype(xml, "<!ENTITY a \"aaaaaaaaaa\"><!ENTITY b \"&a;&a;&a;&a;&a;\">")), "dtd"),
        new("document type in the relationships", () => Edit("_rels/.rels", xml => Doctype(xml, "")), "dtd"),
        new("document type behind a long comment", () => Edit(Sheet, xml => Doctype("<!--" + new string('x', 200_000) + "-->" + xml, "")), "dtd"),
        new("document type hidden by UTF-16", () => Package(parts => parts[Sheet] = [0xFF, 0xFE, .. Encoding.Unicode.GetBytes(Doctype(Text(parts[Sheet]), ""))]), "dtd"),
        new("a start tag of two megabytes", () => Edit(Sheet, xml => Replace(xml, "<x:sheetData>", "<x:sheetData " + string.Concat(Enumerable.Range(0, 200_000).Select(i => $"a{i}=\"\" ")) + ">")), "damaged"),
        new("an attribute without end", () => Edit(Sheet, xml => Replace(xml, "<x:sheetData>", $"<x:sheetData a=\"{new string('x', 2_000_000)}\">")), "damaged"),
        new("namespaces without number", () => Edit(Sheet, xml => Replace(xml, "<x:sheetData>", "<x:sheetData " + string.Concat(Enumerable.Range(0, 5_000).Select(i => $"xmlns:n{i}=\"urn:{i}\" ")) + ">")), "damaged"),
        new("elements nested without end", () => Edit(Sheet, xml => Replace(xml, "</x:sheetData>", string.Concat(Enumerable.Repeat("<x:a>", 200_000)) + "</x:sheetData>")), "damaged"),
        new("names without number", () => Edit(Sheet, xml => Replace(xml, "</x:sheetData>", string.Concat(Enumerable.Range(0, 100_000).Select(i => $"<x:n{i}/>")) + "</x:sheetData>")), "damaged"),
        new("relationships without number", () => Edit("xl/_rels/workbook.xml.rels", xml => Replace(xml, "</Relationships>", string.Concat(Enumerable.Range(0, 20_000).Select(i => $"<Relationship Id=\"y{i}\" Type=\"t\" Target=\"{i * 7919}.xml\"/>")) + "</Relationships>")), "damaged"),
        new("macros", () => Package(parts => parts["xl/vbaProject.bin"] = [1, 2, 3]), "macros"),
        new("macro-enabled by content type", () => Edit("[Content_Types].xml", xml => xml.Replace("spreadsheetml.sheet.main", "ms-excel.sheet.macroEnabled.main", StringComparison.Ordinal)), "macros"),
        new("macros of 1992", () => Package(parts => parts["xl/macrosheets/sheet1.xml"] = "<x/>"u8.ToArray()), "macros"),
        new("links to other workbooks", () => Package(parts => parts["xl/externalLinks/externalLink1.xml"] = "<x/>"u8.ToArray()), "external-links"),
        new("data connection", () => Package(parts => parts["xl/connections.xml"] = "<x/>"u8.ToArray()), "external-links"),
        new("picture fetched from outside", () => Edit("xl/_rels/workbook.xml.rels", xml => Relationship(xml, "http://x/image", "http://169.254.169.254/")), "external-links"),
        new("file embedded", () => Package(parts => parts["xl/embeddings/oleObject1.bin"] = [1]), "embedded-objects"),
        new("control embedded", () => Package(parts => parts["xl/activeX/activeX1.xml"] = "<x/>"u8.ToArray()), "embedded-objects"),
        new("endless shared strings", () => Edit("xl/sharedStrings.xml", xml => Replace(xml, "</x:sst>", string.Concat(Enumerable.Range(0, 300_000).Select(i => $"<x:si><x:t>{i * 7919} {i * 104729}a string {i}</x:t></x:si>")) + "</x:sst>")), "too-large"),
        new("endless text in the cells", () => Edit(Sheet, xml => Replace(xml, "</x:sheetData>", string.Concat(Enumerable.Range(100, 390).Select(row => $"<x:row r=\"{row}\">" + string.Concat(Enumerable.Range(0, 30).Select(_ => $"<x:c t=\"inlineStr\"><x:is><x:t>{RandomNumberGenerator.GetHexString(800)}</x:t></x:is></x:c>")) + "</x:row>")) + "</x:sheetData>")), "too-large"),
        new("names that climb out of the archive", () => Package(parts => parts["../../../../tmp/evil.xml"] = "<x/>"u8.ToArray()), []),

        // Clumsy, and to be read all the same.
        new("as generated", () => Good.Value),
        new("saved again by another program", () => Saved(_ => { })),
        new("saved by WPS", SavedByWps),
        new("columns resized and rows hidden", () => Saved(sheet => { sheet.Column(4).Width = 40; sheet.Rows(20, 30).Hide(); })),
        new("a row inserted above and one inside", () => Saved(sheet => { sheet.Unprotect(); sheet.Row(2).InsertRowsAbove(1); sheet.Row(30).InsertRowsAbove(1); })),
        new("a column inserted at the left", () => Saved(sheet => { sheet.Unprotect(); sheet.Column(1).InsertColumnsBefore(1); })),
        new("a column inserted before the entries", () => Saved(sheet => { sheet.Unprotect(); sheet.Column(4).InsertColumnsBefore(1); })),
        new("title retyped", () => Saved(sheet => sheet.Cell(2, 1).SetValue("花溪区调度表(青岩)"))),
        new("heading of the entries retyped", () => Saved(sheet => sheet.Cell(Row(sheet, "编码"), 4).SetValue("填在这里"))),
        new("sheet renamed", () => Saved(sheet => sheet.Name = "青岩镇")),
        new("sheets reordered and one added", () => Saved(sheet => { sheet.Workbook.AddWorksheet("草稿").Cell(1, 1).SetValue("A01"); sheet.Position = 3; })),
        new("copied into a new workbook", Copied),
        new("the same form twice", () => Saved(sheet => { sheet.CopyTo("二"); sheet.Name = "一"; })),
        new("main part of another name and folder", () => Package(parts =>
        {
            Move(parts, "xl/workbook.xml", "book/main.xml");
            Move(parts, "xl/_rels/workbook.xml.rels", "book/_rels/main.xml.rels");
            Change(parts, "_rels/.rels", xml => xml.Replace("/xl/workbook.xml", "book/./main.xml", StringComparison.Ordinal));
            Change(parts, "book/_rels/main.xml.rels", xml => xml.Replace("\"/xl/", "\"../xl/", StringComparison.Ordinal));
            Change(parts, "[Content_Types].xml", xml => xml.Replace("/xl/workbook.xml", "/book/main.xml", StringComparison.Ordinal));
        })),
        new("main part without a content type", () => Edit("[Content_Types].xml", xml => Regex.Replace(xml, "<Override PartName=\"/xl/workbook.xml\"[^>]*/>", ""))),
        new("sheets and strings found by content type alone", () => Edit("xl/_rels/workbook.xml.rels", xml => Regex.Replace(xml, "<Relationship [^>]*sharedStrings[^>]*/>", ""))),
        new("a template", () => Edit("[Content_Types].xml", xml => xml.Replace("spreadsheetml.sheet.main", "spreadsheetml.template.main", StringComparison.Ordinal))),
        new("part names in another case", () => Package(parts => { Move(parts, "xl/sharedStrings.xml", "XL/SHAREDSTRINGS.XML"); Move(parts, Sheet, "xl/Worksheets/Sheet1.xml"); })),
        new("backslashes in part names", () => Package(parts => { foreach (var name in parts.Keys.Where(name => name.Contains('/', StringComparison.Ordinal)).ToList()) Move(parts, name, name.Replace('/', '\\')); })),
        new("part names with percent signs", () => Package(parts =>
        {
            Move(parts, Sheet, "xl/worksheets/表 1.xml");
            Change(parts, "xl/_rels/workbook.xml.rels", xml => xml.Replace("worksheets/sheet1.xml", "worksheets/%E8%A1%A8%201.xml", StringComparison.Ordinal));
        })),
        new("the strict variant", () => Package(parts =>
        {
            foreach (var name in parts.Keys.Where(name => name.EndsWith(".xml", StringComparison.Ordinal) || name.EndsWith(".rels", StringComparison.Ordinal)).ToList())
            {
                Change(parts, name, xml => xml.Replace("http://schemas.openxmlformats.org/spreadsheetml/2006/main", "http://purl.oclc.org/ooxml/spreadsheetml/main", StringComparison.Ordinal)
                    .Replace("http://schemas.openxmlformats.org/officeDocument/2006/relationships", "http://purl.oclc.org/ooxml/officeDocument/relationships", StringComparison.Ordinal));
            }
        })),
        new("a sheet in UTF-16", () => Package(parts => parts[Sheet] = [0xFF, 0xFE, .. Encoding.Unicode.GetBytes(Text(parts[Sheet]))])),
        new("strings in UTF-16, big end first", () => Package(parts => parts["xl/sharedStrings.xml"] = [0xFE, 0xFF, .. Encoding.BigEndianUnicode.GetBytes(Text(parts["xl/sharedStrings.xml"]))])),
        new("rows in reverse order", () => Edit(Sheet, xml => Regex.Replace(xml, "<x:sheetData>(.*)</x:sheetData>", match => $"<x:sheetData>{string.Concat(Regex.Matches(match.Groups[1].Value, "<x:row [^>]*/>|<x:row .*?</x:row>", RegexOptions.Singleline).Reverse().Select(row => row.Value))}</x:sheetData>", RegexOptions.Singleline))),
        new("cells in reverse order", () => Edit(Sheet, xml => Regex.Replace(xml, "(<x:row [^>]*>)(.*?)</x:row>", match => match.Groups[1].Value + string.Concat(Regex.Matches(match.Groups[2].Value, "<x:c [^>]*/>|<x:c .*?</x:c>").Reverse().Select(cell => cell.Value)) + "</x:row>"))),
        new("cells under another row than they say", () => Edit(Sheet, xml => Regex.Replace(xml, "</x:row><x:row [^>]*>", ""))),
        new("string index with blanks", () => Edit(Sheet, xml => Regex.Replace(xml, "t=\"s\"><x:v>([0-9]+)</x:v>", "t=\"s\"><x:v> $1\n</x:v>"))),
        new("number with blanks", () => Raw("A01", "<x:v> 12\t</x:v>")),
        new("escapes in a formula's kind of string", () => Raw("X02", "<x:v>第一行_x000D_\n第二行_x005F_x0041_ _x4E2D_</x:v>", "t=\"str\"")) { Reads = content => content.WithText("X02", "第一行\n第二行_x0041_ 中") },
        new("escapes in an inline string", () => Raw("X02", "<x:is><x:t>甲_x000A_乙_x005f__xZZZZ_</x:t></x:is>", "t=\"inlineStr\"")) { Reads = content => content.WithText("X02", "甲\n乙__xZZZZ_") },
        new("a pair of surrogates escaped", () => Raw("X02", "<x:is><x:t>_xD83D__xDE00_</x:t></x:is>", "t=\"inlineStr\"")) { Reads = content => content.WithText("X02", "😀") },
        new("half a pair of surrogates and a noncharacter", () => Raw("X02", "<x:is><x:t>平_xD83D_稳_xFFFE_</x:t></x:is>", "t=\"inlineStr\"")) { Reads = content => content.WithText("X02", "平稳") },
        .. new[] { "mailto:one@", "file://https:\\\\host\\a b", "http://示例 单位.example/周报", "http://[", "", "#表!A1", "::" }.Select(target =>
            new Upload($"a link to “{target}”", () => Edit("xl/_rels/workbook.xml.rels", xml => Relationship(xml, "http://schemas.openxmlformats.org/officeDocument/2006/relationships/hyperlink", target)))),
        .. new[] { "#,##0_d", "0_y", "0*h", "Standard", "0!d", "0\\d", "0\"d\"", "[Red]0", "[$¥-804]#,##0", "0.00E+00", "General\"人次\"", "[&gt;100]0;0_d", "G/通用格式" }.Select(format =>
            new Upload($"a number in the format {format}", () => Formatted("A01", format))),
        new("words added to a label", () => Saved(sheet => sheet.Cell(Row(sheet, "A01"), 2).SetValue("* 街面巡查次数（含夜间）"))),
        new("a label typed over", () => Saved(sheet => sheet.Cell(Row(sheet, "A01"), 2).SetValue("巡逻"))) { Asks = ["label-changed"] },
        new("a figure under the table", () => Saved(sheet => { sheet.Cell(80, 2).SetValue("另发毯子"); sheet.Cell(80, 4).SetValue(3); })) { Asks = ["outside-table"] },
        new("words under the table", () => Saved(sheet => sheet.Cell(80, 1).SetValue("本周另有2名志愿者参加"))) { Asks = ["outside-table"] },
        new("a figure over the table", () => Saved(sheet => sheet.Cell(2, 8).SetValue(12))) { Asks = ["outside-table"] },
        new("a figure beside the table", () => Saved(sheet => sheet.Cell(Row(sheet, "A01"), 8).SetValue(30))) { Asks = ["outside-table"] },
        new("a figure in a group's line", () => Saved(sheet => sheet.Cell(Row(sheet, "B01") - 1, 9).SetValue("１２"))) { Asks = ["outside-table"] },
        new("a figure in last week's column where nothing was filed", () => Saved(sheet => sheet.Cell(Row(sheet, "A01"), 5).SetValue(9))) { Asks = ["outside-table"] },
        new("a signature under the table", () => Saved(sheet => sheet.Cell(Row(sheet, "X03") + 2, 1).SetValue("填报人（签字）：王芳   审核人（签字）：李强   2026年12月14日"))),
        new("a typed link", () => Edit("xl/_rels/workbook.xml.rels", xml => Relationship(xml, "http://schemas.openxmlformats.org/officeDocument/2006/relationships/hyperlink", "http://example.org/"))),
        new("full-width digits", () => Typed("A01", "１２")),
        new("digits as text with blanks", () => Typed("A01", " 12\u00A0\u3000")),
        new("number with a decimal nought", () => Typed("A01", "12.0")),
        new("number in scientific notation", () => Raw("A01", "<x:v>1.2E1</x:v>")),
        new("number with noise in the last bit", () => Raw("A01", "<x:v>12.000000000000002</x:v>")),
        new("thousands with a comma", () => Typed("D05", "1,234")) { Reads = content => content.With("D05", 1234) },
        new("thousands with a full-width comma", () => Typed("D05", "１，２３４")) { Reads = content => content.With("D05", 1234) },
        new("none in words", () => Typed("B10", "无")) { Reads = content => content.With("B10", 0) },
        new("none by a slash", () => Typed("B10", "/")) { Reads = content => content.With("B10", 0) },
        new("blanks in an empty cell", () => Typed("B10", "  ")),
        new("inline string", () => Raw("A01", "<x:is><x:t>12</x:t></x:is>", "t=\"inlineStr\"")),
        new("rich text with a reading aid", () => Raw("A01", "<x:is><x:r><x:t>1</x:t></x:r><x:r><x:t>2</x:t></x:r><x:rPh sb=\"0\" eb=\"1\"><x:t>99</x:t></x:rPh></x:is>", "t=\"inlineStr\"")),
        new("cells without addresses", () => Edit(Sheet, xml => Regex.Replace(Regex.Replace(xml, "(<x:c) r=\"[A-Z]+[0-9]+\"", "$1"), "(<x:row) r=\"[0-9]+\"", "$1"))) { Reads = _ => Huaxi.Good },
        new("address far outside", () => Edit(Sheet, xml => Replace(xml, "</x:sheetData>", "<x:row r=\"1048576\"><x:c r=\"XFD1048576\"><x:v>1</x:v></x:c></x:row></x:sheetData>"))),
        new("address that is none", () => Edit(Sheet, xml => Replace(xml, "</x:sheetData>", "<x:row r=\"99\"><x:c r=\"99999999999999999999\"><x:v>1</x:v></x:c><x:c r=\"ZZZZZZZZZZ1\"><x:v>1</x:v></x:c></x:row></x:sheetData>"))),
        new("a hundred thousand empty cells", () => Edit(Sheet, xml => Replace(xml, "</x:sheetData>", string.Concat(Enumerable.Range(100, 2_000).Select(row => $"<x:row r=\"{row}\">" + string.Concat(Enumerable.Range(0, 50).Select(column => $"<x:c s=\"{(row * 31 + column * 17) % 5}\"/>")) + "</x:row>")) + "</x:sheetData>"))),
        new("text that looks like a formula", () => Typed("X03", "=cmd|'/c calc'!A1")) { Reads = content => content.WithText("X03", "=cmd|'/c calc'!A1") },

        // Clumsy, and to be refused with the cell.
        new("words for a number", () => Typed("A01", "约十次"), "not-a-number"),
        new("a unit behind the number", () => Typed("A01", "12次"), "not-a-number"),
        new("comma in the wrong place", () => Typed("A01", "1,2"), "not-a-number"),
        new("slash in a required cell", () => Typed("X01", "/"), "not-a-number"),
        new("negative", () => Raw("A01", "<x:v>-3</x:v>"), "negative"),
        new("fraction", () => Raw("A01", "<x:v>2.5</x:v>"), "fraction"),
        new("too many", () => Raw("A01", "<x:v>99999999999</x:v>"), "too-large"),
        new("not a number at all", () => Raw("A01", "<x:v>NaN</x:v>"), "not-a-number"),
        new("formula without a result", () => Raw("A01", "<x:f>10+2</x:f>"), "formula"),
        new("formula with a result", () => Raw("A01", "<x:f>10+2</x:f><x:v>12</x:v>"), "formula"),
        new("formula in a text cell", () => Raw("X02", "<x:f>HYPERLINK(\"http://x\")</x:f><x:v>x</x:v>", "t=\"str\""), "formula"),
        new("error value", () => Raw("A01", "<x:v>#REF!</x:v>", "t=\"e\""), "cell-error"),
        new("true", () => Raw("A01", "<x:v>1</x:v>", "t=\"b\""), "not-a-number"),
        new("date", () => Saved(sheet => { sheet.Cell(Row(sheet, "A01"), 4).SetValue(new DateTime(2026, 12, 5)); sheet.Cell(Row(sheet, "A01"), 4).Style.NumberFormat.Format = "m\"月\"d\"日\""; }), "not-a-number"),
        new("string that is not in the table", () => Raw("A01", "<x:v>999999</x:v>", "t=\"s\""), "cell-error"),
        new("required cell left empty", () => Saved(sheet => sheet.Cell(Row(sheet, "A03"), 4).Clear(XLClearOptions.Contents)), "required"),
        new("row deleted", () => Edit(Sheet, xml => Regex.Replace(xml, $"<x:row r=\"{Address("B09")[1..]}\".*?</x:row>", "")), "row-missing"),
        new("code overtyped", () => Saved(sheet => sheet.Cell(Row(sheet, "B09"), 1).SetValue("B9")), "row-missing", "not-on-form"),
        new("row copied with another number", () => Saved(sheet => { sheet.Cell(70, 1).SetValue("A01"); sheet.Cell(70, 4).SetValue(13); }), "repeated"),
        new("field of another kind of unit", () => Saved(sheet => { sheet.Cell(70, 1).SetValue("B07"); sheet.Cell(70, 4).SetValue(2); }), "not-on-form"),
        new("codes row deleted", () => Saved(sheet => { sheet.Unprotect(); sheet.Row(1).Delete(); }), "not-a-form"),
        new("codes altered", () => Saved(sheet => sheet.Cell(1, 1).SetValue("RF1|520111|")), "not-a-form"),
        new("two forms of the unit that differ", () => Saved(sheet => { sheet.CopyTo("二").Cell(Row(sheet, "A01"), 4).SetValue(13); sheet.Name = "一"; }), "two-forms"),
        new("a backup copy beside the form", () => Saved(sheet => sheet.CopyTo("调度表 (2)").Cell(Row(sheet, "A01"), 4).SetValue(99)), "two-forms"),
        .. new[] { "mm:ss", "[h]:mm", "mmm", "[DBNum1]m\"月\"", "aaaa", "yyyy/m/d", "h\"时\"", "[$-F800]dddd", "上午/下午h\"时\"", "[ss]", "ss.000", "e", "0;d;0", "[&lt;100]d;0" }.Select(format =>
            new Upload($"a date in the format {format}", () => Formatted("A01", format.StartsWith("0;", StringComparison.Ordinal) ? "d;0" : format), "not-a-number")),
        .. new[] { "未统计", "不详", "待核实", "暂无数据", "N/A", "？？", "同上", "暂未汇总" }.Select(words => new Upload($"“{words}” for a number", () => Typed("A01", words), "not-counted")),
        new("codes swapped", () => Saved(sheet => { var (a, b) = (Row(sheet, "A03"), Row(sheet, "A04")); sheet.Cell(a, 1).SetValue("A04"); sheet.Cell(b, 1).SetValue("A03"); }), "code-label"),
        new("labels swapped", () => Saved(sheet => { var (a, b) = (Row(sheet, "D01"), Row(sheet, "D02")); sheet.Cell(a, 2).SetValue("发放棉被"); sheet.Cell(b, 2).SetValue("发放棉衣"); }), "code-label"),
        new("entries merged down", () => Saved(sheet => { sheet.Unprotect(); sheet.Range(Row(sheet, "A03"), 4, Row(sheet, "A04"), 4).Merge(); }), "merged"),
        new("entries merged from the left", () => Saved(sheet => { sheet.Unprotect(); sheet.Range(Row(sheet, "A03"), 3, Row(sheet, "A03"), 4).Merge(); }), "merged"),
        new("a figure in last week's column beside an empty entry", () => Saved(sheet => { var row = Row(sheet, "A03"); sheet.Cell(row, 4).Clear(XLClearOptions.Contents); sheet.Cell(row, 5).SetValue(36); }), "wrong-column"),
        new("a figure in the column of units", () => Saved(sheet => { var row = Row(sheet, "A03"); sheet.Cell(row, 4).Clear(XLClearOptions.Contents); sheet.Cell(row, 3).SetValue(36); }), "wrong-column"),
        new("a figure far to the right of an empty entry", () => Saved(sheet => { var row = Row(sheet, "D05"); sheet.Cell(row, 4).Clear(XLClearOptions.Contents); sheet.Cell(row, 9).SetValue("３６"); }), "wrong-column"),
        new("nobody signs", () => Huaxi.Workbook(Huaxi.Good with { FilledBy = null, ReviewedBy = null }), "required"),
        new("a zero report without its stocks", () => Huaxi.Workbook(Huaxi.Content("") with { ZeroReport = true, FilledBy = "王芳", ReviewedBy = "李强" }), "zero-report-stock"),
        new("an array of formulas over two cells", () => Edit(Sheet, xml => Replace(Regex.Replace(xml, $"<x:c r=\"{Address("A03")}\"( s=\"[0-9]+\")?[^>]*>.*?</x:c>", $"<x:c r=\"{Address("A03")}\"$1><x:f t=\"array\" ref=\"{Address("A03")}:{Address("A04")}\">36</x:f><x:v>36</x:v></x:c>"), "<x:f t=\"array\"", "<x:f t=\"array\"")), "formula"),
        new("forty thousand characters for a number", () => Raw("A01", $"<x:is><x:t>{new string('多', 40_000)}</x:t></x:is>", "t=\"inlineStr\""), "not-a-number"),
        new("another unit's form", () => Huaxi.Workbook(unit: Huaxi.Police), "wrong-unit"),
        new("last week's form", () => Huaxi.Workbook(Huaxi.Good, week: "2026W49"), "wrong-week"),
        new("identity number in the text", () => Typed("X02", "12月9日在车站发现张某（11010519491231002X），已送站。"), "personal-data"),
        new("mobile number for a name", () => Typed("填报人", "王芳 13812345678"), "personal-data"),
        new("too long a text", () => Typed("X03", new string('长', 201)), "too-long"),
        new("neither yes nor no", () => Typed("零报告", "也许"), "zero-report"),
        new("zero report with figures", () => Typed("零报告", "是"), "zero-report", "zero-report"),
    ];

    private static byte[] Compound(string stream) => [0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1, .. new byte[600], .. Encoding.Unicode.GetBytes(stream), .. new byte[100]];

    private static byte[] Zip(params (string Name, string Text)[] entries) => Files.Zip(entries.Select(entry => (entry.Name, Encoding.UTF8.GetBytes(entry.Text))));

    private static byte[] Package(Action<Dictionary<string, byte[]>> change)
    {
        var parts = Files.Unzip(Good.Value).ToDictionary(part => part.Name, part => part.Bytes);
        change(parts);
        return Files.Zip(parts.Select(part => (part.Key, part.Value)), level: CompressionLevel.Fastest);
    }

    private static byte[] Edit(string part, Func<string, string> change) => Package(parts => parts[part] = Encoding.UTF8.GetBytes(change(Text(parts[part]))));

    private static void Move(Dictionary<string, byte[]> parts, string from, string to)
    {
        parts[to] = parts[from];
        parts.Remove(from);
    }

    private static void Change(Dictionary<string, byte[]> parts, string part, Func<string, string> change)
    {
        var text = Text(parts[part]);
        parts[part] = Encoding.UTF8.GetBytes(change(text));
    }

    /// <summary>The entry of a field in a number format; XML entities as they are.</summary>
    private static byte[] Formatted(string code, string format)
    {
        var address = Address(code);
        return Package(parts =>
        {
            var style = 0;
            Change(parts, "xl/styles.xml", xml =>
            {
                style = Regex.Count(Regex.Match(xml, "<x:cellXfs.*?</x:cellXfs>", RegexOptions.Singleline).Value, "<x:xf ");
                xml = Regex.Replace(xml, "</x:cellXfs>", "<x:xf numFmtId=\"399\"/></x:cellXfs>");
                var formatCode = $"<x:numFmt numFmtId=\"399\" formatCode=\"{format.Replace("\"", "&quot;", StringComparison.Ordinal)}\"/>";
                return xml.Contains("</x:numFmts>", StringComparison.Ordinal) ? Replace(xml, "</x:numFmts>", formatCode + "</x:numFmts>") : Regex.Replace(xml, "(<x:styleSheet[^>]*>)", $"$1<x:numFmts>{formatCode.Replace("$", "$$", StringComparison.Ordinal)}</x:numFmts>");
            });
            Change(parts, Sheet, xml => Regex.Replace(xml, $"(<x:c r=\"{address}\") s=\"[0-9]+\"", $"$1 s=\"{style}\""));
        });
    }

    private static string Text(byte[] part) => Encoding.UTF8.GetString(part).TrimStart('\uFEFF');

    private static string Replace(string text, string old, string with) => text.Contains(old, StringComparison.Ordinal) ? text.Replace(old, with, StringComparison.Ordinal) : throw new InvalidOperationException($"The part does not hold {old}.");

    private static string Doctype(string xml, string entities) => "<!DOCTYPE x [" + entities + "]>" + Regex.Replace(xml, @"^<\?xml[^>]*\?>", "");

    private static string Relationship(string xml, string type, string target) =>
        Regex.Replace(xml, "</(?:[a-z]+:)?Relationships>", match => $"<Relationship xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\" Id=\"rIdX9\" Type=\"{type}\" Target=\"{target}\" TargetMode=\"External\"/>{match.Value}");

    private static void Noise(Dictionary<string, byte[]> parts, int count, int length)
    {
        // Text that packs about 40 to 1, so that the size and not the ratio is what is too much.
        var random = new Random(7);
        for (var i = 0; i < count; i++)
        {
            var part = new byte[length];
            for (var at = 0; at < length; at += 100) part[at] = (byte)random.Next(256);
            parts[$"xl/media/noise{i}.bin"] = part;
        }
    }

    private static void Many(Dictionary<string, byte[]> parts, int count)
    {
        for (var i = 0; i < count; i++) parts[$"xl/media/image{i}.png"] = [1];
    }

    private static byte[] Twice()
    {
        using var stream = new MemoryStream();
        stream.Write(Good.Value);
        using (var archive = new ZipArchive(stream, ZipArchiveMode.Update, leaveOpen: true))
        {
            using var entry = archive.CreateEntry(Sheet).Open();
            entry.Write("<x/>"u8);
        }

        return stream.ToArray();
    }

    private static byte[] Flipped(byte[] file)
    {
        var copy = file.ToArray();
        using var archive = new ZipArchive(new MemoryStream(file));
        var at = copy.AsSpan().IndexOf(Encoding.UTF8.GetBytes(Sheet)) + 60;
        for (var i = 0; i < 200; i++) copy[at + i] ^= 0xFF;
        return copy;
    }

    private static byte[] Saved(Action<IXLWorksheet> change) => Files.Saved(Good.Value, book => change(book.Worksheet(FormLayout.Sheet)));

    /// <summary>
    /// What WPS Spreadsheets makes of the form: the main vocabulary without a prefix, its own namespaces and extensions beside it, its build in the
    /// custom properties, pictures in cells as a part of its own, and rows that it fills with empty cells.
    /// </summary>
    private static byte[] SavedByWps() => Package(parts =>
    {
        foreach (var name in parts.Keys.Where(name => name.StartsWith("xl/", StringComparison.Ordinal) && name.EndsWith(".xml", StringComparison.Ordinal)).ToList())
        {
            parts[name] = Encoding.UTF8.GetBytes(Text(parts[name]).Replace("<x:", "<", StringComparison.Ordinal).Replace("</x:", "</", StringComparison.Ordinal).Replace("xmlns:x=", "xmlns=", StringComparison.Ordinal));
        }

        void Edit(string name, string old, string with) => parts[name] = Encoding.UTF8.GetBytes(Replace(Text(parts[name]), old, with));
        const string Etc = "xmlns:etc=\"http://www.wps.cn/officeDocument/2017/etCustomData\"";
        Edit(Sheet, "<worksheet ", $"<worksheet {Etc} ");
        Edit(Sheet, "</sheetData>", string.Concat(Enumerable.Range(90, 20).Select(row => $"<row r=\"{row}\" spans=\"1:6\">{string.Concat("ABCDEF".Select(column => $"<c r=\"{column}{row}\" s=\"1\"/>"))}</row>")) + "</sheetData>");
        Edit(Sheet, "</worksheet>", "<extLst><ext uri=\"{7f3c5a0e-0000-4000-8000-000000000000}\"><etc:customData><etc:c r=\"D12\"><etc:v>77</etc:v></etc:c></etc:customData></ext></extLst></worksheet>");
        Edit("[Content_Types].xml", "</Types>", "<Override PartName=\"/xl/cellimages.xml\" ContentType=\"application/vnd.wps-officedocument.cellimage+xml\"/><Override PartName=\"/docProps/custom.xml\" ContentType=\"application/vnd.openxmlformats-officedocument.custom-properties+xml\"/></Types>");
        Edit("xl/_rels/workbook.xml.rels", "</Relationships>", "<Relationship Id=\"rIdW1\" Type=\"http://www.wps.cn/officeDocument/2020/cellImage\" Target=\"cellimages.xml\"/></Relationships>");
        Edit("_rels/.rels", "</Relationships>", "<Relationship Id=\"rIdW2\" Type=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships/custom-properties\" Target=\"docProps/custom.xml\"/></Relationships>");
        parts["xl/cellimages.xml"] = Encoding.UTF8.GetBytes($"<etc:cellImages {Etc}/>");
        parts["docProps/custom.xml"] = "<Properties xmlns=\"http://schemas.openxmlformats.org/officeDocument/2006/custom-properties\" xmlns:vt=\"http://schemas.openxmlformats.org/officeDocument/2006/docPropsVTypes\"><property fmtid=\"{D5CDD505-2E9C-101B-9397-08002B2CF9AE}\" pid=\"2\" name=\"KSOProductBuildVer\"><vt:lpwstr>2052-12.1.0.16120</vt:lpwstr></property></Properties>"u8.ToArray();
    });

    private static byte[] Copied()
    {
        using var from = new XLWorkbook(new MemoryStream(Good.Value));
        using var to = new XLWorkbook();
        from.Worksheet(FormLayout.Sheet).CopyTo(to, "Sheet1");
        using var stream = new MemoryStream();
        to.SaveAs(stream);
        return stream.ToArray();
    }

    private static byte[] Typed(string code, string text) => Saved(sheet => sheet.Cell(Row(sheet, code), 4).SetValue<string>(text));

    private static int Row(IXLWorksheet sheet, string code) => sheet.Column(1).CellsUsed().First(cell => cell.GetString() == code).Address.RowNumber;

    private static string Address(string code) => WorkbookReader.Read(Good.Value).Forms.Single().Entries[code].Place.Cell!;

    private static byte[] Raw(string code, string inner, string attributes = "")
    {
        var address = Address(code);
        return Edit(Sheet, xml =>
        {
            var changed = Regex.Replace(xml, $"<x:c r=\"{address}\"( s=\"[0-9]+\")?[^>]*?(/>|>.*?</x:c>)", match => $"<x:c r=\"{address}\"{match.Groups[1].Value} {attributes}>{inner}</x:c>");
            return changed != xml ? changed : throw new InvalidOperationException($"Cell {address} is not there.");
        });
    }
}
