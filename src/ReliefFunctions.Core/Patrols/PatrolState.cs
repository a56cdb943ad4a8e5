using ReliefFunctions.Core.Storage;
using ReliefFunctions.Core.Texts;
using ReliefFunctions.Core.Weather;

namespace ReliefFunctions.Core.Patrols;

/// <summary>What a campaign's decisions rest on; row <c>S</c>.</summary>
[Audited("revision", "units", "override", "proposal", "lastProposal", "questions")]
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

    /// <summary>What the forecasts before the newest one said: what was seen, and until when.</summary>
    public IReadOnlyList<SeenCause> Seen { get; init; } = [];

    /// <summary>What units were told to prepare for, and has not begun.</summary>
    public IReadOnlyDictionary<string, ComingPatrols> Coming { get; init; } = new Dictionary<string, ComingPatrols>();

    /// <summary>What the office was asked, and what it answered.</summary>
    public IReadOnlyList<OfficeQuestion> Questions { get; init; } = [];

    /// <summary>How often people have decided on an intensity: numbers their decisions.</summary>
    public int Decisions { get; init; }

    /// <summary>The version of the policy whose faults the office was told, so that it is told once; null when it has none.</summary>
    public int? FaultyPolicy { get; init; }

    /// <summary>The revision in which each unit's current notice came: what its escalation and acknowledgement are about.</summary>
    public IReadOnlyDictionary<string, int> NoticeOf { get; init; } = new Dictionary<string, int>();
}

/// <summary>A message and when it was decided on.</summary>
/// <param name="Alert">The message.</param>
/// <param name="ReceivedAt">UTC.</param>
/// <param name="Withdrawn">Who withdrew it as a mistake; then it counts for nothing.</param>
public sealed record ReceivedAlert(WeatherAlert Alert, DateTimeOffset ReceivedAt, Withdrawal? Withdrawn = null);

/// <summary>A person's word that a message was a mistake.</summary>
/// <param name="By">The person.</param>
/// <param name="Reason">Why.</param>
/// <param name="At">UTC.</param>
public sealed record Withdrawal(string By, string Reason, DateTimeOffset At);

/// <summary>A condition that an earlier forecast fulfilled.</summary>
/// <param name="Cause">The forecast rule's id, or the key of a signal that counts only in the cold.</param>
/// <param name="Text">The reason in words.</param>
/// <param name="At">Until when it was seen, UTC.</param>
public sealed record SeenCause(string Cause, [ForPeople] string Text, DateTimeOffset At);

/// <summary>Patrols that are to be prepared for.</summary>
/// <param name="Intensity">What will be ordered.</param>
/// <param name="From">When the weather begins, UTC.</param>
/// <param name="To">When it ends, as far as that is known, UTC.</param>
/// <param name="Reason">Why, in Chinese.</param>
public sealed record ComingPatrols(PatrolIntensity Intensity, DateTimeOffset From, DateTimeOffset? To, [ForPeople] string Reason);

/// <summary>Something only people know: whether weather that nobody speaks of any more is over.</summary>
/// <param name="Id">The hash of the signal, or <c>forecast-</c> with the last forecast's time.</param>
/// <param name="Text">What the office is asked, in Chinese.</param>
/// <param name="AskedAt">UTC; it is asked once.</param>
/// <param name="Answer">What it answered, or null.</param>
public sealed record OfficeQuestion(string Id, [ForPeople] string Text, DateTimeOffset AskedAt, OfficeAnswer? Answer = null);

/// <summary>What the office answered.</summary>
/// <param name="Until">The weather goes on until then, UTC; null when it is over.</param>
/// <param name="By">The person.</param>
/// <param name="Reason">How it is known.</param>
/// <param name="At">UTC.</param>
public sealed record OfficeAnswer(DateTimeOffset? Until, string By, string Reason, DateTimeOffset At);

/// <summary>A named person's decision that stands until it expires or is lifted; only weather that came after it and asks for more goes above it.</summary>
/// <param name="Intensity">What is ordered.</param>
/// <param name="Units">For whom; empty for all.</param>
/// <param name="Reason">Why.</param>
/// <param name="DecidedBy">The person's name.</param>
/// <param name="At">When.</param>
/// <param name="Until">When it ends by itself.</param>
/// <param name="Foreseen">What the forecast asked for then: a later one that asks for no more is nothing new.</param>
public sealed record PatrolOverride(
    PatrolIntensity Intensity, IReadOnlyList<string> Units, string Reason, string DecidedBy, DateTimeOffset At, DateTimeOffset Until,
        PatrolIntensity Foreseen = PatrolIntensity.Routine)
{
    /// <summary>Its number among the decisions of people, from 1; 0 of what was decided before they were counted.</summary>
    public int Number { get; init; }

    /// <summary>The order that it was decided upon; null when it names none.</summary>
    public int? BaseRevision { get; init; }

    /// <summary>Whether two records are one decision, whenever each was recorded.</summary>
    internal bool IsSameDecision(PatrolOverride other) =>
        Intensity == other.Intensity && Reason == other.Reason && DecidedBy == other.DecidedBy && Until == other.Until
        && BaseRevision == other.BaseRevision && Units.SequenceEqual(other.Units);
}

