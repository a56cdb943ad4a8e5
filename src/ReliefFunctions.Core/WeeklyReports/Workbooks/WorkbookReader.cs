using System.Globalization;
using System.Text;
using System.Xml;

namespace ReliefFunctions.Core.WeeklyReports.Workbooks;

/// <summary>What a workbook holds; with problems it holds no forms.</summary>
internal sealed record WorkbookContent(IReadOnlyList<SheetForm> Forms, IReadOnlyList<ReportProblem> Problems);

/// <summary>
/// Reads sheets by streaming over the package's parts, one at a time and within bounds, rows and cells in any order. It never throws for what is in the file.
/// </summary>
internal sealed class WorkbookReader
{
    // A form has about 60 rows and 6 columns; people add some, software adds many empty ones.
    private const int RowsKept =
        500, ColumnsKept = 40, CellsVisited = 2_000_000, SheetsRead = 60, LongestText = 4_000, MergesKept = 2_000, FormatsKept = 100_000;
    private const long CharactersKept = 8_000_000;

    private readonly char[] _chunk = new char[1024];
    private readonly StringBuilder _text = new();
    private readonly StringBuilder _value = new();
    private readonly List<string> _strings = [];

    /// <summary>The format of each cell style; null for one that never shows a date.</summary>
    private readonly List<NumberFormat?> _formats = [];
    private int _visited;
    private long _kept;

    private WorkbookReader()
    {
    }

    /// <summary>Inspects a workbook and reads its forms.</summary>
    public static WorkbookContent Read(ReadOnlyMemory<byte> file, UnpackingBudget? budget = null)
    {
        var (sheets, refused) = ReadSheets(file, budget);
        if (refused is not null) return new([], [refused]);
        var forms = sheets.Select(sheet => sheet.Form()).OfType<SheetForm>().ToList();
        return forms.Count > 0
            ? new(forms, [])
            : new([], [ReportProblem.Error("not-a-form", "工作簿里没有认得出的调度表（隐藏的识别码不见了）。", "请下载本单位本周的空表，把数字填进去再上传；不要自己新建表格，也不要删除第一行（隐藏行）。")]);
    }

    /// <summary>Inspects a workbook and reads its sheets as far as a form reaches; or why it is refused.</summary>
    public static (IReadOnlyList<SheetCells> Sheets, ReportProblem? Refused) ReadSheets(ReadOnlyMemory<byte> file, UnpackingBudget? budget = null)
    {
        if (WorkbookPackage.Inspect(file, budget ?? new UnpackingBudget()) is { } refused) return ([], refused);
        try
        {
            using var package = OfficePackage.Open(file);
            return (new WorkbookReader().ReadBook(package), null);
        }
        catch (TooMuch)
        {
            return ([], ReportProblem.Error("too-large", "工作表里的单元格或文字太多，不像调度表。", "从空表重新填写，不要整列设置格式或粘贴大量内容。"));
        }
        catch (DocumentTypeException)
        {
            return ([], WorkbookPackage.DocumentType());
        }
        catch (Exception broken) when (WorkbookPackage.IsBroken(broken))
        {
            return ([], WorkbookPackage.Damaged());
        }
    }

    private List<SheetCells> ReadBook(OfficePackage package)
    {
        var book = package.MainPart ?? throw new InvalidDataException("The package has no main part.");
        if (package.Related(book, "sharedStrings") is { } strings) ReadSharedStrings(package, strings);
        if (package.Related(book, "styles") is { } styles) ReadFormats(package, styles);
        var parts = package.Relationships(book).Where(relationship => !relationship.External).GroupBy(relationship => relationship.Id)
            .ToDictionary(group => group.Key, group => group.First());
        var sheets = new List<SheetCells>();
        foreach (var (name, id) in Sheets(package, book))
        {
            if (!parts.TryGetValue(id, out var part)) throw new InvalidDataException($"The sheet {name} has no part.");
            if (part.Type == "worksheet") sheets.Add(ReadSheet(package, name, part.Target));
            if (sheets.Count > SheetsRead) throw new TooMuch();
        }

        return sheets;
    }

