using ReliefFunctions.Core.Texts;
using ReliefFunctions.Core.Weather;

namespace ReliefFunctions.Core.Patrols;

/// <summary>The patrols of a campaign as they stand.</summary>
public sealed record PatrolStateAnswer
{
    /// <summary>The current order's number; 0 before the first.</summary>
    public required int Revision { get; init; }

    /// <summary>The highest intensity now.</summary>
    public required PatrolIntensity Intensity { get; init; }

    /// <summary>常态, 加强, 强化, 全天候.</summary>
    [ForPeople]
    public required string IntensityName { get; init; }

    /// <summary>By unit; a unit's own key sees its own.</summary>
    public required IReadOnlyDictionary<string, PatrolIntensity> Units { get; init; }

    /// <summary>The signals that stand, those that raise nothing included.</summary>
    public required IReadOnlyList<ActiveAlert> Alerts { get; init; }

    /// <summary>A person's decision in force, or null.</summary>
    public PatrolOverride? Override { get; init; }

    /// <summary>What units were told to prepare for, by unit; a unit's own key sees its own.</summary>
    public IReadOnlyDictionary<string, ComingPatrols> Coming { get; init; } = new Dictionary<string, ComingPatrols>();

    /// <summary>What waits for the office's word; a unit's own key sees none.</summary>
    public IReadOnlyList<OfficeQuestion> Questions { get; init; } = [];

    /// <summary>Higher intensities that wait for the office, or null; a unit's own key sees none.</summary>
    public PatrolProposal? Proposal { get; init; }

    /// <summary>What became of the last proposal.</summary>
    public ProposalDecision? LastProposal { get; init; }

    /// <summary>Why the current order was given.</summary>
    [ForPeople]
    public string? Reason { get; init; }

    /// <summary>When it is looked at again, UTC.</summary>
    public DateTimeOffset? ReviewAt { get; init; }

    /// <summary>The policy in force.</summary>
    public required int PolicyVersion { get; init; }
}

/// <summary>A signal that stands.</summary>
/// <param name="Identifier">As issued.</param>
/// <param name="Source">The feed that brought it first.</param>
/// <param name="Issuer">花溪区气象台.</param>
/// <param name="Type">寒潮.</param>
/// <param name="Level">The colour.</param>
/// <param name="LevelName">蓝色; as the feed wrote it when unknown.</param>
/// <param name="Sent">When it was issued.</param>
/// <param name="Ends">When the message ends; the weather may last.</param>
/// <param name="Headline">Its heading.</param>
/// <param name="Description">Its text.</param>
/// <param name="Raises">What it asks for by the policy; null when its type raises nothing.</param>
/// <param name="Id">Names it to withdraw it.</param>
/// <param name="Begins">When its weather begins.</param>
public sealed record ActiveAlert(string Identifier, string Source, string Issuer, string Type, AlertLevel Level,
    [ForPeople] string? LevelName, DateTimeOffset Sent,
    DateTimeOffset Ends, string? Headline, string? Description, PatrolIntensity? Raises,
    string Id, DateTimeOffset Begins)
{
    internal static ActiveAlert Of(AlertSpan span, PatrolPolicy policy) => new(
        span.Alert.Identifier, span.Alert.Source, span.Alert.Issuer, span.Alert.TypeName, span.Alert.Level,
        SignalText.Name(span.Alert.Level) is { Length: > 0 } name
            ? name
            : span.Alert.LevelText, span.Alert.Sent, span.Ends, span.Alert.Headline, span.Alert.Description,
        policy.Signals.FirstOrDefault(rule => rule.Types.Contains(span.Alert.TypeName))?.For(span.Alert.Level),
        span.Alert.Hash, span.Alert.Begins);
}

/// <summary>An order in lists.</summary>
/// <param name="Revision">Its number.</param>
/// <param name="IssuedAt">UTC.</param>
/// <param name="Intensity">The highest in it.</param>
/// <param name="IntensityName">常态, 加强, 强化, 全天候.</param>
/// <param name="Reason">Why.</param>
/// <param name="Changed">How many units got a notice.</param>
/// <param name="PolicyVersion">The policy by which it was decided.</param>
public sealed record OrderLine(int Revision, DateTimeOffset IssuedAt, PatrolIntensity Intensity, [ForPeople] string IntensityName,
    [ForPeople] string Reason, int Changed, int PolicyVersion)
{
    internal static OrderLine Of(PatrolOrder order, PatrolPolicy policy) =>
        new(order.Revision, order.IssuedAt, order.Highest, policy.Duties[order.Highest].Name, order.Reason, order.Changed.Count, order.PolicyVersion);
}

