using ReliefFunctions.Core.Campaigns;
using ReliefFunctions.Core.Patrols;
using ReliefFunctions.Core.Storage;
using ReliefFunctions.Core.Weather;

namespace ReliefFunctions.Tests.Patrols;

/// <summary>
/// Whatever came in before, in any order, twice, and mutated, and whatever was stored: the next real red alert orders within one decision, and what was stored of it can
/// be stored and read.
/// </summary>
public class StateMachineTests
{
    private static readonly int Runs = int.TryParse(Environment.GetEnvironmentVariable("RELIEF_MUTATIONS"), out var runs) ? runs : 300;

    private static readonly string[] Types = ["寒潮", "低温", "道路结冰", "大风", "霜冻", "雷电", "暴风雪", "", "寒潮\ud800", null!];

    [Fact]
    public void The_next_real_red_alert_orders_within_one_decision()
    {
        for (var seed = 1; seed <= Runs; seed++)
        {
            var random = new Random(seed);
            var (state, policy, units, now) = (random.Next(4) == 0 ? Mutated(random) : PatrolState.Empty, Policy(random), Units(random), Huaxi.At("12-05 08:00"));
            for (var step = random.Next(1, 30); step > 0; step--)
            {
                now += TimeSpan.FromMinutes(random.Next(3) == 0 ? random.Next(3_000) : random.Next(60));
                var command = Command(random, state, now);
                for (var times = random.Next(1, 3); times > 0; times--) state = Decide(seed, state, command, units, policy, now, random).State;
            }

            now += TimeSpan.FromMinutes(1);
            var red = Huaxi.Alert("12-15 10:00", AlertLevel.Red, name: "严寒") with { Identifier = $"real-{seed}", Sent = now, Expires = now.AddHours(20) };
            var after = Decide(seed, state, new PatrolCommand.ApplyAlert(red), units, policy, now, random).State;
            Assert.True(units.All(unit => after.Units.GetValueOrDefault(unit.Code) == PatrolIntensity.RoundTheClock), $"seed {seed}: {string.Join(',', after.Units)}");

            // And it passes in the end.
            foreach (var days in new[] { 1, 2, 31, 32, 33, 45, 46, 47, 48 }) after = Decide(seed, after, new PatrolCommand.Tick(), units, policy, LocalNoon(now, days), random).State;
            Assert.True(after.Units.Values.All(intensity => intensity == PatrolIntensity.Routine), $"seed {seed}: {string.Join(',', after.Units)}");
        }
    }

    private static PatrolOutcome Decide(int seed, PatrolState state, PatrolCommand command, IReadOnlyList<Unit> units, PatrolPolicy policy, DateTimeOffset now, Random random)
    {
        PatrolOutcome outcome;
        try
        {
            outcome = PatrolDecision.Decide(state, command, Huaxi.Campaign, units, policy, now);
        }
        catch (Exception e)
        {
            throw new InvalidOperationException($"seed {seed}, {command} at {now:O}", e);
        }

        // What a process stores another reads.
        var stored = StoredJson.Write(outcome.State);
        Assert.InRange(stored.Length, 0, 450_000);
        if (outcome.Order is { } order)
        {
            Assert.Equal(state.Revision + 1, order.Revision);
            Assert.False(string.IsNullOrWhiteSpace(order.Reason), $"seed {seed}");
            Assert.DoesNotContain("条件已消失", order.Reason, StringComparison.Ordinal);
            StoredJson.Write(order);
        }

        return random.Next(3) == 0 ? outcome with { State = StoredJson.Read<PatrolState>(stored) } : outcome;
    }

