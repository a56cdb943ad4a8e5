using System.Diagnostics;
using ReliefFunctions.Core.WeeklyReports;
using ReliefFunctions.Core.WeeklyReports.Workbooks;

namespace ReliefFunctions.Tests.WeeklyReports;

/// <summary>What LibreOffice makes of the form, and of everything clumsy that people do to it: opened and saved again by another office program.</summary>
public sealed class LibreOfficeTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("office-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    /// <summary>Converts files in one run of the program; answers the folder with the results.</summary>
    private async Task<string> ConvertAsync(string format, IEnumerable<string> files)
    {
        var output = Path.Combine(_folder, "out-" + format);
        using var office = Process.Start(new ProcessStartInfo("soffice", ["--headless", $"-env:UserInstallation=file://{_folder}/profile", "--convert-to", format, "--outdir", output, .. files]) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        var said = Task.WhenAll(office.StandardOutput.ReadToEndAsync(), office.StandardError.ReadToEndAsync());
        using var patience = new CancellationTokenSource(TimeSpan.FromMinutes(4));
        await office.WaitForExitAsync(patience.Token);
        Assert.True(office.ExitCode == 0, string.Join("\n", await said));
        return output;
    }

    private string Write(string name, byte[] bytes)
    {
        var path = Path.Combine(_folder, name);
        File.WriteAllBytes(path, bytes);
        return path;
    }

    /// <summary>Not workbooks that a person could open and save: broken ones, and packages and formats of other programs that this one takes in its own way.</summary>
    private static bool IsForeign(Upload upload) => upload.Errors.Any(error => error is "damaged" or "dtd" or "too-large")
        || upload.Name.Contains("part", StringComparison.Ordinal) || upload.Name.Contains("format", StringComparison.Ordinal) || upload.Name.StartsWith("a link to", StringComparison.Ordinal)
        || upload.Name.Contains("UTF-16", StringComparison.Ordinal) || upload.Name.Contains("order", StringComparison.Ordinal) || upload.Name.Contains("surrogates", StringComparison.Ordinal)
        || upload.Name.Contains("under another row", StringComparison.Ordinal) || upload.Name.Contains("content type", StringComparison.Ordinal) || upload.Name.Contains("array", StringComparison.Ordinal)
        || upload.Name.StartsWith("forty thousand", StringComparison.Ordinal) || upload.Name.Contains("escapes", StringComparison.Ordinal);

    /// <summary>What the program makes of values that it has no other way to write: formulas of them, and nothing of a string that is not there.</summary>
    private static readonly Dictionary<string, string[]> Rewritten = new()
    {
        ["error value"] = ["formula"],
        ["true"] = ["formula"],
        ["string that is not in the table"] = ["R03", "required"],
    };

    [Fact]
    public async Task Clumsy_workbooks_saved_again_are_read_or_refused_as_they_were_before()
    {
        var uploads = Upload.All.Where(upload => !IsForeign(upload)).Select(upload => (Upload: upload, Bytes: upload.Make())).Where(made => WorkbookPackage.Inspect(made.Bytes, new UnpackingBudget()) is null).ToList();
        Assert.True(uploads.Count > 60, $"{uploads.Count}");
        var output = await ConvertAsync("xlsx", uploads.Select((made, i) => Write($"{i}.xlsx", made.Bytes)));
        var target = Huaxi.Target();
        var different = new List<string>();
        foreach (var (upload, i) in uploads.Select((made, i) => (made.Upload, i)))
        {
            var read = ReportReading.FromWorkbook(await File.ReadAllBytesAsync(Path.Combine(output, $"{i}.xlsx")), target).Checked(target, []);
            var errors = read.Problems.Where(problem => problem.Severity == ProblemSeverity.Error).Select(problem => problem.Code).Distinct().Order().ToList();
            var expected = Rewritten.GetValueOrDefault(upload.Name, upload.Errors).Distinct().Order();
            if (!expected.SequenceEqual(errors)) different.Add($"{upload.Name}: {string.Join(",", errors)} instead of {string.Join(",", expected)}");
            else if (errors.Count == 0 && !upload.Reads(Huaxi.Good).ToCanonicalJson().SequenceEqual(read.Content!.ToCanonicalJson())) different.Add($"{upload.Name}: other values");
        }

        Assert.True(different.Count == 0, string.Join("\n", different));
    }

    [Theory]
    [InlineData("xls", "not-xlsx")]
    [InlineData("ods", "not-xlsx")]
    [InlineData("csv", "not-xlsx")]
    [InlineData("pdf", "not-a-workbook")]
    public async Task The_form_saved_in_another_format_is_refused_with_the_way_to_mend_it(string format, string code)
    {
        var output = await ConvertAsync(format, [Write("form.xlsx", Huaxi.Workbook(Huaxi.Good))]);
        var problem = Assert.Single(ReportReading.FromWorkbook(await File.ReadAllBytesAsync(Path.Combine(output, "form." + format)), Huaxi.Target()).Problems);
        Assert.Equal(code, problem.Code);
        Assert.Contains(".xlsx", problem.Fix, StringComparison.Ordinal);
    }
}
