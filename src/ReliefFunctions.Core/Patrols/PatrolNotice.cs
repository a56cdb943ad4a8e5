using ReliefFunctions.Core.Storage;
using ReliefFunctions.Core.Texts;

namespace ReliefFunctions.Core.Patrols;

/// <summary>
/// One order revision for one unit (巡查强度通知); stored twice in one transaction: <c>N|{revision:D6}|{unit}</c> for the board and
/// <c>U|{unit}|{revision:D6}</c> for the inbox. Only <see cref="Acknowledgement"/> and <see cref="SeenAt"/> ever change.
/// </summary>
[Audited("acknowledgement")]
public sealed record PatrolNotice : IMessageBody
{
    /// <inheritdoc/>
    public static string Schema => "patrol-notice/1";

    /// <summary>GB/T 2260 code.</summary>
    public required string District { get; init; }

    /// <summary>Such as <c>2026-2027</c>.</summary>
    public required string Season { get; init; }

    /// <summary>The order's number.</summary>
    public required int Revision { get; init; }

    /// <summary>Unit code.</summary>
    public required string Unit { get; init; }

    /// <summary>The unit's name when it was written.</summary>
    public required string UnitName { get; init; }

    /// <summary>Whether it is a drill (通联测试) that asks for an answer alone; then <see cref="Revision"/> is negative.</summary>
    public bool Drill { get; init; }

    /// <summary>What is asked.</summary>
    public required PatrolIntensity Intensity { get; init; }

    /// <summary>常态, 加强, 强化, 全天候.</summary>
    [ForPeople]
    public required string IntensityName { get; init; }

    /// <summary>What is to be prepared for, when the weather is announced for later; null when nothing is.</summary>
    public ComingPatrols? Coming { get; init; }

    /// <summary>Whether it asks for preparation alone, or calls it off: what is patrolled stays as it is.</summary>
    public bool Preparation { get; init; }

    /// <summary>When the order was given, UTC.</summary>
    public required DateTimeOffset IssuedAt { get; init; }

    /// <summary>
    /// By when to acknowledge, UTC: counted from the order, or from when it reached the inbox where that took longer than
    /// <see cref="PatrolOrderHandler.Prompt"/>.
    /// </summary>
    public required DateTimeOffset AcknowledgeBy { get; init; }

    /// <summary>The full text; where the link belongs stands <see cref="NoticeWords.Place"/>, until it is written for one reader.</summary>
    [ForPeople]
    public required string Text { get; init; }

    /// <summary>Whether the unit forwards it, as townships do to villages and grid workers (转发村、网格员).</summary>
    public bool HasForward { get; init; }

    /// <summary>The text to forward, with a link that signs nothing; in what the unit itself reads alone, never stored.</summary>
    public string? Forward { get; init; }

    /// <summary>
    /// The duty as a list: how often, where, with what, who stands by; everything that the text's 300 characters had to shorten. Empty for a drill.
    /// </summary>
    [ForPeople]
    public IReadOnlyList<string> Tasks { get; init; } = [];

    /// <summary>What people call it: 第3号强化巡查通知, or 第1次通联测试.</summary>
    [ForPeople]
    public string Title => Drill ? $"第{-Revision}次通联测试" : Preparation ? $"第{Revision}号巡查准备通知" : $"第{Revision}号{IntensityName}巡查通知";

    /// <summary>The trace that led from the warning to this notice (W3C Trace Context); null when nobody recorded it.</summary>
    public string? Trace { get; init; }

    /// <summary>When the link was first opened, UTC.</summary>
    public DateTimeOffset? SeenAt { get; init; }

    /// <summary>The acknowledgement (签收), once there is one.</summary>
    public Acknowledgement? Acknowledgement { get; init; }
}

/// <summary>Who acknowledged a notice and when (签收).</summary>
/// <param name="At">When, UTC; of a call the time of the call.</param>
/// <param name="Actor">The key or link that said so.</param>
/// <param name="Name">The person, as far as told.</param>
/// <param name="Way"><c>api</c>, <c>link</c>, or <c>phone</c> when the office entered it (代签收).</param>
/// <param name="Note">What else was said, such as the leader on duty.</param>
public sealed record Acknowledgement(DateTimeOffset At, string Actor, string? Name, string Way, string? Note);

/// <summary>A step of an escalation that was taken; <c>E|{revision:D6}|{unit}|{step}</c>.</summary>
/// <param name="Revision">The order's number.</param>
/// <param name="Unit">Unit code.</param>
/// <param name="Step">Its place in the chain, from 1.</param>
/// <param name="Role">Whom to call.</param>
/// <param name="Name">The unit's contact in that role, if there is one.</param>
/// <param name="DueAt">When it fell due, UTC.</param>
/// <param name="TakenAt">When it was taken, UTC.</param>
public sealed record EscalationTaken(int Revision, string Unit, int Step, string Role, string? Name, DateTimeOffset DueAt, DateTimeOffset TakenAt);

/// <summary>Something to tell people on <c>campaign-events</c>.</summary>
/// <param name="Kind">Such as <c>patrol.escalation</c>.</param>
/// <param name="District">GB/T 2260 code.</param>
/// <param name="Season">Such as <c>2026-2027</c>.</param>
/// <param name="Unit">The unit it is about, or null.</param>
/// <param name="Revision">The order it is about, or null.</param>
/// <param name="Role">Whom it is for.</param>
/// <param name="Text">In Chinese.</param>
/// <param name="At">UTC.</param>
/// <param name="Urgent">Whether it goes out in a channel's quiet hours too.</param>
public sealed record PatrolEvent(string Kind, string District, string Season, string? Unit, int? Revision, string? Role, string Text, DateTimeOffset At,
    bool Urgent = false) : IMessageBody
{
    /// <inheritdoc/>
    public static string Schema => "patrol-event/1";

    /// <summary>Kind of an order, told to office and leader.</summary>
    public const string Order = "patrol.order";

    /// <summary>Kind of the office's list of those who have not acknowledged, one for each step of the chain.</summary>
    public const string Overdue = "patrol.overdue";

    /// <summary>Kind of an escalation step.</summary>
    public const string Escalation = "patrol.escalation";

    /// <summary>Kind of what waits for the office, and of what went out because the office said nothing.</summary>
    public const string Proposal = "patrol.proposal";

    /// <summary>Kind of what only the office can know: whether weather that nobody speaks of any more is over.</summary>
    public const string Question = "patrol.question";

    /// <summary>Kind of a signal that is cold by nature and stands in no rule of the policy.</summary>
    public const string Unlisted = "patrol.unlisted";

    /// <summary>Kind of a notice that a channel did not take.</summary>
    public const string NotDelivered = "patrol.not-delivered";
}

/// <summary>The message on <c>patrol-orders</c>: the order itself lies in its row and never changes.</summary>
public sealed record PatrolOrderIssued(string District, string Season, int Revision) : IMessageBody
{
    /// <inheritdoc/>
    public static string Schema => "patrol-order/1";
}
