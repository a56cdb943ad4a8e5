using System.Text.Json;
using ReliefFunctions.Core.Messaging;
using ReliefFunctions.Core.Patrols;
using ReliefFunctions.Core.Storage;
using ReliefFunctions.Core.Weather;

namespace ReliefFunctions.Tests.Patrols;

/// <summary>Nothing that is stored and nothing that comes in can stop a district from deciding.</summary>
public class QuarantineTests(AzuriteFixture azurite) : IClassFixture<AzuriteFixture>
{
    private static readonly DateTimeOffset Never = DateTimeOffset.MaxValue;
    private static readonly DateTimeOffset Ever = DateTimeOffset.MinValue;

    /// <summary>States that no decision of today would leave behind, and that an older one, a copy or a hand may have.</summary>
    public static TheoryData<string, PatrolState> States() => new()
    {
        { "an alert that never ends", Holding(Blue with { Expires = Never }) },
        { "an alert that never begins", Holding(Blue with { Onset = Never, Effective = Never }) },
        { "an alert from the last day of all", Holding(Blue with { Sent = Never }) },
        { "an alert from the first day of all", Holding(Blue with { Sent = Ever, Expires = Ever }) },
        { "an alert without identifier, issuer, type and source", Holding(Blue with { Identifier = null!, Issuer = null!, TypeName = null!, Source = null! }) },
        { "an alert without lists", Holding(Blue with { References = null!, Areas = null! }) },
        { "an alert with holes in its lists", Holding(Blue with { References = [null!, new AlertReference(null!)], Areas = [null!, "", "5"] }) },
        { "an alert of half a character", Holding(Blue with { TypeName = "\ud800", Description = "\udc00青岩镇\ud800" }) },
        { "an alert of a colour that is none", Holding(Blue with { Level = (AlertLevel)99 }) },
        { "an alert of megabytes", Holding(Blue with { Description = new string('雪', 2_000_000), Areas = [.. Enumerable.Repeat("520111", 5_000)] }) },
        { "an alert that is null", new PatrolState { Alerts = [null!, new ReceivedAlert(null!, Never)] } },
        { "lists and maps that are null", new PatrolState { Alerts = null!, Forecasts = null!, Units = null!, NoticeOf = null!, Raised = null!, Rejected = null! } },
        { "a forecast from the last day of all", Forecasting(new ColdForecast { Source = "f", Issued = Never, Areas = ["520111"], Index = "x", Nights = [Night(2)] }) },
        { "twelve forecasts from the future", Forecasting([.. Enumerable.Range(1, 12).Select(day => Huaxi.Forecast("12-15 07:30", -1) with { Issued = Huaxi.At("12-15 07:30").AddDays(30 * day) })]) },
        { "a forecast for the last day of all", Forecasting(Huaxi.Forecast("12-15 07:30") with { Nights = [Night(-1) with { Date = DateOnly.MaxValue }, Night(-1) with { Date = DateOnly.MinValue }] }) },
        { "a forecast of no number", Forecasting(Huaxi.Forecast("12-15 07:30") with { Nights = [Night(double.NaN), Night(double.NegativeInfinity), Night(-1e300)] }) },
        { "a forecast without nights and areas", Forecasting(Huaxi.Forecast("12-15 07:30") with { Nights = null!, Areas = null!, Index = null! }) },
        { "a forecast out of order", Forecasting(Huaxi.Forecast("12-15 07:30", 1, 2) with { Nights = [Night(1), Night(2) with { Date = new DateOnly(2026, 12, 1) }, null!, Night(3)] }) },
        { "a decision of the future", new PatrolState { Override = new PatrolOverride(PatrolIntensity.Routine, [], "", "王主任", Never, Never) } },
        { "a decision without an end", new PatrolState { Override = new PatrolOverride(PatrolIntensity.Routine, null!, null!, null!, Huaxi.At("12-14 10:00"), Never) } },
        { "a decision for an intensity that is none", new PatrolState { Override = new PatrolOverride((PatrolIntensity)9, [], "", "王主任", Huaxi.At("12-14 10:00"), Huaxi.At("12-16 10:00")) } },
        { "a proposal that waits for ever", new PatrolState { Proposals = 1, Proposal = new PatrolProposal(1, Ever, Never, new Dictionary<string, PatrolIntensity> { ["police"] = PatrolIntensity.Intensive }, []) } },
        { "a proposal without units", new PatrolState { Proposals = 1, Proposal = new PatrolProposal(1, Ever, Ever, null!, null!) } },
        { "rejections for ever", new PatrolState { Rejected = [new RejectedCause("S1", Never), new RejectedCause(null!, Never), null!] } },
        { "raises of the future", new PatrolState { Raised = [.. Enumerable.Repeat(Never, 20)] } },
        { "units that are none", new PatrolState { Revision = 3, Units = new Dictionary<string, PatrolIntensity> { ["gone"] = PatrolIntensity.RoundTheClock, ["police"] = (PatrolIntensity)9 } } },
    };

