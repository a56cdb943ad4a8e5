using ReliefFunctions.Core.Storage;
using ReliefFunctions.Core.Texts;

namespace ReliefFunctions.Core.Incidents;

/// <summary>Where an incident stands.</summary>
public enum IncidentState
{
    /// <summary>处置中.</summary>
    Open,

    /// <summary>已核报.</summary>
    Closed,

    /// <summary>误报.</summary>
    FalseAlarm,
}

/// <summary>What a version of an incident is.</summary>
public enum IncidentReportKind
{
    /// <summary>初报.</summary>
    First,

    /// <summary>续报.</summary>
    FollowUp,

    /// <summary>核报: closes with a finding.</summary>
    Final,

    /// <summary>更正: something said before was wrong.</summary>
    Correction,

    /// <summary>误报: there was nothing.</summary>
    FalseAlarm,
}

/// <summary>
/// What is known of an incident. Three members are asked for at first (what, where, how many); the others come later. People are counted and never named; a
/// count that nobody knows is null, which is not 0.
/// </summary>
public sealed record IncidentContent
{
    /// <summary>What happened, at most 300 characters.</summary>
    public required string What { get; init; }

    /// <summary>Where, at most 100 characters.</summary>
    public required string Where { get; init; }

    /// <summary>How many people it concerns.</summary>
    public required int HowMany { get; init; }

    /// <summary>A kind of the policy; null as long as nobody said.</summary>
    public string? Kind { get; init; }

    /// <summary>When it was found, UTC.</summary>
    public required DateTimeOffset FoundAt { get; init; }

    /// <summary>Code of the township where it happened.</summary>
    public string? Township { get; init; }

    /// <summary>Village or community, at most 50 characters.</summary>
    public string? Village { get; init; }

    /// <summary>A kind of place of the policy (plan item 3.06).</summary>
    public string? PlaceType { get; init; }

    /// <summary>People safe (平安).</summary>
    public int? Safe { get; init; }

    /// <summary>People slightly hurt or ill (轻伤、轻症).</summary>
    public int? Slight { get; init; }

    /// <summary>People in hospital (送医).</summary>
    public int? Hospitalised { get; init; }

    /// <summary>People in danger of their lives (危重); some of those in hospital.</summary>
    public int? Critical { get; init; }

    /// <summary>People dead (死亡).</summary>
    public int? Dead { get; init; }

    /// <summary>People missing (失联).</summary>
    public int? Missing { get; init; }

    /// <summary>What was done, at most 500 characters.</summary>
    public string? Done { get; init; }

    /// <summary>Who of the staff is on the spot, at most 30 characters.</summary>
    public string? OnSpot { get; init; }

    /// <summary>Their phone.</summary>
    [HoldsPersonalData]
    public string? OnSpotPhone { get; init; }

    /// <summary>What is needed of others, at most 200 characters.</summary>
    public string? Needs { get; init; }

    /// <summary>What it turned out to be: of the final report, at most 500 characters.</summary>
    public string? Finding { get; init; }
}

/// <summary>A first report (初报).</summary>
public sealed record IncidentReport
{
    /// <inheritdoc cref="IncidentContent.What"/>
    public required string What { get; init; }

    /// <inheritdoc cref="IncidentContent.Where"/>
    public required string Where { get; init; }

    /// <inheritdoc cref="IncidentContent.HowMany"/>
    public required int HowMany { get; init; }

    /// <inheritdoc cref="IncidentContent.Kind"/>
    public string? Kind { get; init; }

    /// <summary>When it was found; null for now.</summary>
    public DateTimeOffset? FoundAt { get; init; }

    /// <summary>Everything else that is known already.</summary>
    public IncidentDetails? Details { get; init; }
}

/// <summary>What is added to an incident or changed in it: a member left out stays as it is, and an empty text is taken away.</summary>
public sealed record IncidentDetails
{
    /// <inheritdoc cref="IncidentContent.What"/>
    public string? What { get; init; }

    /// <inheritdoc cref="IncidentContent.Where"/>
    public string? Where { get; init; }

    /// <inheritdoc cref="IncidentContent.HowMany"/>
    public int? HowMany { get; init; }

    /// <inheritdoc cref="IncidentContent.Kind"/>
    public string? Kind { get; init; }

    /// <inheritdoc cref="IncidentContent.FoundAt"/>
    public DateTimeOffset? FoundAt { get; init; }

    /// <inheritdoc cref="IncidentContent.Township"/>
    public string? Township { get; init; }

    /// <inheritdoc cref="IncidentContent.Village"/>
    public string? Village { get; init; }

    /// <inheritdoc cref="IncidentContent.PlaceType"/>
    public string? PlaceType { get; init; }

    /// <inheritdoc cref="IncidentContent.Safe"/>
    public int? Safe { get; init; }

    /// <inheritdoc cref="IncidentContent.Slight"/>
    public int? Slight { get; init; }

    /// <inheritdoc cref="IncidentContent.Hospitalised"/>
    public int? Hospitalised { get; init; }

    /// <inheritdoc cref="IncidentContent.Critical"/>
    public int? Critical { get; init; }

