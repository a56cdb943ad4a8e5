using System.Globalization;
using ReliefFunctions.Core.Campaigns;
using ReliefFunctions.Core.Incidents;
using ReliefFunctions.Core.Patrols;
using ReliefFunctions.Core.Storage;
using ReliefFunctions.Core.Summaries.Compiling;
using ReliefFunctions.Core.Summaries.Figures;
using ReliefFunctions.Core.Telemetry;
using ReliefFunctions.Core.WeeklyReports;
using ReliefFunctions.Core.WeeklyReports.Forms;

namespace ReliefFunctions.Core.Summaries.Inputs;

/// <summary>Reads what a summary is computed from, of reports and patrols through the reader that each of them offers.</summary>
public sealed class SummaryReader(
    FeatureTables tables, BlobStore blobs, CampaignStore campaigns, ReportStore reports, SeasonReports season, PatrolRecords patrols,
    IncidentRecords incidents, IEnumerable<ISummaryPart> parts)
{
    /// <summary>Days after a period whose forecast stands under what comes next.</summary>
    private const int DaysAhead = 7;

    private FeatureTable Summaries => tables[SummaryFeature.Table];

    /// <summary>The inputs of a district's period as they stand at an instant. Throws when the form of its last week is not stored.</summary>
    public async Task<SummaryInput> ReadAsync(SummaryScope scope, SummaryPeriod period, DateTimeOffset now, CancellationToken ct = default)
    {
        ArgumentNullException.ThrowIfNull(scope);
        ArgumentNullException.ThrowIfNull(period);
        var (campaign, week) = (scope.Campaigns[0], period.Last);
        var forms = await FormsAsync(campaign, week, ct)
            ?? throw new InvalidOperationException(
                $"Form {campaign.FormVersionOn(week.First)} of district {campaign.District} is not stored; put it before week {week.Key} is compiled.");
        var (units, rows) = await SeasonAsync(campaign, period, ct);
        var (orders, policyVersion) = await OrdersAsync(campaign, period, now, ct);
        var ahead = await patrols.ForecastAsync(campaign, ct);
        return new SummaryInput
        {
            Heading = scope.Heading(period),
            PolicyVersion = policyVersion,
            Week = week.Key,
            Weeks = CampaignWeeks.Of(campaign),
            OpenWeeks = [.. period.Weeks.Where(each => now <= each.Due).Select(each => each.Key)],
            Form = forms[^1],
            EarlierForms = [.. forms.SkipLast(1)],
            Units = units,
            Reports = rows,
            Duties = DutiesOf(await patrols.PolicyAsync(campaign, policyVersion, ct)) ?? [],
            Orders = orders,
            Minimums = await ListAsync<DailyMinimum>(campaign.Partition, SummaryKeys.MinimumPrefix, ct),
            Warned = [.. (await patrols.WarnedAsync(campaign, ct)).Select(Minimum)],
            Ahead = [.. ahead.Where(minimum => minimum.Day > week.Last && minimum.Day <= week.Last.AddDays(DaysAhead)).Select(Minimum)],
            LastSeason = await LastSeasonAsync(campaign, ct),
            Decisions = await ListAsync<MatterDecision>(campaign.Partition, SummaryKeys.MatterPrefix, ct),
            Outlook = (await Summaries.GetAsync<WeekOutlook>(campaign.Partition, SummaryKeys.Outlook(period.Key), ct))?.Value.Text,
            Incidents = await incidents.ThroughAsync(campaign, week.Last, ct) is { Count: > 0 } told ? told : null,
            Parts = await PartsAsync(campaign, period, ct),
        };
    }

    private async Task<IReadOnlyList<SummaryPart>?> PartsAsync(Campaign campaign, SummaryPeriod period, CancellationToken ct)
    {
        var read = await Task.WhenAll(parts.Select(part => part.ReadAsync(campaign, period.Weeks[0].First, period.Last.Last, ct)));
        return read.OfType<SummaryPart>().ToList() is { Count: > 0 } some ? some : null;
    }

    /// <summary>
    /// The forms of the weeks up to the one given, whose own stands last; null when that one is not stored. Nothing can have been handed in on another that
    /// is not.
    /// </summary>
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

    /// <summary>
    /// The inputs of an area's period as they stand: the newest summary of each district. Units' values are let go, which keeps a province small.
    /// </summary>
    public async Task<AreaInput> ReadAreaAsync(SummaryScope scope, SummaryPeriod period, CancellationToken ct = default)
    {
        ArgumentNullException.ThrowIfNull(scope);
        ArgumentNullException.ThrowIfNull(period);
        var districts = new List<DistrictPart>();
        foreach (var campaign in scope.Campaigns)
        {
            var version = (await Summaries.GetAsync<SummaryVersion>(campaign.Partition, SummaryKeys.Latest(period.Key), ct))?.Value;
            var document = version is null ? null : await DocumentAsync(SummaryScope.Of(campaign), version, ct);
            districts.Add(document is null
                ? new DistrictPart(campaign.District, campaign.DistrictName, null) { Expected = await ExpectedAsync(campaign, period, ct) }
                : new DistrictPart(campaign.District, campaign.DistrictName,
                    document with
                    {
                        Summary = document.Summary with
                        {
                            Units = [.. document.Summary.Units.Select(unit => unit with { Values = null })],
                            Changes = [],
                        }
                    }));
        }

        return new AreaInput
        {
            Heading = scope.Heading(period),
            Period = period,
            Districts = districts,
            Outlook = (await Summaries.GetAsync<WeekOutlook>(scope.Partition, SummaryKeys.Outlook(period.Key), ct))?.Value.Text,
        };
    }

    /// <summary>The figures of a version; null when they are gone.</summary>
    internal async Task<SummaryDocument?> DocumentAsync(SummaryScope scope, SummaryVersion version, CancellationToken ct)
    {
        var stream = await blobs.OpenAsync(BlobStore.Summaries, SummaryKeys.Blob(scope, version.Period, version.InputHash) + ".json", ct);
        if (stream is null) return null;
        using var reader = new StreamReader(stream);
        return StoredJson.Read<SummaryDocument>(await reader.ReadToEndAsync(ct));
    }

    /// <summary>
    /// What a period's reports come to, or an area's districts, as far as a summary shows it: equal means that there is nothing to compile again. Empty
    /// when there is nothing yet, or no form to read it by.
    /// </summary>
    internal async Task<string> MarkerAsync(SummaryScope scope, SummaryPeriod period, CancellationToken ct)
    {
        var lines = new List<string>();
        if (scope.IsArea)
        {
            foreach (var campaign in scope.Campaigns)
            {
                if ((await Summaries.GetAsync<SummaryVersion>(campaign.Partition, SummaryKeys.Latest(period.Key), ct))?.Value is { } latest)
                {
                    lines.Add($"{campaign.District} {latest.InputHash}");
                }
            }
        }
        else if (await reports.FormAsync(scope.Campaigns[0], period.Last, ct) is not null)
        {
            foreach (var week in period.Weeks)
            {
                lines.AddRange((await reports.WeekAsync(scope.Campaigns[0], week.Key, ct))
                    .Select(row => $"{week.Key} {row.Unit} {row.State} {row.Counted?.Number} {row.Counted?.Hash} {row.Review?.Comment}"));
            }
        }

        if (lines.Count > 0 && !scope.IsArea && await PartsAsync(scope.Campaigns[0], period, ct) is { } some) lines.Add(StoredJson.Write(some));
        return lines.Count == 0 ? "" : Keys.Hash(string.Join('\n', lines));
    }

    /// <summary>
    /// The periods in whose inputs something happened since <paramref name="from"/>, by the audit trail: a range of minutes instead of a season of rows.
    /// </summary>
    internal async Task<IReadOnlyList<SummaryPeriod>> TouchedAsync(SummaryScope scope, DateTimeOffset from, DateTimeOffset now, CancellationToken ct)
    {
        if (!scope.IsArea)
        {
            var weeks = await season.TouchedAsync(scope.Campaigns[0], from, now, ct);
            var days = (await Task.WhenAll(parts.Select(part => part.TouchedAsync(scope.Campaigns[0], from, now, ct)))).SelectMany(each => each).ToList();
            return
            [
                .. scope.Periods.Where(period =>
                    period.Weeks.Any(week => weeks.Contains(week.Key) || days.Exists(day => week.First <= day && day <= week.Last))),
            ];
        }

        var touched = new HashSet<string>();
        foreach (var campaign in scope.Campaigns)
        {
            await foreach (var entry in Summaries.AuditAsync(campaign.Partition, from, now, ct))
            {
                if (entry.What == SummaryStore.Compiled) touched.Add(entry.Subject.Split('/')[0]);
            }
        }

        return [.. scope.Periods.Where(period => touched.Contains(period.Key))];
    }

    /// <summary>Every matter raised in a district's season so far with what was decided on it, oldest first.</summary>
    internal async Task<IReadOnlyList<MatterLine>> MattersAsync(SummaryScope scope, CancellationToken ct)
    {
        var campaign = scope.Campaigns[0];
        var decisions = (await Summaries.PrefixAsync<MatterDecision>(scope.Partition, SummaryKeys.MatterPrefix, ct).ToListAsync(ct))
            .ToDictionary(row => (row.Value.Week, row.Value.Unit));
        var (weeks, forms) = (scope.Periods[^1].Weeks.ToDictionary(week => week.Key), new Dictionary<int, FormFigures>());
        var matters = new List<MatterLine>();
        foreach (var row in (await reports.SeasonAsync(campaign, ct)).Where(row => row.Counted is not null && weeks.ContainsKey(row.Week)))
        {
            if (await MatterAsync(campaign, weeks[row.Week], row.Counted!, forms, ct) is not { } text) continue;
            var decided = decisions.GetValueOrDefault((row.Week, row.Unit));
            matters.Add(MatterLine.Of(row.Week, weeks[row.Week].Number, row.Unit, row.UnitName, text, decided?.Value) with
            {
                Version = NamedVersion.Of(decided),
            });
        }

        return matters;
    }

    /// <summary>The matter that a unit raised in a week; null for none.</summary>
    internal async Task<string?> MatterAsync(Campaign campaign, ReportingWeek week, string unit, CancellationToken ct) =>
        (await reports.WeekAsync(campaign, week.Key, ct)).FirstOrDefault(row => row.Unit == unit)?.Counted is { } counted
            ? await MatterAsync(campaign, week, counted, [], ct) : null;

    private async Task<string?> MatterAsync(Campaign campaign, ReportingWeek week, ReportVersion counted, Dictionary<int, FormFigures> forms,
        CancellationToken ct)
    {
        var version = campaign.FormVersionOn(week.First);
        if (!forms.TryGetValue(version, out var form))
        {
            if (await reports.FormAsync(campaign, week, ct) is not { } definition) return null;
            forms[version] = form = new FormFigures(definition);
        }

        return SummaryRules.MatterIn(form, counted.Content.Values);
    }

    /// <summary>The newest minimum forecast for each day, from what patrol decisions rest on now.</summary>
    internal async Task<IReadOnlyList<DailyMinimum>> ForecastMinimumsAsync(Campaign campaign, CancellationToken ct) =>
        [.. (await patrols.ForecastAsync(campaign, ct)).Select(Minimum)];

    /// <summary>The lowest temperature of each day of the season as far as known: forecast, else as a warning names it; and of the nights ahead.</summary>
    internal async Task<IReadOnlyList<DailyMinimum>> MinimumsAsync(Campaign campaign, CancellationToken ct)
    {
        var days = new SortedDictionary<DateOnly, DailyMinimum>();
        foreach (var warned in await patrols.WarnedAsync(campaign, ct)) days[warned.Day] = Minimum(warned);
        foreach (var noted in await ListAsync<DailyMinimum>(campaign.Partition, SummaryKeys.MinimumPrefix, ct)) days[noted.Day] = noted;
        foreach (var ahead in await ForecastMinimumsAsync(campaign, ct)) days[ahead.Day] = ahead;
        return [.. days.Values];
    }

    /// <summary>Every report of the season up to a week, as it is read from storage.</summary>
    internal IAsyncEnumerable<ReportRow> SeasonAsync(Campaign campaign, WeekKey through, CancellationToken ct) => season.ThroughAsync(campaign, through, ct);

    private static DailyMinimum Minimum(NotedMinimum noted) => new(noted.Day, noted.Celsius, noted.Source);

    /// <summary>
    /// The season before: as the office imported it, else from the last summary compiled in it; null when nothing is known of it.
    /// </summary>
    private async Task<SeasonFigures?> LastSeasonAsync(Campaign campaign, CancellationToken ct)
    {
        if ((await Summaries.GetAsync<SeasonFigures>(campaign.Partition, SummaryKeys.LastSeason, ct))?.Value is { } imported) return imported;
        var year = int.Parse(campaign.Season.AsSpan(0, 4), CultureInfo.InvariantCulture);
        var before = string.Create(CultureInfo.InvariantCulture, $"{year - 1}-{year}");
        if ((await campaigns.GetAsync(campaign.District, before, ct))?.Value is not { } earlier) return null;
        var scope = SummaryScope.Of(earlier);
        foreach (var period in scope.Periods.Reverse())
        {
            if ((await Summaries.GetAsync<SummaryVersion>(scope.Partition, SummaryKeys.Latest(period.Key), ct))?.Value is not { } version) continue;
            if (await DocumentAsync(scope, version, ct) is not { } document) continue;
            var labels = document.Summary.Headlines.Select(headline => headline.Label).ToList();
            return new SeasonFigures(before, $"{before}年度汇总", [.. document.Summary.Trend.Where(week => week.Reported > 0).Select(week => new WeekOfSeason(
                week.Number,
                labels.Zip(week.Headlines).Where(pair => pair.Second is not null).ToDictionary(pair => pair.First, pair => pair.Second!.Value),
                week.Minimum))]);
        }

        return null;
    }

    /// <summary>Reports that a district owes in a period, counted from its register: it has no summary to say so.</summary>
    private async Task<int> ExpectedAsync(Campaign campaign, SummaryPeriod period, CancellationToken ct)
    {
        var units = (await campaigns.UnitsAsync(campaign.District, ct)).Where(unit => unit.CountsInReportingRate).ToList();
        return period.Weeks.Sum(week => units.Count(unit => unit.IsOpen(week.First, week.Last)));
    }

    /// <summary>
    /// The units and reports of the season up to the period's last week, row by row as they are read: of each only what counts is kept.
    /// Reminders and returns are told for the weeks of the period alone.
    /// </summary>
    private async Task<(IReadOnlyList<SummaryUnit> Units, IReadOnlyList<UnitReport> Reports)> SeasonAsync(Campaign campaign, SummaryPeriod period,
        CancellationToken ct)
    {
        var weeks = period.Weeks.Select(week => week.Key).ToHashSet();
        var reminders = await season.RemindersAsync(campaign, period.Weeks[0].Key, period.Last.Key, ct);
        var returns = await season.ReturnsAsync(campaign, period.Opens, ct);
        int Of(IReadOnlyDictionary<(WeekKey, string), int> counts, ReportRow row) =>
            weeks.Contains(row.Week) ? counts.GetValueOrDefault((row.Week, row.Unit)) : 0;
        var register = (await campaigns.UnitsAsync(campaign.District, ct)).Select((unit, index) => (Unit: unit, Index: index))
            .ToDictionary(each => each.Unit.Code);
        var (units, rows) = (new Dictionary<string, SummaryUnit>(StringComparer.Ordinal), new List<UnitReport>());
        await foreach (var row in SeasonAsync(campaign, period.Last.Key, ct))
        {
            // Names and kinds are those of the unit's last week, frozen when that week opened; weeks come in their order.
            ReliefTelemetry.Uses(row.Counted?.Trace);
            var entry = register.TryGetValue(row.Unit, out var known) ? known : (null, int.MaxValue);
            units[row.Unit] = new SummaryUnit(row.Unit, row.UnitName, row.Kind, entry.Index, LeaderOf(entry.Unit));
            rows.Add(new UnitReport
            {
                Week = row.Week,
                Unit = row.Unit,
                Standing = row.State,
                InRate = row.InRate,
                ReceivedAt = row.Versions.Count > 0 ? row.Versions[0].At : null,
                MinutesLate = row.MinutesLate ?? 0,
                Returns = Of(returns, row),
                Reminders = Of(reminders, row),
                ReturnReason = row.State == ReportState.Returned ? row.Review?.Comment : null,
                Counted = row.Counted is { } counted
                    ? new CountedReport(counted.Number, counted.Hash, row.Accepted?.Number == counted.Number, counted.At, counted.Content.Values)
                    {
                        FilledBy = counted.Content.FilledBy,
                        ReviewedBy = counted.Content.ReviewedBy,
                    }
                    : null,
            });
        }

        return ([.. units.Values], rows);
    }

    /// <summary>分管领导 answers for a unit, else 带班领导, as the register's steps of escalation have it.</summary>
    private static string? LeaderOf(Unit? unit) =>
        unit?.Contacts.FirstOrDefault(contact => contact.Role == Contact.Leader)?.Name
        ?? unit?.Contacts.FirstOrDefault(contact => contact.Role == Contact.ShiftLeader)?.Name;

    private static List<DutyOfIntensity>? DutiesOf(PatrolPolicy? policy) =>
        policy?.Duties.Select(pair => new DutyOfIntensity(pair.Key, pair.Value.Name, pair.Value.PatrolsPerWeek, pair.Value.NightPatrolsPerWeek)
        {
            AllVillages = pair.Value.AllVillages,
            AllPoints = pair.Value.AllPoints,
            PointRoundsPerDay = pair.Value.PointRoundsPerDay,
        }).ToList();

    /// <summary>
    /// The orders of the period and the one it began under, with the version of the policy that holds at its end. Later orders do not belong to it, and so
    /// never change its summary.
    /// </summary>
    private async Task<(IReadOnlyList<OrderOfWeek> Orders, int Policy)> OrdersAsync(
        Campaign campaign, SummaryPeriod period, DateTimeOffset now, CancellationToken ct)
    {
        var end = LocalTime.ToUtc(period.Last.Last.AddDays(1), TimeOnly.MinValue, campaign.Zone());
        var records = await patrols.OrdersAsync(campaign, period.Opens, end, ct);
        var orders = new List<OrderOfWeek>();
        foreach (var (order, notices, policy) in records)
        {
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
                    notice.Acknowledgement?.At, notice.Acknowledgement?.Way == "phone", notice.Acknowledgement is null && now <= notice.AcknowledgeBy))],
            });
        }

        return (orders, records.Count > 0 ? records[^1].Order.PolicyVersion : campaign.PolicyVersion);
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