    [Theory]
    [MemberData(nameof(States))]
    public void Whatever_state_is_stored_a_red_alert_orders_at_once_and_time_goes_on(string what, PatrolState stored)
    {
        var outcome = Decide(stored, new PatrolCommand.ApplyAlert(Red), "12-15 12:00");
        Assert.True(outcome.Order is { Highest: PatrolIntensity.RoundTheClock }, $"{what}: {string.Join('/', outcome.Notes)}");
        Assert.All(Huaxi.Units, unit => Assert.Equal(PatrolIntensity.RoundTheClock, outcome.State.Units[unit.Code]));
        Assert.All(outcome.Quarantined, each => Assert.False(string.IsNullOrEmpty(each.Reason)));

        // What is stored of it can be stored, read, and passes in time.
        var state = StoredJson.Read<PatrolState>(StoredJson.Write(outcome.State));
        foreach (var at in new[] { "12-17 12:00", "12-19 12:00", "01-20 12:00", "01-21 12:00", "01-22 12:00", "01-23 12:00", "01-24 12:00" }) state = Decide(state, new PatrolCommand.Tick(), at).State;
        Assert.All(Huaxi.Units, unit => Assert.Equal(PatrolIntensity.Routine, state.Units[unit.Code]));
    }

    [Fact]
    public void An_alert_that_never_ends_ends_after_thirty_days_and_an_untouched_state_stays_the_same()
    {
        var outcome = Decide(Holding(Blue with { Expires = Never }), new PatrolCommand.Tick(), "12-15 12:00");
        Assert.True(outcome.Changed);
        Assert.Equal(Blue.Sent.AddDays(30), Assert.Single(outcome.State.Alerts).Alert.Expires);
        Assert.Empty(outcome.Quarantined);
        Assert.False(Decide(outcome.State, new PatrolCommand.Tick(), "12-15 12:01").Changed);
    }

    public static TheoryData<string, Func<PatrolPolicy, PatrolPolicy>> Policies() => new()
    {
        { "no levels", policy => policy with { Signals = [policy.Signals[0] with { Levels = new Dictionary<AlertLevel, PatrolIntensity>() }] } },
        { "red below orange", policy => policy with { Signals = [policy.Signals[0] with { Levels = new Dictionary<AlertLevel, PatrolIntensity> { [AlertLevel.Orange] = PatrolIntensity.RoundTheClock, [AlertLevel.Red] = PatrolIntensity.Routine } }] } },
        { "no signals", policy => policy with { Signals = [] } },
        { "lists that are null", policy => policy with { Signals = null!, Forecasts = null!, ForecastTimes = null!, WholeDistrictWords = null!, LastSentences = null!, Duties = null! } },
        { "rules that are null", policy => policy with { Signals = [null!, .. policy.Signals], Forecasts = [null!] } },
        { "types that are null", policy => policy with { Signals = [policy.Signals[0] with { Types = [null!, "寒潮"], Id = null! }, policy.Signals[1] with { Types = null! }] } },
        { "hours for ever", policy => policy with { SignalValidHours = int.MaxValue, ForecastValidHours = int.MaxValue, ForecastDays = int.MaxValue, ProposalMinutes = int.MaxValue } },
        { "hours before time", policy => policy with { SignalValidHours = int.MinValue, ForecastValidHours = int.MinValue, ForecastDays = int.MinValue, ProposalMinutes = int.MinValue, OrdersPerHour = int.MinValue, WarmNightsIgnored = int.MinValue } },
        { "no duties", policy => policy with { Duties = new Dictionary<PatrolIntensity, PatrolDuty>() } },
        { "half a duty", policy => policy with { Duties = policy.Duties.ToDictionary(pair => pair.Key, pair => pair.Value with { Name = null!, Acknowledge = null! }) } },
        { "a words list with an empty word", policy => policy with { WholeDistrictWords = ["", null!] } },
    };