    /// <inheritdoc cref="IncidentContent.Dead"/>
    public int? Dead { get; init; }

    /// <inheritdoc cref="IncidentContent.Missing"/>
    public int? Missing { get; init; }

    /// <inheritdoc cref="IncidentContent.Done"/>
    public string? Done { get; init; }

    /// <inheritdoc cref="IncidentContent.OnSpot"/>
    public string? OnSpot { get; init; }

    /// <inheritdoc cref="IncidentContent.OnSpotPhone"/>
    [HoldsPersonalData]
    public string? OnSpotPhone { get; init; }

    /// <inheritdoc cref="IncidentContent.Needs"/>
    public string? Needs { get; init; }

    /// <inheritdoc cref="IncidentContent.Finding"/>
    public string? Finding { get; init; }

    /// <summary>The content with what is said here.</summary>
    internal IncidentContent On(IncidentContent before) => before with
    {
        What = What?.Trim() ?? before.What,
        Where = Where?.Trim() ?? before.Where,
        HowMany = HowMany ?? before.HowMany,
        Kind = Text(Kind, before.Kind),
        FoundAt = FoundAt?.ToUniversalTime() ?? before.FoundAt,
        Township = Text(Township, before.Township),
        Village = Text(Village, before.Village),
        PlaceType = Text(PlaceType, before.PlaceType),
        Safe = Safe ?? before.Safe,
        Slight = Slight ?? before.Slight,
        Hospitalised = Hospitalised ?? before.Hospitalised,
        Critical = Critical ?? before.Critical,
        Dead = Dead ?? before.Dead,
        Missing = Missing ?? before.Missing,
        Done = Text(Done, before.Done),
        OnSpot = Text(OnSpot, before.OnSpot),
        OnSpotPhone = Text(OnSpotPhone, before.OnSpotPhone),
        Needs = Text(Needs, before.Needs),
        Finding = Text(Finding, before.Finding),
    };

    private static string? Text(string? said, string? before) => said is null ? before : said.Trim() is { Length: > 0 } text ? text : null;
}

/// <summary>A further report: 续报, 核报, 更正 or 误报.</summary>
public sealed record IncidentUpdate
{
    /// <summary>What it is; a first report has an address of its own.</summary>
    public required IncidentReportKind Kind { get; init; }

    /// <summary>The version it acts on; may stand in <c>If-Match</c> instead.</summary>
    public int? BaseVersion { get; init; }

    /// <summary>Why; of a correction and of a false alarm, at most 200 characters.</summary>
    public string? Reason { get; init; }

    /// <summary>What is new; null when nothing is, and the incident still goes on.</summary>
    public IncidentDetails? Details { get; init; }
}

/// <summary>A version of an incident; <c>V|{incident}|{number:D4}</c>, never changed.</summary>
public sealed record IncidentVersion
{
    /// <summary>1, 2, ….</summary>
    public required int Number { get; init; }

    /// <summary>What it is.</summary>
    public required IncidentReportKind Kind { get; init; }

    /// <summary>Everything that is known by it.</summary>
    public required IncidentContent Content { get; init; }

    /// <summary>Where the incident stands with it.</summary>
    public required IncidentState State { get; init; }

    /// <summary>How grave it is by it.</summary>
    public required IncidentSeverity Severity { get; init; }

    /// <summary>Why, of a correction or a false alarm.</summary>
    public string? Reason { get; init; }

    /// <summary>When it came, UTC.</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>Who sent it.</summary>
    public required string By { get; init; }

    /// <summary>The same as people call them.</summary>
    public required string ByName { get; init; }

    /// <summary>Minutes after it was due; 0 when in time.</summary>
    public int MinutesLate { get; init; }

    /// <summary>Its receivers are asked to acknowledge it: it is the first, graver than what came before, or takes something back.</summary>
    public bool ToAcknowledge { get; init; }

    /// <summary>The trace in which it came (W3C Trace Context), or null.</summary>
    public string? Trace { get; init; }

    internal static string Key(string incident, int number) => string.Create(System.Globalization.CultureInfo.InvariantCulture, $"V|{incident}|{number:D4}");
}

/// <summary>A version in the row of its incident.</summary>
/// <param name="Number">1, 2, ….</param>
/// <param name="Kind">What it is.</param>
/// <param name="At">When it came, UTC.</param>
/// <param name="Said">Hash of the command: by it a repetition is known.</param>
/// <param name="Severity">How grave the incident was by it.</param>
public sealed record IncidentMark(int Number, IncidentReportKind Kind, DateTimeOffset At, string Said, IncidentSeverity Severity);

/// <summary>An incident as it stands; <c>R|{incident}</c>.</summary>
[Audited("state", "version", "severity", "kind", "content", "joinedInto", "joined")]
public sealed record IncidentRow
{
    /// <summary>Unique in the campaign: local day, unit and a hash, such as <c>1216-520111101-3fa9c21b</c>.</summary>
    public required string Id { get; init; }

    /// <summary>Code of the unit that reported it; <c>office</c> for the office.</summary>
    public required string Unit { get; init; }

