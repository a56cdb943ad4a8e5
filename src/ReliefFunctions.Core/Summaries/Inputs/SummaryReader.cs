using System.Globalization;
using System.Text.Json;
using ReliefFunctions.Core.Campaigns;
using ReliefFunctions.Core.Patrols;
using ReliefFunctions.Core.Storage;
using ReliefFunctions.Core.Summaries.Compiling;
using ReliefFunctions.Core.Summaries.Figures;
using ReliefFunctions.Core.Telemetry;
using ReliefFunctions.Core.WeeklyReports;
using ReliefFunctions.Core.WeeklyReports.Forms;

namespace ReliefFunctions.Core.Summaries.Inputs;

/// <summary>Reads what a summary is computed from: the one place that knows how reports and patrols are kept.</summary>
public sealed class SummaryReader(FeatureTables tables, BlobStore blobs, CampaignStore campaigns, ReportStore reports, PatrolStore patrols, IEnumerable<ISummaryPart> parts)
{
    private FeatureTable Summaries => tables[SummaryFeature.Table];

    /// <summary>The inputs of a district's period as they stand. Throws when the form of its last week is not stored.</summary>
    public async Task<SummaryInput> ReadAsync(SummaryScope scope, SummaryPeriod period, CancellationToken ct = default)
    {
        ArgumentNullException.ThrowIfNull(scope);
        ArgumentNullException.ThrowIfNull(period);
        var (campaign, week) = (scope.Campaigns[0], period.Last);
        var forms = await FormsAsync(campaign, week, ct)
            ?? throw new InvalidOperationException($"Form {campaign.FormVersionOn(week.First)} of district {campaign.District} is not stored; put it before week {week.Key} is compiled.");
        var (units, season) = await SeasonAsync(campaign, period, ct);
        var (orders, policyVersion) = await OrdersAsync(campaign, period, ct);
        return new SummaryInput
        {
            Heading = scope.Heading(period),
            PolicyVersion = policyVersion,
            Week = week.Key,
            Weeks = CampaignWeeks.Of(campaign),
            Form = forms[^1],
            EarlierForms = [.. forms.SkipLast(1)],
            Units = units,
            Reports = season,
            Duties = DutiesOf(await PolicyAsync(campaign, policyVersion, ct)) ?? [],
            Orders = orders,
            Minimums = await ListAsync<DailyMinimum>(campaign.Partition, SummaryKeys.MinimumPrefix, ct),
            Decisions = await ListAsync<MatterDecision>(campaign.Partition, SummaryKeys.MatterPrefix, ct),
            Outlook = (await Summaries.GetAsync<WeekOutlook>(campaign.Partition, SummaryKeys.Outlook(period.Key), ct))?.Value.Text,
            Parts = await PartsAsync(campaign, period, ct),
        };
    }

    private async Task<IReadOnlyList<SummaryPart>?> PartsAsync(Campaign campaign, SummaryPeriod period, CancellationToken ct)
    {
        var read = await Task.WhenAll(parts.Select(part => part.ReadAsync(campaign, period.Weeks[0].First, period.Last.Last, ct)));
        return read.OfType<SummaryPart>().ToList() is { Count: > 0 } some ? some : null;
    }

    /// <summary>The forms of the weeks up to the one given, whose own stands last; null when that one is not stored. Nothing can have been handed in on another that is not.</summary>
    internal async Task<IReadOnlyList<FormDefinition>?> FormsAsync(Campaign campaign, ReportingWeek through, CancellationToken ct)
    {
        if (await reports.FormAsync(campaign, through, ct) is not { } last) return null;
        var forms = new List<FormDefinition>();
        foreach (var week in CampaignWeeks.Of(campaign).Where(week => week.Key < through.Key).DistinctBy(week => campaign.FormVersionOn(week.First)))
        {
            if (await reports.FormAsync(campaign, week, ct) is { } form && form.Version != last.Version) forms.Add(form);
        }

        return [.. forms, last];
    }

    /// <summary>The inputs of an area's period as they stand: the newest summary of each district. Units' values are let go, which keeps a province small.</summary>
    public async Task<AreaInput> ReadAreaAsync(SummaryScope scope, SummaryPeriod period, CancellationToken ct = default)
    {
        ArgumentNullException.ThrowIfNull(scope);
        ArgumentNullException.ThrowIfNull(period);
        var districts = new List<DistrictPart>();
        foreach (var campaign in scope.Campaigns)
        {
            var version = (await Summaries.GetAsync<SummaryVersion>(campaign.Partition, SummaryKeys.Latest(period.Key), ct))?.Value;
            var document = version is null ? null : await DocumentAsync(SummaryScope.Of(campaign), version, ct);
            districts.Add(new DistrictPart(campaign.District, campaign.DistrictName, document is null ? null
                : document with { Summary = document.Summary with { Units = [.. document.Summary.Units.Select(unit => unit with { Values = null })], Changes = [] } }));
        }

        return new AreaInput { Heading = scope.Heading(period), Period = period, Districts = districts, Outlook = (await Summaries.GetAsync<WeekOutlook>(scope.Partition, SummaryKeys.Outlook(period.Key), ct))?.Value.Text };
    }

