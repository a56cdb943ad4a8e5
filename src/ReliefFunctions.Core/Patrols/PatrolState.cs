using ReliefFunctions.Core.Weather;

namespace ReliefFunctions.Core.Patrols;

/// <summary>What a campaign's decisions rest on; row <c>S</c>.</summary>
public sealed record PatrolState
{
    /// <summary>The state before the first order.</summary>
    public static PatrolState Empty { get; } = new();

    /// <summary>The current order's number; 0 before the first.</summary>
    public int Revision { get; init; }

    /// <summary>The current intensity of every unit: a full snapshot.</summary>
    public IReadOnlyDictionary<string, PatrolIntensity> Units { get; init; } = new Dictionary<string, PatrolIntensity>();

    /// <summary>Drills (通联测试) sent so far: the last one's number is this, negated.</summary>
    public int Drills { get; init; }

    /// <summary>The messages that still matter.</summary>
    public IReadOnlyList<ReceivedAlert> Alerts { get; init; } = [];

    /// <summary>The forecasts that still matter, the newest last.</summary>
    public IReadOnlyList<ColdForecast> Forecasts { get; init; } = [];

    /// <summary>The decision of a person that stands above the ladder, if there is one.</summary>
    public PatrolOverride? Override { get; init; }

    /// <summary>When the weather raised patrols within the last hour, UTC.</summary>
    public IReadOnlyList<DateTimeOffset> Raised { get; init; } = [];

    /// <summary>What waits for the office, or null.</summary>
    public PatrolProposal? Proposal { get; init; }

    /// <summary>What became of the last proposal.</summary>
    public ProposalDecision? LastProposal { get; init; }

    /// <summary>What the office has rejected.</summary>
    public IReadOnlyList<RejectedCause> Rejected { get; init; } = [];

    /// <summary>The number of the last proposal; 0 before the first.</summary>
    public int Proposals { get; init; }

    /// <summary>The version of the policy whose faults the office was told, so that it is told once; null when it has none.</summary>
    public int? FaultyPolicy { get; init; }

    /// <summary>The revision in which each unit's current notice came: what its escalation and acknowledgement are about.</summary>
    public IReadOnlyDictionary<string, int> NoticeOf { get; init; } = new Dictionary<string, int>();
}

/// <summary>A message and when it was decided on.</summary>
public sealed record ReceivedAlert(WeatherAlert Alert, DateTimeOffset ReceivedAt);

/// <summary>A named person's decision that stands until it expires or is lifted; only weather that came after it and asks for more goes above it.</summary>
/// <param name="Intensity">What is ordered.</param>
/// <param name="Units">For whom; empty for all.</param>
/// <param name="Reason">Why.</param>
/// <param name="DecidedBy">The person's name.</param>
/// <param name="At">When.</param>
/// <param name="Until">When it ends by itself.</param>
/// <param name="Foreseen">What the forecast asked for then: a later one that asks for no more is nothing new.</param>
public sealed record PatrolOverride(PatrolIntensity Intensity, IReadOnlyList<string> Units, string Reason, string DecidedBy, DateTimeOffset At, DateTimeOffset Until, PatrolIntensity Foreseen = PatrolIntensity.Routine);

/// <summary>Why an order asks for what it asks for.</summary>
/// <param name="Kind"><c>signal</c>, <c>forecast</c>, <c>override</c>, <c>cooling</c> (held until the next noon), <c>quiet</c> (held until the morning), <c>routine</c>, <c>opened</c>, <c>ended</c> (no longer holds anything).</param>
/// <param name="Text">In Chinese, as it stands in notices.</param>
/// <param name="Intensity">What this reason asks for.</param>
/// <param name="Rule">The policy's rule.</param>
/// <param name="Alert">The message's identifier.</param>
/// <param name="Units">The units it is for; null for the whole district.</param>
/// <param name="Short">The same in a dozen characters, issuer included, for notices that would grow too long.</param>
public sealed record OrderBasis(
    string Kind, string Text, PatrolIntensity Intensity, string? Rule = null, string? Alert = null, IReadOnlyList<string>? Units = null, string? Short = null)
{
    /// <summary>When its weather begins, UTC; null where that is not known.</summary>
    public DateTimeOffset? From { get; init; }

    /// <summary>When its weather ends as it states itself, UTC.</summary>
    public DateTimeOffset? To { get; init; }
}

