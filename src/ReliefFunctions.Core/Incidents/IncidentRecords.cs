using ReliefFunctions.Core.Campaigns;

namespace ReliefFunctions.Core.Incidents;

/// <summary>An incident for those who add them up: what was taken together stands once, and what was a false alarm not at all.</summary>
/// <param name="Id">Unique in the campaign.</param>
/// <param name="Unit">Code of the unit that reported it.</param>
/// <param name="UnitName">Its name.</param>
/// <param name="Kind">Such as 冻伤.</param>
/// <param name="State">Open or closed.</param>
/// <param name="Severity">How grave.</param>
/// <param name="Found">The local day on which it was found.</param>
/// <param name="HowMany">People concerned.</param>
/// <param name="Dead">People dead; null when nobody said.</param>
/// <param name="What">What happened.</param>
/// <param name="Units">Codes of every unit that reported it.</param>
public sealed record IncidentOnRecord(string Id, string Unit, string UnitName, string Kind, IncidentState State, IncidentSeverity Severity, DateOnly Found,
    int HowMany, int? Dead, string What, IReadOnlyList<string> Units);

/// <summary>Incidents of a campaign for those who compare them with other figures.</summary>
public sealed class IncidentRecords(IncidentStore incidents)
{
    /// <summary>The incidents found on the days up to one, the first one first.</summary>
    public async Task<IReadOnlyList<IncidentOnRecord>> ThroughAsync(Campaign campaign, DateOnly last, CancellationToken ct = default)
    {
        ArgumentNullException.ThrowIfNull(campaign);
        var (rows, policy) = (await incidents.AllAsync(campaign, ct), await incidents.PolicyAsync(campaign, ct));
        var units = rows.ToDictionary(row => row.Id, row => row.Unit, StringComparer.Ordinal);
        return [.. rows.Where(row => row.State != IncidentState.FalseAlarm && row.JoinedInto is null)
            .Select(row => new IncidentOnRecord(row.Id, row.Unit, row.UnitName, policy.Kind(row.Kind)?.Name ?? row.Kind, row.State, row.Severity,
                LocalTime.DateOf(row.Content.FoundAt, campaign.Zone()), row.Content.HowMany, row.Content.Dead, row.Content.What,
                [.. row.Joined.Select(id => units.GetValueOrDefault(id, "")).Prepend(row.Unit).Where(unit => unit.Length > 0).Distinct()]))
            .Where(row => row.Found <= last).OrderBy(row => row.Found).ThenBy(row => row.Id, StringComparer.Ordinal)];
    }
}
