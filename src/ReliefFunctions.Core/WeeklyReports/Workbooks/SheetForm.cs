using ReliefFunctions.Core.WeeklyReports.Forms;

namespace ReliefFunctions.Core.WeeklyReports.Workbooks;

/// <summary>One form found in a workbook: its codes and what stands in its entry cells, not yet understood.</summary>
/// <param name="Sheet">The sheet's name.</param>
/// <param name="Token">The embedded codes.</param>
/// <param name="Entries">By field code or header key (<see cref="FormLayout.HeaderKeys"/>).</param>
/// <param name="Repeated">Codes that stand in more than one row with different entries.</param>
internal sealed record SheetForm(string Sheet, FormToken Token, IReadOnlyDictionary<string, RawEntry> Entries, IReadOnlyList<string> Repeated)
{
    /// <summary>The code cells, by code.</summary>
    public IReadOnlyDictionary<string, EntryPlace> Codes { get; init; } = new Dictionary<string, EntryPlace>();

    /// <summary>The words beside each code.</summary>
    public IReadOnlyDictionary<string, RawEntry> Labels { get; init; } = new Dictionary<string, RawEntry>();

    /// <summary>The merged area that an entry cell lies in without being its first cell: there nothing can be typed.</summary>
    public IReadOnlyDictionary<string, CellArea> Merged { get; init; } = new Dictionary<string, CellArea>();

    /// <summary>What stands in last week's column of a field's row.</summary>
    public IReadOnlyDictionary<string, RawEntry> LastWeek { get; init; } = new Dictionary<string, RawEntry>();

    /// <summary>Figures in a field's row where none belongs.</summary>
    public ILookup<string, RawEntry> Beside { get; init; } = Array.Empty<(string, RawEntry)>().ToLookup(pair => pair.Item1, pair => pair.Item2);

    /// <summary>What stands outside of the table: figures, and words under it.</summary>
    public IReadOnlyList<RawEntry> Outside { get; init; } = [];

    /// <summary>Whether another form says the same, wherever it says it.</summary>
    public bool SaysTheSame(SheetForm other) =>
        Token.BaseVersion == other.Token.BaseVersion && Entries.Count == other.Entries.Count
        && Entries.All(entry => other.Entries.TryGetValue(entry.Key, out var same) && same.Kind == entry.Value.Kind && same.Text == entry.Value.Text);
}

/// <summary>The cells of one sheet, by row and column, and the areas that were merged.</summary>
internal sealed record SheetCells(string Name, IReadOnlyDictionary<(int Row, int Column), RawEntry> Cells, IReadOnlyList<CellArea> Merged)
{
    private const int LongestCode = 16;

