using System.Globalization;
using ClosedXML.Excel;
using ReliefFunctions.Core.Http;
using ReliefFunctions.Core.Texts;
using ReliefFunctions.Core.WeeklyReports.Workbooks;

namespace ReliefFunctions.Core.WeeklyReports.Setup;

/// <summary>One column of a table that goes down and comes up as a workbook.</summary>
/// <param name="Head">By which it is found again, wherever it stands.</param>
/// <param name="Width">A Chinese character counts 2.</param>
/// <param name="Help">How to fill it in; shown as the head's comment.</param>
/// <param name="Required">Whether a row without it is a fault.</param>
/// <param name="Choices">What may stand there; null for anything.</param>
/// <param name="Open">Whether the choices are only offered, and something else may stand there, too.</param>
internal sealed record TableColumn(
    string Head, double Width, string Help, bool Required = false, IReadOnlyList<string>? Choices = null, bool Open = false);

/// <summary>A table on a sheet of its own, a thing in each row: written plain enough to be edited, and read by its heads in any order.</summary>
internal sealed class TableSheet(string name, params IReadOnlyList<TableColumn> columns)
{
    private const int LongestText = 1000;

    /// <summary>The sheet's name.</summary>
    public string Name { get; } = name;

    public void Write(XLWorkbook book, IEnumerable<IReadOnlyList<string?>> rows)
    {
        var sheet = book.AddWorksheet(Name);
        for (var i = 0; i < columns.Count; i++)
        {
            var head = sheet.Cell(1, i + 1);
            head.SetValue<string>(columns[i].Head);
            head.Style.Font.SetBold().Fill.SetBackgroundColor(XLColor.FromHtml("#DCE6F1")).Alignment.SetHorizontal(XLAlignmentHorizontalValues.Center);
            head.Comment.AddText((columns[i].Required ? "必填。" : "") + columns[i].Help);
            sheet.Column(i + 1).Width = columns[i].Width;

            // As text, so that a code keeps its noughts.
            sheet.Column(i + 1).Style.NumberFormat.Format = "@";
            if (columns[i].Choices is not { } choices) continue;
            var offered = sheet.Range(2, i + 1, 1000, i + 1).SetDataValidation();
            offered.List($"\"{string.Join(',', choices)}\"", true);
            offered.ShowErrorMessage = !columns[i].Open;
        }

        var row = 2;
        foreach (var cells in rows)
        {
            for (var i = 0; i < cells.Count; i++)
            {
                if (cells[i] is { Length: > 0 } text) sheet.Cell(row, i + 1).SetValue<string>(text);
            }

            row++;
        }

        sheet.SheetView.FreezeRows(1);
        sheet.PageSetup.PageOrientation = XLPageOrientation.Landscape;
        sheet.PageSetup.FitToPages(1, 0);
    }

    /// <summary>The rows of the sheet; every fault of the table itself is told. None when the sheet is not there.</summary>
    public IReadOnlyList<TableRow> Read(IReadOnlyList<SheetCells> sheets, List<ProblemError> errors)
    {
        if (sheets.FirstOrDefault(sheet => EntryReading.Clean(sheet.Name) == Name) is not { } sheet)
        {
            errors.Add(new ProblemError { Code = "sheet-missing", Sheet = Name, Message = $"工作簿里没有“{Name}”表。", Fix = "使用下载的工作簿，不要删除或改名工作表。" });
            return [];
        }

        var heads = sheet.Cells.Where(cell => EntryReading.Clean(cell.Value.Text) == columns[0].Head).Select(cell => (int?)cell.Key.Row).Order()
            .FirstOrDefault();
        var places = columns.ToDictionary(column => column.Head,
            column => sheet.Cells.Where(cell => cell.Key.Row == heads && EntryReading.Clean(cell.Value.Text) == column.Head)
            .Select(cell => (int?)cell.Key.Column).Order().FirstOrDefault());
        foreach (var column in columns.Where(column => column.Required && places[column.Head] is null))
        {
            errors.Add(new ProblemError { Code = "column-missing", Sheet = Name, Message = $"“{Name}”表缺少“{column.Head}”列。", Fix = "使用下载的工作簿，不要改动表头。" });
        }

        if (heads is null) return [];
        foreach (var merged in sheet.Merged.Where(area => area.Bottom > heads))
        {
            errors.Add(new ProblemError
            {
                Code = "merged",
                Sheet = Name,
                Cell = CellArea.NameOf(merged.Top, merged.Left),
                Message = $"单元格 {merged} 合并了，读不出每一行自己的内容。",
                Fix = "取消合并，每一行分别填。",
            });
        }

        var rows = sheet.Cells.Keys.Where(cell => cell.Row > heads).Select(cell => cell.Row).Distinct().Order()
            .Select(row => new TableRow(this, row, places, sheet, errors)).Where(row => !row.IsEmpty).ToList();
        foreach (var row in rows)
        {
            foreach (var column in columns)
            {
                var text = row.Text(column.Head);
                if (column.Required && text is null) row.Refuse(column.Head, "required", $"{column.Head}没有填。", "请填写。");
                if (text is not null && column is { Choices: { } choices, Open: false } && !choices.Contains(text))
                {
                    row.Refuse(column.Head, "choice", $"{column.Head}填的是“{text.Cut(30)}”。", $"从以下选一：{string.Join("、", choices)}。");
                }

                if (text?.Length > LongestText) row.Refuse(column.Head, "too-long", $"{column.Head}超过 {LongestText} 字。", "压缩文字。");
            }
        }

        return rows;
    }
}

