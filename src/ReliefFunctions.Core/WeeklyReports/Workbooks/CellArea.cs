namespace ReliefFunctions.Core.WeeklyReports.Workbooks;

/// <summary>A rectangle of cells, rows and columns counted from 1, both ends included.</summary>
internal readonly record struct CellArea(int Top, int Left, int Bottom, int Right)
{
    private const int MostColumns = 16_384, MostRows = 1_048_576;

    /// <summary>Whether it holds a cell.</summary>
    public bool Contains(int row, int column) => row >= Top && row <= Bottom && column >= Left && column <= Right;

    /// <summary>As people write it: <c>D13:D14</c>.</summary>
    public override string ToString() => $"{NameOf(Top, Left)}:{NameOf(Bottom, Right)}";

    /// <summary>A cell as people write it.</summary>
    public static string NameOf(int row, int column) =>
        column <= 26 ? $"{(char)('A' + column - 1)}{row}" : $"{(char)('A' + (column - 1) / 26 - 1)}{(char)('A' + (column - 1) % 26)}{row}";

    /// <summary>Reads <c>D13</c>, <c>$d$13</c>; a part that is not there is 0. False for what is no address.</summary>
    public static bool TryParse(ReadOnlySpan<char> text, out int row, out int column)
    {
        (row, column) = (0, 0);
        var digits = false;
        foreach (var c in text)
        {
            if (c == '$') continue;
            if (char.IsAsciiDigit(c)) (row, digits) = ((row * 10) + (c - '0'), true);
            else if (char.IsAsciiLetter(c) && !digits) column = (column * 26) + (char.ToUpperInvariant(c) - 'A' + 1);
            else return false;
            if (row > MostRows || column > MostColumns) return false;
        }

        return true;
    }

    /// <summary>Reads <c>D13:D14</c>, or a single cell; null for anything else.</summary>
    public static CellArea? Parse(string? text)
    {
        if (text is null || text.Split(':') is not { Length: 1 or 2 } ends) return null;
        return TryParse(ends[0], out var top, out var left) && TryParse(ends[^1], out var bottom, out var right) && Math.Min(top, left) > 0
            && Math.Min(bottom, right) > 0
            ? new CellArea(Math.Min(top, bottom), Math.Min(left, right), Math.Max(top, bottom), Math.Max(left, right))
            : null;
    }
}
