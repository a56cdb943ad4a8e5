using System.Globalization;
using System.Text.Json;
using ReliefFunctions.Core.Campaigns;
using ReliefFunctions.Core.Patrols;
using ReliefFunctions.Core.Storage;
using ReliefFunctions.Core.WeeklyReports;

namespace ReliefFunctions.Core.Summaries;

/// <summary>Reads what a summary is computed from: the one place that knows how reports and patrols are kept.</summary>
public sealed class SummaryInputs(FeatureTables tables, CampaignStore campaigns, ReportStore reports, PatrolStore patrols)
{
    private FeatureTable Summaries => tables[FeatureTables.Name.Summaries];

    /// <summary>The inputs of a week as they stand. Throws when the form of the week is not stored.</summary>
    public async Task<SummaryInput> ReadAsync(Campaign campaign, ReportingWeek week, CancellationToken ct = default)
    {
        var form = await reports.FormAsync(campaign, week, ct)
            ?? throw new InvalidOperationException($"Form {campaign.FormVersionOn(week.First)} of district {campaign.District} is not stored; put it before week {week.Key} is compiled.");
        var season = (await reports.SeasonAsync(campaign, ct)).Where(row => row.Week <= week.Key).ToList();
        var policy = await campaigns.ConfigurationAsync<PatrolPolicy>(campaign.District, PatrolStore.PolicyKind, campaign.PolicyVersion, ct);
        return new SummaryInput
        {
            District = campaign.District,
            DistrictName = campaign.DistrictName,
            Season = campaign.Season,
            CampaignName = campaign.Name,
            Office = campaign.Office,
            TimeZone = campaign.TimeZone,
            PolicyVersion = campaign.PolicyVersion,
            Week = week.Key,
            Weeks = CampaignWeeks.Of(campaign),
            Form = form,
            Units = await UnitsAsync(campaign, season, ct),
            Reports = await ReportsAsync(campaign, week, season, ct),
            Duties = policy is null ? [] : [.. policy.Duties.Select(pair => new DutyOfLevel((int)pair.Key, pair.Value.Name, pair.Value.PatrolsPerWeek, pair.Value.NightPatrolsPerWeek))],
            Orders = await OrdersAsync(campaign, week, policy, ct),
            Minimums = await ListAsync<DailyMinimum>(campaign.Partition, SummaryKeys.MinimumPrefix, ct),
            Decisions = await ListAsync<MatterDecision>(campaign.Partition, SummaryKeys.MatterPrefix, ct),
            Outlook = (await Summaries.GetAsync<WeekOutlook>(campaign.Partition, SummaryKeys.Outlook(week.Key), ct))?.Value.Text,
        };
    }

    /// <summary>What a week's reports come to, as far as a summary shows it: equal means that there is nothing to compile again. Empty when the week has no rows yet.</summary>
    internal async Task<string> MarkerAsync(Campaign campaign, WeekKey week, CancellationToken ct)
    {
        var rows = await reports.WeekAsync(campaign, week, ct);
        return rows.Count == 0 ? "" : Keys.Hash(string.Join('\n', rows.Select(row => $"{row.Unit} {row.State} {row.Counted?.Number} {row.Counted?.Hash} {row.Review?.Comment}")));
    }

    /// <summary>The weeks in whose reports something happened since <paramref name="from"/>, by the audit trail: a range of minutes instead of a season of rows.</summary>
    internal async Task<IReadOnlySet<WeekKey>> TouchedAsync(Campaign campaign, DateTimeOffset from, DateTimeOffset now, CancellationToken ct)
    {
        var weeks = new HashSet<WeekKey>();
        await foreach (var entry in AuditAsync(campaign, from, now, ct))
        {
            if (entry.What.StartsWith("report.", StringComparison.Ordinal) && WeekKey.TryParse(entry.Subject.Split('/')[0], out var week)) weeks.Add(week);
        }

        return weeks;
    }

    /// <summary>The newest minimum forecast for each day, from what patrol decisions rest on now.</summary>
    internal async Task<IReadOnlyList<DailyMinimum>> ForecastMinimumsAsync(Campaign campaign, CancellationToken ct)
    {
        var state = await patrols.StateAsync(campaign, ct);
        return [.. state.Forecasts.OrderBy(forecast => forecast.Issued).SelectMany(forecast => forecast.Nights.Select(night => new DailyMinimum(night.Date, (decimal)night.Minimum, forecast.Source)))
            .GroupBy(minimum => minimum.Day).Select(group => group.Last())];
    }

    /// <summary>Every report of the season up to a week, as it is read from storage: no more than a page of rows is held.</summary>
    internal async IAsyncEnumerable<ReportRow> SeasonAsync(Campaign campaign, WeekKey through, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken ct)
    {
        await foreach (var row in tables[FeatureTables.Name.Reports].RangeAsync<ReportRow>(campaign.Partition, "R|", $"R|{through}}}", ct)) yield return row.Value;
    }

