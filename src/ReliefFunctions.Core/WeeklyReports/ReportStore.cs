using System.Globalization;
using ReliefFunctions.Core.Campaigns;
using ReliefFunctions.Core.Messaging;
using ReliefFunctions.Core.Storage;
using ReliefFunctions.Core.WeeklyReports.Forms;

namespace ReliefFunctions.Core.WeeklyReports;

/// <summary>One command on a report: how it decides on what stands, and what goes with the decision.</summary>
/// <param name="Decide">Pure: decides again when another was first.</param>
internal sealed record ReportCommand(Func<ReportRow, Decision> Decide)
{
    /// <summary>Who and when; without it nobody's trail grows (a draft keeps its own author and time).</summary>
    public AuditEntry? Audit { get; init; }

    /// <summary>The event to tell; null for none. Needs <see cref="Audit"/>.</summary>
    public string? Event { get; init; }

    /// <summary>What must be stored before the decision is.</summary>
    public Func<Task>? BeforeCommit { get; init; }

    /// <summary>The row's reading, when it was begun before.</summary>
    public Task<Row<ReportRow>?>? Read { get; init; }
}

/// <summary>Reports of a campaign in its partition of the Reports table, their originals in blobs, and what is told about them.</summary>
public sealed class ReportStore(FeatureTables tables, BlobStore blobs, CampaignStore campaigns)
{
    private FeatureTable Table => tables[ReportFeature.Table];

    /// <summary>The form of a week, or null when its version was never stored.</summary>
    public Task<FormDefinition?> FormAsync(Campaign campaign, ReportingWeek week, CancellationToken ct = default) =>
        campaigns.ConfigurationAsync<FormDefinition>(campaign.District, FormEndpoints.Kind, campaign.FormVersionOn(week.First), ct);

    /// <summary>A unit's report of a week; null when the unit was not expected and sent none.</summary>
    public async Task<ReportRow?> GetAsync(ReportPlace place, CancellationToken ct = default) => (await RowAsync(place, ct))?.Value;

    /// <summary>The same by its names, for readers of other features.</summary>
    public async Task<ReportRow?> GetAsync(Campaign campaign, WeekKey week, string unit, CancellationToken ct = default) =>
        (await Table.GetAsync<ReportRow>(campaign.Partition, ReportRow.Key(week, unit), ct))?.Value;

    /// <summary>A report with what a change must name to replace it.</summary>
    internal Task<Row<ReportRow>?> RowAsync(ReportPlace place, CancellationToken ct) => Table.GetAsync<ReportRow>(place.Campaign.Partition, place.RowKey, ct);

    /// <summary>Every report of a week, those not reported included, in the order of the district's units.</summary>
    public async Task<IReadOnlyList<ReportRow>> WeekAsync(Campaign campaign, WeekKey week, CancellationToken ct = default)
    {
        var rows = new List<ReportRow>();
        await foreach (var row in Table.PrefixAsync<ReportRow>(campaign.Partition, $"R|{week}|", ct)) rows.Add(row.Value);
        var order = (await campaigns.UnitsAsync(campaign.District, ct)).Select((unit, index) => (unit.Code, index))
            .ToDictionary(unit => unit.Code, unit => unit.index);
        return [.. rows.OrderBy(row => order.GetValueOrDefault(row.Unit, int.MaxValue)).ThenBy(row => row.Unit, StringComparer.Ordinal)];
    }

    /// <summary>Every report of the season by week and unit code.</summary>
    public async Task<IReadOnlyList<ReportRow>> SeasonAsync(Campaign campaign, CancellationToken ct = default)
    {
        var rows = new List<ReportRow>();
        await foreach (var row in Table.PrefixAsync<ReportRow>(campaign.Partition, "R|", ct)) rows.Add(row.Value);
        return rows;
    }

