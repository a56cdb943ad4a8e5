using System.Text.Json;
using ReliefFunctions.Core.Campaigns;
using ReliefFunctions.Core.Storage;
using ReliefFunctions.Core.WeeklyReports.Workbooks;
using ReliefFunctions.LocalHost;
using ReliefFunctions.LocalHost.Demo;

namespace ReliefFunctions.EndToEnd.SampleSeason;

public class SampleSeasonTests
{
    private static readonly string Folder = new LocalOptions().Samples;
    private static readonly Lazy<SeasonFiles> Files = new(() => new SeasonFiles(Folder));

    [Fact]
    public void The_sample_season_is_what_its_maker_makes()
    {
        var files = Files.Value;
        var timetable = string.Concat("[\n", string.Join(",\n", files.Steps.Select(step => "  " + JsonSerializer.Serialize(step, StoredJson.Options))), "\n]\n");
        if (Environment.GetEnvironmentVariable("UPDATE_SAMPLES") is "1")
        {
            if (Directory.Exists(Path.Combine(Folder, "reports"))) Directory.Delete(Path.Combine(Folder, "reports"), recursive: true);
            foreach (var (path, bytes) in files.Workbooks)
            {
                Directory.CreateDirectory(Path.GetDirectoryName(Path.Combine(Folder, path))!);
                File.WriteAllBytes(Path.Combine(Folder, path), bytes);
            }

            File.WriteAllText(Path.Combine(Folder, "season.json"), timetable);
        }

        Assert.Equal(timetable, File.ReadAllText(Path.Combine(Folder, "season.json")));
        var onDisk = Directory.GetFiles(Path.Combine(Folder, "reports"), "*.xlsx", SearchOption.AllDirectories).Select(path => Path.GetRelativePath(Folder, path).Replace('\\', '/')).Order(StringComparer.Ordinal);
        Assert.Equal(files.Workbooks.Keys, onDisk);

        // A workbook's bytes differ with every saving; what its reader reads does not.
        foreach (var (path, bytes) in files.Workbooks) Assert.Equal(Cells(bytes), Cells(File.ReadAllBytes(Path.Combine(Folder, path))));
    }

    [Fact]
    public void The_season_holds_six_weeks_and_every_kind_of_upload()
    {
        var files = Files.Value;
        var uploads = files.Steps.Select(step => step.Report).OfType<SeasonReport>().ToList();
        Assert.Equal(6, uploads.Select(upload => upload.Week).Distinct().Count());
        Assert.Single(uploads, upload => upload.Expect == "late");
        Assert.Single(uploads, upload => upload.Expect == "refused");
        Assert.DoesNotContain(uploads, upload => upload.Unit == SeasonFiles.Missing && upload.Week == WeekKey.Parse("2026W50"));
        Assert.Equal(2, uploads.Count(upload => upload.Unit == SeasonFiles.Corrected && upload.Week == WeekKey.Parse("2026W51")));
    }

    private static string Cells(byte[] workbook)
    {
        var content = WorkbookReader.Read(workbook);
        return string.Join('\n', content.Forms.SelectMany(form => form.Entries.OrderBy(entry => entry.Key, StringComparer.Ordinal).Select(entry => $"{form.Sheet} {form.Token} {entry.Key} {entry.Value}")))
            + string.Join('\n', content.Problems.Select(problem => problem.ToString()));
    }
}
