using System.Globalization;
using DocumentFormat.OpenXml;
using DocumentFormat.OpenXml.Packaging;
using DocumentFormat.OpenXml.Wordprocessing;
using ReliefFunctions.Core.Campaigns;

namespace ReliefFunctions.Core.WeeklyReports.Stages;

/// <summary>Writes a stage report as .docx, ready for the unit's stamp.</summary>
internal static class StageDocument
{
    public static byte[] Write(Campaign campaign, StageRow row)
    {
        using var stream = new MemoryStream();
        using (var document = WordprocessingDocument.Create(stream, WordprocessingDocumentType.Document))
        {
            var body = new Body();
            document.AddMainDocumentPart().Document = new Document(body);
            body.Append(
                Control(StageToken.Of(campaign, row)
                    .ToString(), [Line($"{campaign.Name}{StageReports.NameOf(row.Stage)}", 36, bold: true, JustificationValues.Center)]),
                Line($"（{row.UnitName}）", 30, justify: JustificationValues.Center));
            var number = 0;
            foreach (var (name, heading, text) in (row.Text ?? StageText.Blank).Sections)
            {
                body.Append(Line($"{"一二三四五六七八九"[number++]}、{heading}", 30, bold: true),
                    Control(name, (text ?? StageText.NotFilled).Split('\n').Select(paragraph => Line("　　" + paragraph, 28))));
            }

            body.Append(Line($"{"一二三四五六七八九"[number]}、累计数据", 30, bold: true));
            var figures = row.Figures;
            body.Append(Line(figures?.Through is { } through
                ? $"　　数据截至{through.ToString("yyyy年M月d日", CultureInfo.InvariantCulture)}，计入 {figures.WeeksCounted} 周{(figures.WeeksMissing.Count > 0 ? $"，缺 {string.Join("、", figures.WeeksMissing)}" : "")}。期末数取最后一周，不累加。"
                : "　　尚无计入的周报。", 28));
            if (figures is not null) body.Append(Figures(figures));
            body.Append(Line("", 28), Line($"{row.UnitName}（盖章）", 28, justify: JustificationValues.Right),
                Line($"填报人：{row.Text?.FilledBy}　　审核人：{row.Text?.ReviewedBy}", 28, justify: JustificationValues.Right),
                Line(row.At is { } at
                    ? LocalTime.In(at, campaign.Zone()).ToString("yyyy年M月d日", CultureInfo.InvariantCulture)
                    : "年　　月　　日", 28, justify: JustificationValues.Right));
            body.Append(new SectionProperties(new PageSize { Width = 11906, Height = 16838 },
                new PageMargin { Top = 1440, Bottom = 1440, Left = 1500, Right = 1500, Header = 720, Footer = 720, Gutter = 0 }));
        }

        return stream.ToArray();
    }

    /// <summary>Paragraphs in a content control: by its tag they are found again, whatever is typed into them.</summary>
    private static SdtBlock Control(string tag, IEnumerable<Paragraph> paragraphs) =>
        new(new SdtProperties(new Tag { Val = tag }), new SdtContentBlock(paragraphs));

    private static Table Figures(StageFigures figures)
    {
        static T Single<T>() where T : BorderType, new() => new() { Val = BorderValues.Single, Size = 4 };
        var table = new Table(
            new TableProperties(new TableWidth { Type = TableWidthUnitValues.Pct, Width = "5000" },
                new TableBorders(Single<TopBorder>(), Single<LeftBorder>(), Single<BottomBorder>(), Single<RightBorder>(), Single<InsideHorizontalBorder>(),
                    Single<InsideVerticalBorder>())),
            new TableGrid(new GridColumn { Width = "900" }, new GridColumn { Width = "5400" }, new GridColumn { Width = "1100" },
                new GridColumn { Width = "1400" }));
        var head = Row("编码", "指标", "单位", "累计");
        head.PrependChild(new TableRowProperties(new TableHeader()));
        table.Append(head);
        foreach (var figure in figures.Figures)
        {
            table.Append(Row(figure.Field, figure.Label, figure.Unit, figure.Value?.ToString(CultureInfo.InvariantCulture) ?? ""));
        }

        return table;
    }

    private static TableRow Row(string code, string label, string unit, string value) =>
        new(new[] { code, label, unit }.Select(cell => new TableCell(Line(cell, 21)))
            .Append(new TableCell(Line(value, 21, justify: JustificationValues.Right))));

    /// <summary>Size in half points.</summary>
    private static Paragraph Line(string text, int size, bool bold = false, JustificationValues? justify = null)
    {
        var properties = new RunProperties(new RunFonts { Ascii = "Times New Roman", EastAsia = bold ? "黑体" : "仿宋" });
        if (bold) properties.Append(new Bold());
        properties.Append(new FontSize { Val = size.ToString(CultureInfo.InvariantCulture) });
        var paragraph = new Paragraph(new Run(properties, new Text(text) { Space = SpaceProcessingModeValues.Preserve }));
        if (justify is { } side) paragraph.PrependChild(new ParagraphProperties(new Justification { Val = side }));
        return paragraph;
    }
}
