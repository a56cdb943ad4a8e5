using System.Text;
using CsCheck;
using Microsoft.Extensions.DependencyInjection;
using ReliefFunctions.Core.Campaigns;
using ReliefFunctions.Core.Clocks;
using ReliefFunctions.Core.DailyReports;
using ReliefFunctions.Core.Patrols;
using ReliefFunctions.Core.Storage;
using ReliefFunctions.Core.WeeklyReports;
using ReliefFunctions.Core.WeeklyReports.Forms;
using ReliefFunctions.Tests.Patrols;

namespace ReliefFunctions.Tests.DailyReports;

public class DailyReportTests(AzuriteFixture azurite) : IClassFixture<AzuriteFixture>
{
    private const string Qingyan = "/units/520111101/daily-reports/today";

    private static readonly DailyPolicy Policy = DailyPolicy.Standard;
    private static readonly DateOnly Day = new(2026, 12, 17);

    [Theory]
    [InlineData("12-16 20:33", "12-18 12:05", "16 none, 17 owed, 18 owed, 19 none")]
    [InlineData("12-17 15:00", "12-18 09:00", "16 none, 17 owed, 18 owed, 19 none")]
    [InlineData("12-17 15:01", "12-17 23:00", "16 none, 17 none, 18 none, 19 none")]
    [InlineData("12-17 15:01", "12-18 00:01", "16 none, 17 none, 18 owed, 19 none")]
    public void A_day_is_owed_when_an_order_asks_for_it_and_leaves_time(string from, string to, string owed)
    {
        PatrolOrder[] orders = [Order(1, "12-01 08:00", PatrolIntensity.Routine), Order(2, from, PatrolIntensity.RoundTheClock), Order(3, to, PatrolIntensity.Intensive)];
        Assert.Equal(owed, string.Join(", ", new[] { 16, 17, 18, 19 }.Select(day =>
            $"{day} {(DailyRules.Owing(orders, Huaxi.Units, new DateOnly(2026, 12, day), Policy, Huaxi.Campaign).Count == Huaxi.Units.Count ? "owed" : "none")}")));
    }

    [Fact]
    public void Nothing_is_owed_outside_of_the_campaign_nor_by_a_unit_that_is_closed_and_drills_ask_for_nothing()
    {
        PatrolOrder[] orders = [Order(1, "12-01 08:00", PatrolIntensity.RoundTheClock)];
        Assert.Empty(DailyRules.Owing(orders, Huaxi.Units, Huaxi.Campaign.LastDay.AddDays(1), Policy, Huaxi.Campaign));
        Assert.NotEmpty(DailyRules.Owing(orders, Huaxi.Units, Huaxi.Campaign.LastDay, Policy, Huaxi.Campaign));
        Assert.DoesNotContain("520111101", DailyRules.Owing(orders, [.. Huaxi.Units.Select(unit => unit with { Closes = Day.AddDays(-1) })], Day, Policy, Huaxi.Campaign));
    }

    [Fact]
    public void Reports_of_a_day_in_any_order_twice_and_late_count_versions_without_gaps_and_never_go_back()
    {
        Gen.Select(Gen.Int[0, 3], Gen.Int[-1, 1]).Array[1, 20].Sample(commands =>
        {
            DailyRow? row = null;
            foreach (var (patrols, off) in commands)
            {
                var content = new DailyContent { Values = new Dictionary<string, int> { ["D01"] = patrols }, FilledBy = "王" };
                var decision = DailyRules.Submit(row, Day, Huaxi.Units[0], content, $"{patrols}", (row?.Latest.Number ?? 0) + off is > 0 and var named ? named : null, null, Huaxi.At("12-17 16:00"), "q");
                if (decision is DailyDecision.Changed changed)
                {
                    Assert.True(off == 0 || (row is null && off < 1));
                    row = changed.Row;
                }
                else if (decision is DailyDecision.Repeated repeated)
                {
                    Assert.Equal($"{patrols}", repeated.Row.Versions[repeated.Version - 1].Said);
                }
            }

            if (row is not null) Assert.Equal(Enumerable.Range(1, row.Versions.Count), row.Versions.Select(version => version.Number));
        }, iter: 300);
    }