    private static PatrolCommand Command(Random random, PatrolState state, DateTimeOffset now) => random.Next(10) switch
    {
        0 or 1 or 2 or 3 => new PatrolCommand.ApplyAlert(Alert(random, now)),
        4 => new PatrolCommand.ApplyForecast(Forecast(random, now)),
        5 => new PatrolCommand.SetOverride(new PatrolOverride(Any<PatrolIntensity>(random), random.Next(2) == 0 ? [] : ["police", "nobody"], Text(random), Text(random), now, Time(random, now)), random.Next(2) == 0 ? null : 1),
        6 => new PatrolCommand.LiftOverride("x", "y"),
        7 when state.Alerts is { Count: > 0 } alerts && alerts[random.Next(alerts.Count)] is { Alert.Identifier: not null } some => new PatrolCommand.WithdrawAlert(some.Alert.Hash, "误发", "王主任"),
        7 when state.Questions is { Count: > 0 } questions => new PatrolCommand.AnswerQuestion(questions[0]?.Id ?? "x", random.Next(2) == 0 ? null : now.AddDays(2), "核实", "王主任"),
        8 when state.Proposal is { } proposal => random.Next(2) == 0 ? new PatrolCommand.ConfirmProposal(proposal.Number, "王主任") : new PatrolCommand.RejectProposal(proposal.Number, "王主任", "重复"),
        _ => new PatrolCommand.Tick(),
    };

    private static WeatherAlert Alert(Random random, DateTimeOffset now)
    {
        var alert = Huaxi.Alert("12-15 10:00", Any<AlertLevel>(random), Any<AlertMessageType>(random)) with
        {
            Identifier = $"m{random.Next(20)}",
            Source = random.Next(2) == 0 ? "cap" : "qweather",
            TypeName = Types[random.Next(Types.Length)],
            Sent = random.Next(8) == 0 ? Time(random, now) : now.AddMinutes(-random.Next(600)),
            Expires = random.Next(2) == 0 ? null : Time(random, now),
            Onset = random.Next(3) == 0 ? Time(random, now) : null,
            Ends = random.Next(4) == 0 ? Time(random, now) : null,
            References = random.Next(3) == 0 ? [new AlertReference($"m{random.Next(20)}")] : [],
            Status = random.Next(10) == 0 ? Any<AlertStatus>(random) : AlertStatus.Actual,
            Undated = random.Next(6) == 0,
        };
        return random.Next(8) switch
        {
            0 => alert with { Identifier = null!, Issuer = Text(random), References = [null!, new AlertReference(null!, null, DateTimeOffset.MinValue)] },
            1 => alert with { Areas = ["520111", null!, "", "x", "520000"], Description = Text(random), Headline = Text(random) },
            2 => alert with { Issuer = "", AreaText = new string('区', 50_000), Areas = [] },
            3 => alert with { Kind = (AlertKind)7, Level = (AlertLevel)random.Next(-3, 12), MessageType = (AlertMessageType)random.Next(-3, 12) },
            _ => alert,
        };
    }

    private static ColdForecast Forecast(Random random, DateTimeOffset now)
    {
        var first = DateOnly.FromDateTime(now.DateTime);
        double Number() => random.Next(12) == 0 ? new[] { double.NaN, double.MaxValue, double.NegativeInfinity, -61 }[random.Next(4)] : random.Next(-15, 15);
        var nights = Enumerable.Range(-2, random.Next(0, 9)).Select(day => new ForecastNight(first.AddDays(day), Number(), random.Next(2) == 0 ? null : Number(), random.Next(2) == 0 ? null : Number(), Number(), Any<ColdWaveGrade>(random))).ToList();
        if (random.Next(5) == 0) nights.Add(new ForecastNight(random.Next(2) == 0 ? DateOnly.MaxValue : DateOnly.MinValue, 0, null, null, null, ColdWaveGrade.None));
        return new ColdForecast { Source = Text(random), Issued = random.Next(6) == 0 ? Time(random, now) : now, Areas = ["520111"], Index = ColdStress.JagTi, Nights = random.Next(8) == 0 ? [.. nights.OrderBy(_ => random.Next())] : nights };
    }

