using ReliefFunctions.Core.Patrols;
using ReliefFunctions.Core.Storage;
using ReliefFunctions.Core.Weather;

namespace ReliefFunctions.Tests.Patrols;

/// <summary>Weather that raises patrols too often within an hour: what waits for the office and what never does.</summary>
public class ProposalTests(AzuriteFixture azurite) : IClassFixture<AzuriteFixture>
{
    private static readonly PatrolPolicy Capped = Huaxi.Policy with { OrdersPerHour = 2 };

    [Fact]
    public void Beyond_the_cap_a_raise_waits_and_goes_out_by_itself_when_nobody_decides()
    {
        var season = Flooded();
        Assert.Null(Blue(season, "10:10", "石板镇"));
        var proposal = season.State.Proposal!;
        Assert.Equal((1, Huaxi.At("12-15 10:25")), (proposal.Number, proposal.DueAt));
        Assert.Equal([new KeyValuePair<string, PatrolIntensity>("520111102", PatrolIntensity.Heightened)], proposal.Units);
        Assert.Null(season.Tick("12-15 10:24"));
        var order = season.Tick("12-15 10:25")!;
        Assert.Equal(["520111102"], order.Changed);
        Assert.Equal(PatrolIntensity.Heightened, order.Units["520111102"]);
        Assert.Contains(order.Basis, basis => basis.Text == "第1号待定指令逾期无人决定，自动下达");
        Assert.Null(season.State.Proposal);
    }

    [Theory]
    [InlineData(AlertLevel.Orange)]
    [InlineData(AlertLevel.Red)]
    public void Round_the_clock_never_waits_behind_a_flood(AlertLevel level)
    {
        var season = Flooded();
        Blue(season, "10:10", "石板镇");
        var order = season.Alert("12-15 10:11", level, name: "道路结冰")!;
        Assert.All(Huaxi.Units, unit => Assert.Equal(PatrolIntensity.RoundTheClock, order.Units[unit.Code]));
        Assert.Null(season.State.Proposal);
    }

    [Fact]
    public void More_noise_changes_what_is_proposed_and_puts_nothing_off()
    {
        var season = Flooded();
        Blue(season, "10:10", "石板镇");
        Assert.Null(season.Alert("12-15 10:20", AlertLevel.Yellow, name: "低温"));
        Assert.Equal((2, Huaxi.At("12-15 10:25"), 6), (season.State.Proposal!.Number, season.State.Proposal.DueAt, season.State.Proposal.Units.Count));
        Assert.All(season.Tick("12-15 10:25")!.Units.Values, intensity => Assert.Equal(PatrolIntensity.Intensive, intensity));
    }

    [Fact]
    public void What_the_office_rejected_is_judged_again_at_noon_and_a_later_signal_at_once()
    {
        var season = Flooded();
        Blue(season, "10:10", "石板镇");
        Assert.Null(season.Do("12-15 10:12", new PatrolCommand.RejectProposal(1, "王主任", "预警源重复")));
        Assert.Null(season.Tick("12-15 10:30"));
        Assert.Equal(PatrolIntensity.Routine, season.Of("520111102"));
        Assert.Equal(["520111102"], season.Tick("12-15 12:00")!.Changed);

        var later = Flooded();
        Blue(later, "10:10", "石板镇");
        later.Do("12-15 10:12", new PatrolCommand.RejectProposal(1, "王主任", "预警源重复"));
        Assert.Null(later.Alert("12-15 10:14", AlertLevel.Yellow, name: "低温"));
        Assert.Equal(2, later.State.Proposal!.Number);
    }

    [Fact]
    public void A_person_and_a_first_order_never_wait_and_what_no_longer_is_asked_for_is_withdrawn()
    {
        var season = Flooded();
        Blue(season, "10:10", "石板镇");
        var decision = new PatrolOverride(PatrolIntensity.Intensive, ["520111102"], "结冰", "王主任", Huaxi.At("12-15 10:11"), Huaxi.At("12-16 10:00"));
        Assert.Equal(["520111102"], season.Do("12-15 10:11", new PatrolCommand.SetOverride(decision))!.Changed);
        Assert.Null(season.State.Proposal);
        IReadOnlyList<Core.Campaigns.Unit> units = [.. Huaxi.Units, new Core.Campaigns.Unit { Code = "new", Name = "新乡", Kind = Core.Campaigns.UnitKind.Township }];
        Assert.Equal(["new"], season.Do("12-15 10:12", new PatrolCommand.Tick(), units)!.Changed);
    }

