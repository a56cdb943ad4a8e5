using System.Globalization;
using System.Text;
using System.Xml;
using DocumentFormat.OpenXml.Packaging;
using ReliefFunctions.Core.WeeklyReports.Forms;

namespace ReliefFunctions.Core.WeeklyReports.Workbooks;

/// <summary>One form found in a workbook: its codes and what stands in its entry cells, not yet understood.</summary>
/// <param name="Sheet">The sheet's name.</param>
/// <param name="Token">The embedded codes.</param>
/// <param name="Entries">By field code or header key (<see cref="FormLayout.HeaderKeys"/>).</param>
/// <param name="Repeated">Codes that stand in more than one row with different entries.</param>
internal sealed record SheetForm(string Sheet, FormToken Token, IReadOnlyDictionary<string, RawEntry> Entries, IReadOnlyList<string> Repeated);

/// <summary>What a workbook holds; with problems it holds no forms.</summary>
internal sealed record WorkbookContent(IReadOnlyList<SheetForm> Forms, IReadOnlyList<ReportProblem> Problems);

/// <summary>
/// Reads forms by streaming over the package's parts, one sheet at a time and within bounds. It never throws for what is in the file.
/// </summary>
internal sealed class WorkbookReader
{
    // A form has about 60 rows and 6 columns; people add some, software adds many empty ones.
    private const int RowsKept = 500, TokenWithin = 40, ColumnsKept = 40, CellsVisited = 2_000_000, SheetsRead = 60, LongestText = 4_000, LongestCode = 16;
    private const long CharactersKept = 8_000_000;
    private const string NoForm = "工作簿里没有认得出的调度表（隐藏的识别码不见了）。";

    // Local names alone: the strict variant of the format has other namespaces.
    private static readonly XmlReaderSettings Settings = new() { DtdProcessing = DtdProcessing.Prohibit, XmlResolver = null, IgnoreComments = true, IgnoreProcessingInstructions = true };

    private readonly char[] _chunk = new char[1024];
    private readonly StringBuilder _text = new();
    private readonly StringBuilder _value = new();
    private readonly List<string> _strings = [];
    private readonly List<bool> _dates = [];
    private int _visited;
    private long _kept;

    private WorkbookReader()
    {
    }

    /// <summary>Inspects and reads a workbook.</summary>
    public static WorkbookContent Read(ReadOnlyMemory<byte> file, UnpackingBudget? budget = null)
    {
        if (WorkbookPackage.Inspect(file, budget ?? new UnpackingBudget()) is { } refused) return new([], [refused]);
        try
        {
            using var stream = Streams.Over(file);
            using var document = SpreadsheetDocument.Open(stream, isEditable: false, new OpenSettings { AutoSave = false });
            return new WorkbookReader().ReadDocument(document);
        }
        catch (TooMuch)
        {
            return new([], [ReportProblem.Error("too-large", "工作表里的单元格或文字太多，不像调度表。", "从空表重新填写，不要整列设置格式或粘贴大量内容。")]);
        }
        catch (Exception broken) when (broken is OpenXmlPackageException or XmlException or IOException or InvalidDataException or FormatException or ArgumentException
            or InvalidOperationException or NotSupportedException or OverflowException or KeyNotFoundException or UriFormatException or NullReferenceException)
        {
            // The package library reports a malformed part in many ways, some of them careless; each means the same to the person.
            return new([], [WorkbookPackage.Damaged()]);
        }
    }

    private WorkbookContent ReadDocument(SpreadsheetDocument document)
    {
        if (document.WorkbookPart is not { } book) return new([], [WorkbookPackage.Damaged()]);
        if (book.SharedStringTablePart is { } strings) ReadSharedStrings(strings);
        if (book.WorkbookStylesPart is { } styles) ReadDateStyles(styles);
        var sheets = Sheets(book);
        if (sheets.Count > SheetsRead) throw new TooMuch();
        var forms = new List<SheetForm>();
        foreach (var (name, id) in sheets)
        {
            if (book.GetPartById(id) is WorksheetPart part && ReadSheet(name, part) is { } form) forms.Add(form);
        }

        return forms.Count > 0
            ? new(forms, [])
            : new([], [ReportProblem.Error("not-a-form", NoForm, "请下载本单位本周的空表，把数字填进去再上传；不要自己新建表格，也不要删除第一行（隐藏行）。")]);
    }

    private static XmlReader Open(OpenXmlPart part) => XmlReader.Create(part.GetStream(FileMode.Open, FileAccess.Read), Settings);