    /// <summary>The figures of a version; null when they are gone.</summary>
    internal async Task<SummaryDocument?> DocumentAsync(SummaryScope scope, SummaryVersion version, CancellationToken ct)
    {
        var stream = await blobs.OpenAsync(BlobStore.Summaries, SummaryKeys.Blob(scope, version.Period, version.InputHash) + ".json", ct);
        if (stream is null) return null;
        using var reader = new StreamReader(stream);
        return StoredJson.Read<SummaryDocument>(await reader.ReadToEndAsync(ct));
    }

    /// <summary>What a period's reports come to, or an area's districts, as far as a summary shows it: equal means that there is nothing to compile again. Empty when there is nothing yet.</summary>
    internal async Task<string> MarkerAsync(SummaryScope scope, SummaryPeriod period, CancellationToken ct)
    {
        var lines = new List<string>();
        if (scope.IsArea)
        {
            foreach (var campaign in scope.Campaigns)
            {
                if ((await Summaries.GetAsync<SummaryVersion>(campaign.Partition, SummaryKeys.Latest(period.Key), ct))?.Value is { } latest) lines.Add($"{campaign.District} {latest.InputHash}");
            }
        }
        else
        {
            foreach (var week in period.Weeks)
            {
                lines.AddRange((await reports.WeekAsync(scope.Campaigns[0], week.Key, ct)).Select(row => $"{week.Key} {row.Unit} {row.State} {row.Counted?.Number} {row.Counted?.Hash} {row.Review?.Comment}"));
            }
        }

        if (lines.Count > 0 && !scope.IsArea && await PartsAsync(scope.Campaigns[0], period, ct) is { } some) lines.Add(StoredJson.Write(some));
        return lines.Count == 0 ? "" : Keys.Hash(string.Join('\n', lines));
    }

    /// <summary>The periods in whose inputs something happened since <paramref name="from"/>, by the audit trail: a range of minutes instead of a season of rows.</summary>
    internal async Task<IReadOnlyList<SummaryPeriod>> TouchedAsync(SummaryScope scope, DateTimeOffset from, DateTimeOffset now, CancellationToken ct)
    {
        var (table, what) = scope.IsArea ? (SummaryFeature.Table, SummaryStore.Compiled) : (ReportFeature.Table, "report.");
        var touched = new HashSet<string>();
        foreach (var campaign in scope.Campaigns)
        {
            await foreach (var entry in AuditAsync(table, campaign.Partition, from, now, ct))
            {
                if (entry.What.StartsWith(what, StringComparison.Ordinal)) touched.Add(entry.Subject.Split('/')[0]);
            }
        }

        var days = scope.IsArea ? [] : (await Task.WhenAll(parts.Select(part => part.TouchedAsync(scope.Campaigns[0], from, now, ct)))).SelectMany(each => each).ToList();
        return
        [
            .. scope.Periods.Where(period => touched.Contains(period.Key)
                || (!scope.IsArea && period.Weeks.Any(week => touched.Contains(week.Key.ToString()) || days.Exists(day => week.First <= day && day <= week.Last)))),
        ];
    }

    /// <summary>Every matter raised in a district's season so far with what was decided on it, oldest first.</summary>
    internal async Task<IReadOnlyList<MatterLine>> MattersAsync(SummaryScope scope, CancellationToken ct)
    {
        var decisions = (await ListAsync<MatterDecision>(scope.Partition, SummaryKeys.MatterPrefix, ct)).ToDictionary(decision => (decision.Week, decision.Unit));
        var numbers = scope.Periods[^1].Weeks.ToDictionary(week => week.Key, week => week.Number);
        return [.. (await reports.SeasonAsync(scope.Campaigns[0], ct)).Where(row => numbers.ContainsKey(row.Week))
            .Select(row => (Row: row, Text: SummaryRules.MatterIn(row.Counted?.Content.Values))).Where(raised => raised.Text is not null)
            .Select(raised => MatterLine.Of(raised.Row.Week, numbers[raised.Row.Week], raised.Row.Unit, raised.Row.UnitName, raised.Text!, decisions.GetValueOrDefault((raised.Row.Week, raised.Row.Unit))))];
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
        await foreach (var row in tables[ReportFeature.Table].RangeAsync<ReportRow>(campaign.Partition, "R|", $"R|{through}}}", ct)) yield return row.Value;
    }

