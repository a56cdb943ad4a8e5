using ReliefFunctions.Core.Campaigns;
using ReliefFunctions.Core.Texts;

namespace ReliefFunctions.Core.Incidents;

/// <summary>An incident in lists.</summary>
public sealed record IncidentLine
{
    /// <summary>Unique in the campaign.</summary>
    public required string Id { get; init; }

    /// <summary>Code of the unit that reported it.</summary>
    public required string Unit { get; init; }

    /// <summary>Its name.</summary>
    public required string UnitName { get; init; }

    /// <summary>Where it stands.</summary>
    public required IncidentState State { get; init; }

    /// <summary>处置中, 已核报, 误报.</summary>
    [ForPeople]
    public required string StateName { get; init; }

    /// <summary>How grave.</summary>
    public required IncidentSeverity Severity { get; init; }

    /// <summary>一般, 较重, 重大.</summary>
    [ForPeople]
    public required string SeverityName { get; init; }

    /// <summary>Code of the kind.</summary>
    public required string Kind { get; init; }

    /// <summary>Such as 冻伤.</summary>
    [ForPeople]
    public required string KindName { get; init; }

    /// <summary>Whether only the words say so.</summary>
    public bool KindGuessed { get; init; }

    /// <summary>What happened.</summary>
    public required string What { get; init; }

    /// <summary>Township, village and place in one.</summary>
    public required string Place { get; init; }

    /// <summary>涉及3人（送医2人）.</summary>
    [ForPeople]
    public required string People { get; init; }

    /// <summary>How many people.</summary>
    public required int HowMany { get; init; }

    /// <summary>How many died; null when nobody said.</summary>
    public int? Dead { get; init; }

    /// <summary>When it was found, UTC.</summary>
    public required DateTimeOffset FoundAt { get; init; }

    /// <summary>When it was reported, UTC.</summary>
    public required DateTimeOffset ReportedAt { get; init; }

    /// <summary>Minutes by which the first report was late.</summary>
    public int MinutesLate { get; init; }

    /// <summary>Number of the latest version.</summary>
    public required int Version { get; init; }

    /// <summary>By when the next report is due, UTC; null when none is.</summary>
    public DateTimeOffset? NextDueAt { get; init; }

    /// <summary>By when the final report is due, UTC; null when none is.</summary>
    public DateTimeOffset? FinalDueAt { get; init; }

    /// <summary>Since when it is open no more, UTC.</summary>
    public DateTimeOffset? EndedAt { get; init; }

    /// <summary>Whether something is late now.</summary>
    public bool Overdue { get; init; }

    /// <summary>What is asked of whom now, in words.</summary>
    [ForPeople]
    public IReadOnlyList<string> Asked { get; init; } = [];

    /// <summary>The incident it is counted with.</summary>
    public string? JoinedInto { get; init; }

    /// <summary>Those counted with it.</summary>
    public IReadOnlyList<string> Joined { get; init; } = [];

    /// <summary>How many photos there are.</summary>
    public int Photos { get; init; }

