using System.Globalization;
using System.Security;
using System.Text;
using System.Xml.Linq;
using DocumentFormat.OpenXml.Packaging;
using DocumentFormat.OpenXml.Spreadsheet;

namespace ReliefFunctions.Core.Summaries.Sheets;

/// <summary>A series over cells, with the values that stand in them, so that a viewer need not compute.</summary>
internal sealed record ChartSeries(string Name, string CategoryCells, IReadOnlyList<string> Categories, string ValueCells, IReadOnlyList<decimal?> Values,
    string Format, bool Line, bool SecondAxis);

/// <summary>A native chart between rows and columns of a sheet (from 0).</summary>
internal sealed record WorkbookChart(
    string Title, int FromRow, int ToRow, int FromColumn, int ToColumn,
    string AxisTitle, string AxisFormat, string? SecondAxisTitle, string SecondAxisFormat, IReadOnlyList<ChartSeries> Series)
{
    /// <summary>Upper end of the axis; null lets the program choose.</summary>
    public decimal? Maximum { get; init; }

    /// <summary>Lower end of the axis; null lets the program choose.</summary>
    public decimal? Minimum { get; init; }
}

/// <summary>
/// Adds to a saved workbook what ClosedXML cannot make: charts and sound print titles. Fills are patterns and lines have markers and dashes,
/// so that a black-and-white print can be read.
/// </summary>
internal static class WorkbookParts
{
    private const string ChartNs = "http://schemas.openxmlformats.org/drawingml/2006/chart",
        DrawingNs = "http://schemas.openxmlformats.org/drawingml/2006/main",
        SheetNs =
            "http://schemas.openxmlformats.org/drawingml/2006/spreadsheetDrawing", RelationNs =
                "http://schemas.openxmlformats.org/officeDocument/2006/relationships";

    /// <summary>Weeks whose labels stand side by side without touching.</summary>
    private const int MostLabels = 8;

    private static readonly string[] Patterns = ["wdUpDiag", "pct25", "dkHorz"], Dashes = ["solid", "dash", "sysDot"], Markers = ["circle", "square",
        "triangle"], Colours = ["1F4E79", "7F7F7F", "C00000"];

    /// <summary>
    /// Adds print titles and the values of formulas, and the charts of a sheet, to the workbook in <paramref name="workbook"/>; sheets in their order.
    /// </summary>
    public static void Add(Stream workbook, IReadOnlyList<SheetEnd> sheets, string chartSheet, IReadOnlyList<WorkbookChart> charts)
    {
        using var document = SpreadsheetDocument.Open(workbook, isEditable: true);
        var book = document.WorkbookPart!;
        var names = book.Workbook.DefinedNames ??= new DefinedNames();

        // The list that was saved names ranges that are not there; it is not needed.
        if (document.ExtendedFilePropertiesPart?.Properties is { } properties) (properties.TitlesOfParts, properties.HeadingPairs) = (null, null);
        var parts = book.Workbook.Descendants<Sheet>().ToDictionary(sheet => sheet.Name!.Value!, sheet => (WorksheetPart)book.GetPartById(sheet.Id!));
        for (var i = 0; i < sheets.Count; i++)
        {
            if (sheets[i].PrintTitles is { } reference) names.AppendChild(new DefinedName(reference) { Name = "_xlnm.Print_Titles", LocalSheetId = (uint)i });
            if (sheets[i].PrintArea is { } area) names.AppendChild(new DefinedName(area) { Name = "_xlnm.Print_Area", LocalSheetId = (uint)i });
            if (sheets[i].Computed.Count > 0) Compute(parts[sheets[i].Name], sheets[i].Computed);
        }

        if (charts.Count > 0) Draw(parts[chartSheet], charts);
        if (names.HasChildren) return;
        names.Remove();
    }