    /// <summary>
    /// The form on the sheet; null when it has no codes embedded. Rows may have been moved, hidden or inserted: a code names its row, the heading names the
    /// column.
    /// </summary>
    public SheetForm? Form()
    {
        var tokens = Cells.Where(cell => cell.Value.Text.StartsWith(FormToken.Prefix, StringComparison.Ordinal)).OrderBy(cell => cell.Key);
        if (tokens.Select(cell => (cell.Key, Token: FormToken.Parse(cell.Value.Text)))
            .FirstOrDefault(cell => cell.Token is not null) is not (var tokenAt, { } token))
        {
            return null;
        }

        var codes = Cells.Where(cell => cell.Value.Kind == EntryKind.Text && cell.Value.Text.Length <= LongestCode
            && IsCode(EntryReading.Clean(cell.Value.Text)))
            .GroupBy(cell => cell.Key.Column).OrderByDescending(group => group.Count()).ThenBy(group => group.Key).FirstOrDefault();
        if (codes is null) return new SheetForm(Name, token, new Dictionary<string, RawEntry>(), []);

        var columns = Columns(codes.Key);
        var (entries, repeated) = (new Dictionary<string, RawEntry>(StringComparer.Ordinal), new List<string>());
        var (labels, lastWeek, merged) = (new Dictionary<string, RawEntry>(), new Dictionary<string, RawEntry>(), new Dictionary<string, CellArea>());
        var (beside, codeCells, rows) = (new List<(string Code, RawEntry Entry)>(), new Dictionary<string, EntryPlace>(), new Dictionary<int, string>());
        foreach (var cell in codes.OrderBy(cell => cell.Key.Row))
        {
            var (row, code) = (cell.Key.Row, EntryReading.Clean(cell.Value.Text));
            rows[row] = code;
            var entry = At(row, columns.Entry) ?? new RawEntry(EntryKind.Empty, "", new EntryPlace(Name, CellArea.NameOf(row, columns.Entry), null));
            if (entries.TryAdd(code, entry))
            {
                codeCells[code] = cell.Value.Place;
                if (At(row, columns.Label) is { } label) labels[code] = label;
                if (At(row, columns.LastWeek) is { Kind: EntryKind.Number or EntryKind.Text } last) lastWeek[code] = last;
                if (Merged.Where(area => area.Contains(row, columns.Entry) && (area.Top != row || area.Left != columns.Entry)).Select(area => (CellArea?)area)
                    .FirstOrDefault() is { } area)
                {
                    merged[code] = area;
                }
            }
            else if (entry.Kind != EntryKind.Empty && entry.Text != entries[code].Text)
            {
                if (entries[code].Kind == EntryKind.Empty) entries[code] = entry;
                else repeated.Add(code);
            }
        }

        var (outside, last_) = (new List<RawEntry>(), rows.Keys.Max());
        foreach (var ((row, column), cell) in Cells.OrderBy(cell => cell.Key))
        {
            if (row == tokenAt.Row || cell.Kind == EntryKind.Formula) continue;
            var isFigure = cell.Kind is EntryKind.Number or EntryKind.Date || (cell.Kind == EntryKind.Text && EntryReading.IsFigure(cell.Text));
            if (rows.TryGetValue(row, out var code))
            {
                if (isFigure && column != columns.Entry && column != columns.LastWeek && column != columns.Code && column != columns.Label)
                {
                    beside.Add((code, cell));
                }
            }
            else if (isFigure || (row > last_ && cell.Kind == EntryKind.Text && !IsFoot(cell.Text)))
            {
                outside.Add(cell);
            }
        }

        return new SheetForm(Name, token, entries, repeated)
        {
            Codes = codeCells,
            Labels = labels,
            Merged = merged,
            LastWeek = lastWeek,
            Beside = beside.ToLookup(pair => pair.Code, pair => pair.Entry),
            Outside = outside,
        };
    }

    private RawEntry? At(int row, int column) => Cells.GetValueOrDefault((row, column));

    /// <summary>Where each column stands: by the line of headings, or as generated where a heading was typed over.</summary>
    private (int Code, int Label, int Entry, int LastWeek) Columns(int code)
    {
        int? heading = Cells.Where(cell => IsHeading(cell.Value, FormLayout.EntryHeading)).OrderBy(cell => cell.Key).Select(cell => (int?)cell.Key.Row)
            .FirstOrDefault();
        var row = heading
            ?? Cells.Where(cell => IsHeading(cell.Value, FormLayout.CodeHeading)).OrderBy(cell => cell.Key).Select(cell => (int?)cell.Key.Row).FirstOrDefault();
        int Column(string name, int otherwise) =>
            Cells.Where(cell => cell.Key.Row == row && IsHeading(cell.Value, name)).OrderBy(cell => cell.Key).Select(cell => (int?)cell.Key.Column)
                .FirstOrDefault() ?? otherwise;
        var entry = Column(FormLayout.EntryHeading, code + FormLayout.EntryColumn - FormLayout.CodeColumn);
        return (code, Column(FormLayout.LabelHeading, code + FormLayout.LabelColumn - FormLayout.CodeColumn), entry,
            Column(FormLayout.LastWeekHeading, entry + FormLayout.LastWeekColumn - FormLayout.EntryColumn));
    }

    private static bool IsHeading(RawEntry cell, string heading) => cell.Text.Length <= LongestCode && EntryReading.Clean(cell.Text) == heading;

    private static bool IsCode(string text) => FormLayout.HeaderKeys.Contains(text) || FormRules.IsCode(text);

    private static bool IsFoot(string text) =>
        text.StartsWith(FormLayout.FootNote, StringComparison.Ordinal) || text.StartsWith(FormLayout.FootSignature, StringComparison.Ordinal);
}
