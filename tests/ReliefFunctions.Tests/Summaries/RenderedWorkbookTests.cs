using System.Diagnostics;
using System.Globalization;
using System.IO.Compression;
using System.Text;
using System.Text.RegularExpressions;
using ReliefFunctions.Core.Summaries;
using ReliefFunctions.Core.Summaries.Figures;
using ReliefFunctions.Core.Summaries.Publishing;
using ReliefFunctions.Core.Summaries.Sentences;
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
            ["print-big"] = SummaryWorkbook.WritePrint(SummaryRules.Compute(SummarySample.Big()), SummarySample.Stamp),
            ["print-hundred"] = SummaryWorkbook.WritePrint(SummaryRules.Compute(SummarySample.Hundred()), SummarySample.Stamp with { Version = 2 }),
            ["print-names"] = SummaryWorkbook.WritePrint(SummaryRules.Compute(SummarySample.LongNames()), SummarySample.Stamp with { Version = 2 }),
            ["print-running"] = SummaryWorkbook.WritePrint(SummaryRules.Compute(input with { OpenWeeks = [input.Week] }), SummarySample.Stamp),
            ["print-city"] = SummaryWorkbook.WritePrint(AreaRules.Compute(SummarySample.Area()), SummarySample.Stamp),
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
            if (!name.StartsWith("print", StringComparison.Ordinal)) continue;
            Assert.InRange(pages.Length, 5, 8);

            // The first page is one, with all of its sections; nothing that is printed is smaller than 9 points.
            foreach (var heading in new[] { "一、存在问题", "二、提请决策", "三、主要数据", "四、下", "五、", "签发" }) Assert.Contains(heading, pages[0], StringComparison.Ordinal);
            var small = FontSizes(pdf).Index().Where(page => page.Item < 8.95).Select(page => $"{name}, page {page.Index + 1}: {page.Item:0.##} points");
            Assert.Equal([], small);
        }
    }

    [Fact]
    public void The_page_prints_from_a_browser_on_one_page_or_two_and_nothing_is_cut()
    {
        var summaries = BulletinTests.All.ToDictionary(kind => kind, BulletinTests.Of);
        summaries["hundred"] = SummaryRules.Compute(SummarySample.Hundred());
        foreach (var (kind, summary) in summaries)
        {
            var (html, pdf) = (Path.Combine(_folder, kind + ".html"), Path.Combine(_folder, $"page-{kind}.pdf"));
            File.WriteAllText(html, SummaryExports.Html(summary, SummarySample.Stamp));
            Run(Environment.GetEnvironmentVariable("CHROMIUM") is { Length: > 0 } other ? other : "chromium",
                ["--headless", "--no-sandbox", "--disable-gpu", $"--user-data-dir={_folder}/chromium", "--no-pdf-header-footer", $"--print-to-pdf={pdf}", new Uri(html).AbsoluteUri]);
            if (Environment.GetEnvironmentVariable("RENDERED") is { Length: > 0 } keep) File.Copy(pdf, Path.Combine(keep, Path.GetFileName(pdf)), overwrite: true);
            var pages = Run("pdftotext", [pdf, "-"]).TrimEnd('\f').Split('\f');
            Assert.True(pages.Length is 1 or 2, $"{kind}: {pages.Length} pages");

            // Cells wrap where they like, so that words are compared letter by letter, by how often each stands there.
            static Dictionary<char, int> Letters(string text) => text.Where(letter => letter is >= '一' and <= '鿿').GroupBy(letter => letter).ToDictionary(group => group.Key, group => group.Count());
            var (page, printed) = (FrontPage.Of(summary, SummarySample.Stamp), Letters(string.Concat(pages)));
            var words = string.Concat(page.Concerns.SelectMany(row => new[] { row.What, row.Units, row.Since, row.Who }).Concat(page.Decisions.SelectMany(row => new[] { row.Unit, row.Text, row.Owner })).Concat(page.Notes).Concat(page.Next).Append(page.Conclusion).Append(page.Title));
            Assert.Equal([], Letters(words).Where(letter => printed.GetValueOrDefault(letter.Key) < letter.Value).Select(letter => $"{kind}: {letter.Key} {letter.Value} times, printed {printed.GetValueOrDefault(letter.Key)}"));
        }
    }

    /// <summary>The smallest letters of each page in points, page by page: LibreOffice writes a page's text at its final size.</summary>
    private static List<double> FontSizes(string pdf)
    {
        var (bytes, sizes) = (File.ReadAllBytes(pdf), new List<double>());
        for (var at = 0; (at = bytes.AsSpan(at).IndexOf("stream"u8) is var found and >= 0 ? at + found : -1) >= 0; at += 6)
        {
            if (at >= 3 && bytes.AsSpan(at - 3, 3).SequenceEqual("end"u8)) continue;
            var start = at + 6 + (bytes[at + 6] == '\r' ? 2 : 1);
            using var content = new MemoryStream();
            try
            {
                using var inflated = new ZLibStream(new MemoryStream(bytes, start, bytes.Length - start), CompressionMode.Decompress);
                inflated.CopyTo(content);
            }
            catch (InvalidDataException)
            {
                continue;
            }

            var letters = Regex.Matches(Encoding.Latin1.GetString(content.ToArray()), @"/F\d+ ([\d.]+) Tf").Select(match => double.Parse(match.Groups[1].Value, CultureInfo.InvariantCulture)).ToList();
            if (letters.Count > 0) sizes.Add(letters.Min());
        }

        return sizes;
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
