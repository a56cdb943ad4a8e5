using System.Globalization;
using System.Text;
using System.Xml;
using DocumentFormat.OpenXml;
using DocumentFormat.OpenXml.Packaging;
using DocumentFormat.OpenXml.Spreadsheet;
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
/// Reads forms with the streaming reader, one sheet at a time and within bounds. It never throws for what is in the file.
/// </summary>
internal static class WorkbookReader
{
    // A form has about 60 rows and 6 columns; people add some, software adds many empty ones.
    private const int RowsKept = 500, TokenWithin = 40, ColumnsKept = 40, CellsVisited = 2_000_000, SheetsRead = 60, LongestText = 4_000, LongestCode = 16;
    private const long SharedCharacters = 8_000_000;
    private const string NoForm = "工作簿里没有认得出的调度表（隐藏的识别码不见了）。";

    /// <summary>Inspects and reads a workbook.</summary>
    public static WorkbookContent Read(ReadOnlyMemory<byte> file, UnpackingBudget? budget = null)
    {
        if (WorkbookPackage.Inspect(file, budget ?? new UnpackingBudget()) is { } refused) return new([], [refused]);
        try
        {
            using var stream = Streams.Over(file);
            using var document = SpreadsheetDocument.Open(stream, isEditable: false, new OpenSettings { AutoSave = false });
            return ReadDocument(document);
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

    private static WorkbookContent ReadDocument(SpreadsheetDocument document)
    {
        if (document.WorkbookPart is not { } book) return new([], [WorkbookPackage.Damaged()]);
        var strings = SharedStrings(book);
        var dates = DateStyles(book);
        var forms = new List<SheetForm>();
        var visited = 0;
        var sheets = new List<(string Name, string Id)>();
        using (var reader = OpenXmlReader.Create(book))
        {
            while (reader.Read())
            {
                if (reader.ElementType != typeof(Sheet) || !reader.IsStartElement) continue;
                var attributes = reader.Attributes;
                var id = attributes.FirstOrDefault(attribute => attribute.LocalName == "id" && attribute.Prefix.Length > 0).Value;
                if (id is not null) sheets.Add((attributes.FirstOrDefault(attribute => attribute.LocalName == "name").Value ?? "", id));
            }
        }

        if (sheets.Count > SheetsRead) throw new TooMuch();
        foreach (var (name, id) in sheets)
        {
            if (book.GetPartById(id) is WorksheetPart part && ReadSheet(name, part, strings, dates, ref visited) is { } form) forms.Add(form);
        }

        return forms.Count > 0
            ? new(forms, [])
            : new([], [ReportProblem.Error("not-a-form", NoForm, "请下载本单位本周的空表，把数字填进去再上传；不要自己新建表格，也不要删除第一行（隐藏行）。")]);
    }

    private static List<string> SharedStrings(WorkbookPart book)
    {
        var strings = new List<string>();
        if (book.SharedStringTablePart is not { } part) return strings;
        var characters = 0L;
        var text = new StringBuilder();
        using var reader = OpenXmlReader.Create(part);
        while (reader.Read())
        {
            if (reader.ElementType == typeof(SharedStringItem))
            {
                if (reader.IsStartElement) text.Clear();
                if (reader.IsEndElement)
                {
                    characters += text.Length + 16;
                    if (characters > SharedCharacters) throw new TooMuch();
                    strings.Add(text.ToString());
                }
            }
            else if (reader.IsStartElement)
            {
                Append(reader, text);
            }
        }

        return strings;
    }

    /// <summary>Adds the words of a text element; the phonetic guide beside them is not what was typed.</summary>
    private static void Append(OpenXmlReader reader, StringBuilder text)
    {
        if (reader.ElementType == typeof(PhoneticRun)) reader.Skip();
        if (reader.ElementType != typeof(Text) || !reader.IsStartElement || text.Length >= LongestText) return;
        var words = reader.GetText();
        text.Append(words.Length > LongestText ? words[..LongestText] : words);
    }

    /// <summary>Which cell formats show a number as a date or time (ECMA-376 §18.8.30).</summary>
    private static List<bool> DateStyles(WorkbookPart book)
    {
        var dates = new List<bool>();
        if (book.WorkbookStylesPart is not { } part) return dates;
        var custom = new Dictionary<int, bool>();
        var inCellFormats = false;
        using var reader = OpenXmlReader.Create(part);
        while (reader.Read())
        {
            if (reader.ElementType == typeof(CellFormats)) inCellFormats = reader.IsStartElement;
            if (!reader.IsStartElement) continue;
            if (reader.ElementType == typeof(NumberingFormat))
            {
                if (Number(reader, "numFmtId") is { } id && custom.Count < 1000) custom[id] = LooksLikeDate(Attribute(reader, "formatCode") ?? "");
            }
            else if (inCellFormats && reader.ElementType == typeof(CellFormat) && dates.Count < 100_000)
            {
                var id = Number(reader, "numFmtId") ?? 0;
                dates.Add(custom.TryGetValue(id, out var date) ? date : id is (>= 14 and <= 22) or (>= 27 and <= 36) or (>= 45 and <= 47) or (>= 50 and <= 58));
            }
        }

        return dates;
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

    private static SheetForm? ReadSheet(string name, WorksheetPart part, List<string> strings, List<bool> dates, ref int visited)
    {
        var cells = new Dictionary<(int Row, int Column), RawEntry>();
        FormToken? token = null;
        var (row, column) = (0, 0);
        var text = new StringBuilder();
        using var reader = OpenXmlReader.Create(part);
        var found = reader.Read();
        while (found)
        {
            if (reader.IsStartElement && reader.ElementType == typeof(Row))
            {
                row = Number(reader, "r") ?? row + 1;
                column = 0;
                // Rows come in order: past the bound nothing belongs to a form, and without codes up to here it is another sheet.
                if (row > RowsKept || (row > TokenWithin && (token ??= TokenIn(cells)) is null)) break;
            }
            else if (reader.IsStartElement && reader.ElementType == typeof(Cell))
            {
                if (++visited > CellsVisited) throw new TooMuch();
                ReadCell(reader, strings, dates, row, ref column, text, cells);
                // ReadCell stands on the cell's end.
            }

            found = reader.Read();
        }

        token ??= TokenIn(cells);
        return token is null ? null : Locate(name, token, cells);
    }

    private static FormToken? TokenIn(Dictionary<(int Row, int Column), RawEntry> cells) =>
        cells.Values.Where(entry => entry.Text.StartsWith(FormToken.Prefix, StringComparison.Ordinal)).Select(entry => FormToken.Parse(entry.Text)).FirstOrDefault(token => token is not null);

    private static void ReadCell(OpenXmlReader reader, List<string> strings, List<bool> dates, int row, ref int column, StringBuilder text, Dictionary<(int, int), RawEntry> cells)
    {
        string? type = null, reference = null;
        var style = -1;
        foreach (var attribute in reader.Attributes)
        {
            switch (attribute.LocalName)
            {
                case "t": type = attribute.Value; break;
                case "r": reference = attribute.Value; break;
                case "s" when int.TryParse(attribute.Value, NumberStyles.None, CultureInfo.InvariantCulture, out var s): style = s; break;
            }
        }

        column = reference is null ? column + 1 : ColumnOf(reference);
        if (reader.IsEndElement) return;

        var formula = false;
        string? value = null;
        text.Clear();
        while (reader.Read() && !(reader.IsEndElement && reader.ElementType == typeof(Cell)))
        {
            if (!reader.IsStartElement) continue;
            if (reader.ElementType == typeof(CellFormula)) formula = true;
            else if (reader.ElementType == typeof(CellValue)) value = reader.GetText();
            else Append(reader, text);
        }

        if (column is < 1 or > ColumnsKept) return;
        var place = new EntryPlace(null, $"{ColumnName(column)}{row}", null);
        var words = type switch
        {
            "s" when IsShared(value, strings) => strings[int.Parse(value!, CultureInfo.InvariantCulture)],
            "s" when value is { Length: > 0 } => "?",
            "inlineStr" => text.ToString(),
            _ => value ?? "",
        };
        if (words.Length > LongestText) words = words[..LongestText];
        if (formula)
        {
            cells[(row, column)] = new RawEntry(EntryKind.Formula, words, place);
            return;
        }

        if (words.Length == 0) return;
        var entry = type switch
        {
            "s" when words == "?" && !IsShared(value, strings) => new RawEntry(EntryKind.Fault, words, place),
            "s" or "inlineStr" or "str" => new RawEntry(EntryKind.Text, words, place),
            "b" => new RawEntry(EntryKind.Boolean, words == "1" ? "TRUE" : "FALSE", place),
            "e" => new RawEntry(EntryKind.Fault, words, place),
            "d" => new RawEntry(EntryKind.Date, words, place),
            _ when double.TryParse(words, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && double.IsFinite(number) =>
                new RawEntry(style >= 0 && style < dates.Count && dates[style] ? EntryKind.Date : EntryKind.Number, words, place) { Number = number },
            _ => new RawEntry(EntryKind.Text, words, place),
        };
        cells[(row, column)] = entry;
    }

    private static bool IsShared(string? value, List<string> strings) => int.TryParse(value, NumberStyles.None, CultureInfo.InvariantCulture, out var index) && index < strings.Count;

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

    private static string? Attribute(OpenXmlReader reader, string name)
    {
        foreach (var attribute in reader.Attributes)
        {
            if (attribute.LocalName == name) return attribute.Value;
        }

        return null;
    }

    private static int? Number(OpenXmlReader reader, string name) =>
        int.TryParse(Attribute(reader, name), NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;

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