    /// <summary>Over the bare XML: the package's own objects take ten times as long to make and to write.</summary>
    private static void Compute(WorksheetPart part, IReadOnlyDictionary<string, long> values)
    {
        using var stream = part.GetStream(FileMode.Open, FileAccess.ReadWrite);
        var sheet = XDocument.Load(stream, LoadOptions.PreserveWhitespace);
        var ns = sheet.Root!.Name.Namespace;
        foreach (var cell in sheet.Descendants(ns + "c").Where(cell => cell.Element(ns + "f") is not null))
        {
            cell.SetElementValue(ns + "v", values[cell.Attribute("r")!.Value]);
        }

        stream.SetLength(0);
        sheet.Save(stream, SaveOptions.DisableFormatting);
    }

    private static void Draw(WorksheetPart part, IReadOnlyList<WorkbookChart> charts)
    {
        var drawing = part.AddNewPart<DrawingsPart>("rIdCharts");
        var anchors = new StringBuilder();
        for (var i = 0; i < charts.Count; i++)
        {
            var chart = drawing.AddNewPart<ChartPart>($"rId{i + 1}");
            Feed(chart, ChartXml(charts[i]));
            anchors.Append(AnchorXml(charts[i], i + 1));
        }

        Feed(drawing, $"""<xdr:wsDr xmlns:xdr="{SheetNs}" xmlns:a="{DrawingNs}">{anchors}</xdr:wsDr>""");

        // The schema fixes the order: drawing stands after the page setup, footer and breaks.
        var element = new Drawing { Id = "rIdCharts" };
        var before = part.Worksheet.ChildElements.LastOrDefault(child => child is PageSetup or HeaderFooter or RowBreaks or ColumnBreaks or PageMargins
            or SheetData);
        part.Worksheet.InsertAfter(element, before!);
    }

    private static void Feed(OpenXmlPart part, string xml)
    {
        using var stream = new MemoryStream(Encoding.UTF8.GetBytes("""<?xml version="1.0" encoding="UTF-8" standalone="yes"?>""" + xml));
        part.FeedData(stream);
    }

    private static string AnchorXml(WorkbookChart chart, int id) => $"""
        <xdr:twoCellAnchor><xdr:from><xdr:col>{chart.FromColumn}</xdr:col><xdr:colOff>0</xdr:colOff><xdr:row>{chart.FromRow - 1}</xdr:row><xdr:rowOff>0</xdr:rowOff></xdr:from>
        <xdr:to><xdr:col>{chart.ToColumn}</xdr:col><xdr:colOff>0</xdr:colOff><xdr:row>{chart.ToRow - 1}</xdr:row><xdr:rowOff>0</xdr:rowOff></xdr:to>
        <xdr:graphicFrame macro=""><xdr:nvGraphicFramePr><xdr:cNvPr id="{id + 1}" name="{Text(chart.Title)}" descr="{Text(chart.Title)}"/><xdr:cNvGraphicFramePr/></xdr:nvGraphicFramePr>
        <xdr:xfrm><a:off x="0" y="0"/><a:ext cx="0" cy="0"/></xdr:xfrm><a:graphic><a:graphicData uri="{ChartNs}"><c:chart xmlns:c="{ChartNs}" xmlns:r="{RelationNs}" r:id="rId{id}"/></a:graphicData></a:graphic></xdr:graphicFrame><xdr:clientData/></xdr:twoCellAnchor>
        """;