/// <summary>An order's board: who got it and what became of it.</summary>
/// <param name="Order">The order, with everything it rests on.</param>
/// <param name="Notices">One line for each unit it changed.</param>
/// <param name="Sent">Notices that lie in an inbox.</param>
/// <param name="Delivered">Taken by at least one of the unit's channels.</param>
/// <param name="Seen">Opened by the unit.</param>
/// <param name="Acknowledged">Acknowledged (签收).</param>
/// <param name="Overdue">Not acknowledged in time, or not yet although the time has passed; superseded ones are not counted.</param>
/// <param name="Slowest">The unit that took longest to acknowledge.</param>
public sealed record OrderBoard(PatrolOrder Order, IReadOnlyList<OrderBoardLine> Notices, int Sent, int Delivered, int Seen, int Acknowledged, int Overdue,
    string? Slowest);

/// <summary>One unit on an order's board.</summary>
/// <param name="Unit">Unit code.</param>
/// <param name="UnitName">Its name.</param>
/// <param name="Intensity">What is asked.</param>
/// <param name="Sent">Whether the notice lies in the inbox.</param>
/// <param name="AcknowledgeBy">By when to acknowledge, UTC.</param>
/// <param name="DeliveredAt">First taken by one of the unit's channels, UTC.</param>
/// <param name="SeenAt">First opened, UTC.</param>
/// <param name="Acknowledgement">Who and when.</param>
/// <param name="MinutesToAcknowledge">From the order to the acknowledgement.</param>
/// <param name="Overdue">Late, or not acknowledged although the time has passed.</param>
/// <param name="SupersededBy">The unit's later notice.</param>
/// <param name="Escalation">Steps taken.</param>
public sealed record OrderBoardLine(string Unit, string UnitName, PatrolIntensity Intensity, bool Sent, DateTimeOffset? AcknowledgeBy,
    DateTimeOffset? DeliveredAt, DateTimeOffset? SeenAt, Acknowledgement? Acknowledgement,
    int? MinutesToAcknowledge, bool Overdue, int? SupersededBy, IReadOnlyList<EscalationTaken> Escalation);

/// <summary>A unit's inbox.</summary>
/// <param name="Unit">Unit code.</param>
/// <param name="Current">The number of the notice in force; null before the first.</param>
/// <param name="Notices">The newest first.</param>
public sealed record Inbox(string Unit, int? Current, IReadOnlyList<InboxLine> Notices);

/// <summary>One notice in an inbox.</summary>
/// <param name="Notice">The notice.</param>
/// <param name="SupersededBy">The later notice, when this one is no longer in force.</param>
public sealed record InboxLine(PatrolNotice Notice, int? SupersededBy);

/// <summary>An acknowledgement to enter.</summary>
public sealed record AcknowledgeRequest
{
    /// <summary>Who acknowledges; required of the office, which enters a call (代签收).</summary>
    public string? Name { get; init; }

    /// <summary>When the call was; required of the office.</summary>
    public DateTimeOffset? CalledAt { get; init; }

    /// <summary>Anything to keep, such as tonight's leader on duty.</summary>
    public string? Note { get; init; }
}

/// <summary>What became of an acknowledgement.</summary>
/// <param name="Revision">The notice's number.</param>
/// <param name="Unit">Unit code.</param>
/// <param name="Acknowledgement">The one that stands: the first.</param>
/// <param name="InTime">Whether it came by the time given.</param>
/// <param name="SupersededBy">The unit's current notice, which this acknowledgement does not count for.</param>
/// <param name="Message">In Chinese.</param>
public sealed record AcknowledgeAnswer(int Revision, string Unit, Acknowledgement Acknowledgement, bool InTime, int? SupersededBy, [ForPeople] string Message)
{
    internal static AcknowledgeAnswer Of(Acknowledged outcome)
    {
        var (notice, by) = (outcome.Notice.Stands, outcome.SupersededBy);
        return new AcknowledgeAnswer(notice.Revision, notice.Unit, notice.Acknowledgement!, notice.Acknowledgement!.At <= notice.AcknowledgeBy, by,
            by is null ? $"{notice.Title}已签收。" : $"{notice.Title}已签收，但已被第{by}号代替，请另行签收第{by}号。");
    }
}

/// <summary>A person's decision to enter.</summary>
public sealed record OverrideRequest
{
    /// <summary>What is ordered.</summary>
    public required PatrolIntensity Intensity { get; init; }

    /// <summary>For whom; empty for all.</summary>
    public IReadOnlyList<string> Units { get; init; } = [];

