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
                // A stock that a unit does not say stands as it said it last.
                var expected = Files.Value.Counted.Where(pair => field.Aggregation == Aggregation.Stock ? pair.Key.Week <= week.Key : pair.Key.Week == week.Key).GroupBy(pair => pair.Key.Unit)
                    .Sum(unit => unit.OrderByDescending(pair => pair.Key.Week).Select(pair => pair.Value.Number(field.Code)).FirstOrDefault(number => number is not null) ?? 0);
                Assert.True(expected == (int)sheet.Cell(total, column).GetDouble(), $"{week.Key} {field.Code}: {expected} ≠ {sheet.Cell(total, column).GetDouble()}");
            }
        }
    }

    [Fact]
    public void Page_one_and_every_table_equal_what_an_oracle_reads_from_the_uploaded_workbooks()
    {
        var (files, checkedCells) = (Files.Value, 0);
        var oracle = new SeasonOracle(new LocalOptions().Samples, files.Steps);
        (string Label, string[] Codes, bool Stock)[] headlines =
            [("救助人次", ["B02"], false), ("街面巡查人员", ["A03"], false), ("出动车辆", ["A04"], false), ("御寒物品、食物", ["D01", "D02", "D03", "D04"], false), ("避寒场所、救助点、引导点", ["D06"], true)];
        var season = headlines.ToDictionary(headline => headline.Label, _ => 0);
        var last = new Dictionary<(string Unit, string Code), int>();
        foreach (var week in files.Weeks)
        {
            var key = week.Key.ToString();
            foreach (var unit in files.Units)
            {
                foreach (var code in new[] { "A05", "A07", "D06", "F04", "G01" }) if (oracle.Number(key, unit.Code, code) is { } number) last[(unit.Code, code)] = number;
            }

            using var book = new XLWorkbook(Workbook(week.Number));
            IXLCell At(string sheet, Func<IXLCell, bool> which) => book.Worksheet(sheet).CellsUsed(which).First();
            void Same(string what, object? expected, IXLCell cell)
            {
                Assert.True(Equals(Convert.ToString(expected, System.Globalization.CultureInfo.InvariantCulture), cell.GetString()), $"{key} {what} {cell.Worksheet.Name}!{cell.Address}: {expected} ≠ {cell.GetString()}");
                checkedCells++;
            }

            // 要情: the week and the season so far.
            var front = book.Worksheet("要情");
            var row = At("要情", cell => cell.Address.ColumnNumber == 1 && cell.GetString() == "本周").Address.RowNumber;
            foreach (var (label, codes, stock) in headlines)
            {
                var column = front.Row(row - 1).CellsUsed().Single(cell => cell.GetString().StartsWith(label, StringComparison.Ordinal)).Address.ColumnNumber;
                var sum = stock ? files.Units.Sum(unit => codes.Sum(code => last.GetValueOrDefault((unit.Code, code)))) : oracle.Sum(key, codes);
                season[label] = stock ? sum : season[label] + sum;
                Same(label, sum, front.Cell(row, column));
                Same(label + "累计", season[label], front.Cell(front.Column(1).CellsUsed(cell => cell.GetString() == "累计").First().Address.RowNumber, column));
            }

            Assert.Contains($"救助{oracle.Sum(key, "B02")}人次", front.Cell(3, 1).GetString(), StringComparison.Ordinal);

            // 汇总表: every cell.
            var totals = book.Worksheet("汇总表");
            foreach (var head in totals.Row(4).CellsUsed(cell => cell.GetString().Length == 3))
            {
                foreach (var unit in files.Units)
                {
                    var cell = totals.Cell(totals.Column(2).CellsUsed(name => name.GetString().TrimEnd('＊') == unit.Name).First().Address.RowNumber, head.Address.ColumnNumber);
                    object expected = !oracle.Asks(unit.Code, head.GetString()) ? "／"
                        : oracle.Number(key, unit.Code, head.GetString()) is { } number ? number
                        : last.TryGetValue((unit.Code, head.GetString()), out var carried) ? carried
                        : oracle.Reported(key, unit.Code) ? "" : "未报";
                    Same($"{unit.Name} {head.GetString()}", expected, cell);
                }
            }

            // 报送情况 and 趋势: who reported; aid and patrols.
            var expectedUnits = files.Units.Count(unit => unit.Kind != Core.Campaigns.UnitKind.RescueStation);
            var reported = files.Units.Count(unit => unit.Kind != Core.Campaigns.UnitKind.RescueStation && oracle.Reported(key, unit.Code));
            var rates = At("报送情况", cell => cell.GetString() == "合　计").Address.RowNumber;
            Same("应报", expectedUnits, book.Worksheet("报送情况").Cell(rates, 3));
            Same("已报", reported, book.Worksheet("报送情况").Cell(rates, 4));
            var trend = book.Worksheet("趋势").Row(3 + week.Number);
            Same("救助人次", oracle.Sum(key, "B02"), trend.Cell(8));
            Same("巡查次数", oracle.Sum(key, "A01"), trend.Cell(9));

            // 应巡实巡 and 督办清单: villages left out where the order asked for all of them.
            var duties = book.Worksheet("应巡实巡");
            foreach (var line in duties.RowsUsed().Where(line => line.RowNumber() > 3))
            {
                var unit = files.Units.Single(each => each.Name == line.Cell(1).GetString());
                Same("实巡", oracle.Number(key, unit.Code, "A01") is { } patrols ? patrols : "未报", line.Cell(5));
                if (line.Cell(8).GetString() is not "不要求" and var coverage) Assert.Equal($"{oracle.Number(key, unit.Code, "A08")}/{oracle.Number(key, unit.Code, "A07")}", coverage);
            }

            // 文字情况: every word that a unit wrote, and no other; what it raises stands above.
            var words = book.Worksheet("文字情况").RowsUsed().Select(line => (Unit: line.Cell(2).GetString(), Text: line.Cell(3).GetString())).Where(line => files.Units.Any(unit => unit.Name == line.Unit)).ToList();
            var written = files.Units.SelectMany(unit => new[] { "X02", "X03" }.Select(code => (unit.Name, Text: oracle.Words(key, unit.Code, code)))).Where(line => line.Text is not null).ToList();
            foreach (var (unit, text) in written)
            {
                Assert.Contains((unit, text!), words);
                checkedCells++;
            }

            Assert.Equal(written.Count, words.Count(line => !line.Text.StartsWith('第')));

            // 签收明细, 寒潮响应 and the first page: who acknowledged which order, by the timetable.
            var (begin, end) = (week.Opens, week.Opens.AddDays(week.Days));
            var notices = book.Worksheet("签收明细").RowsUsed().Where(line => line.RowNumber() > 3).ToDictionary(line => (line.Cell(1).GetString(), line.Cell(2).GetString()));
            var (given, signed, listed) = (0, 0, 0);
            for (var i = 0; i < oracle.Orders.Count; i++)
            {
                var (at, unanswered) = oracle.Orders[i];
                if (at >= end || (i + 1 < oracle.Orders.Count && oracle.Orders[i + 1].At <= begin)) continue;
                foreach (var unit in files.Units)
                {
                    var line = notices[(unit.Name, $"第{i + 1}号")];
                    Assert.Equal(unanswered.Contains(unit.Code), line.Cell(5).IsEmpty());
                    Assert.Equal(unanswered.Contains(unit.Code), line.Cell(3).GetString().Contains("未签收", StringComparison.Ordinal));
                    (listed, checkedCells) = (listed + 1, checkedCells + 2);
                }

                var order = At("寒潮响应", cell => cell.Address.ColumnNumber == 1 && cell.GetString().StartsWith($"第{i + 1}号", StringComparison.Ordinal)).WorksheetRow();
                Same("通知", files.Units.Count, order.Cell(6));
                Same("已签收", files.Units.Count - unanswered.Count, order.Cell(7));
                if (at >= begin) (given, signed) = (given + files.Units.Count, signed + files.Units.Count - unanswered.Count);
            }

            Assert.Equal(listed, notices.Keys.Count(line => line.Item2.Length > 0));
            var told = given == 0 ? "未下发通知" : $"通知{given}份，签收{signed}份";
            Assert.True(book.Worksheet("寒潮响应").Column(1).CellsUsed().Any(cell => cell.GetString().Contains(told, StringComparison.Ordinal)), $"{key}: {told}");

            if (week.Number != 3) continue;
            var left = files.Units.Sum(unit => oracle.Number(key, unit.Code, "A07") - oracle.Number(key, unit.Code, "A08") ?? 0);
            Assert.Contains(front.CellsUsed(), cell => cell.GetString() == $"村（社区）漏排查{left}个");
            Assert.Contains(front.CellsUsed(), cell => cell.GetString().Contains("高坡苗族乡第3、4号指令始终未签收", StringComparison.Ordinal));
            Assert.Contains("最低气温零下4℃", front.Cell(3, 1).GetString(), StringComparison.Ordinal);
        }

        Assert.True(checkedCells > 6 * 22 * 30, $"{checkedCells}");
    }

    [Fact]
    public async Task LibreOffice_opens_every_workbook_and_prints_it()
    {
        string[] books = [.. Directory.GetFiles(demo.Out, "*.xlsx"), .. Directory.GetFiles(demo.Out, "*.docx")];
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
    private string Workbook(int number) => Directory.GetFiles(demo.Out, $"*汇总（*第{number}周第*版）.xlsx").MaxBy(path => (path.Length, path))!;
}