    /// <summary>A version of a report, or null.</summary>
    public async Task<ReportVersion?> VersionAsync(ReportPlace place, int number, CancellationToken ct = default) =>
        (await Table.GetAsync<ReportVersion>(place.Campaign.Partition, ReportVersion.Key(place.Week.Key, place.Unit.Code, number), ct))?.Value;

    /// <summary>The counted values of the weeks before, last week first; null for a week without any.</summary>
    public async Task<IReadOnlyList<ReportValues?>> HistoryAsync(ReportPlace place, CancellationToken ct = default) =>
        [.. (await BeforeAsync(place, ct)).Select(row => row?.Counted?.Content.Values)];

    /// <summary>A unit's reports of the weeks before, as far as the rules look back, last week first; null for a week without a row.</summary>
    public async Task<IReadOnlyList<ReportRow?>> BeforeAsync(ReportPlace place, CancellationToken ct = default)
    {
        var before = CampaignWeeks.Of(place.Campaign).Where(other => other.Number < place.Week.Number)
            .OrderByDescending(other => other.Number).Take(ReportRules.HistoryWeeks);
        return await Task.WhenAll(before.Select(other => GetAsync(place with { Week = other }, ct)));
    }

    /// <summary>Opens a version's original as it was received, or null.</summary>
    public Task<Stream?> OpenOriginalAsync(ReportPlace place, OriginalFile original, CancellationToken ct = default) =>
        blobs.OpenAsync(BlobStore.Originals, BlobName(place, original), ct);

    /// <summary>
    /// Submits: the original's bytes first, then row, version, message and audit together or not at all. The answer tells what came of it;
    /// a lost race is decided again on what the other left. <paramref name="read"/> is the row's reading, begun together with the history's.
    /// </summary>
    internal Task<Decision> SubmitAsync(
        ReportPlace place, Submission submission, BinaryData original, AuditEntry audit, Task<Row<ReportRow>?>? read = null, CancellationToken ct = default)
    {
        var stored = false;
        return DecideAsync(place, new ReportCommand(row => ReportDecisions.Submit(place, row, submission, audit.At, audit.Actor))
        {
            Audit = audit,
            Event = "submitted",
            Read = read,
            BeforeCommit = async () =>
            {
                if (stored) return;
                await blobs.PutOnceAsync(BlobStore.Originals, BlobName(place, submission.Original), original, submission.Original.ContentType, ct);
                stored = true;
            },
        }, ct);
    }

    /// <summary>Stores a stamped scan's bytes and notes it on the report.</summary>
    internal Task<Decision> AttachAsync(ReportPlace place, StampedScan scan, BinaryData bytes, AuditEntry audit, CancellationToken ct = default) =>
        DecideAsync(place, new ReportCommand(row => ReportDecisions.Attach(row, scan))
        {
            Audit = audit,
            BeforeCommit = () => blobs.PutOnceAsync(BlobStore.Originals, BlobName(place, scan.File), bytes, scan.File.ContentType, ct),
        }, ct);

    /// <summary>Reads, decides and commits until it is done or refused.</summary>
    internal async Task<Decision> DecideAsync(ReportPlace place, ReportCommand command, CancellationToken ct = default)
    {
        var begun = command.Read;
        return await Table.DecideAsync<Decision>(async () =>
        {
            var read = await (begun ?? RowAsync(place, ct));
            begun = null;
            var decision = command.Decide(read?.Value ?? ReportRow.Expected(place.Unit, place.Week.Key));
            if (decision is not Decision.Changed changed) return (decision, null);
            if (command.BeforeCommit is { } prepare) await prepare();

            var transaction = new Transaction(place.Campaign.Partition).Put(read, place.RowKey, changed.Row);
            if (command.Audit is { } audit) transaction.Audit(audit);
            if (changed.Added is { } added) transaction.Insert(ReportVersion.Key(place.Week.Key, place.Unit.Code, added.Number), added);
            if (command.Event is { } what) transaction.Send(Event(place, changed.Row, what, command.Audit!.At), soon: true);
            return (decision, transaction);
        }, ct);
    }

