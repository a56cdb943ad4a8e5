using System.Text.Json;
using System.Text.Json.Nodes;
using ReliefFunctions.Core.Storage;
using ReliefFunctions.Core.Texts;
using ReliefFunctions.Core.Weather;

namespace ReliefFunctions.Core.Patrols;

/// <summary>What a quarantined input was.</summary>
public enum QuarantineKind
{
    /// <summary>A warning message.</summary>
    Alert,

    /// <summary>A forecast.</summary>
    Forecast,

    /// <summary>A person's decision.</summary>
    Override,

    /// <summary>A version of the patrol policy, of which parts were replaced.</summary>
    Policy,

    /// <summary>Another part of the stored state.</summary>
    State,
}

/// <summary>
/// Something that could not be decided on and was set apart (隔离), so that the district goes on deciding without it; <c>X|{id}</c>. People look at it, put it
/// back or drop it.
/// </summary>
/// <param name="Id">32 hexadecimal digits over kind and content: the same input set apart twice is one.</param>
/// <param name="Kind">What it was.</param>
/// <param name="Title">What it says, in short.</param>
/// <param name="Reason">Why it was set apart, in Chinese.</param>
/// <param name="At">When it was set apart, UTC.</param>
/// <param name="Content">The input as it was stored.</param>
public sealed record QuarantinedInput(string Id, QuarantineKind Kind, [ForPeople] string Title, [ForPeople] string Reason,
    DateTimeOffset At, JsonElement Content)
{
    private const int LongestContent = 200_000;

    internal static QuarantinedInput Of(WeatherAlert alert, DateTimeOffset now) =>
        Make(QuarantineKind.Alert, $"{alert.Issuer}{SignalText.Name(alert.MessageType)}{alert.TypeName}{SignalText.Name(alert.Level)}预警", alert, now);

    internal static QuarantinedInput Of(ColdForecast forecast, DateTimeOffset now) => Make(QuarantineKind.Forecast, $"{forecast.Source} 的预报", forecast, now);

    internal static QuarantinedInput Of(PatrolOverride decision, DateTimeOffset now) =>
        Make(QuarantineKind.Override, $"{decision.DecidedBy}的决定", decision, now);

    internal static QuarantinedInput Of(PatrolPolicy policy, DateTimeOffset now) => Make(QuarantineKind.Policy, $"第 {policy.Version} 版巡查分级方案", policy, now);

    internal static QuarantinedInput Make<T>(QuarantineKind kind, string title, T content, DateTimeOffset now)
    {
        string json;
        try
        {
            json = StoredJson.Write(content);
            if (json.Length > LongestContent) json = StoredJson.Write($"内容有 {json.Length} 个字符，未保留。");
        }
        catch (Exception e) when (e is ArgumentException or JsonException or NotSupportedException)
        {
            json = StoredJson.Write($"内容不能写成 JSON：{e.Message}");
        }

        return new QuarantinedInput(Keys.Hash($"{kind}|{json}")[..32], kind, title.First(100), "", now, StoredJson.Read<JsonElement>(json));
    }

    /// <summary>What puts the input back; null when it is none that can be.</summary>
    internal PatrolCommand? PutBack()
    {
        try
        {
            return Kind switch
            {
                QuarantineKind.Alert when Content.Deserialize<WeatherAlert>(StoredJson.Options) is { } alert => new PatrolCommand.ApplyAlert(alert),
                QuarantineKind.Forecast when Content.Deserialize<ColdForecast>(StoredJson.Options) is { } forecast => new PatrolCommand.ApplyForecast(forecast),
                QuarantineKind.Override when Content.Deserialize<PatrolOverride>(StoredJson.Options) is { } decision => new PatrolCommand.SetOverride(decision),
                _ => null,
            };
        }
        catch (JsonException)
        {
            return null;
        }
    }
}

/// <summary>
/// Makes a decision whatever is stored and whatever comes in. An input that makes the decision throw is found by deciding without any and adding them one by
/// one, what came now first: it is the news, and nothing that is stored may keep it from being decided on.
/// </summary>
internal static class PatrolQuarantine
{
    /// <summary>Kind of what operators are told of an input that a district could not decide on.</summary>
    public const string Told = "operator.quarantine";

    /// <summary>More than this in one decision would not fit into its transaction; applied alerts keep their content in rows of their own.</summary>
    private const int MostAtOnce = 60;