    private static string ChartXml(WorkbookChart chart)
    {
        var bars = chart.Series.Where(series => !series.Line).ToList();
        var lines = chart.Series.Where(series => series is { Line: true, SecondAxis: false }).ToList();
        var second = chart.Series.Where(series => series is { Line: true, SecondAxis: true }).ToList();
        var index = 0;
        var plots = new List<string>();
        if (bars.Count > 0) plots.Add($"""<c:barChart><c:barDir val="col"/><c:grouping val="clustered"/><c:varyColors val="0"/>{string.Concat(bars.Select(series => BarXml(series, index++)))}<c:gapWidth val="80"/><c:axId val="1"/><c:axId val="2"/></c:barChart>""");
        if (lines.Count > 0) plots.Add($"""<c:lineChart><c:grouping val="standard"/><c:varyColors val="0"/>{string.Concat(lines.Select(series => LineXml(series, index++)))}<c:marker val="1"/><c:axId val="1"/><c:axId val="2"/></c:lineChart>""");
        if (second.Count > 0) plots.Add($"""<c:lineChart><c:grouping val="standard"/><c:varyColors val="0"/>{string.Concat(second.Select(series => LineXml(series, index++)))}<c:marker val="1"/><c:axId val="3"/><c:axId val="4"/></c:lineChart>""");
        plots.AddRange([CategoryAxis(1, 2, chart.Series[0].Categories.Count, hidden: false),
            ValueAxis(2, 1, chart.AxisTitle, chart.AxisFormat, chart.Minimum, chart.Maximum, right: false)]);
        if (second.Count > 0)
        {
            plots.AddRange([CategoryAxis(3, 4, 0, hidden: true),
                ValueAxis(4, 3, chart.SecondAxisTitle ?? "", chart.SecondAxisFormat, null, null, right: true)]);
        }

        return $"""
            <c:chartSpace xmlns:c="{ChartNs}" xmlns:a="{DrawingNs}" xmlns:r="{RelationNs}"><c:roundedCorners val="0"/><c:chart>{Title(chart.Title, 1300)}<c:autoTitleDeleted val="0"/>
            <c:plotArea><c:layout/>{string.Concat(plots)}</c:plotArea><c:legend><c:legendPos val="b"/><c:overlay val="0"/>{Letters}</c:legend><c:plotVisOnly val="1"/><c:dispBlanksAs val="gap"/></c:chart></c:chartSpace>
            """;
    }

    private static string BarXml(ChartSeries series, int index) => $"""
        <c:ser><c:idx val="{index}"/><c:order val="{index}"/><c:tx><c:v>{Text(series.Name)}</c:v></c:tx>
        <c:spPr><a:pattFill prst="{Patterns[index % 3]}"><a:fgClr><a:srgbClr val="{Colours[index % 3]}"/></a:fgClr><a:bgClr><a:srgbClr val="FFFFFF"/></a:bgClr></a:pattFill><a:ln w="9525"><a:solidFill><a:srgbClr val="{Colours[index % 3]}"/></a:solidFill></a:ln></c:spPr>
        <c:invertIfNegative val="0"/>{Labels(series, "outEnd")}{Data(series)}</c:ser>
        """;

    private static string LineXml(ChartSeries series, int index) => $"""
        <c:ser><c:idx val="{index}"/><c:order val="{index}"/><c:tx><c:v>{Text(series.Name)}</c:v></c:tx>
        <c:spPr><a:ln w="25400"><a:solidFill><a:srgbClr val="{Colours[index % 3]}"/></a:solidFill><a:prstDash val="{Dashes[index % 3]}"/></a:ln></c:spPr>
        <c:marker><c:symbol val="{Markers[index % 3]}"/><c:size val="7"/></c:marker>{Labels(series, "t")}{Data(series)}<c:smooth val="0"/></c:ser>
        """;

    /// <summary>Each point says its figure; of more weeks than there is room for, the lowest, the highest and the last.</summary>
    private static string Labels(ChartSeries series, string position)
    {
        var known = series.Values.Index().Where(each => each.Item is not null).ToList();
        if (series.Values.Count <= MostLabels || known.Count == 0) return $"<c:dLbls>{LabelXml(series, position, shown: true)}</c:dLbls>";
        int[] told = [known.MinBy(each => each.Item).Index, known.MaxBy(each => each.Item).Index, known[^1].Index];
        var points = told.Distinct().Order().Select(index => $"""<c:dLbl><c:idx val="{index}"/>{LabelXml(series, position, shown: true)}</c:dLbl>""");
        return $"<c:dLbls>{string.Concat(points)}{LabelXml(series, position, shown: false)}</c:dLbls>";
    }

    private static string LabelXml(ChartSeries series, string position, bool shown) => $"""
        <c:numFmt formatCode="{Text(series.Format)}" sourceLinked="0"/><c:spPr><a:solidFill><a:srgbClr val="FFFFFF"/></a:solidFill><a:ln><a:noFill/></a:ln></c:spPr><c:txPr><a:bodyPr/><a:p><a:pPr><a:defRPr sz="1100"/></a:pPr><a:endParaRPr lang="zh-CN"/></a:p></c:txPr><c:dLblPos val="{position}"/><c:showLegendKey val="0"/><c:showVal val="{(shown ? 1 : 0)}"/><c:showCatName val="0"/><c:showSerName val="0"/><c:showPercent val="0"/><c:showBubbleSize val="0"/>
        """;