    private static List<(string Name, string Id)> Sheets(OfficePackage package, string book)
    {
        var sheets = new List<(string, string)>();
        using var reader = package.Open(book);
        while (reader.Read())
        {
            if (reader.NodeType != XmlNodeType.Element) continue;
            if (reader.Depth == 0 && reader.LocalName != "workbook") throw new InvalidDataException("The main part is no workbook.");
            if (reader.LocalName != "sheet") continue;
            var (name, id) = ("", (string?)null);
            while (reader.MoveToNextAttribute())
            {
                if (reader.LocalName == "name") name = reader.Value;
                else if (reader.LocalName == "id" && reader.Prefix.Length > 0) id = reader.Value;
            }

            if (id is not null) sheets.Add((name, id));
        }

        return sheets;
    }

    private void ReadSharedStrings(OfficePackage package, string part)
    {
        using var reader = package.Open(part);
        while (reader.Read())
        {
            if (reader.NodeType != XmlNodeType.Element || reader.LocalName != "si") continue;
            ReadText(reader);
            _strings.Add(Kept(_text));
        }
    }

    /// <summary>
    /// Reads the element on which the reader stands to its end: words into <see cref="_text"/>, a cell's value into <see cref="_value"/>;
    /// the phonetic guide beside the words is not what was typed. Answers whether it holds a formula, and the area of an array of them.
    /// </summary>
    private (bool IsFormula, CellArea? Array) ReadText(XmlReader reader)
    {
        _text.Clear();
        _value.Clear();
        if (reader.IsEmptyElement) return default;
        var (depth, guide, formula, array) = (reader.Depth, int.MaxValue, false, (CellArea?)null);
        StringBuilder? into = null;
        while (reader.Read() && reader.Depth > depth)
        {
            switch (reader.NodeType)
            {
                case XmlNodeType.Element:
                    if (reader.Depth <= guide) guide = reader.LocalName == "rPh" ? reader.Depth : int.MaxValue;
                    if (reader.LocalName == "f")
                    {
                        formula = true;
                        if (reader.GetAttribute("t") is "array" or "dataTable") array = CellArea.Parse(reader.GetAttribute("ref"));
                    }

                    into = guide < int.MaxValue ? null : reader.LocalName switch { "t" => _text, "v" => _value, _ => null };
                    break;
                case XmlNodeType.EndElement:
                    into = null;
                    break;
                case XmlNodeType.Text or XmlNodeType.CDATA or XmlNodeType.SignificantWhitespace or XmlNodeType.Whitespace when into is not null:
                    Append(reader, into);
                    break;
            }
        }

        return (formula, array);
    }

    /// <summary>In pieces, so that a text without end is never held.</summary>
    private void Append(XmlReader reader, StringBuilder into)
    {
        int read;
        while (into.Length < LongestText && (read = reader.ReadValueChunk(_chunk, 0, Math.Min(_chunk.Length, LongestText - into.Length))) > 0)
        {
            into.Append(_chunk, 0, read);
        }
    }

    /// <summary>Which cell formats may show a number as a date or time.</summary>
    private void ReadFormats(OfficePackage package, string part)
    {
        var custom = new Dictionary<int, NumberFormat>();
        var date = NumberFormat.Parse("yyyy-mm-dd");
        var inCellFormats = false;
        using var reader = package.Open(part);
        while (reader.Read())
        {
            if (reader.LocalName == "cellXfs") inCellFormats = reader.NodeType == XmlNodeType.Element && !reader.IsEmptyElement;
            if (reader.NodeType != XmlNodeType.Element) continue;
            if (reader.LocalName == "numFmt")
            {
                if (Number(reader, "numFmtId") is { } id && custom.Count < 1000) custom[id] = NumberFormat.Parse(reader.GetAttribute("formatCode") ?? "");
            }
            else if (inCellFormats && reader.LocalName == "xf" && _formats.Count < FormatsKept)
            {
                var id = Number(reader, "numFmtId") ?? 0;
                _formats.Add(custom.GetValueOrDefault(id) ?? (NumberFormat.IsBuiltInDate(id) ? date : null));
            }
        }
    }