    [Fact]
    public async Task One_tap_reports_zero_and_a_correction_names_what_it_corrects()
    {
        var world = await RoundTheClockAsync();
        world.At("12-17 16:10");
        var page = await world.GetAsync<DailyPage>(Qingyan, PatrolWorld.Qingyan);
        Assert.Equal((true, Huaxi.At("12-17 17:00"), (DateOnly?)null), (page.Owed, page.Due, page.PrefilledFrom));
        Assert.Equal(422, (await PutAsync(world, Qingyan, "{}")).Status);
        Assert.Equal(422, (await PutAsync(world, Qingyan, """{"zeroReport":true,"values":{"D01":3}}""")).Status);
        Assert.Equal(422, (await PutAsync(world, Qingyan, """{"zeroReport":true,"texts":{"D08":"联系13800138000"}}""")).Status);
        for (var i = 0; i < 2; i++)
        {
            var answer = (await PutAsync(world, Qingyan, """{"zeroReport":true}""")).Json<DailyReceipt>();
            Assert.Equal((1, i == 1), (answer.Version, answer.Repeated));
        }

        const string Full = """{"values":{"D01":6,"D02":1,"D03":1,"D04":9,"D05":2,"D06":20,"D07":0},"texts":{"D08":"缺棉被10床"},"baseVersion":1}""";
        Assert.Equal(412, (await PutAsync(world, Qingyan, Full.Replace("1}", "2}", StringComparison.Ordinal))).Status);
        Assert.Equal(2, (await PutAsync(world, Qingyan, Full)).Json<DailyReceipt>().Version);

        // The zero report comes again, late: it changes nothing.
        var late = (await PutAsync(world, Qingyan, """{"zeroReport":true}""")).Json<DailyReceipt>();
        Assert.Equal((1, true, (int?)2), (late.Version, late.Repeated, late.SupersededBy));

        // Said again after the day before was corrected, it is still the same.
        world.At("12-17 16:30");
        await PutAsync(world, "/units/520111101/daily-reports/2026-12-16", """{"values":{"D01":1,"D02":0,"D03":0,"D04":0,"D05":9,"D06":90,"D07":0}}""");
        Assert.True((await PutAsync(world, Qingyan, """{"zeroReport":true}""")).Json<DailyReceipt>().Repeated);

        // Tomorrow's is prefilled from today's, and a zero report keeps the levels.
        world.At("12-18 09:00");
        Assert.Equal((Day, 20), (await world.GetAsync<DailyPage>(Qingyan, PatrolWorld.Qingyan)) is var next ? (next.PrefilledFrom!.Value, next.Prefill["D06"]) : default);
        var zero = (await PutAsync(world, Qingyan, """{"zeroReport":true}""")).Json<DailyReceipt>();
        Assert.Equal((0, 20), (zero.Report.Content.Values["D01"], zero.Report.Content.Values["D06"]));
        Assert.Equal(404, (await world.CallAsync("PUT", PatrolWorld.Address + "/units/520111102/daily-reports/today", PatrolWorld.Qingyan, """{"zeroReport":true}""")).Status);
        Assert.Equal(422, (await PutAsync(world, "/units/520111101/daily-reports/2026-12-19", """{"zeroReport":true}""")).Status);
    }

    [Fact]
    public async Task Those_missing_are_reminded_and_chased_and_the_office_reads_the_table_each_once()
    {
        var world = await RoundTheClockAsync();
        await TickAsync(world, "12-17 15:00");
        await TickAsync(world, "12-17 15:01");
        Assert.Equal(6, Told(world, "【提醒】").Count);
        world.At("12-17 16:10");
        await PutAsync(world, Qingyan, """{"values":{"D01":6,"D02":1,"D03":1,"D04":9,"D05":2,"D06":20,"D07":0},"texts":{"D08":"缺棉被10床"}}""");
        await TickAsync(world, "12-17 17:00");
        Assert.Equal(5, Told(world, "【催报】").Count);
        Assert.DoesNotContain(Told(world, "【催报】"), text => text.Contains("青岩镇", StringComparison.Ordinal));
        await TickAsync(world, "12-17 17:29");
        Assert.Empty(Told(world, "【每日一报】"));
        await TickAsync(world, "12-17 17:30");
        await TickAsync(world, "12-17 17:31");
        var table = Assert.Single(Told(world, "【每日一报】"));
        Assert.StartsWith("【每日一报】12月17日：应报6家，已报1家（按时1家）。今日巡查6次，救助1人次", table, StringComparison.Ordinal);
        Assert.Contains("需要支持：青岩镇：缺棉被10床。\n未报5家，请逐家打电话催：\n1．石板镇没有登记联系人", table, StringComparison.Ordinal);
        var read = await world.GetAsync<DailyTable>("/daily-reports/2026-12-17");
        Assert.Equal((6, 1, 5, 6L), (read.Owed, read.Reported, read.Missing.Count, read.Totals["D01"]));
        Assert.Contains("2026-12-17,520111101,青岩镇,1", (await world.CallAsync("GET", PatrolWorld.Address + "/daily-reports/2026-12-17?format=csv", PatrolWorld.Office)).Text, StringComparison.Ordinal);
        Assert.Single((await world.CallAsync("GET", PatrolWorld.Address + "/daily-reports", PatrolWorld.Office)).Json<List<DailyLine>>());
    }