    /// <summary>A state that nothing of today would leave behind.</summary>
    private static PatrolState Mutated(Random random)
    {
        var now = Huaxi.At("12-05 08:00");
        return new PatrolState
        {
            Revision = random.Next(3),
            Units = random.Next(2) == 0 ? new Dictionary<string, PatrolIntensity> { ["police"] = PatrolIntensity.Intensive, ["gone"] = PatrolIntensity.RoundTheClock } : PatrolState.Empty.Units,
            Alerts = [.. Enumerable.Range(0, random.Next(100)).Select(_ => new ReceivedAlert(Alert(random, now), Time(random, now)))],
            Forecasts = [.. Enumerable.Range(0, random.Next(5)).Select(_ => Forecast(random, now))],
            Override = random.Next(2) == 0 ? null : new PatrolOverride(Any<PatrolIntensity>(random), [], null!, null!, Time(random, now), Time(random, now)),
            Raised = [.. Enumerable.Range(0, random.Next(9)).Select(_ => Time(random, now))],
            Proposal = random.Next(3) == 0 ? new PatrolProposal(1, Time(random, now), Time(random, now), new Dictionary<string, PatrolIntensity> { ["police"] = PatrolIntensity.Heightened }, []) : null,
            Rejected = random.Next(3) == 0 ? [new RejectedCause("S1", Time(random, now)), null!] : [],
            Seen = random.Next(3) == 0 ? [new SeenCause("F1", "x", Time(random, now)), null!] : [],
            Questions = random.Next(3) == 0 ? [new OfficeQuestion("x", "y", Time(random, now), new OfficeAnswer(Time(random, now), "a", "b", Time(random, now))), null!] : [],
            Coming = random.Next(3) == 0 ? new Dictionary<string, ComingPatrols> { ["police"] = new(Any<PatrolIntensity>(random), Time(random, now), null, "x") } : PatrolState.Empty.Coming,
        };
    }

    private static PatrolPolicy Policy(Random random) => random.Next(6) switch
    {
        0 => Huaxi.Policy with { Signals = [.. Huaxi.Policy.Signals.Select(rule => random.Next(2) == 0 ? rule : rule with { Levels = new Dictionary<AlertLevel, PatrolIntensity>() })] },
        1 => Huaxi.Policy with { OrdersPerHour = 1, ProposalMinutes = 60, StepDownDays = 5 },
        2 => Huaxi.Policy with { ForecastValidHours = int.MaxValue, SignalValidHours = int.MinValue, StepDownDays = int.MaxValue },
        3 => Huaxi.Policy with { Duties = null!, Forecasts = null!, LastSentences = null! },
        _ => Huaxi.Policy,
    };

    private static IReadOnlyList<Unit> Units(Random random) => random.Next(4) == 0 ? [.. Huaxi.Units, Huaxi.Units[0], new Unit { Code = "new", Name = "", Kind = UnitKind.Township, Aliases = ["", "镇"] }] : Huaxi.Units;

    private static DateTimeOffset Time(Random random, DateTimeOffset now) => random.Next(8) switch
    {
        0 => DateTimeOffset.MaxValue,
        1 => DateTimeOffset.MinValue,
        2 => now.AddYears(random.Next(-50, 50)),
        _ => now.AddHours(random.Next(-100, 200)),
    };

    private static string Text(Random random) => new[] { "青岩镇", "最低气温-5℃", "", "\ud800", new string('长', 10_000), "预计高坡乡、石板镇等地" }[random.Next(6)];

    private static T Any<T>(Random random) where T : struct, Enum => Enum.GetValues<T>()[random.Next(Enum.GetValues<T>().Length)];

    private static DateTimeOffset LocalNoon(DateTimeOffset now, int days) => new DateTimeOffset(now.ToOffset(TimeSpan.FromHours(8)).Date.AddDays(days).AddHours(12), TimeSpan.FromHours(8));
}
