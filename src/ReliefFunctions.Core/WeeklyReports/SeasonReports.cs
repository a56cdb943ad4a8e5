using System.Runtime.CompilerServices;
using System.Text.Json;
using ReliefFunctions.Core.Campaigns;
using ReliefFunctions.Core.Storage;

namespace ReliefFunctions.Core.WeeklyReports;

/// <summary>A season's reports for those who add them up: the one place outside of which nobody needs to know how they are kept.</summary>
public sealed class SeasonReports(FeatureTables tables)
{
    private FeatureTable Table => tables[ReportFeature.Table];

    /// <summary>Every report of the season up to a week, in order of week and unit, as it is read from storage: no more than a page of rows is held.</summary>
    public async IAsyncEnumerable<ReportRow> ThroughAsync(Campaign campaign, WeekKey through, [EnumeratorCancellation] CancellationToken ct = default)
    {
        await foreach (var row in Table.RangeAsync<ReportRow>(campaign.Partition, "R|", $"R|{through}}}", ct)) yield return row.Value;
    }

    /// <summary>Reminders sent by week and unit, from one week through another.</summary>
    public async Task<IReadOnlyDictionary<(WeekKey Week, string Unit), int>> RemindersAsync(Campaign campaign, WeekKey from, WeekKey through,
        CancellationToken ct = default)
    {
        var counts = new Dictionary<(WeekKey, string), int>();
        await foreach (var sent in Table.RangeAsync<JsonElement>(campaign.Partition, $"M|{from}|", $"M|{through}}}", ct))
        {
            if (sent.RowKey.Split('|') is [_, var week, var unit, ..] && WeekKey.TryParse(week, out var key))
            {
                counts[(key, unit)] = counts.GetValueOrDefault((key, unit)) + 1;
            }
        }

        return counts;
    }

    /// <summary>How often reports were returned since an instant, by week and unit.</summary>
    public async Task<IReadOnlyDictionary<(WeekKey Week, string Unit), int>> ReturnsAsync(Campaign campaign, DateTimeOffset since,
        CancellationToken ct = default)
    {
        var counts = new Dictionary<(WeekKey, string), int>();
        await foreach (var (what, week, unit) in EventsAsync(campaign, since, DateTimeOffset.MaxValue.AddDays(-1), ct))
        {
            if (what == "report.returned") counts[(week, unit)] = counts.GetValueOrDefault((week, unit)) + 1;
        }

        return counts;
    }

    /// <summary>The weeks of which a report changed between two instants: a range of minutes instead of a season of rows.</summary>
    public async Task<IReadOnlySet<WeekKey>> TouchedAsync(Campaign campaign, DateTimeOffset from, DateTimeOffset to, CancellationToken ct = default)
    {
        var weeks = new HashSet<WeekKey>();
        await foreach (var (_, week, _) in EventsAsync(campaign, from, to, ct)) weeks.Add(week);
        return weeks;
    }

    /// <summary>What the audit trail says of reports, the newest first.</summary>
    private async IAsyncEnumerable<(string What, WeekKey Week, string Unit)> EventsAsync(
        Campaign campaign, DateTimeOffset from, DateTimeOffset to, [EnumeratorCancellation] CancellationToken ct)
    {
        await foreach (var entry in Table.AuditAsync(campaign.Partition, from, to, ct))
        {
            if (!entry.What.StartsWith("report.", StringComparison.Ordinal)) continue;
            if (entry.Subject.Split('/') is [var week, .. var rest] && WeekKey.TryParse(week, out var key))
            {
                yield return (entry.What, key, rest.FirstOrDefault() ?? "");
            }
        }
    }
}
