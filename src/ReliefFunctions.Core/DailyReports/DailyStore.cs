using System.Collections.Concurrent;
using System.Globalization;
using ReliefFunctions.Core.Campaigns;
using ReliefFunctions.Core.Patrols;
using ReliefFunctions.Core.Storage;

namespace ReliefFunctions.Core.DailyReports;

/// <summary>Reports of days: one partition for each campaign, every decision one transaction in it.</summary>
public sealed class DailyStore(FeatureTables tables, CampaignStore campaigns, PatrolStore patrols, TimeProvider clock)
{
    /// <summary>How far back the last report is looked for, in days.</summary>
    private const int PrefillDays = 7;

    private readonly ConcurrentDictionary<string, (IReadOnlyList<DailyPolicy> Policies, long ReadAt)> _policies = new(StringComparer.Ordinal);

    private FeatureTable Table => tables[DailyFeature.Table];

    /// <summary>The policy that holds: the newest version whose first day has come; without any the standard one.</summary>
    public async Task<DailyPolicy> PolicyAsync(Campaign campaign, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(campaign);
        if (!_policies.TryGetValue(campaign.District, out var cached)
            || Environment.TickCount64 - cached.ReadAt >= CampaignStore.CacheTime.TotalMilliseconds)
        {
            List<DailyPolicy> stored = [];
            while (await campaigns.ConfigurationAsync<DailyPolicy>(campaign.District, DailyPolicyRules.Kind, stored.Count + 1, ct) is { } next)
            {
                stored.Add(next);
            }

            _policies[campaign.District] = cached = (stored, Environment.TickCount64);
        }

        var today = LocalTime.DateOf(clock.GetUtcNow(), campaign.Zone());
        return cached.Policies.LastOrDefault(policy => policy.From is null || policy.From <= today) ?? DailyPolicy.Standard;
    }

    /// <summary>The orders of the season, from which it follows who owes what.</summary>
    internal Task<IReadOnlyList<PatrolOrder>> OrdersAsync(Campaign campaign, CancellationToken ct) => patrols.OrdersAsync(campaign, ct);

    /// <summary>The units that owe a report of a day.</summary>
    public async Task<IReadOnlySet<string>> OwingAsync(Campaign campaign, DateOnly day, DailyPolicy policy, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(campaign);
        return DailyRules.Owing(await patrols.OrdersAsync(campaign, ct), await campaigns.UnitsAsync(campaign.District, ct), day, policy, campaign);
    }

    /// <summary>A unit's report of a day, or null.</summary>
    public async Task<DailyRow?> GetAsync(Campaign campaign, DateOnly day, string unit, CancellationToken ct) =>
        (await Table.GetAsync<DailyRow>(campaign.Partition, DailyRow.Key(day, unit), ct))?.Value;

    /// <summary>A unit's last report before a day, at most a week back; null when it sent none.</summary>
    public async Task<DailyRow?> BeforeAsync(Campaign campaign, DateOnly day, string unit, CancellationToken ct)
    {
        var before = await Task.WhenAll(Enumerable.Range(1, PrefillDays).Select(back => GetAsync(campaign, day.AddDays(-back), unit, ct)));
        return before.FirstOrDefault(row => row is not null);
    }

    /// <summary>Every report of some days, in order of day and unit code.</summary>
    public async Task<IReadOnlyList<DailyRow>> BetweenAsync(Campaign campaign, DateOnly first, DateOnly last, CancellationToken ct)
    {
        List<DailyRow> rows = [];
        await foreach (var row in Table.RangeAsync<DailyRow>(campaign.Partition, DailyRow.Prefix(first), DailyRow.Prefix(last.AddDays(1)), ct))
        {
            rows.Add(row.Value);
        }

        return rows;
    }

    internal Task<DailyDecision> SubmitAsync(Campaign campaign, DateOnly day, Unit unit, DailyContent content, string said, int? baseVersion,
        DateTimeOffset? due,
        AuditEntry audit,
        CancellationToken ct) =>
        Table.DecideAsync<DailyDecision>(async () =>
        {
            var row = await Table.GetAsync<DailyRow>(campaign.Partition, DailyRow.Key(day, unit.Code), ct);
            var decision = DailyRules.Submit(row?.Value, day, unit, content, said, baseVersion, due, audit.At, audit.Actor);
            return decision is not DailyDecision.Changed changed ? (decision, null)
                : (decision, new Transaction(campaign.Partition).Put(row, DailyRow.Key(day, unit.Code), changed.Row).Audit(audit));
        }, ct);

    /// <summary>Whether a unit was reminded at a step, or with <c>-</c> for the unit whether the step is done.</summary>
    internal async Task<bool> IsMarkedAsync(Campaign campaign, DateOnly day, string unit, string step, CancellationToken ct) =>
        await Table.GetAsync<DailyMark>(campaign.Partition, MarkKey(day, unit, step), ct) is not null;

    /// <summary>Marks units as reminded and tells them in one transaction; false when some were reminded before, and then nothing was done.</summary>
    internal Task<bool> MarkAsync(Campaign campaign, DateOnly day, IEnumerable<string> units, string step, DateTimeOffset now, OutboxRow? told,
        CancellationToken ct)
    {
        var transaction = new Transaction(campaign.Partition);
        foreach (var unit in units) transaction.Insert(MarkKey(day, unit, step), new DailyMark(now));
        if (told is not null) transaction.Send(told);
        return Table.CommitAsync(transaction, ct);
    }

    /// <summary>The days of which a report changed between two instants, by the audit trail.</summary>
    internal async Task<IReadOnlyList<DateOnly>> TouchedAsync(Campaign campaign, DateTimeOffset from, DateTimeOffset to, CancellationToken ct)
    {
        var days = new HashSet<DateOnly>();
        await foreach (var entry in Table.AuditAsync(campaign.Partition, from, to, ct))
        {
            if (DateOnly.TryParseExact(entry.Subject.Split('/')[0], "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day)) days.Add(day);
        }

        return [.. days];
    }

    private static string MarkKey(DateOnly day, string unit, string step) => Keys.Join("M", DailyRow.Name(day), unit, step);

    private sealed record DailyMark(DateTimeOffset At);
}