    internal static IncidentLine Of(IncidentRow row, IncidentPolicy policy, IReadOnlyList<Unit> units, Campaign campaign, DateTimeOffset now,
        IEnumerable<IncidentNotice>? notices = null)
    {
        var (content, zone) = (row.Content, campaign.Zone());
        var open = row is { State: IncidentState.Open, JoinedInto: null };
        var late = open && (now > row.NextDueAt || now > row.FinalDueAt);
        List<string> asked = [];
        if (open) asked.Add($"{row.UnitName}：{IncidentText.Moment(row.NextDueAt!.Value, zone)}前续报{(now > row.NextDueAt ? "（已逾期）" : "")}");
        if (open) asked.Add($"{row.UnitName}：{IncidentText.Moment(row.FinalDueAt!.Value, zone)}前核报{(now > row.FinalDueAt ? "（已逾期）" : "")}");
        if (open && row.KindGuessed) asked.Add($"{row.UnitName}：续报时写明类别");
        asked.AddRange((notices ?? []).Where(notice => notice is { Acknowledgement: null, AcknowledgeBy: not null })
            .Select(notice => $"{notice.ReceiverName}：{IncidentText.Moment(notice.AcknowledgeBy!.Value, zone)}前签收第{notice.Version}次报告"));
        return new IncidentLine
        {
            Id = row.Id,
            Unit = row.Unit,
            UnitName = row.UnitName,
            State = row.State,
            StateName = IncidentText.Name(row.State),
            Severity = row.Severity,
            SeverityName = IncidentText.Name(row.Severity),
            Kind = row.Kind,
            KindName = policy.Kind(row.Kind)?.Name ?? row.Kind,
            KindGuessed = row.KindGuessed,
            What = content.What,
            Place = IncidentText.Place(content, policy, units.FirstOrDefault(unit => unit.Code == content.Township)?.Name),
            People = IncidentText.People(content),
            HowMany = content.HowMany,
            Dead = content.Dead,
            FoundAt = content.FoundAt,
            ReportedAt = row.ReportedAt,
            MinutesLate = row.MinutesLate,
            Version = row.Version,
            NextDueAt = row.NextDueAt,
            FinalDueAt = row.FinalDueAt,
            EndedAt = row.EndedAt,
            Overdue = late,
            Asked = asked,
            JoinedInto = row.JoinedInto,
            Joined = row.Joined,
            Photos = row.Photos.Count,
        };
    }
}

/// <summary>An incident with everything that was said of it.</summary>
/// <param name="Incident">As it stands.</param>
/// <param name="Content">Everything that is known.</param>
/// <param name="Circumstances">What was in force there when it was reported.</param>
/// <param name="Versions">Every version, in order.</param>
/// <param name="Notices">Who was told of what, and who acknowledged.</param>
/// <param name="Photos">Its photos; empty for a unit, which sees their number.</param>
/// <param name="Similar">Incidents that may be the same, for the office to take together; empty for a unit.</param>
public sealed record IncidentDetail(IncidentLine Incident, IncidentContent Content, IncidentCircumstances? Circumstances,
    IReadOnlyList<IncidentVersion> Versions,
    IReadOnlyList<IncidentNotice> Notices, IReadOnlyList<IncidentPhoto> Photos, IReadOnlyList<IncidentLine> Similar);

/// <summary>The receipt of a report.</summary>
/// <param name="Incident">As it stands now.</param>
/// <param name="Version">The version that this report is.</param>
/// <param name="Repeated">Whether it had been received before.</param>
/// <param name="SupersededBy">The latest version, when this one is no longer it.</param>
/// <param name="Message">In Chinese.</param>
public sealed record IncidentReceipt(IncidentLine Incident, int Version, bool Repeated, int? SupersededBy,
    [ForPeople] string Message);

/// <summary>A notice in an inbox.</summary>
/// <param name="Id">Names it: <c>{district}.{incident}.{version}.{receiver}</c>.</param>
/// <param name="District">GB/T 2260 code of the district.</param>
/// <param name="DistrictName">Its name.</param>
/// <param name="Notice">The notice.</param>
/// <param name="State">Where the incident stands now.</param>
/// <param name="StateName">处置中, 已核报, 误报.</param>
/// <param name="LatestVersion">The incident's latest version.</param>
/// <param name="Overdue">Whether it is not acknowledged although the time has passed.</param>
public sealed record IncidentInboxLine(string Id, string District, string DistrictName, IncidentNotice Notice, IncidentState State,
    [ForPeople] string StateName,
    int LatestVersion, bool Overdue);

/// <summary>An acknowledgement to enter.</summary>
public sealed record IncidentAcknowledgeRequest
{
    /// <summary>Who takes note; required of the office, which enters a call (代签收).</summary>
    public string? Name { get; init; }

    /// <summary>When the call was; required of the office for somebody else's inbox.</summary>
    public DateTimeOffset? CalledAt { get; init; }
}

/// <summary>Two reports that the office takes for one.</summary>
public sealed record IncidentJoinRequest
{
    /// <summary>The incident with which it is counted from now on; null to take them apart again.</summary>
    public string? Into { get; init; }

    /// <summary>Why, at most 200 characters.</summary>
    public required string Reason { get; init; }

    /// <summary>The version of the incident that was read; may stand in <c>If-Match</c> instead.</summary>
    public int? BaseVersion { get; init; }
}
