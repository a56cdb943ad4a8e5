using System.Globalization;
using ReliefFunctions.Core.Campaigns;
using ReliefFunctions.Core.Messaging;
using ReliefFunctions.Core.Storage;

namespace ReliefFunctions.Core.WeeklyReports.Stages;

/// <summary>Stage reports of a campaign, in its partition of the Reports table.</summary>
public sealed class StageStore(FeatureTables tables, CampaignStore campaigns, ReportStore reports)
{
    private FeatureTable Table => tables[ReportFeature.Table];

    /// <summary>Every unit's stage report in the order of the district's units, those not handed in included.</summary>
    public async Task<IReadOnlyList<StageRow>> AllAsync(Campaign campaign, Stage stage, CancellationToken ct = default)
    {
        var rows = new Dictionary<string, StageRow>();
        await foreach (var row in Table.PrefixAsync<StageRow>(campaign.Partition, $"G|{stage}|", ct)) rows[row.Value.Unit] = row.Value;
        var day = StageReports.DueDay(campaign, stage) ?? campaign.LastDay;
        return [.. (await campaigns.UnitsAsync(campaign.District, ct))
            .Where(unit => rows.ContainsKey(unit.Code) || (unit.CountsInReportingRate && unit.IsOpen(day, day)))
            .Select(unit => rows.GetValueOrDefault(unit.Code) ?? StageRow.Expected(stage, unit))];
    }

    /// <summary>
    /// One unit's stage report; before the first submission with the figures as they are now, and null as long as a form is missing for them.
    /// </summary>
    public async Task<StageRow?> GetAsync(Campaign campaign, Stage stage, Unit unit, DateTimeOffset now, CancellationToken ct = default) =>
        await SubmittedAsync(campaign, stage, unit, ct)
        ?? (await FiguresAsync(campaign, unit, now, ct) is { } figures ? StageRow.Expected(stage, unit) with { Figures = figures } : null);

    /// <summary>One unit's stage report once it was submitted, else null.</summary>
    public async Task<StageRow?> SubmittedAsync(Campaign campaign, Stage stage, Unit unit, CancellationToken ct = default) =>
        (await Table.GetAsync<StageRow>(campaign.Partition, StageRow.Key(stage, unit.Code), ct))?.Value;

    /// <summary>A version as it was submitted, or null.</summary>
    public async Task<StageRow?> VersionAsync(Campaign campaign, Stage stage, string unit, int number, CancellationToken ct = default) =>
        (await Table.GetAsync<StageRow>(campaign.Partition, StageRow.VersionKey(stage, unit, number), ct))?.Value;

    /// <summary>Every version of one unit's stage report as it was submitted, oldest first.</summary>
    public async Task<IReadOnlyList<StageRow>> VersionsAsync(Campaign campaign, Stage stage, string unit, CancellationToken ct = default) =>
        await Table.PrefixAsync<StageRow>(campaign.Partition, $"GV|{stage}|{unit}|", ct).Select(row => row.Value).ToListAsync(ct);

    /// <summary>The unit's figures of the weeks that are over; null as long as one of their forms was never stored.</summary>
    public async Task<StageFigures?> FiguresAsync(Campaign campaign, Unit unit, DateTimeOffset now, CancellationToken ct = default)
    {
        var weeks = CampaignWeeks.Of(campaign);
        var over = weeks.Where(week => LocalTime.ToUtc(week.Last.AddDays(1), TimeOnly.MinValue, campaign.Zone()) <= now && unit.IsOpen(week.First, week.Last))
            .ToList();
        var rows = await Task.WhenAll(over.Select(week => reports.GetAsync(campaign, week.Key, unit.Code, ct)));
        var forms = await Task.WhenAll((over.Count > 0 ? over.AsEnumerable().Reverse() : [weeks[0]])
            .DistinctBy(week => campaign.FormVersionOn(week.First)).Select(week => reports.FormAsync(campaign, week, ct)));
        return forms.Contains(null) ? null : StageFigures.Of(forms!, unit.Kind, over, [.. rows.OfType<ReportRow>()]);
    }

    /// <summary>Reads, decides and commits row, version, message and audit together, again when another was first.</summary>
    internal Task<Outcome<StageRow>> ChangeAsync(Campaign campaign, Stage stage, Unit unit, string what, AuditEntry audit,
        Func<StageRow, Outcome<StageRow>> decide, CancellationToken ct)
    {
        var key = StageRow.Key(stage, unit.Code);
        return Table.DecideAsync<Outcome<StageRow>>(async () =>
        {
            var read = await Table.GetAsync<StageRow>(campaign.Partition, key, ct);
            var before = read?.Value ?? StageRow.Expected(stage, unit);
            var outcome = decide(before);
            if (outcome is not Outcome<StageRow>.Changed(var after)) return (outcome, null);
            var transaction = new Transaction(campaign.Partition).Put(read, key, after).Audit(audit).Send(Event(campaign, after, what, audit.At), soon: true);
            if (after.Version > before.Version) transaction.Insert(StageRow.VersionKey(stage, unit.Code, after.Version), after);
            return (outcome, transaction);
        }, ct);
    }

    private static OutboxRow Event(Campaign campaign, StageRow row, string what, DateTimeOffset now)
    {
        var stage = StageReports.KeyOf(row.Stage);
        var text = row.State == ReportState.Returned
            ? $"【退回】{row.UnitName}：{StageReports.NameOf(row.Stage)}（第 {row.Version} 次报送）被退回：{row.Review!.Comment}。请改好后重新报送。"
            : null;
        return OutboxRow.ForTopic(Entities.CampaignEvents, Keys.Join("stage", stage, row.Unit, row.Revision.ToString(CultureInfo.InvariantCulture)), now,
            OutboxMessage.Of($"{campaign.District}/{campaign.Season}/stage-report/{stage}/{row.Unit}/{row.Revision}",
                new StageEvent(what, campaign.District, campaign.Season, stage, row.Unit, row.UnitName, row.Version, now, row.Review?.Comment, text),
                ReportEvent.Properties(campaign, row.Unit)));
    }
}