    private static string Data(ChartSeries series)
    {
        var points = string.Concat(series.Values.Select((value, i) => value is { } number ? $"""<c:pt idx="{i}"><c:v>{number.ToString(CultureInfo.InvariantCulture)}</c:v></c:pt>""" : ""));
        var categories = string.Concat(series.Categories.Select((name, i) => $"""<c:pt idx="{i}"><c:v>{Text(name)}</c:v></c:pt>"""));
        return $"""
            <c:cat><c:strRef><c:f>{Text(series.CategoryCells)}</c:f><c:strCache><c:ptCount val="{series.Categories.Count}"/>{categories}</c:strCache></c:strRef></c:cat>
            <c:val><c:numRef><c:f>{Text(series.ValueCells)}</c:f><c:numCache><c:formatCode>General</c:formatCode><c:ptCount val="{series.Values.Count}"/>{points}</c:numCache></c:numRef></c:val>
            """;
    }

    /// <summary>Names that would stand one character above the other are turned instead.</summary>
    private static string CategoryAxis(int id, int cross, int names, bool hidden) => $"""
        <c:catAx><c:axId val="{id}"/><c:scaling><c:orientation val="minMax"/></c:scaling><c:delete val="{(hidden ? 1 : 0)}"/><c:axPos val="b"/><c:numFmt formatCode="General" sourceLinked="0"/><c:majorTickMark val="out"/><c:minorTickMark val="none"/><c:tickLblPos val="low"/><c:txPr><a:bodyPr{(names > 8 ? " rot=\"-2700000\" vert=\"horz\"" : "")}/><a:p><a:pPr><a:defRPr sz="1100"/></a:pPr><a:endParaRPr lang="zh-CN"/></a:p></c:txPr><c:crossAx val="{cross}"/><c:crosses val="autoZero"/></c:catAx>
        """;

    private static string ValueAxis(int id, int cross, string title, string format, decimal? minimum, decimal? maximum, bool right) => $"""
        <c:valAx><c:axId val="{id}"/><c:scaling><c:orientation val="minMax"/>{(maximum is { } top ? string.Create(CultureInfo.InvariantCulture, $"<c:max val=\"{top}\"/>") : "")}{(minimum is { } bottom ? string.Create(CultureInfo.InvariantCulture, $"<c:min val=\"{bottom}\"/>") : "")}</c:scaling><c:delete val="0"/><c:axPos val="{(right ? "r" : "l")}"/>
        {(right ? "" : """<c:majorGridlines><c:spPr><a:ln w="6350"><a:solidFill><a:srgbClr val="BFBFBF"/></a:solidFill></a:ln></c:spPr></c:majorGridlines>""")}{Title(title, 1100)}<c:numFmt formatCode="{format}" sourceLinked="0"/><c:majorTickMark val="out"/><c:minorTickMark val="none"/><c:tickLblPos val="nextTo"/>{Letters}<c:crossAx val="{cross}"/><c:crosses val="{(right ? "max" : "autoZero")}"/></c:valAx>
        """;

    private static string Title(string text, int size) => $"""
        <c:title><c:tx><c:rich><a:bodyPr/><a:p><a:pPr><a:defRPr sz="{size}" b="0"/></a:pPr><a:r><a:rPr lang="zh-CN" sz="{size}" b="0"/><a:t>{Text(text)}</a:t></a:r></a:p></c:rich></c:tx><c:overlay val="0"/></c:title>
        """;

    /// <summary>Letters of a chart: 9 points at the smallest scale.</summary>
    private const string Letters =
        """<c:txPr><a:bodyPr/><a:p><a:pPr><a:defRPr sz="1100"/></a:pPr><a:endParaRPr lang="zh-CN"/></a:p></c:txPr>""";

    private static string Text(string text) => SecurityElement.Escape(text);
}