    /// <summary>Why.</summary>
    public required string Reason { get; init; }

    /// <summary>The person who decides.</summary>
    public required string DecidedBy { get; init; }

    /// <summary>When it ends by itself; at most 14 days ahead.</summary>
    public required DateTimeOffset Until { get; init; }

    /// <summary>The order it was decided upon; refused when another is current by then. Null to decide on whatever stands.</summary>
    public int? BaseRevision { get; init; }

    /// <summary>The number of the decision it was decided upon, where one stands that gave no order of its own.</summary>
    public int? BaseDecision { get; init; }
}

/// <summary>A decision on a proposal.</summary>
public sealed record ProposalRequest
{
    /// <summary>The person who decides.</summary>
    public required string DecidedBy { get; init; }

    /// <summary>Why; required of a rejection.</summary>
    public string? Reason { get; init; }
}

/// <summary>A drill (通联测试) to send.</summary>
public sealed record DrillRequest
{
    /// <summary>Its number, counted from 1: a request repeated sends nothing twice.</summary>
    public required int Number { get; init; }

    /// <summary>What units read beside the fixed text, such as 第一次全区通联测试.</summary>
    public required string Reason { get; init; }

    /// <summary>The person who has it sent.</summary>
    public required string DecidedBy { get; init; }

    /// <summary>Minutes in which to answer, 5 to 1440.</summary>
    public int AcknowledgeMinutes { get; init; } = 60;
}

/// <summary>What became of a drill.</summary>
/// <param name="Drill">Its order, whose board shows who has not answered; <c>revision</c> is the number, negated.</param>
/// <param name="Notes">In Chinese.</param>
public sealed record DrillAnswer(PatrolOrder Drill, [ForPeople] IReadOnlyList<string> Notes);

/// <summary>A message to withdraw as a mistake.</summary>
public sealed record WithdrawRequest
{
    /// <summary>Why; units read it.</summary>
    public required string Reason { get; init; }

    /// <summary>The person who decides.</summary>
    public required string DecidedBy { get; init; }
}

/// <summary>What the office knows about weather that nobody speaks of any more.</summary>
public sealed record AnswerRequest
{
    /// <summary>Whether it is over.</summary>
    public required bool Over { get; init; }

    /// <summary>Until when it goes on, when it is not over; at most 14 days ahead.</summary>
    public DateTimeOffset? Until { get; init; }

    /// <summary>How it is known.</summary>
    public required string Reason { get; init; }

    /// <summary>The person who answers.</summary>
    public required string DecidedBy { get; init; }
}

/// <summary>A decision to take back.</summary>
public sealed record LiftRequest
{
    /// <summary>Why.</summary>
    public required string Reason { get; init; }

    /// <summary>The person who decides.</summary>
    public required string DecidedBy { get; init; }
}

/// <summary>What a decision led to.</summary>
/// <param name="Revision">The order in force afterwards.</param>
/// <param name="Order">The new order; null when none was needed, or when a lower one waits for the morning.</param>
/// <param name="Notes">In Chinese.</param>
public sealed record DecisionAnswer(int Revision, PatrolOrder? Order, [ForPeople] IReadOnlyList<string> Notes);

/// <summary>Weather to replay against a policy.</summary>
public sealed record SimulationRequest
{
    /// <summary>The policy to try; null for the campaign's.</summary>
    public PatrolPolicy? Policy { get; init; }

    /// <summary>What comes when, at most 400.</summary>
    public required IReadOnlyList<SimulationEvent> Events { get; init; }

    /// <summary>Until when to watch; null for three days after the last event.</summary>
    public DateTimeOffset? Until { get; init; }
}

/// <summary>One message or forecast of a simulation, as any feed gives it.</summary>
/// <param name="At">When it comes.</param>
/// <param name="Payload">CAP, JSON of a feed, or signal text.</param>
public sealed record SimulationEvent(DateTimeOffset At, string Payload);

/// <summary>The orders a policy would have given.</summary>
/// <param name="Orders">In order of revision.</param>
/// <param name="Notes">What was done with each event.</param>
public sealed record SimulationAnswer(IReadOnlyList<PatrolOrder> Orders, IReadOnlyList<SimulationNote> Notes);

/// <summary>What was done with an event.</summary>
/// <param name="Event">Its place in the list, from 0.</param>
/// <param name="Title">What it says, in short.</param>
/// <param name="Notes">In Chinese.</param>
public sealed record SimulationNote(int Event, [ForPeople] string Title, [ForPeople] IReadOnlyList<string> Notes);