/// <summary>A revision of the district's patrol order (巡查指令); row <c>P|{revision:D6}</c>. It never changes.</summary>
public sealed record PatrolOrder
{
    /// <summary>GB/T 2260 code.</summary>
    public required string District { get; init; }

    /// <summary>Such as <c>2026-2027</c>.</summary>
    public required string Season { get; init; }

    /// <summary>1, 2, …; of a drill −1, −2, …, so that it takes no number of an order and stands below every one.</summary>
    public required int Revision { get; init; }

    /// <summary>Whether it is a drill (通联测试): it tries the way to every unit before the campaign begins, and asks for nothing but an answer.</summary>
    public PatrolDrill? Drill { get; init; }

    /// <summary>UTC.</summary>
    public required DateTimeOffset IssuedAt { get; init; }

    /// <summary>Every unit that was open, with its intensity.</summary>
    public required IReadOnlyDictionary<string, PatrolIntensity> Units { get; init; }

    /// <summary>The units whose intensity is new: they get a notice.</summary>
    public required IReadOnlyList<string> Changed { get; init; }

    /// <summary>What is lifted (解除): of the units whose intensity is lower than before, what it was.</summary>
    public IReadOnlyDictionary<string, PatrolIntensity> Lifted { get; init; } = new Dictionary<string, PatrolIntensity>();

    /// <summary>In short, as it stands in the notices.</summary>
    public required string Reason { get; init; }

    /// <summary>Everything it rests on.</summary>
    public required IReadOnlyList<OrderBasis> Basis { get; init; }

    /// <summary>The lowest temperature forecast for the coming night, °C; null without a forecast in force.</summary>
    public double? TonightMinimum { get; init; }

    /// <summary>The policy by which it was decided.</summary>
    public required int PolicyVersion { get; init; }

    /// <summary>When it is looked at again, UTC.</summary>
    public required DateTimeOffset ReviewAt { get; init; }

    /// <summary>The highest intensity in it.</summary>
    public PatrolIntensity Highest => Units.Count == 0 ? PatrolIntensity.Routine : Units.Values.Max();
}

/// <summary>A drill (通联测试).</summary>
/// <param name="DecidedBy">The person who has it sent.</param>
/// <param name="AcknowledgeBy">By when units are to answer, UTC.</param>
public sealed record PatrolDrill(string DecidedBy, DateTimeOffset AcknowledgeBy);

/// <summary>What is decided on.</summary>
public abstract record PatrolCommand
{
    private PatrolCommand()
    {
    }

    /// <summary>A message has come.</summary>
    public sealed record ApplyAlert(WeatherAlert Alert) : PatrolCommand;

    /// <summary>A forecast has come.</summary>
    public sealed record ApplyForecast(ColdForecast Forecast) : PatrolCommand;

    /// <summary>Time has passed.</summary>
    public sealed record Tick : PatrolCommand;

    /// <summary>A person decides.</summary>
    public sealed record SetOverride(PatrolOverride Override) : PatrolCommand;

    /// <summary>A person confirms what waits.</summary>
    public sealed record ConfirmProposal(int Number, string DecidedBy) : PatrolCommand;

    /// <summary>A person rejects what waits.</summary>
    public sealed record RejectProposal(int Number, string DecidedBy, string Reason) : PatrolCommand;

    /// <summary>A person has a drill sent; <paramref name="Number"/> is its number counted from 1, so that a repetition is known as one.</summary>
    public sealed record SendDrill(int Number, string Reason, string DecidedBy, int AcknowledgeMinutes) : PatrolCommand;

    /// <summary>A person takes the decision back.</summary>
    public sealed record LiftOverride(string Reason, string DecidedBy) : PatrolCommand;
}

/// <summary>What was decided.</summary>
/// <param name="State">The state after it.</param>
/// <param name="Order">The new order; null when none was needed.</param>
/// <param name="Notes">What was done with the command and why, in Chinese.</param>
/// <param name="Changed">Whether the state has to be stored.</param>
public sealed record PatrolOutcome(PatrolState State, PatrolOrder? Order, IReadOnlyList<string> Notes, bool Changed)
{
    /// <summary>What could not be decided on and was set apart.</summary>
    public IReadOnlyList<QuarantinedInput> Quarantined { get; init; } = [];
}