    private SheetCells ReadSheet(OfficePackage package, string name, string part)
    {
        var cells = new Dictionary<(int Row, int Column), RawEntry>();
        var (merged, arrays) = (new List<CellArea>(), new List<CellArea>());
        var (row, column) = (0, 0);
        using var reader = package.Open(part);
        while (reader.Read())
        {
            if (reader.NodeType != XmlNodeType.Element) continue;
            if (reader.LocalName == "row" && reader.Depth == 2)
            {
                row = Number(reader, "r") ?? row + 1;
                column = 0;
            }
            else if (reader.LocalName == "c" && reader.Depth == 3 && row <= RowsKept)
            {
                if (++_visited > CellsVisited) throw new TooMuch();
                ReadCell(reader, new EntryPlace(name, null, null), row, ref column, cells, arrays);
            }
            else if (reader.LocalName == "mergeCell" && merged.Count < MergesKept && CellArea.Parse(reader.GetAttribute("ref")) is { } area)
            {
                merged.Add(area);
            }
        }

        // Only the first cell of an array says that it is one.
        foreach (var at in cells.Keys.Where(at => arrays.Exists(area => area.Contains(at.Row, at.Column))).ToList())
        {
            cells[at] = cells[at] with { Kind = EntryKind.Formula };
        }

        return new SheetCells(name, cells, merged);
    }

    private void ReadCell(XmlReader reader, EntryPlace place, int inRow, ref int column, Dictionary<(int, int), RawEntry> cells, List<CellArea> arrays)
    {
        var (type, reference, style, row) = (reader.GetAttribute("t"), reader.GetAttribute("r"), Number(reader, "s") ?? -1, inRow);
        column++;
        if (reference is not null)
        {
            // An address that is none is another program's fault, and what stands there lies nowhere.
            var isAddress = CellArea.TryParse(reference.AsSpan().Trim(), out var named, out var there) && there > 0;
            column = isAddress ? there : ColumnsKept + 1;
            if (isAddress && named > 0) row = named;
        }

        var (formula, array) = ReadText(reader);
        if (array is { } area && arrays.Count < MergesKept) arrays.Add(area);
        if (row is < 1 or > RowsKept || column is < 1 or > ColumnsKept || (_value.Length == 0 && _text.Length == 0 && !formula)) return;

        var shared = type == "s" ? Shared() : null;
        var words = type switch
        {
            "s" => shared ?? (_value.Length > 0 ? "?" : ""),
            "inlineStr" => Kept(_text),
            "str" => Kept(_value),
            _ => Kept(_value, isText: false),
        };
        if (words.Length == 0 && !formula) return;
        place = place with { Cell = CellArea.NameOf(row, column) };
        cells[(row, column)] = type switch
        {
            _ when formula => new RawEntry(EntryKind.Formula, words, place),
            "s" when shared is null => new RawEntry(EntryKind.Fault, words, place),
            "s" or "inlineStr" or "str" => new RawEntry(EntryKind.Text, words, place),
            "b" => new RawEntry(EntryKind.Boolean, words == "1" ? "TRUE" : "FALSE", place),
            "e" => new RawEntry(EntryKind.Fault, words, place),
            "d" => new RawEntry(EntryKind.Date, words, place),
            _ when double.TryParse(words, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && double.IsFinite(number) =>
                new RawEntry(style >= 0 && style < _formats.Count && _formats[style]?.ShowsDate(number) == true ? EntryKind.Date
                    : EntryKind.Number, words, place)
                { Number = number },
            _ => new RawEntry(EntryKind.Text, words, place),
        };
    }

    private string Kept(StringBuilder text, bool isText = true)
    {
        if ((_kept += text.Length + 16) > CharactersKept) throw new TooMuch();
        return isText ? XString.Unescape(text.ToString()) : text.ToString().Trim();
    }

    /// <summary>The shared string that the cell's value names; null when it names none.</summary>
    private string? Shared() =>
        int.TryParse(_value.ToString(), NumberStyles.AllowLeadingWhite | NumberStyles.AllowTrailingWhite, CultureInfo.InvariantCulture, out var index)
        && index >= 0 && index < _strings.Count ? _strings[index] : null;

    private static int? Number(XmlReader reader, string attribute) =>
        int.TryParse(reader.GetAttribute(attribute), NumberStyles.AllowLeadingWhite | NumberStyles.AllowTrailingWhite, CultureInfo.InvariantCulture,
            out var number) ? number : null;

    private sealed class TooMuch : Exception;
}