    /// <summary>
    /// The units and reports of the season up to the period's last week, row by row as they are read: of each only what counts is kept.
    /// Reminders and returns are told for the weeks of the period alone.
    /// </summary>
    private async Task<(IReadOnlyList<SummaryUnit> Units, IReadOnlyList<UnitReport> Reports)> SeasonAsync(Campaign campaign, SummaryPeriod period, CancellationToken ct)
    {
        var weeks = period.Weeks.Select(week => week.Key.ToString()).ToHashSet();
        var (reminders, returns) = (new Dictionary<string, int>(StringComparer.Ordinal), new Dictionary<string, int>(StringComparer.Ordinal));
        await foreach (var sent in tables[ReportFeature.Table].RangeAsync<JsonElement>(campaign.Partition, $"M|{period.Weeks[0].Key}|", $"M|{period.Last.Key}}}", ct))
        {
            if (sent.RowKey.Split('|') is [_, var week, var unit, ..] && weeks.Contains(week)) Count(reminders, $"{week}/{unit}");
        }

        await foreach (var entry in AuditAsync(ReportFeature.Table, campaign.Partition, period.Opens, DateTimeOffset.MaxValue.AddDays(-1), ct))
        {
            if (entry.What == "report.returned" && weeks.Contains(entry.Subject.Split('/')[0])) Count(returns, entry.Subject);
        }

        var order = (await campaigns.UnitsAsync(campaign.District, ct)).Select((unit, index) => (unit.Code, index)).ToDictionary(unit => unit.Code, unit => unit.index);
        var (units, season) = (new Dictionary<string, SummaryUnit>(StringComparer.Ordinal), new List<UnitReport>());
        await foreach (var row in SeasonAsync(campaign, period.Last.Key, ct))
        {
            // Names and kinds are those of the unit's last week, frozen when that week opened; weeks come in their order.
            ReliefTelemetry.Uses(row.Counted?.Trace);
            units[row.Unit] = new SummaryUnit(row.Unit, row.UnitName, row.Kind, order.GetValueOrDefault(row.Unit, int.MaxValue));
            season.Add(new UnitReport
            {
                Week = row.Week,
                Unit = row.Unit,
                Standing = row.State,
                InRate = row.InRate,
                ReceivedAt = row.Versions.Count > 0 ? row.Versions[0].At : null,
                MinutesLate = row.MinutesLate ?? 0,
                Returns = returns.GetValueOrDefault($"{row.Week}/{row.Unit}"),
                Reminders = reminders.GetValueOrDefault($"{row.Week}/{row.Unit}"),
                ReturnReason = row.State == ReportState.Returned ? row.Review?.Comment : null,
                Counted = row.Counted is { } counted
                    ? new CountedReport(counted.Number, counted.Hash, row.Accepted?.Number == counted.Number, counted.At, counted.Content.Values)
                    : null,
            });
        }

        return ([.. units.Values], season);
    }

    private static void Count(Dictionary<string, int> counts, string key) => counts[key] = counts.GetValueOrDefault(key) + 1;

    private Task<PatrolPolicy?> PolicyAsync(Campaign campaign, int version, CancellationToken ct) =>
        campaigns.ConfigurationAsync<PatrolPolicy>(campaign.District, PatrolStore.PolicyKind, version, ct);

    private static List<DutyOfIntensity>? DutiesOf(PatrolPolicy? policy) =>
        policy?.Duties.Select(pair => new DutyOfIntensity(pair.Key, pair.Value.Name, pair.Value.PatrolsPerWeek, pair.Value.NightPatrolsPerWeek)).ToList();

    /// <summary>
    /// The orders of the period and the one it began under, with the version of the policy that holds at its end. Later orders do not belong to it, and so
    /// never change its summary.
    /// </summary>
    private async Task<(IReadOnlyList<OrderOfWeek> Orders, int Policy)> OrdersAsync(Campaign campaign, SummaryPeriod period, CancellationToken ct)
    {
        var end = LocalTime.ToUtc(period.Last.Last.AddDays(1), TimeOnly.MinValue, campaign.Zone());
        var issued = (await patrols.OrdersAsync(campaign, ct)).Where(order => order.IssuedAt < end).OrderBy(order => order.Revision).ToList();
        var inForce = issued.FindLastIndex(order => order.IssuedAt <= period.Opens);
        var orders = new List<OrderOfWeek>();
        foreach (var order in issued.Skip(Math.Max(0, inForce)))
        {
            var (notices, policy) = (await patrols.NoticesAsync(campaign, order.Revision, ct), await PolicyAsync(campaign, order.PolicyVersion, ct));
            orders.Add(new OrderOfWeek
            {
                Revision = order.Revision,
                Reason = order.Reason,
                IssuedAt = order.IssuedAt,
                Duties = DutiesOf(policy),
                Units = [.. order.Units.Select(pair => new UnitIntensity(pair.Key, pair.Value))],
                Notices = [.. notices.Select(notice => new NoticeOfOrder(
                    notice.Unit, notice.Intensity,
                    policy?.Duties.GetValueOrDefault(notice.Intensity)?.Escalation.Count > 0 ? notice.AcknowledgeBy : null,
                    notice.Acknowledgement?.At, notice.Acknowledgement?.Way == "phone"))],
            });
        }

        return (orders, issued.LastOrDefault()?.PolicyVersion ?? campaign.PolicyVersion);
    }

    private async IAsyncEnumerable<AuditEntry> AuditAsync(TableName table, string partition, DateTimeOffset from, DateTimeOffset to, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken ct)
    {
        // Newest first: the later instant has the smaller key.
        await foreach (var row in tables[table].RangeAsync<AuditEntry>(partition, "A|" + Keys.Inverted(to), "A|" + Keys.Inverted(from), ct)) yield return row.Value;
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
