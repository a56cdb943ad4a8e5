using ClosedXML.Excel;

namespace ReliefFunctions.Core.Summaries.Sheets;

/// <summary>How a cell looks; the default is the workbook's. Fills are patterns or light greys, so that they also read in black and white.</summary>
internal readonly record struct Look()
{
    public const string Heiti = "黑体", Songti = "宋体", Fangsong = "仿宋";

    public string Font { get; init; } = Songti;

    public double Size { get; init; } = 11;

    public bool Bold { get; init; }

    public XLAlignmentHorizontalValues Horizontal { get; init; } = XLAlignmentHorizontalValues.General;

    public XLAlignmentVerticalValues Vertical { get; init; } = XLAlignmentVerticalValues.Bottom;

    public bool Wrap { get; init; }

    /// <summary>Thin lines on every side.</summary>
    public bool Lines { get; init; }

    public Fill Fill { get; init; }

    /// <summary>Number format; null for the general one.</summary>
    public string? Format { get; init; }

    /// <summary>Retyped in Excel, text that begins like a formula stays text.</summary>
    public bool Quoted { get; init; }
}

/// <summary>What is behind a cell's text.</summary>
internal enum Fill
{
    None,

    /// <summary>A column head.</summary>
    Head,

    /// <summary>A total.</summary>
    Total,

    /// <summary>Not yet accepted, or not to be told.</summary>
    Hatched,

    /// <summary>To be chased.</summary>
    Chase,

    /// <summary>To be watched.</summary>
    Watch,

    /// <summary>In order.</summary>
    Good,
}

/// <summary>
/// One style object for each look, assigned to cells whole: setting a style property by property makes ClosedXML walk and clone
/// at every step, which took most of a workbook's time.
/// </summary>
internal static class Looks
{
    // One palette for the process: an assigned style is copied by value and may come from another workbook, and there are a few dozen looks.
    private static readonly IXLWorksheet Palette = new XLWorkbook().AddWorksheet("palette");
    private static readonly Dictionary<Look, IXLStyle> Styles = [];

    public static IXLStyle Style(this Look look)
    {
        lock (Styles)
        {
            return Styles.TryGetValue(look, out var style) ? style : Styles[look] = Make(look, Palette.Cell(Styles.Count + 1, 1));
        }
    }

    private static IXLStyle Make(Look look, IXLCell cell)
    {
        var style = cell.Style;
        style.Font.SetFontName(look.Font).Font.SetFontSize(look.Size).Font.SetBold(look.Bold)
            .Alignment.SetHorizontal(look.Horizontal).Alignment.SetVertical(look.Vertical).Alignment.SetWrapText(look.Wrap);
        if (look.Lines) style.Border.SetOutsideBorder(XLBorderStyleValues.Thin);
        if (look.Fill == Fill.Hatched)
        {
            style.Fill.SetPatternType(XLFillPatternValues.LightUp).Fill.SetPatternColor(XLColor.FromHtml("#A6A6A6")).Fill.SetBackgroundColor(XLColor.White);
        }
        else if (look.Fill != Fill.None)
        {
            style.Fill.SetBackgroundColor(XLColor.FromHtml(look.Fill switch
            {
                Fill.Head => "#E7E6E6",
                Fill.Chase => "#F4B6B0",
                Fill.Watch => "#FFE699",
                Fill.Good => "#E2F0D9",
                _ => "#F2F2F2",
            }));
        }

        if (look.Format is not null) style.NumberFormat.SetFormat(look.Format);
        style.IncludeQuotePrefix = look.Quoted;

        // Read again: the object above does not see all that was set through it.
        return cell.Style;
    }
}