    /// <summary>
    /// Creates the rows of every week that has opened, and so freezes who is expected to report. Repeated and interrupted runs end in the same rows;
    /// the cursor moves with the last of a week's rows.
    /// </summary>
    public async Task OpenWeeksAsync(Campaign campaign, DateTimeOffset now, CancellationToken ct = default)
    {
        var opened = (await CursorAsync(campaign, ct))?.Value.Number ?? 0;
        foreach (var week in CampaignWeeks.Of(campaign).Where(week => week.Opens <= now && week.Number > opened))
        {
            while (!await OpenAsync(campaign, week, ct))
            {
                // More units than one transaction holds: the next one takes those that are still missing.
            }
        }
    }

    /// <summary>Creates rows of a week that are missing, as many as one transaction holds; true when the week is open.</summary>
    private Task<bool> OpenAsync(Campaign campaign, ReportingWeek week, CancellationToken ct) =>
        Table.DecideAsync<bool>(async () =>
        {
            var cursor = await CursorAsync(campaign, ct);
            if (cursor?.Value.Number >= week.Number) return (true, null);
            var there = (await WeekAsync(campaign, week.Key, ct)).Select(row => row.Unit).ToHashSet();
            var missing = (await campaigns.UnitsAsync(campaign.District, ct)).Where(unit => unit.IsOpen(week.First, week.Last) && !there.Contains(unit.Code))
                .ToList();
            var last = missing.Count < Transaction.MaxRows;
            var transaction = new Transaction(campaign.Partition);
            foreach (var unit in missing.Take(Transaction.MaxRows - 1))
            {
                transaction.Insert(ReportRow.Key(week.Key, unit.Code), ReportRow.Expected(unit, week.Key));
            }

            if (last) transaction.Put(cursor, OpenedWeeks.Key, new OpenedWeeks(week.Number));
            return (last, transaction);
        }, ct);

    private Task<Row<OpenedWeeks>?> CursorAsync(Campaign campaign, CancellationToken ct) =>
        Table.GetAsync<OpenedWeeks>(campaign.Partition, OpenedWeeks.Key, ct);

    private static OutboxRow Event(ReportPlace place, ReportRow row, string what, DateTimeOffset now)
    {
        var (campaign, week, _) = place;
        var locked = now > week.Lock && !(row.Unlocked?.Until >= now);
        var text = row.State == ReportState.Returned
            ? $"【退回】{row.UnitName}：第{week.Number}周工作进展情况调度表（第 {row.Version} 次报送）被退回：{row.Review!.Comment}。{(locked ? $"本周已锁定，请先联系{campaign.Office}（{campaign.DutyPhone}）开通补报。" : "请改好后重新报送。")}"
            : null;
        var body = new ReportEvent(what, campaign.District, campaign.Season, row.Week, row.Unit, row.UnitName, row.Version, now, row.Latest?.MinutesLate
            ?? 0, row.Latest?.Receipt, row.Review?.Comment, text);
        var id = string.Create(CultureInfo.InvariantCulture, $"{row.Week}/{row.Unit}/{row.Revision}");
        return OutboxRow.ForTopic(Entities.CampaignEvents, "report|" + id.Replace('/', '|'), now,
            OutboxMessage.Of($"{campaign.District}/{campaign.Season}/report/{id}", body, ReportEvent.Properties(campaign, row.Unit)));
    }

    private static string BlobName(ReportPlace place, OriginalFile original) =>
        $"{Keys.Part(place.Campaign.District)}/{Keys.Part(place.Campaign.Season)}/{place.Week.Key}/{Keys.Part(place.Unit.Code)}/{original.Sha256}";

    /// <summary>How far weeks were opened.</summary>
    private sealed record OpenedWeeks(int Number)
    {
        public const string Key = "C|weeks";
    }
}
