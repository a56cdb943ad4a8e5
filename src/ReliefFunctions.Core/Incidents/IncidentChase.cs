using System.Globalization;
using ReliefFunctions.Core.Campaigns;
using ReliefFunctions.Core.Patrols;

namespace ReliefFunctions.Core.Incidents;

/// <summary>
/// Whom to call about what is late: the chain is that of round-the-clock notices, quiet hours do not hold, and neither night nor holiday moves a deadline.
/// Pure.
/// </summary>
internal static class IncidentChase
{
    /// <summary>How long before it is due a final report is reminded of.</summary>
    private static readonly TimeSpan FinalReminder = TimeSpan.FromDays(1);

    /// <summary>What the mark of a final report's chase begins with; that of the next report begins with another letter.</summary>
    public const char FinalMark = 'z';

    /// <summary>
    /// The steps for reports of an incident that are due at <paramref name="now"/> and not in <paramref name="taken"/>: the next report, and the final one.
    /// One that was taken together with another is chased no more: that other stands for both.
    /// </summary>
    public static IReadOnlyList<IncidentStep> Reports(IncidentRow row, Unit unit, IReadOnlyList<EscalationStep> chain, DateTimeOffset now,
        IReadOnlySet<string> taken)
    {
        if (row.State != IncidentState.Open || row.JoinedInto is not null) return [];
        List<IncidentStep> steps = [];
        if (row.NextDueAt is { } next) steps.AddRange(Chain($"f{row.Version}", next));
        if (row.FinalDueAt is { } final)
        {
            // A final report stays due whatever is followed up meanwhile: its chain is taken once.
            var what = $"{FinalMark}{final.UtcTicks}";
            if (now >= final - FinalReminder && now < final) steps.Add(new IncidentStep(row.Id, what, 0, "", final - FinalReminder, now));
            steps.AddRange(Chain(what, final));
        }

        return [.. steps.Where(step => !taken.Contains(step.Key))];

        IEnumerable<IncidentStep> Chain(string what, DateTimeOffset due) => chain.Where(step => step.AppliesTo(unit.Kind))
            .Select((step, index) => new IncidentStep(row.Id, what, index + 1, step.Role, due.AddMinutes(step.AfterMinutes), now, step.IsOffice))
                .Where(step => step.DueAt <= now);
    }

    /// <summary>The steps for a notice that its receiver did not acknowledge: the office is told whom to call.</summary>
    public static IReadOnlyList<IncidentStep> Notices(IncidentNotice notice, IReadOnlyList<EscalationStep> chain, DateTimeOffset now,
        IReadOnlySet<string> taken) =>
        notice is not { Acknowledgement: null, AcknowledgeBy: { } by } ? []
        : [.. chain.Where(step => step.OnlyFor is null)
            .Select((step, index) => new IncidentStep(notice.Incident, string.Create(CultureInfo.InvariantCulture, $"n{notice.Version}-{notice.Receiver}"), index + 1,
                step.Role, by.AddMinutes(step.AfterMinutes), now))
            .Where(step => step.DueAt <= now && !taken.Contains(step.Key))];
}