    [Theory]
    [MemberData(nameof(Policies))]
    public void Whatever_policy_is_stored_a_red_alert_orders_at_once_and_the_office_is_told_once(string what, Func<PatrolPolicy, PatrolPolicy> spoil)
    {
        var policy = spoil(Huaxi.Policy);
        var state = Decide(PatrolState.Empty, new PatrolCommand.ApplyForecast(Huaxi.Forecast("12-15 07:30", 3, -1)), "12-15 08:00", policy).State;
        var outcome = PatrolDecision.Decide(state, new PatrolCommand.ApplyAlert(Red), Huaxi.Campaign, Huaxi.Units, policy, Huaxi.At("12-15 12:00"));
        Assert.True(outcome.Order is { Highest: PatrolIntensity.RoundTheClock }, $"{what}: {string.Join('/', outcome.Notes)}");
        Assert.Empty(outcome.Quarantined);
    }

    [Fact]
    public async Task A_frozen_district_thaws_and_what_it_could_not_decide_on_is_told_looked_at_put_back_and_dropped()
    {
        var world = await PatrolWorld.StartAsync(azurite, "12-15 11:00");
        var future = Huaxi.Alert("12-25 10:00", AlertLevel.Yellow, expires: "12-26 10:00");
        var table = world.World.Get<FeatureTables>()[PatrolFeature.Table];
        var frozen = Holding(Blue with { Expires = Never }, future) with { Revision = 0 };
        Assert.True(await table.CommitAsync(new Transaction(Huaxi.Campaign.Partition).Insert("S", frozen)));

        await world.TickAsync("12-15 12:00");
        await world.PlayAsync("12-16 20:33", "05-orange.cap.xml");
        Assert.Equal(PatrolIntensity.RoundTheClock, (await world.GetAsync<PatrolStateAnswer>("/patrol-state")).Intensity);
        var told = Assert.Single(world.World.Bus.Sent, sent => sent.Message.Schema == OperatorEvent.Schema);
        Assert.Contains("晚于现在", StoredJson.Read<OperatorEvent>(told.Message.Body).Text, StringComparison.Ordinal);
        Assert.Equal("520111", told.Message.Properties["district"]);

        var apart = Assert.Single(await world.GetAsync<IReadOnlyList<QuarantinedInput>>("/patrol-quarantine"));
        Assert.Equal((QuarantineKind.Alert, "花溪区气象台发布寒潮黄色预警"), (apart.Kind, apart.Title));
        Assert.Equal(future.Identifier, (await world.GetAsync<QuarantinedInput>($"/patrol-quarantine/{apart.Id}")).Content.GetProperty("identifier").GetString());
        const string Decided = """{"decidedBy":"王主任","reason":"时钟有误"}""";
        Assert.Equal(409, (await world.PostAsync($"/patrol-quarantine/{apart.Id}/put-back", Decided)).Status);
        Assert.Equal(422, (await world.PostAsync($"/patrol-quarantine/{apart.Id}/drop", """{"decidedBy":"王主任"}""")).Status);
        Assert.Equal(403, (await world.CallAsync("GET", PatrolWorld.Address + "/patrol-quarantine", PatrolWorld.Qingyan)).Status);

        // Its time has come.
        world.At("12-25 10:05");
        await world.TickAsync("12-25 10:05");
        var back = await world.PostAsync($"/patrol-quarantine/{apart.Id}/put-back", Decided);
        Assert.True(back.Status == 200, back.Text);
        Assert.Equal(PatrolIntensity.Intensive, back.Json<DecisionAnswer>().Order!.Highest);
        Assert.Empty(await world.GetAsync<IReadOnlyList<QuarantinedInput>>("/patrol-quarantine"));
        Assert.Equal(404, (await world.PostAsync($"/patrol-quarantine/{apart.Id}/put-back", Decided)).Status);
        Assert.Equal(404, (await world.PostAsync($"/patrol-quarantine/{apart.Id}/drop", Decided)).Status);
    }

