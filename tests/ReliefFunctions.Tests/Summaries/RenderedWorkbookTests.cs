using System.Diagnostics;
using System.Globalization;
using System.Text;
using ReliefFunctions.Core.Summaries;
using ReliefFunctions.Core.Summaries.Figures;
using ReliefFunctions.Core.Summaries.Publishing;
using ReliefFunctions.Core.Summaries.Sheets;

namespace ReliefFunctions.Tests.Summaries;

/// <summary>Every kind of workbook as LibreOffice prints it: one run converts them all.</summary>
public sealed class RenderedWorkbookTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("rendered-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public void Every_kind_of_workbook_opens_prints_without_hashes_and_draws_its_charts()
    {
        var input = SummarySample.Input();
        var books = new Dictionary<string, byte[]>
        {
            ["week"] = SummaryWorkbook.Write(SummaryRules.Compute(input), SummarySample.Stamp, SummaryDetail.Lines(input)),
            ["print"] = SummaryWorkbook.WritePrint(SummaryRules.Compute(input), SummarySample.Stamp),
            ["print-season"] = SummaryWorkbook.WritePrint(SummaryRules.Compute(SummarySample.Input(22, kind: PeriodKind.Season)), SummarySample.Stamp),
            ["corrected"] = SummaryWorkbook.Write(SummaryRules.Compute(input with { Previous = SummarySample.BeforeCorrection }), SummarySample.Stamp with { Version = 2 }),
            ["stage"] = SummaryWorkbook.Write(SummaryRules.Compute(SummarySample.Input(6, kind: PeriodKind.Progress)), SummarySample.Stamp),
            ["season"] = SummaryWorkbook.Write(SummaryRules.Compute(SummarySample.Input(22, kind: PeriodKind.Season)), SummarySample.Stamp),
            ["big"] = SummaryWorkbook.Write(SummaryRules.Compute(SummarySample.Big()), SummarySample.Stamp),
            ["changed"] = SummaryWorkbook.Write(SummaryRules.Compute(SummarySample.FormChanged(kind: PeriodKind.Season)), SummarySample.Stamp),
            ["city"] = SummaryWorkbook.Write(AreaRules.Compute(SummarySample.Area()), SummarySample.Stamp),
        };
        var kinds = BulletinTests.All;
        foreach (var (name, book) in books) File.WriteAllBytes(Path.Combine(_folder, name + ".xlsx"), book);
        foreach (var kind in kinds) File.WriteAllBytes(Path.Combine(_folder, $"bulletin-{kind}.docx"), Bulletin.Write(BulletinTests.Of(kind), SummarySample.Stamp));
        Run("soffice", ["--headless", $"-env:UserInstallation=file://{_folder}/profile", "--convert-to", "pdf", "--outdir", _folder,
            .. books.Keys.Select(name => Path.Combine(_folder, name + ".xlsx")), .. kinds.Select(kind => Path.Combine(_folder, $"bulletin-{kind}.docx"))]);

        // To look at: RENDERED=/some/folder keeps the pages.
        if (Environment.GetEnvironmentVariable("RENDERED") is { Length: > 0 } keep) foreach (var file in Directory.GetFiles(_folder, "*.pdf")) File.Copy(file, Path.Combine(keep, Path.GetFileName(file)), overwrite: true);

        // A bulletin is one page or two.
        foreach (var kind in kinds)
        {
            var pages = Run("pdftotext", ["-layout", Path.Combine(_folder, $"bulletin-{kind}.pdf"), "-"]).TrimEnd('\f').Split('\f');
            Assert.True(pages.Length is 1 or 2, $"bulletin {kind}: {pages.Length} pages");
            Assert.Contains("—1—", pages[0].Replace(" ", "", StringComparison.Ordinal), StringComparison.Ordinal);
        }

        foreach (var name in books.Keys)
        {
            var pdf = Path.Combine(_folder, name + ".pdf");
            var pages = Run("pdftotext", ["-layout", pdf, "-"]).TrimEnd('\f').Split('\f');
            Assert.DoesNotContain(pages, page => page.Contains("###", StringComparison.Ordinal));
            Assert.All(pages, page => Assert.True(page.Trim().Length > 20, $"{name} has an empty page."));
            Assert.Contains("签发", pages[0], StringComparison.Ordinal);

            // The charts stand side by side, on the trend's page or, after a long season, on its last one.
            var trend = Array.FindLastIndex(pages, page => page.Contains("逐周趋势", StringComparison.Ordinal));
            Assert.True(trend > 0, $"{name} has no trend.");
            Run("pdftoppm", ["-r", "50", "-f", $"{trend + 1}", "-l", $"{trend + 1}", "-singlefile", pdf, Path.Combine(_folder, name)]);
            var (left, right) = Coloured(File.ReadAllBytes(Path.Combine(_folder, name + ".ppm")));
            Assert.True(left > 30 && right > 30, $"{name}: {left} and {right} coloured dots where the charts are.");
            if (name.StartsWith("print", StringComparison.Ordinal)) Assert.InRange(pages.Length, 5, 8);
        }
    }

    /// <summary>Dots with a colour (text and fills of tables are black and grey) in the left and right half of a PPM image (P6).</summary>
    private static (int Left, int Right) Coloured(byte[] image)
    {
        var heads = new List<int>();
        var at = 2;
        Assert.Equal("P6", Encoding.ASCII.GetString(image, 0, 2));
        while (heads.Count < 3)
        {
            var end = at + 1;
            while (!char.IsWhiteSpace((char)image[end])) end++;
            heads.Add(int.Parse(Encoding.ASCII.GetString(image, at, end - at), CultureInfo.InvariantCulture));
            at = end;
        }

        var (width, height) = (heads[0], heads[1]);
        var dots = image.AsSpan(at + 1);
        var (left, right) = (0, 0);
        for (var i = 0; i < width * height; i++)
        {
            var (r, g, b) = (dots[i * 3], dots[i * 3 + 1], dots[i * 3 + 2]);
            if (Math.Max(r, Math.Max(g, b)) - Math.Min(r, Math.Min(g, b)) < 40) continue;
            if (i % width < width / 2) left++;
            else right++;
        }

        return (left, right);
    }

    private static string Run(string program, IReadOnlyList<string> arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true })!;
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        Assert.Equal(0, process.ExitCode);
        return output;
    }
}