    [Fact]
    public async Task The_office_is_paged_once_confirms_by_number_and_a_repetition_changes_nothing()
    {
        var world = await FloodedAsync();
        var paged = Assert.Single(Paged(world));
        Assert.Contains("第1号待定指令", paged.Text, StringComparison.Ordinal);
        Assert.Contains("请值班员立即报告带班领导", paged.Text, StringComparison.Ordinal);
        Assert.DoesNotContain(Huaxi.Campaign.DutyPhone, paged.Text, StringComparison.Ordinal);
        Assert.Null((await world.GetAsync<PatrolStateAnswer>("/patrol-state", PatrolWorld.Qingyan)).Proposal);
        var proposal = (await world.GetAsync<PatrolStateAnswer>("/patrol-state")).Proposal!;
        Assert.Equal(412, (await world.PostAsync("/patrol-proposals/7/confirm", """{"decidedBy":"王主任"}""")).Status);
        Assert.Equal(422, (await world.PostAsync($"/patrol-proposals/{proposal.Number}/reject", """{"decidedBy":"王主任"}""")).Status);
        var confirmed = await world.PostAsync($"/patrol-proposals/{proposal.Number}/confirm", """{"decidedBy":"王主任"}""");
        Assert.Equal(["520111102"], confirmed.Json<DecisionAnswer>().Order!.Changed);
        var again = await world.PostAsync($"/patrol-proposals/{proposal.Number}/confirm", """{"decidedBy":"王主任"}""");
        Assert.Equal((200, (PatrolOrder?)null), (again.Status, again.Json<DecisionAnswer>().Order));
        Assert.Equal(409, (await world.PostAsync($"/patrol-proposals/{proposal.Number}/reject", """{"decidedBy":"李主任","reason":"重复"}""")).Status);
        await world.World.DeliverAsync();
        Assert.EndsWith("Heightened", (await world.InboxesAsync())["520111102"], StringComparison.Ordinal);
        Assert.Single(Paged(world));
    }

    [Fact]
    public async Task An_office_that_says_nothing_is_told_that_it_went_out()
    {
        var world = await FloodedAsync();
        await world.TickAsync("12-15 10:24");
        Assert.Single(Paged(world));
        await world.TickAsync("12-15 10:25");
        await world.TickAsync("12-15 10:26");
        Assert.Equal("第1号待定指令逾期无人决定，已自动下达。", Paged(world).Last().Text);
        Assert.Equal(2, Paged(world).Count);
        Assert.EndsWith("Heightened", (await world.InboxesAsync())["520111102"], StringComparison.Ordinal);
    }

    private static List<PatrolEvent> Paged(PatrolWorld world) =>
        [.. world.World.Bus.Sent.Where(sent => sent.Message.Schema == PatrolEvent.Schema).Select(sent => StoredJson.Read<PatrolEvent>(sent.Message.Body)).Where(happened => happened.Kind == PatrolEvent.Proposal)];

    /// <summary>Two raises within ten minutes: the departments with 青岩镇, then 高坡乡.</summary>
    private static Season Flooded()
    {
        var season = new Season { Policy = Capped };
        season.Tick("12-15 10:00");
        Assert.NotNull(Blue(season, "10:01", "青岩镇"));
        Assert.NotNull(Blue(season, "10:05", "高坡乡"));
        return season;
    }

    private static PatrolOrder? Blue(Season season, string time, string township) => season.Alert($"12-15 {time}", AlertLevel.Blue, text: $"预计{township}将有寒潮。", name: "寒潮");

    private async Task<PatrolWorld> FloodedAsync()
    {
        var world = await PatrolWorld.StartAsync(azurite, "12-15 10:00", policy: Capped);
        await world.TickAsync("12-15 10:00");
        foreach (var (time, township) in new[] { ("10:01", "青岩镇"), ("10:05", "高坡乡"), ("10:10", "石板镇") })
        {
            world.At($"12-15 {time}");
            await world.Patrols.DecideAsync(Huaxi.Campaign, new PatrolCommand.ApplyAlert(Huaxi.Alert($"12-15 {time}", AlertLevel.Blue, text: $"预计{township}将有寒潮。")), null, default);
            await world.World.DeliverAsync();
        }

        return world;
    }
}
