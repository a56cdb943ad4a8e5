using ReliefFunctions.Core.Campaigns;

namespace ReliefFunctions.Core.Incidents;

/// <summary>What comes of a command on an incident.</summary>
internal abstract record IncidentDecision
{
    private IncidentDecision()
    {
    }

    /// <summary>The row changes; <paramref name="Added"/> is the version that came in, if one did.</summary>
    public sealed record Changed(IncidentRow Row, IncidentVersion? Added) : IncidentDecision;

    /// <summary>It was done before, as that version; nothing changes.</summary>
    public sealed record Repeated(IncidentRow Row, int Version) : IncidentDecision;

    /// <summary>It acts on another version than the latest.</summary>
    public sealed record Stale(IncidentRow Row) : IncidentDecision;

    /// <summary>It is not allowed as the incident stands.</summary>
    public sealed record Refused(string Reason) : IncidentDecision;
}

/// <summary>Who acts on an incident, and when.</summary>
/// <param name="At">UTC.</param>
/// <param name="By">In the trail.</param>
/// <param name="ByName">For people.</param>
/// <param name="ByOffice">Whether it is the office.</param>
/// <param name="Trace">The trace of the request, or null.</param>
internal sealed record IncidentActor(DateTimeOffset At, string By, string ByName, bool ByOffice, string? Trace = null);

/// <summary>
/// The life of an incident: 初报 → 续报, any number → 核报, with 更正 and 误报. Pure; nothing is overwritten, commands name the version they act on, and one
/// that is repeated changes nothing, whatever came since.
/// </summary>
internal static class IncidentDecisions
{
    /// <summary>The row of a first report.</summary>
    public static IncidentDecision.Changed First(string id, Unit unit, IncidentContent content, string said, IncidentPolicy policy, IncidentActor actor)
    {
        var (kind, guessed) = IncidentRules.KindOf(content, policy);
        var severity = IncidentRules.SeverityOf(content, policy);
        var late = IncidentRules.MinutesLate(actor.At, content.FoundAt.AddMinutes(policy.FirstReportMinutes));
        var row = new IncidentRow
        {
            Id = id,
            Unit = unit.Code,
            UnitName = unit.Name,
            State = IncidentState.Open,
            Version = 1,
            Content = content,
            Kind = kind.Code,
            KindGuessed = guessed,
            Severity = severity,
            ReportedAt = actor.At,
            MinutesLate = late,
            NextDueAt = actor.At.AddHours(policy.FollowUpHours),
            FinalDueAt = actor.At.AddDays(policy.FinalDays),
            Marks = [new IncidentMark(1, IncidentReportKind.First, actor.At, said, severity)],
        };
        return new IncidentDecision.Changed(row, Version(row, IncidentReportKind.First, null, late, toAcknowledge: true, actor));
    }