/// <summary>One row of a <see cref="TableSheet"/> as somebody filled it in.</summary>
internal sealed class TableRow(TableSheet table, int number, IReadOnlyDictionary<string, int?> places, SheetCells sheet, List<ProblemError> errors)
{
    private static readonly string[] Days = ["yyyy-M-d", "yyyy/M/d", "yyyy.M.d", "yyyy年M月d日"];

    /// <summary>Whether nothing stands in any column.</summary>
    public bool IsEmpty => places.Values.All(column => column is not { } at || Clean(Entry(at)) is null);

    /// <summary>What stands in a column, blanks around it cut off; null for nothing.</summary>
    public string? Text(string head) => places.GetValueOrDefault(head) is { } column ? Clean(Entry(column)) : null;

    /// <summary>Parts of a list, however they are set apart.</summary>
    public IReadOnlyList<string> List(string head) =>
        [.. (Text(head) ?? "").Split(['、', '，', ',', '；', ';', '\n'], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)];

    /// <summary>A whole number; told when it is none.</summary>
    public int? Number(string head)
    {
        if (Text(head) is not { } text) return null;
        if (double.TryParse(EntryReading.Clean(text), NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && number == Math.Floor(number)
            && Math.Abs(number) < int.MaxValue)
        {
            return (int)number;
        }

        Refuse(head, "not-a-number", $"{head}应填整数，填的是“{text.Cut(30)}”。", "只填数字。");
        return null;
    }

    /// <summary>A day; told when it is none.</summary>
    public DateOnly? Day(string head)
    {
        if (places.GetValueOrDefault(head) is not { } column || Text(head) is not { } text) return null;
        if (Entry(column) is { Kind: EntryKind.Date, Number: > 1 and < 100_000 } cell) return DateOnly.FromDateTime(DateTime.FromOADate(cell.Number));
        if (DateOnly.TryParseExact(EntryReading.Clean(text), Days, CultureInfo.InvariantCulture, DateTimeStyles.None, out var day)) return day;
        Refuse(head, "not-a-day", $"{head}应填日期，填的是“{text.Cut(30)}”。", "例如 2026-12-01。");
        return null;
    }

    public bool IsYes(string head) => Text(head) is "是";

    public void Refuse(string head, string code, string message, string fix) => errors.Add(Problem(head, code, message, fix));

    public ProblemError Problem(string head, string code, string message, string fix) => new()
    {
        Sheet = table.Name,
        Cell = places.GetValueOrDefault(head) is { } column ? CellArea.NameOf(number, column) : null,
        Code = code,
        Message = message,
        Fix = fix,
        Value = code == "personal-data" ? null : Text(head)?.Cut(60),
    };

    private RawEntry? Entry(int column) => sheet.Cells.GetValueOrDefault((number, column));

    private static string? Clean(RawEntry? entry) =>
        entry is null || entry.Kind is EntryKind.Formula or EntryKind.Fault ? null : Characters.Clean(entry.Text).Trim() is { Length: > 0 } text ? text : null;
}