    /// <summary>Decides by <paramref name="decide"/>; only a fault that no input has anything to do with is thrown.</summary>
    public static PatrolOutcome Around(
        PatrolState stored, PatrolCommand given, PatrolPolicy asStored, DateTimeOffset now, Func<PatrolState, PatrolCommand, PatrolPolicy,
            PatrolOutcome> decide)
    {
        var (state, faulty) = Sound(stored, now);
        List<QuarantinedInput> apart = [.. faulty];
        var (policy, replaced) = PolicyRules.Usable(asStored);
        if (replaced.Count > 0 && state.FaultyPolicy != asStored.Version)
        {
            state = state with { FaultyPolicy = asStored.Version };
            apart.Add(QuarantinedInput.Of(asStored, now) with { Reason = $"方案有 {replaced.Count} 处不能使用，改用标准写法：{string.Join("；", replaced)}" });
        }

        var (command, fault) = PatrolInputs.Sound(given, now);
        if (fault is not null) command = SetApart(given, fault, now, apart);
        PatrolOutcome outcome;
        try
        {
            outcome = decide(state, command, policy);
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            outcome = decide(Isolated(state, ref command, ref policy, now, apart, decide), command, policy);
        }

        if (apart.Count == 0) return ReferenceEquals(state, stored) ? outcome : outcome with { Changed = true };
        return outcome with
        {
            Changed = true,
            Quarantined = [.. apart.DistinctBy(each => each.Id).Take(MostAtOnce)],
            Notes = [.. apart.Select(each => $"{each.Title}不能用于决定，已隔离：{each.Reason}。"), .. outcome.Notes],
        };
    }

    /// <summary>The state within its bounds. Should that itself fail, what was ordered is kept and all the rest is set apart.</summary>
    private static (PatrolState State, IReadOnlyList<QuarantinedInput> Faulty) Sound(PatrolState stored, DateTimeOffset now)
    {
        try
        {
            return PatrolInputs.Sound(stored, now);
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            var kept = PatrolState.Empty with
            {
                Revision = stored.Revision,
                Units = stored.Units ?? PatrolState.Empty.Units,
                NoticeOf = stored.NoticeOf
                ?? PatrolState.Empty.NoticeOf
            };
            return (kept, [QuarantinedInput.Make(QuarantineKind.State, "巡查状态", stored, now) with { Reason = $"{e.GetType().Name}：{e.Message}" }]);
        }
    }

    /// <summary>The state, and the command and policy, with which a decision can be made.</summary>
    private static PatrolState Isolated(
        PatrolState state, ref PatrolCommand command, ref PatrolPolicy policy, DateTimeOffset now, List<QuarantinedInput> apart, Func<PatrolState,
            PatrolCommand, PatrolPolicy, PatrolOutcome> decide)
    {
        var tick = new PatrolCommand.Tick();
        var kept = state with { Alerts = [], Forecasts = [], Override = null };
        var (bare, usable) = (kept, policy);
        if (Fails(() => decide(bare, tick, usable)) is { } policyFault && Fails(() => decide(bare, tick, StandardPolicy.Of(usable.Version))) is null)
        {
            apart.Add(QuarantinedInput.Of(policy, now) with { Reason = $"按它不能做出决定（{policyFault}），改用标准方案" });
            policy = usable = StandardPolicy.Of(policy.Version);
        }

        if (Fails(() => decide(bare, tick, usable)) is { } stateFault)
        {
            apart.Add(QuarantinedInput.Make(QuarantineKind.State, "待定指令、驳回和询问记录",
                new { kept.Proposal, kept.LastProposal, kept.Rejected, kept.Raised, kept.Seen, kept.Questions, kept.Coming }, now)
                with
            { Reason = stateFault });
            kept = bare = kept with
            {
                Proposal = null,
                LastProposal = null,
                Rejected = [],
                Raised = [],
                Seen = [],
                Questions = [],
                Coming = PatrolState.Empty.Coming
            };
        }

        var asked = command;
        if (Fails(() => decide(bare, asked, usable)) is { } commandFault) command = asked = SetApart(command, commandFault, now, apart);

        // A person's decision and the strongest and newest weather first: if two do not go together, the lesser is set apart.
        if (state.Override is { } decision) kept = With(kept, kept with { Override = decision }, QuarantinedInput.Of(decision, now));
        foreach (var each in state.Alerts.OrderByDescending(each => each.Alert.Level).ThenByDescending(each => each.Alert.Sent))
        {
            kept = With(kept, kept with { Alerts = [.. state.Alerts.Where(other => ReferenceEquals(other, each) || kept.Alerts.Contains(other))] },
                QuarantinedInput.Of(each.Alert, now));
        }

        foreach (var each in state.Forecasts.Reverse())
        {
            kept = With(kept, kept with { Forecasts = [.. state.Forecasts.Where(other => ReferenceEquals(other, each) || kept.Forecasts.Contains(other))] },
                QuarantinedInput.Of(each, now));
        }

        return kept;

        PatrolState With(PatrolState before, PatrolState after, QuarantinedInput added)
        {
            if (Fails(() => decide(after, asked, usable)) is not { } fault) return after;
            apart.Add(added with { Reason = fault });
            return before;
        }
    }