    /// <summary>A further report upon the version it names.</summary>
    public static IncidentDecision Update(IncidentRow row, IncidentUpdate update, int baseVersion, IncidentPolicy policy, IncidentActor actor)
    {
        var said = IncidentRules.Hash(update);
        if (baseVersion != row.Version)
        {
            // Repeated after others came: it is known by what it said on the version it names.
            return row.Marks.FirstOrDefault(mark => mark.Number == baseVersion + 1 && mark.Number > 1) is { } done && done.Said == said
                ? new IncidentDecision.Repeated(row, done.Number)
                : new IncidentDecision.Stale(row);
        }

        if (Refusal(row, update.Kind, actor) is { } refusal) return new IncidentDecision.Refused(refusal);
        var content = (update.Details ?? new IncidentDetails()).On(row.Content);
        var (kind, guessed) = IncidentRules.KindOf(content, policy);
        var severity = IncidentRules.SeverityOf(content, policy);
        var state = update.Kind switch
        {
            IncidentReportKind.Final => IncidentState.Closed,
            IncidentReportKind.FalseAlarm => IncidentState.FalseAlarm,
            IncidentReportKind.Correction when row.State == IncidentState.Closed => IncidentState.Closed,
            _ => IncidentState.Open,
        };
        var late = update.Kind switch
        {
            IncidentReportKind.FollowUp => IncidentRules.MinutesLate(actor.At, row.NextDueAt),
            IncidentReportKind.Final => IncidentRules.MinutesLate(actor.At, row.FinalDueAt),
            _ => 0,
        };
        var graver = severity > row.Marks.Max(mark => mark.Severity);
        var open = state == IncidentState.Open;
        var changed = row with
        {
            State = state,
            Version = row.Version + 1,
            Content = content,
            Kind = kind.Code,
            KindGuessed = guessed,
            Severity = severity,
            MinutesLate = IncidentRules.MinutesLate(row.ReportedAt, content.FoundAt.AddMinutes(policy.FirstReportMinutes)),
            NextDueAt = open ? actor.At.AddHours(policy.FollowUpHours) : null,
            FinalDueAt = !open ? null : row.FinalDueAt ?? actor.At.AddDays(policy.FinalDays),
            EndedAt = open ? null : row.EndedAt ?? actor.At,
            Marks = [.. row.Marks, new IncidentMark(row.Version + 1, update.Kind, actor.At, said, severity)],
        };
        var toAcknowledge = graver || update.Kind is IncidentReportKind.Correction or IncidentReportKind.FalseAlarm;
        return new IncidentDecision.Changed(changed, Version(changed, update.Kind, update.Reason?.Trim(), late, toAcknowledge, actor));
    }

    /// <summary>
    /// The office takes two reports for one: both are kept, and the first is counted with the second; null as <paramref name="into"/> takes them apart again.
    /// Answers the rows that change, none when it was done before.
    /// </summary>
    public static (IReadOnlyList<IncidentRow> Changed, string? Refusal) Join(IncidentRow row, IncidentRow? joinedNow, IncidentRow? into)
    {
        if (row.JoinedInto == into?.Id) return ([], null);
        if (into is not null)
        {
            if (into.Id == row.Id) return ([], "一起情况不能与自己合并。");
            if (into.JoinedInto is not null) return ([], $"{into.UnitName}的这起已经并入另一起，请并入那一起。");
            if (row.Joined.Count > 0) return ([], "已有其他情况并入这一起。请把那一起并入本起，或先拆开。");
            if (row.State == IncidentState.FalseAlarm || into.State == IncidentState.FalseAlarm) return ([], "误报不与其他情况合并。");
        }

        List<IncidentRow> changed = [row with { JoinedInto = into?.Id }];
        if (joinedNow is not null) changed.Add(joinedNow with { Joined = [.. joinedNow.Joined.Where(id => id != row.Id)] });
        if (into is not null) changed.Add(into with { Joined = [.. into.Joined, row.Id] });
        return (changed, null);
    }

    private static string? Refusal(IncidentRow row, IncidentReportKind kind, IncidentActor actor) => (row.State, kind) switch
    {
        (_, IncidentReportKind.First) => "初报只有一次。补充情况请用续报（followUp）。",
        (IncidentState.Closed, IncidentReportKind.FollowUp or IncidentReportKind.Final) => "这起情况已经核报。有新情况或要改结论的，请用更正（correction）并写明原因。",
        (IncidentState.FalseAlarm, not IncidentReportKind.Correction) => "这起情况已按误报处理。确有其事的，请用更正（correction）并写明原因，即恢复处置。",
        (_, IncidentReportKind.FalseAlarm) when !actor.ByOffice && row.Marks.Any(mark => mark.Severity == IncidentSeverity.Grave) =>
            "重大情况是不是误报由办公室核实后认定。请先续报核实到的情况，再联系办公室。",
        _ => null,
    };

    private static IncidentVersion Version(IncidentRow row, IncidentReportKind kind, string? reason, int late, bool toAcknowledge, IncidentActor actor) => new()
    {
        Number = row.Version,
        Kind = kind,
        Content = row.Content,
        State = row.State,
        Severity = row.Severity,
        Reason = reason,
        At = actor.At,
        By = actor.By,
        ByName = actor.ByName,
        MinutesLate = late,
        ToAcknowledge = toAcknowledge,
        Trace = actor.Trace,
    };
}