    /// <summary>Its name then.</summary>
    public required string UnitName { get; init; }

    /// <summary>Where it stands.</summary>
    public required IncidentState State { get; init; }

    /// <summary>Number of the latest version.</summary>
    public required int Version { get; init; }

    /// <summary>What is known by it.</summary>
    public required IncidentContent Content { get; init; }

    /// <summary>The kind that it is taken for: as named, else by the words.</summary>
    public required string Kind { get; init; }

    /// <summary>Whether the words alone say so.</summary>
    public bool KindGuessed { get; init; }

    /// <summary>How grave it is now.</summary>
    public required IncidentSeverity Severity { get; init; }

    /// <summary>When it was first reported, UTC.</summary>
    public required DateTimeOffset ReportedAt { get; init; }

    /// <summary>Minutes by which the first report was late.</summary>
    public int MinutesLate { get; init; }

    /// <summary>By when the next report is due, UTC; null when it is not open.</summary>
    public DateTimeOffset? NextDueAt { get; init; }

    /// <summary>By when the final report is due, UTC; null when it is not open.</summary>
    public DateTimeOffset? FinalDueAt { get; init; }

    /// <summary>Since when it is open no more, UTC.</summary>
    public DateTimeOffset? EndedAt { get; init; }

    /// <summary>The incident that the office took it together with; it is kept, and counted with that one.</summary>
    public string? JoinedInto { get; init; }

    /// <summary>The incidents taken together with this one.</summary>
    public IReadOnlyList<string> Joined { get; init; } = [];

    /// <summary>Every version, in order.</summary>
    public required IReadOnlyList<IncidentMark> Marks { get; init; }

    /// <summary>What was in force there when it was reported.</summary>
    public IncidentCircumstances? Circumstances { get; init; }

    /// <summary>Its photos; who may not see them sees their number.</summary>
    public IReadOnlyList<IncidentPhoto> Photos { get; init; } = [];

    /// <summary>When its photos were deleted by rule, UTC.</summary>
    public DateTimeOffset? PhotosDeletedAt { get; init; }

    internal static string Key(string incident) => $"R|{incident}";
}

/// <summary>What was in force where an incident happened, when it was reported.</summary>
public sealed record IncidentCircumstances
{
    /// <summary>Number of the order in force; null without one.</summary>
    public int? Order { get; init; }

    /// <summary>常态, 加强, 强化, 全天候.</summary>
    public string? Intensity { get; init; }

    /// <summary>The minimum temperature of the day, °C; null when nobody forecast it.</summary>
    public decimal? Minimum { get; init; }

    /// <summary>Where the temperature is from.</summary>
    public string? MinimumSource { get; init; }

    /// <summary>The last patrols that the unit reported there, in words; null when it reported none.</summary>
    public string? LastPatrol { get; init; }
}

/// <summary>A photo; its bytes lie apart.</summary>
/// <param name="Id">The first 16 hex digits of its hash.</param>
/// <param name="Sha256">Of its bytes.</param>
/// <param name="ContentType">As its content says.</param>
/// <param name="Bytes">Its size.</param>
/// <param name="At">When it came, UTC.</param>
/// <param name="By">Who sent it.</param>
public sealed record IncidentPhoto(string Id, string Sha256, string ContentType, int Bytes, DateTimeOffset At, string By);

/// <summary>
/// One version of an incident for one receiver; <c>N|{incident}|{version:D4}|{receiver}</c>. Only <see cref="Acknowledgement"/> ever changes.
/// </summary>
[Audited("acknowledgement")]
public sealed record IncidentNotice
{
    /// <summary>The incident.</summary>
    public required string Incident { get; init; }

    /// <summary>The unit that reported it.</summary>
    public required string Unit { get; init; }

    /// <summary>The version told.</summary>
    public required int Version { get; init; }

    /// <summary>Whose inbox.</summary>
    public required string Receiver { get; init; }

    /// <summary>As people call them.</summary>
    [ForPeople]
    public required string ReceiverName { get; init; }

    /// <summary>What they read.</summary>
    [ForPeople]
    public required string Text { get; init; }

    /// <summary>When it came into the inbox, UTC.</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>How grave.</summary>
    public required IncidentSeverity Severity { get; init; }

    /// <summary>By when to acknowledge, UTC; null when it is for information.</summary>
    public DateTimeOffset? AcknowledgeBy { get; init; }

    /// <summary>Who acknowledged it, once somebody did.</summary>
    public IncidentAcknowledgement? Acknowledgement { get; init; }

    internal static string Key(string incident, int version, string receiver) =>
        string.Create(System.Globalization.CultureInfo.InvariantCulture, $"N|{incident}|{version:D4}|{receiver}");
}

/// <summary>Who took note of an incident.</summary>
/// <param name="At">When, UTC; of a call the time of the call.</param>
/// <param name="Actor">The key that said so.</param>
/// <param name="Name">The person.</param>
/// <param name="Way"><c>api</c>, or <c>phone</c> when the office entered a call.</param>
public sealed record IncidentAcknowledgement(DateTimeOffset At, string Actor, string? Name, string Way);