    [Fact]
    public async Task A_stalled_clock_tells_the_table_late_and_lets_yesterday_be()
    {
        var world = await RoundTheClockAsync();
        await TickAsync(world, "12-17 19:00");
        Assert.Single(Told(world, "【每日一报】"));
        Assert.Empty(Told(world, "【催报】"));
        await TickAsync(world, "12-18 09:00");
        Assert.Single(Told(world, "【每日一报】"));
    }

    [Fact]
    public async Task Days_and_the_week_s_form_stand_beside_each_other_in_the_book_and_the_form_is_asked()
    {
        var form = StoredJson.Read<FormDefinition>(File.ReadAllText(Path.Combine(Repository.Root, "samples", "huaxi-2026-2027", "form-v1.json")));
        var week = CampaignWeeks.Find(Huaxi.Campaign, WeekKey.Parse("2026W51"))!;
        var world = await RoundTheClockAsync();
        world.At("12-17 16:00");
        await PutAsync(world, Qingyan, """{"values":{"D01":6,"D02":1,"D03":1,"D04":9,"D05":2,"D06":20,"D07":0}}""");
        world.At("12-18 16:00");
        await PutAsync(world, Qingyan, """{"values":{"D01":8,"D02":0,"D03":0,"D04":3,"D05":3,"D06":30,"D07":0}}""");
        var checks = world.World.Get<DailyChecks>();
        async Task<IReadOnlyList<ReportProblem>> AskedAsync(int patrols) =>
            (await checks.KnownAsync(new ReportPlace(Huaxi.Campaign, week, Huaxi.Units[0]), form, default))(
                new ReportValues([KeyValuePair.Create("A01", FieldValue.Of(patrols)), KeyValuePair.Create("B02", FieldValue.Of(1))]));
        Assert.Contains("A01 街面巡查次数 填了 13，而本周2天每日一报的“今日巡查”合计 14。", Assert.Single(await AskedAsync(13)).Message, StringComparison.Ordinal);
        Assert.Empty(await AskedAsync(14));
        Assert.Empty(await AskedAsync(40));
        var part = (await checks.ReadAsync(Huaxi.Campaign, week.First, week.Last, default))!;
        Assert.Equal(["12月17日 6 1 6", "12月18日 6 1 8", "合计 12 2 14", "与周报核对   一致"], part.Rows.Select(row => string.Join(' ', row.Take(4))));
        Assert.Equal("每日一报2天，应报12份，已报2份；合计与周报一致。", Assert.Single(part.Lines));
        Assert.Null(await checks.ReadAsync(Huaxi.Campaign, new DateOnly(2026, 12, 7), new DateOnly(2026, 12, 13), default));
        Assert.Equal([Day, Day.AddDays(1)], await checks.TouchedAsync(Huaxi.Campaign, Huaxi.At("12-17 00:00"), Huaxi.At("12-19 00:00"), default) is var days ? days.Order() : []);
    }

    private async Task<PatrolWorld> RoundTheClockAsync()
    {
        var world = await PatrolWorld.StartAsync(azurite, "12-16 20:00");
        var answer = await world.PostAsync("/patrol-override", """{"intensity":"roundTheClock","reason":"寒潮","decidedBy":"周主任","until":"2026-12-20T12:00:00+08:00"}""");
        Assert.True(answer.Status == 200, answer.Text);
        await world.World.DeliverAsync();
        return world;
    }

    private static Task<Answer> PutAsync(PatrolWorld world, string path, string body) =>
        world.World.CallAsync("PUT", PatrolWorld.Address + path, PatrolWorld.Qingyan, Encoding.UTF8.GetBytes(body));

    private static async Task TickAsync(PatrolWorld world, string local)
    {
        world.At(local);
        await world.World.Services.GetServices<IScheduledJob>().Single(job => job.Name == DailyReportClock.Job).RunAsync(default);
        await world.World.DeliverAsync();
    }

    private static List<string> Told(PatrolWorld world, string mark) => [.. world.World.Bus.Sent.Where(sent => sent.Message.Schema == DailyEvent.Schema)
        .Select(sent => StoredJson.Read<DailyEvent>(sent.Message.Body).Text).Where(text => text.StartsWith(mark, StringComparison.Ordinal))];

    private static PatrolOrder Order(int revision, string at, PatrolIntensity intensity) => new()
    {
        District = "520111",
        Season = "2026-2027",
        Revision = revision,
        IssuedAt = Huaxi.At(at),
        Units = Huaxi.Units.ToDictionary(unit => unit.Code, _ => intensity),
        Changed = [],
        Reason = "",
        Basis = [],
        PolicyVersion = 1,
        ReviewAt = Huaxi.At(at),
    };
}
