using System.Diagnostics;
using ClosedXML.Excel;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using ReliefFunctions.Core.Http;
using ReliefFunctions.Core.Telemetry;
using ReliefFunctions.Core.WeeklyReports.Forms;
using ReliefFunctions.EndToEnd.SampleSeason;
using ReliefFunctions.LocalHost;
using ReliefFunctions.LocalHost.Demo;

namespace ReliefFunctions.EndToEnd;

/// <summary>The demo, played once, and what it left: on real storage, over real AMQP, in real workbooks.</summary>
public sealed class DemoRun : IAsyncLifetime
{
    public string Out { get; } = Directory.CreateTempSubdirectory("demo-").FullName;

    public StringWriter Console { get; } = new();

    public int ExitCode { get; private set; }

    /// <summary>Every step of every trace, a line each.</summary>
    public string Traces => Path.Combine(Out, "traces.jsonl");

    /// <summary>Everything that was logged, however unimportant.</summary>
    public LogLines Log { get; } = new();

    public LocalOptions Options { get; private set; } = null!;

    public async Task InitializeAsync()
    {
        // A data folder, so that the keys made by the demo are there for the tests; storage lies elsewhere.
        Options = (await Storage.OptionsAsync()) with { Data = Path.Combine(Out, "data") };
        var telemetry = new ConfigurationBuilder().AddInMemoryCollection(new Dictionary<string, string?> { ["Telemetry:File"] = Traces }).Build();
        ExitCode = await DemoCommand.RunAsync(Options, Out, Console, default, services =>
        {
            services.AddReliefTelemetry(telemetry);
            services.AddLogging(logging => logging.AddProvider(Log).AddFilter<LogLines>(null, LogLevel.Information));
        });
    }

    public Task DisposeAsync()
    {
        Directory.Delete(Out, recursive: true);
        return Task.CompletedTask;
    }
}

public sealed partial class DemoTests(DemoRun demo) : IClassFixture<DemoRun>
{
    private static readonly Lazy<SeasonFiles> Files = new(() => new SeasonFiles(new LocalOptions().Samples));

    [Fact]
    public void Every_step_comes_out_as_the_season_says() => Assert.True(demo.ExitCode == 0, demo.Console.ToString());

    [Fact]
    public void The_totals_of_each_weeks_workbook_equal_the_sum_of_the_counted_forms()
    {
        foreach (var week in Files.Value.Weeks)
        {
            using var book = new XLWorkbook(Workbook(week.Number));
            var sheet = book.Worksheet("汇总表");
            var total = sheet.Column(2).CellsUsed().Single(cell => cell.GetString() == "总　计").Address.RowNumber;
            foreach (var field in Files.Value.Form.Fields.Where(field => field.Aggregation != Aggregation.Text))
            {
                var column = sheet.Row(4).CellsUsed().Single(cell => cell.GetString() == field.Code).Address.ColumnNumber;
                var expected = Files.Value.Counted.Where(pair => pair.Key.Week == week.Key).Sum(pair => pair.Value.Number(field.Code) ?? 0);
                Assert.True(expected == (int)sheet.Cell(total, column).GetDouble(), $"{week.Key} {field.Code}: {expected} ≠ {sheet.Cell(total, column).GetDouble()}");
            }
        }
    }

    [Fact]
    public async Task LibreOffice_opens_every_workbook_and_prints_it()
    {
        var books = Directory.GetFiles(demo.Out, "*.xlsx");
        Assert.All(Files.Value.Weeks, week => Assert.Contains(Workbook(week.Number), books));
        var folder = Directory.CreateTempSubdirectory("pdf-").FullName;
        using var office = Process.Start(new ProcessStartInfo("soffice", ["--headless", $"-env:UserInstallation=file://{folder}/profile", "--convert-to", "pdf", "--outdir", folder, .. books]) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        var (output, errors) = (office.StandardOutput.ReadToEndAsync(), office.StandardError.ReadToEndAsync());
        using var patience = new CancellationTokenSource(TimeSpan.FromMinutes(4));
        await office.WaitForExitAsync(patience.Token);
        Assert.True(office.ExitCode == 0, await output + await errors);
        Assert.All(books, book => Assert.True(new FileInfo(Path.Combine(folder, Path.GetFileNameWithoutExtension(book) + ".pdf")).Length > 10_000, book));
        Directory.Delete(folder, recursive: true);
    }

    [Fact]
    public async Task Every_inbox_holds_each_revision_once_and_the_exercise_paged_nobody()
    {
        await using var app = await LocalApp.StartAsync(demo.Options with { Clock = new DateTimeOffset(2027, 1, 20, 0, 0, 0, TimeSpan.Zero) }, _ => { });
        var season = await LocalHost.Demo.SampleSeason.LoadAsync(app, demo.Options, default);
        foreach (var unit in season.Units)
        {
            using var client = season.Client(app, Role.UnitReporter, unit.Code);
            var inbox = (await client.GetAsync($"{season.CampaignAddress}/units/{unit.Code}/inbox", default))["notices"]!.AsArray();
            Assert.Equal([1, 2, 3, 4, 5, 6], inbox.Select(line => line!["notice"]!["revision"]!.GetValue<int>()).Order());
            Assert.DoesNotContain("演练", inbox.ToJsonString(), StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task The_demo_played_again_on_the_same_data_changes_nothing()
    {
        var again = new StringWriter();
        Assert.True(await DemoCommand.RunAsync(demo.Options, Path.Combine(demo.Out, "again"), again, default) == 0, again.ToString());
        Assert.Contains("本次签收 0 份", again.ToString(), StringComparison.Ordinal);
    }

    /// <summary>A week's newest workbook; those that it replaced lie beside it.</summary>
    private string Workbook(int number) => Directory.GetFiles(demo.Out, $"*第{number}周第*版）.xlsx").MaxBy(path => (path.Length, path))!;
}