    private async Task<IReadOnlyList<SummaryUnit>> UnitsAsync(Campaign campaign, List<ReportRow> season, CancellationToken ct)
    {
        var order = (await campaigns.UnitsAsync(campaign.District, ct)).Select((unit, index) => (unit.Code, index)).ToDictionary(unit => unit.Code, unit => unit.index);

        // Names and kinds are those of the unit's last week, frozen when that week opened.
        return [.. season.GroupBy(row => row.Unit).Select(rows => rows.MaxBy(row => row.Week)!)
            .Select(row => new SummaryUnit(row.Unit, row.UnitName, row.Kind, order.GetValueOrDefault(row.Unit, int.MaxValue)))];
    }

    private async Task<IReadOnlyList<UnitReport>> ReportsAsync(Campaign campaign, ReportingWeek week, List<ReportRow> season, CancellationToken ct)
    {
        var reminders = new Dictionary<string, int>(StringComparer.Ordinal);
        await foreach (var sent in tables[FeatureTables.Name.Reports].PrefixAsync<JsonElement>(campaign.Partition, $"M|{week.Key}|", ct))
        {
            var unit = sent.RowKey.Split('|')[2];
            reminders[unit] = reminders.GetValueOrDefault(unit) + 1;
        }

        var returns = new Dictionary<string, int>(StringComparer.Ordinal);
        await foreach (var entry in AuditAsync(campaign, week.Opens, DateTimeOffset.MaxValue.AddDays(-1), ct))
        {
            if (entry.What == "report.returned" && entry.Subject.StartsWith($"{week.Key}/", StringComparison.Ordinal))
            {
                var unit = entry.Subject[(entry.Subject.IndexOf('/', StringComparison.Ordinal) + 1)..];
                returns[unit] = returns.GetValueOrDefault(unit) + 1;
            }
        }

        return [.. season.Select(row => new UnitReport
        {
            Week = row.Week,
            Unit = row.Unit,
            Standing = row.State,
            InRate = row.InRate,
            ReceivedAt = row.Versions.Count > 0 ? row.Versions[0].At : null,
            MinutesLate = row.MinutesLate ?? 0,
            Returns = row.Week == week.Key ? returns.GetValueOrDefault(row.Unit) : 0,
            Reminders = row.Week == week.Key ? reminders.GetValueOrDefault(row.Unit) : 0,
            ReturnReason = row.State == ReportState.Returned ? row.Review?.Comment : null,
            Counted = row.Counted is { } counted
                ? new CountedReport(counted.Number, counted.Hash, row.Accepted?.Number == counted.Number, counted.At, counted.Content.Values)
                : null,
        })];
    }

    /// <summary>The orders of the week and the one it began under. Later ones do not belong to the week, and so never change its summary.</summary>
    private async Task<IReadOnlyList<OrderOfWeek>> OrdersAsync(Campaign campaign, ReportingWeek week, PatrolPolicy? policy, CancellationToken ct)
    {
        var end = LocalTime.ToUtc(week.Last.AddDays(1), TimeOnly.MinValue, campaign.Zone());
        var issued = (await patrols.OrdersAsync(campaign, ct)).Where(order => order.IssuedAt < end).OrderBy(order => order.Revision).ToList();
        var inForce = issued.FindLastIndex(order => order.IssuedAt <= week.Opens);
        var orders = new List<OrderOfWeek>();
        foreach (var order in issued.Skip(Math.Max(0, inForce)))
        {
            var notices = await patrols.NoticesAsync(campaign, order.Revision, ct);
            orders.Add(new OrderOfWeek
            {
                Revision = order.Revision,
                Reason = order.Reason,
                IssuedAt = order.IssuedAt,
                Levels = [.. order.Units.Select(pair => new UnitLevel(pair.Key, (int)pair.Value))],
                Notices = [.. notices.Select(notice => new NoticeOfOrder(
                    notice.Unit, (int)notice.Intensity,
                    policy?.Duties.GetValueOrDefault(notice.Intensity)?.Escalation.Count > 0 ? notice.AcknowledgeBy : null,
                    notice.Acknowledgement?.At, notice.Acknowledgement?.Way == "phone"))],
            });
        }

        return orders;
    }

    private async IAsyncEnumerable<AuditEntry> AuditAsync(Campaign campaign, DateTimeOffset from, DateTimeOffset to, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken ct)
    {
        // Newest first: the later instant has the smaller key.
        await foreach (var row in tables[FeatureTables.Name.Reports].RangeAsync<AuditEntry>(campaign.Partition, "A|" + Keys.Inverted(to), "A|" + Keys.Inverted(from), ct)) yield return row.Value;
    }

    private async Task<IReadOnlyList<T>> ListAsync<T>(string partition, string prefix, CancellationToken ct)
    {
        var list = new List<T>();
        await foreach (var row in Summaries.PrefixAsync<T>(partition, prefix, ct)) list.Add(row.Value);
        return list;
    }

    /// <summary>Day of a minimum's row.</summary>
    internal static string DayKey(DateOnly day) => SummaryKeys.MinimumPrefix + day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);
}