    /// <summary>Sets what came aside and lets time pass instead; a command that carries nothing is a person's, who is told at once.</summary>
    private static PatrolCommand.Tick SetApart(PatrolCommand command, string reason, DateTimeOffset now, List<QuarantinedInput> apart)
    {
        var input = command switch
        {
            PatrolCommand.ApplyAlert(var alert) => QuarantinedInput.Of(alert, now),
            PatrolCommand.ApplyForecast(var forecast) => QuarantinedInput.Of(forecast, now),
            PatrolCommand.SetOverride { Override: var decision } => QuarantinedInput.Of(decision, now),
            _ => throw new InvalidOperationException($"{command.GetType().Name} cannot be decided on: {reason}"),
        };
        apart.Add(input with { Reason = reason });
        return new PatrolCommand.Tick();
    }

    private static string? Fails(Func<PatrolOutcome> decide)
    {
        try
        {
            decide();
            return null;
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            return $"{e.GetType().Name}：{e.Message.First(200)}";
        }
    }
}

/// <summary>Reads a stored state of which parts cannot be read any more: those are set apart, the rest is the state.</summary>
internal static class StoredPatrolState
{
    /// <summary>The state and what of it could not be read.</summary>
    public static (PatrolState State, IReadOnlyList<QuarantinedInput> Unreadable) Read(JsonElement stored, DateTimeOffset now)
    {
        if (TryRead(stored, out var whole)) return (whole, []);
        List<QuarantinedInput> unreadable = [];
        if (stored.ValueKind != JsonValueKind.Object) return (PatrolState.Empty, [Lost("state", stored)]);
        var kept = new JsonObject();
        foreach (var member in stored.EnumerateObject())
        {
            var value = JsonNode.Parse(member.Value.GetRawText());
            if (Reads(member.Name, value)) kept[member.Name] = value;
            else if (Readable(member) is { } rest) kept[member.Name] = rest;
            else unreadable.Add(Lost(member.Name, member.Value));
        }

        return (kept.Deserialize<PatrolState>(StoredJson.Options)!, unreadable);

        // A list or a map loses only the entries that cannot be read.
        JsonNode? Readable(JsonProperty member)
        {
            switch (member.Value.ValueKind)
            {
                case JsonValueKind.Array when Reads(member.Name, new JsonArray()):
                    var list = new JsonArray();
                    foreach (var item in member.Value.EnumerateArray())
                    {
                        if (Reads(member.Name, new JsonArray(JsonNode.Parse(item.GetRawText())))) list.Add(JsonNode.Parse(item.GetRawText()));
                        else unreadable.Add(Lost(member.Name, item));
                    }

                    return list;
                case JsonValueKind.Object when Reads(member.Name, new JsonObject()):
                    var map = new JsonObject();
                    foreach (var entry in member.Value.EnumerateObject())
                    {
                        if (Reads(member.Name, new JsonObject { [entry.Name] = JsonNode.Parse(entry.Value.GetRawText()) }))
                        {
                            map[entry.Name] = JsonNode.Parse(entry.Value.GetRawText());
                        }
                        else
                        {
                            unreadable.Add(Lost($"{member.Name}/{entry.Name}", entry.Value));
                        }
                    }

                    return map;
                default:
                    return null;
            }
        }

        QuarantinedInput Lost(string member, JsonElement value)
        {
            var kind = member switch
            {
                "alerts" => QuarantineKind.Alert,
                "forecasts" => QuarantineKind.Forecast,
                "override" => QuarantineKind.Override,
                _ => QuarantineKind.State
            };
            var content = kind == QuarantineKind.Alert && value.ValueKind == JsonValueKind.Object && value.TryGetProperty("alert", out var alert) ? alert
                : value;
            return QuarantinedInput.Make(kind, $"状态中的 {member}", content, now) with { Reason = "存储的内容读不出来" };
        }
    }

    private static bool Reads(string member, JsonNode? value)
    {
        using var document = JsonDocument.Parse(new JsonObject { [member] = value?.DeepClone() }.ToJsonString());
        return TryRead(document.RootElement, out _);
    }

    private static bool TryRead(JsonElement stored, out PatrolState state)
    {
        try
        {
            state = stored.Deserialize<PatrolState>(StoredJson.Options)!;
            return state is not null;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or ArgumentException or FormatException or NotSupportedException)
        {
            state = PatrolState.Empty;
            return false;
        }
    }
}