    private static List<(string Name, string Id)> Sheets(WorkbookPart book)
    {
        var sheets = new List<(string, string)>();
        using var reader = Open(book);
        while (reader.Read())
        {
            if (reader.NodeType != XmlNodeType.Element || reader.LocalName != "sheet") continue;
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

    private void ReadSharedStrings(SharedStringTablePart part)
    {
        using var reader = Open(part);
        while (reader.Read())
        {
            if (reader.NodeType != XmlNodeType.Element || reader.LocalName != "si") continue;
            ReadText(reader);
            _strings.Add(Kept(_text));
        }
    }

    /// <summary>
    /// Reads the element on which the reader stands to its end: words into <see cref="_text"/>, a cell's value into <see cref="_value"/>;
    /// the phonetic guide beside the words is not what was typed. Answers whether it holds a formula.
    /// </summary>
    private bool ReadText(XmlReader reader)
    {
        _text.Clear();
        _value.Clear();
        if (reader.IsEmptyElement) return false;
        var (depth, guide, formula) = (reader.Depth, int.MaxValue, false);
        StringBuilder? into = null;
        while (reader.Read() && reader.Depth > depth)
        {
            switch (reader.NodeType)
            {
                case XmlNodeType.Element:
                    if (reader.Depth <= guide) guide = reader.LocalName == "rPh" ? reader.Depth : int.MaxValue;
                    formula |= reader.LocalName == "f";
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

        return formula;
    }

    /// <summary>In pieces, so that a text without end is never held.</summary>
    private void Append(XmlReader reader, StringBuilder into)
    {
        int read;
        while (into.Length < LongestText && (read = reader.ReadValueChunk(_chunk, 0, Math.Min(_chunk.Length, LongestText - into.Length))) > 0) into.Append(_chunk, 0, read);
    }

    /// <summary>Which cell formats show a number as a date or time (ECMA-376 §18.8.30).</summary>
    private void ReadDateStyles(WorkbookStylesPart part)
    {
        var custom = new Dictionary<int, bool>();
        var inCellFormats = false;
        using var reader = Open(part);
        while (reader.Read())
        {
            if (reader.LocalName == "cellXfs") inCellFormats = reader.NodeType == XmlNodeType.Element && !reader.IsEmptyElement;
            if (reader.NodeType != XmlNodeType.Element) continue;
            if (reader.LocalName == "numFmt")
            {
                if (Number(reader, "numFmtId") is { } id && custom.Count < 1000) custom[id] = LooksLikeDate(reader.GetAttribute("formatCode") ?? "");
            }
            else if (inCellFormats && reader.LocalName == "xf" && _dates.Count < 100_000)
            {
                var id = Number(reader, "numFmtId") ?? 0;
                _dates.Add(custom.TryGetValue(id, out var date) ? date : id is (>= 14 and <= 22) or (>= 27 and <= 36) or (>= 45 and <= 47) or (>= 50 and <= 58));
            }
        }
    }

    private static bool LooksLikeDate(string format)
    {
        var quoted = false;
        for (var i = 0; i < format.Length; i++)
        {
            var c = format[i];
            if (c == '"') quoted = !quoted;
            else if (c == '\\') i++;
            else if (c == '[') i = Math.Max(i, format.IndexOf(']', i));
            else if (!quoted && c is 'y' or 'Y' or 'd' or 'D' or 'h' or 'H') return true;
        }

        return false;
    }

    private SheetForm? ReadSheet(string name, WorksheetPart part)
    {
        var cells = new Dictionary<(int Row, int Column), RawEntry>();
        FormToken? token = null;
        var (row, column) = (0, 0);
        using var reader = Open(part);
        while (reader.Read())
        {
            if (reader.NodeType != XmlNodeType.Element) continue;
            if (reader.LocalName == "row")
            {
                row = Number(reader, "r") ?? row + 1;
                column = 0;
                // Rows come in order: past the bound nothing belongs to a form, and without codes up to here it is another sheet.
                if (row > RowsKept || (row > TokenWithin && (token ??= TokenIn(cells)) is null)) break;
            }
            else if (reader.LocalName == "c")
            {
                if (++_visited > CellsVisited) throw new TooMuch();
                ReadCell(reader, row, ref column, cells);
            }
        }

        token ??= TokenIn(cells);
        return token is null ? null : Locate(name, token, cells);
    }

    private static FormToken? TokenIn(Dictionary<(int Row, int Column), RawEntry> cells) =>
        cells.Values.Where(entry => entry.Text.StartsWith(FormToken.Prefix, StringComparison.Ordinal)).Select(entry => FormToken.Parse(entry.Text)).FirstOrDefault(token => token is not null);

    private void ReadCell(XmlReader reader, int row, ref int column, Dictionary<(int, int), RawEntry> cells)
    {
        var (type, reference, style) = (reader.GetAttribute("t"), reader.GetAttribute("r"), Number(reader, "s") ?? -1);
        column = reference is null ? column + 1 : ColumnOf(reference);
        var formula = ReadText(reader);
        if (column is < 1 or > ColumnsKept || (_value.Length == 0 && _text.Length == 0 && !formula)) return;

        var shared = type == "s" ? Shared() : null;
        var words = type switch
        {
            "s" => shared ?? (_value.Length > 0 ? "?" : ""),
            "inlineStr" => Kept(_text),
            _ => Kept(_value),
        };
        if (words.Length == 0 && !formula) return;
        var place = new EntryPlace(null, $"{ColumnName(column)}{row}", null);
        cells[(row, column)] = type switch
        {
            _ when formula => new RawEntry(EntryKind.Formula, words, place),
            "s" when shared is null => new RawEntry(EntryKind.Fault, words, place),
            "s" or "inlineStr" or "str" => new RawEntry(EntryKind.Text, words, place),
            "b" => new RawEntry(EntryKind.Boolean, words == "1" ? "TRUE" : "FALSE", place),
            "e" => new RawEntry(EntryKind.Fault, words, place),
            "d" => new RawEntry(EntryKind.Date, words, place),
            _ when double.TryParse(words, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && double.IsFinite(number) =>
                new RawEntry(style >= 0 && style < _dates.Count && _dates[style] ? EntryKind.Date : EntryKind.Number, words, place) { Number = number },
            _ => new RawEntry(EntryKind.Text, words, place),
        };
    }

    private string Kept(StringBuilder text)
    {
        if ((_kept += text.Length + 16) > CharactersKept) throw new TooMuch();
        return text.ToString();
    }

    /// <summary>The shared string that the cell's value names; null when it names none.</summary>
    private string? Shared() =>
        int.TryParse(_value.ToString(), NumberStyles.None, CultureInfo.InvariantCulture, out var index) && index < _strings.Count ? _strings[index] : null;

    /// <summary>
    /// Finds the code column and the entry column. Rows may have been moved, hidden or inserted: a code names its row, the heading names the column.
    /// </summary>
    private static SheetForm Locate(string sheet, FormToken token, Dictionary<(int Row, int Column), RawEntry> cells)
    {
        var codes = cells.Where(cell => cell.Value.Kind == EntryKind.Text && cell.Value.Text.Length <= LongestCode && IsCode(EntryReading.Clean(cell.Value.Text)))
            .GroupBy(cell => cell.Key.Column).OrderByDescending(group => group.Count()).ThenBy(group => group.Key).FirstOrDefault();
        var entries = new Dictionary<string, RawEntry>(StringComparer.Ordinal);
        var repeated = new List<string>();
        if (codes is null) return new SheetForm(sheet, token, entries, repeated);

        var heading = cells.Where(cell => cell.Value.Text.Length <= LongestCode && EntryReading.Clean(cell.Value.Text) == FormLayout.EntryHeading).Select(cell => (int?)cell.Key.Column).FirstOrDefault();
        var column = heading ?? codes.Key + FormLayout.EntryColumn - FormLayout.CodeColumn;
        foreach (var cell in codes.OrderBy(cell => cell.Key.Row))
        {
            var code = EntryReading.Clean(cell.Value.Text);
            var entry = cells.GetValueOrDefault((cell.Key.Row, column)) ?? new RawEntry(EntryKind.Empty, "", new EntryPlace(null, $"{ColumnName(column)}{cell.Key.Row}", null));
            entry = entry with { Place = entry.Place with { Sheet = sheet } };
            if (entries.TryAdd(code, entry)) continue;
            if (entry.Kind == EntryKind.Empty || entry.Text == entries[code].Text) continue;
            if (entries[code].Kind == EntryKind.Empty) entries[code] = entry;
            else repeated.Add(code);
        }

        return new SheetForm(sheet, token, entries, repeated);
    }

    private static bool IsCode(string text) => FormLayout.HeaderKeys.Contains(text) || FormRules.IsCode(text);

    private static int? Number(XmlReader reader, string attribute) =>
        int.TryParse(reader.GetAttribute(attribute), NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;

    private static int ColumnOf(string reference)
    {
        var column = 0;
        foreach (var c in reference)
        {
            if (!char.IsAsciiLetter(c) || column > 20_000) break;
            column = column * 26 + (char.ToUpperInvariant(c) - 'A' + 1);
        }

        return column;
    }

    private static string ColumnName(int column) => column <= 26 ? ((char)('A' + column - 1)).ToString() : $"{(char)('A' + (column - 1) / 26 - 1)}{(char)('A' + (column - 1) % 26)}";

    private sealed class TooMuch : Exception;
}