    /// <summary>What an older or a newer version may have stored.</summary>
    [Theory]
    [InlineData("""{"revision":"three"}""")]
    [InlineData("""{"alerts":[{"alert":{"source":"cap"},"receivedAt":"2026-12-14T10:00:00+08:00"}]}""")]
    [InlineData("""{"alerts":[{"alert":{"source":"cap","identifier":"x","issuer":"y","sent":"9999-99-99","status":"actual","messageType":"alert","typeName":"寒潮","level":"purple"}}]}""")]
    [InlineData("""{"alerts":"none","forecasts":{"a":1},"override":[1]}""")]
    [InlineData("""{"units":{"police":"veryMuch","station":"routine"},"noticeOf":{"police":"x"}}""")]
    [InlineData("""[1,2,3]""")]
    [InlineData("""null""")]
    public async Task A_state_that_cannot_be_read_loses_only_what_cannot_be_read(string stored)
    {
        var world = await PatrolWorld.StartAsync(azurite, "12-15 11:00");
        await world.TickAsync("12-15 11:00");
        var table = world.World.Get<FeatureTables>()[PatrolFeature.Table];
        var row = (await table.GetAsync<JsonElement>(Huaxi.Campaign.Partition, "S"))!;
        Assert.True(await table.CommitAsync(new Transaction(Huaxi.Campaign.Partition).Replace(row, JsonSerializer.Deserialize<JsonElement>(stored))));
        await world.Patrols.DecideAsync(Huaxi.Campaign, new PatrolCommand.ApplyAlert(Red), null, default);
        Assert.Empty(await world.World.DeliverAsync());
        var inboxes = await world.InboxesAsync();
        Assert.All(inboxes.Values, inbox => Assert.EndsWith("2 RoundTheClock", inbox, StringComparison.Ordinal));
        Assert.NotEmpty(await world.GetAsync<IReadOnlyList<QuarantinedInput>>("/patrol-quarantine"));
    }

    private static WeatherAlert Blue => Huaxi.Alert("12-15 10:00", AlertLevel.Blue, name: "低温", expires: "12-17 10:00");

    private static WeatherAlert Red => Huaxi.Alert("12-15 11:30", AlertLevel.Red, expires: "12-16 10:00");

    private static PatrolState Holding(params WeatherAlert[] alerts) => new() { Alerts = [.. alerts.Select(alert => new ReceivedAlert(alert, Huaxi.At("12-15 10:00")))] };

    private static PatrolState Forecasting(params ColdForecast[] forecasts) => new() { Forecasts = forecasts };

    private static ForecastNight Night(double minimum) => Huaxi.Forecast("12-15 07:30", 0).Nights[0] with { Minimum = minimum };

    private static PatrolOutcome Decide(PatrolState state, PatrolCommand command, string at, PatrolPolicy? policy = null) =>
        PatrolDecision.Decide(state, command, Huaxi.Campaign, Huaxi.Units, policy ?? Huaxi.Policy, Huaxi.At(at));
}
