using DocumentFormat.OpenXml.Packaging;
using DocumentFormat.OpenXml.Validation;
using DocumentFormat.OpenXml.Wordprocessing;
using ReliefFunctions.Core.Summaries.Figures;
using ReliefFunctions.Core.Summaries.Publishing;

namespace ReliefFunctions.Tests.Summaries;

/// <summary>The bulletin as a document of GB/T 9704-2012.</summary>
public class BulletinTests
{
    private static readonly Summary Week = SummaryRules.Compute(SummarySample.Input());

    internal static readonly string[] All = ["week", "red", "stage", "city", "big", "empty"];

    public static TheoryData<string> Kinds => new(All);

    internal static Summary Of(string kind) => kind switch
    {
        "red" => Week with { Heading = Week.Heading with { BulletinHead = "花溪区“寒冬送温暖”工作简报" } },
        "stage" => SummaryRules.Compute(SummarySample.Input(6, kind: Core.Summaries.PeriodKind.Progress)),
        "city" => AreaRules.Compute(SummarySample.Area()),
        "big" => SummaryRules.Compute(SummarySample.Big()),
        "empty" => SummaryRules.Compute(SummarySample.Input() with { Units = [], Reports = [], Orders = [], Minimums = [], Decisions = [], Duties = [] }),
        _ => Week,
    };

    [Theory, MemberData(nameof(Kinds))]
    public void The_bulletin_passes_the_Open_XML_validator_and_is_laid_out_as_the_standard_says(string kind)
    {
        var summary = Of(kind);
        using var document = WordprocessingDocument.Open(new MemoryStream(Bulletin.Write(summary, SummarySample.Stamp)), isEditable: false);
        Assert.Equal([], new OpenXmlValidator(DocumentFormat.OpenXml.FileFormatVersions.Office2019).Validate(document).Select(error => $"{error.Path?.XPath} {error.Description}"));
        var body = document.MainDocumentPart!.Document.Body!;
        var page = body.Descendants<PageMargin>().Single();
        Assert.Equal((2098, 1984, 1588u, 1474u), (page.Top!.Value, page.Bottom!.Value, page.Left!.Value, page.Right!.Value));
        Assert.All(body.Descendants<Paragraph>(), paragraph => Assert.Equal(LineSpacingRuleValues.Exact, paragraph.ParagraphProperties!.SpacingBetweenLines!.LineRule!.Value));
        Assert.All(body.Descendants<Run>(), run => Assert.NotNull(run.RunProperties!.RunFonts!.EastAsia));
        var red = body.Descendants<Color>().Where(color => color.Val == "FF0000").ToList();
        Assert.Equal(kind == "red", red.Count > 0);
        Assert.Contains(Bulletin.TitleOf(summary), body.InnerText, StringComparison.Ordinal);
        foreach (var heading in new[] { "一、存在问题与督办", "二、提请决策", "三、主要数据" }) Assert.Contains(heading, body.InnerText, StringComparison.Ordinal);
    }

    [Fact]
    public void Words_of_people_are_words_in_the_bulletin_too()
    {
        using var document = WordprocessingDocument.Open(new MemoryStream(Bulletin.Write(Week with { Outlook = "<w:p/>&晴\u0001" }, SummarySample.Stamp)), isEditable: false);
        Assert.Contains("<w:p/>&晴", document.MainDocumentPart!.Document.Body!.InnerText, StringComparison.Ordinal);
    }
}