/// <summary>Why an order asks for what it asks for.</summary>
/// <param name="Kind">
/// <c>signal</c>, <c>forecast</c>, <c>override</c>, <c>coming</c> (announced for later), <c>cooling</c> (held until the next noon), <c>step-down</c> (强化
/// after 全天候), <c>silent</c> (nobody said that it is over), <c>quiet</c> (held until the morning), <c>correction</c> (withdrawn as a mistake),
/// <c>routine</c>, <c>opened</c>, <c>ended</c> (no longer holds anything), <c>drill</c>.
/// </param>
/// <param name="Text">In Chinese, as it stands in notices.</param>
/// <param name="Intensity">What this reason asks for.</param>
/// <param name="Rule">The policy's rule.</param>
/// <param name="Alert">The message's identifier.</param>
/// <param name="Units">The units it is for; null for the whole district.</param>
/// <param name="Short">The same in a dozen characters, issuer included, for notices that would grow too long.</param>
public sealed record OrderBasis(
    string Kind, [ForPeople] string Text, PatrolIntensity Intensity, string? Rule = null, string? Alert = null, IReadOnlyList<string>? Units = null,
    [ForPeople] string? Short = null)
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

    /// <summary>The units whose intensity, or preparation, is new: they get a notice.</summary>
    public required IReadOnlyList<string> Changed { get; init; }

    /// <summary>What is lifted (解除): of the units whose intensity is lower than before, what it was.</summary>
    public IReadOnlyDictionary<string, PatrolIntensity> Lifted { get; init; } = new Dictionary<string, PatrolIntensity>();

    /// <summary>What units are to prepare for: theirs is no higher intensity yet.</summary>
    public IReadOnlyDictionary<string, ComingPatrols> Coming { get; init; } = new Dictionary<string, ComingPatrols>();

    /// <summary>Preparations that are called off by it.</summary>
    public IReadOnlyDictionary<string, ComingPatrols> CalledOff { get; init; } = new Dictionary<string, ComingPatrols>();

    /// <summary>Who withdrew the signal that an earlier order rested on: then this one is a correction (更正).</summary>
    public Withdrawal? Correction { get; init; }

    /// <summary>In short, as it stands in the notices.</summary>
    [ForPeople]
    public required string Reason { get; init; }

    /// <summary>Everything it rests on.</summary>
    public required IReadOnlyList<OrderBasis> Basis { get; init; }

    /// <summary>The lowest temperature forecast for the coming night, °C; null without a forecast in force.</summary>
    public double? TonightMinimum { get; init; }

    /// <summary>The policy by which it was decided.</summary>
    public required int PolicyVersion { get; init; }

    /// <summary>When it is looked at again, UTC.</summary>
    public required DateTimeOffset ReviewAt { get; init; }

    /// <summary>Whether a unit's notice is about preparation alone: its intensity stays.</summary>
    public bool PreparesOnly(string unit) => (Coming.ContainsKey(unit) || CalledOff.ContainsKey(unit)) && !Raised.Contains(unit) && !Lifted.ContainsKey(unit);

    /// <summary>The units whose intensity is higher than before, or that had none.</summary>
    public IReadOnlyList<string> Raised { get; init; } = [];

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

    /// <summary>A person decides, upon the decision numbered <paramref name="BaseDecision"/> where the order has not changed since it.</summary>
    public sealed record SetOverride(PatrolOverride Override, int? BaseDecision = null) : PatrolCommand;

    /// <summary>A person withdraws a message as a mistake; <paramref name="Hash"/> is its <see cref="WeatherAlert.Hash"/>.</summary>
    public sealed record WithdrawAlert(string Hash, string Reason, string DecidedBy) : PatrolCommand;

    /// <summary>
    /// A person says whether weather that nobody speaks of any more is over: <paramref name="Until"/> is when it will be, or null when it is.
    /// </summary>
    public sealed record AnswerQuestion(string Id, DateTimeOffset? Until, string Reason, string DecidedBy) : PatrolCommand;

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
    /// <summary>Why the command was refused, or null.</summary>
    public PatrolRefusal? Refusal { get; init; }

    /// <summary>What the office is to be told.</summary>
    public IReadOnlyList<OfficeMessage> Told { get; init; } = [];

    /// <summary>What could not be decided on and was set apart.</summary>
    public IReadOnlyList<QuarantinedInput> Quarantined { get; init; } = [];
}

/// <summary>Why a person's command was refused.</summary>
public enum PatrolRefusal
{
    /// <summary>It was decided upon something that has changed since.</summary>
    Stale,

    /// <summary>What it names is not there.</summary>
    NotFound,
}

/// <summary>A message for the office that follows from a decision.</summary>
/// <param name="Id">Names it in the campaign's partition: the same told twice is one.</param>
/// <param name="Kind">Kind of the <see cref="PatrolEvent"/>.</param>
/// <param name="Text">In Chinese.</param>
/// <param name="Urgent">Whether it goes out in a channel's quiet hours too.</param>
public sealed record OfficeMessage(string Id, string Kind, string Text, bool Urgent);
