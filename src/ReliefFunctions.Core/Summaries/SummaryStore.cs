using System.Globalization;
using System.Reflection;
using ReliefFunctions.Core.Campaigns;
using ReliefFunctions.Core.Clocks;
using ReliefFunctions.Core.Messaging;
using ReliefFunctions.Core.Storage;
using ReliefFunctions.Core.WeeklyReports.Forms;

namespace ReliefFunctions.Core.Summaries;

/// <summary>Summaries of campaigns: requests, compiled versions and their files, and what the office adds to them.</summary>
public sealed class SummaryStore(FeatureTables tables, BlobStore blobs, SummaryInputs inputs, TimeProvider clock)
{
    /// <summary>After a change, the next compile of that week waits this long, so that a morning's reviewing makes a few versions and not thirty.</summary>
    public static readonly TimeSpan ChangePause = TimeSpan.FromMinutes(10);

    /// <summary>Looked at again on each run: a decision is committed a moment after the time it carries.</summary>
    private static readonly TimeSpan Overlap = ChangePause + TimeSpan.FromMinutes(10), LongestLookBack = TimeSpan.FromDays(14), CursorStep = TimeSpan.FromMinutes(5);

    private const int Attempts = 12;

    private static readonly string Build = typeof(SummaryStore).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "unknown";

    private FeatureTable Table => tables[FeatureTables.Name.Summaries];

    /// <summary>The newest version of each compiled week, in order of weeks.</summary>
    public async Task<IReadOnlyList<SummaryVersion>> LatestAsync(Campaign campaign, CancellationToken ct = default)
    {
        var latest = new List<SummaryVersion>();
        await foreach (var row in Table.RangeAsync<SummaryVersion>(campaign.Partition, "2", "3", ct))
        {
            if (row.RowKey.EndsWith("|latest", StringComparison.Ordinal)) latest.Add(row.Value);
        }

        return latest;
    }

    /// <summary>Every version of a week, the oldest first.</summary>
    public async Task<IReadOnlyList<SummaryVersion>> VersionsAsync(Campaign campaign, WeekKey week, CancellationToken ct = default)
    {
        var versions = new List<SummaryVersion>();
        await foreach (var row in Table.PrefixAsync<SummaryVersion>(campaign.Partition, $"{week}|v", ct)) versions.Add(row.Value);
        return versions;
    }

    /// <summary>A version, or the newest one for null; null when there is none.</summary>
    public async Task<SummaryVersion?> VersionAsync(Campaign campaign, WeekKey week, int? number, CancellationToken ct = default) =>
        (await Table.GetAsync<SummaryVersion>(campaign.Partition, number is { } n ? SummaryKeys.Version(week, n) : SummaryKeys.Latest(week), ct))?.Value;

    /// <summary>The workbook of a version; null when it is gone.</summary>
    public Task<Stream?> OpenWorkbookAsync(Campaign campaign, SummaryVersion version, CancellationToken ct = default) =>
        blobs.OpenAsync(BlobStore.Summaries, Name(campaign, version.Week, version.InputHash) + ".xlsx", ct);

    /// <summary>The figures of a version; null when they are gone.</summary>
    public async Task<SummaryDocument?> DocumentAsync(Campaign campaign, SummaryVersion version, CancellationToken ct = default)
    {
        var stream = await blobs.OpenAsync(BlobStore.Summaries, Name(campaign, version.Week, version.InputHash) + ".json", ct);
        if (stream is null) return null;
        using var reader = new StreamReader(stream);
        return StoredJson.Read<SummaryDocument>(await reader.ReadToEndAsync(ct));
    }

    /// <summary>
    /// Every report of the season up to a week as a workbook, as it stands now. It lies in a temporary file, which goes when the stream is closed,
    /// because a response cannot be written to as a workbook is.
    /// </summary>
    public async Task<Stream> OpenDetailAsync(Campaign campaign, ReportingWeek week, FormDefinition form, CancellationToken ct = default)
    {
        var file = new FileStream(Path.Combine(Path.GetTempPath(), $"detail-{Guid.NewGuid():N}.xlsx"), FileMode.CreateNew, FileAccess.ReadWrite, FileShare.None, 81_920, FileOptions.DeleteOnClose);
        try
        {
            // The writer pulls: it blocks a thread of the pool while it waits for storage.
            await Task.Run(() => SummaryDetail.Write(file, form, inputs.SeasonAsync(campaign, week.Key, ct).ToBlockingEnumerable(ct), campaign.Zone()), ct);
            file.Position = 0;
            return file;
        }
        catch
        {
            await file.DisposeAsync();
            throw;
        }
    }

    /// <summary>A request with what became of it, or null.</summary>
    public async Task<SummaryRequest?> RequestAsync(Campaign campaign, string id, CancellationToken ct = default)
    {
        if ((await Table.GetAsync<SummaryRequest>(campaign.Partition, SummaryKeys.Request(id), ct))?.Value is not { } request) return null;
        if (request.State == RequestState.Ready) return request;
        var waiting = await Table.OutboxRowAsync(campaign.Partition, OutboxRow.KeyPrefix + OutboxId(request), ct);
        return request with { LastError = waiting?.Value.LastError };
    }

    /// <summary>Asks for a compile; asked again under the same id, answers what became of the first.</summary>
    public async Task<SummaryRequest> AskAsync(Campaign campaign, WeekKey week, string id, AuditEntry audit, CancellationToken ct = default)
    {
        var request = Request(id, week, CompileReason.Requested, audit.Actor, audit.At);
        await Table.CommitAsync(Ask(new Transaction(campaign.Partition), campaign, request).Audit(audit), ct);
        return (await RequestAsync(campaign, id, ct))!;
    }

    /// <summary>Records that a file was downloaded, or the like.</summary>
    public Task RecordAsync(Campaign campaign, AuditEntry audit, CancellationToken ct = default) => Table.CommitAsync(new Transaction(campaign.Partition).Audit(audit), ct);

    /// <summary>Stores what the office decided on a matter.</summary>
    public async Task DecideAsync(Campaign campaign, MatterDecision decision, AuditEntry audit, CancellationToken ct = default) =>
        await Table.CommitAsync(new Transaction(campaign.Partition).Upsert(SummaryKeys.Matter(decision.Week, decision.Unit), decision).Audit(audit), ct);

    /// <summary>Stores the office's words on the week after.</summary>
    public async Task SetOutlookAsync(Campaign campaign, WeekKey week, WeekOutlook outlook, AuditEntry audit, CancellationToken ct = default) =>
        await Table.CommitAsync(new Transaction(campaign.Partition).Upsert(SummaryKeys.Outlook(week), outlook).Audit(audit), ct);

    /// <summary>
    /// Compiles: the newest version is read first and replaced by its ETag, so that of two compiles side by side one starts again;
    /// the files are written once under the hash of what they were made from; the request, its message and the new version end together.
    /// </summary>
    internal async Task CompileAsync(Campaign campaign, ReportingWeek week, CompileSummary message, OutboxReference outbox, CancellationToken ct)
    {
        for (var attempt = 0; attempt < Attempts; attempt++)
        {
            var latest = await Table.GetAsync<SummaryVersion>(campaign.Partition, SummaryKeys.Latest(week.Key), ct);
            var request = await Table.GetAsync<SummaryRequest>(campaign.Partition, SummaryKeys.Request(message.Id), ct);
            if (request?.Value.State == RequestState.Queued)
            {
                // Lost, it only means that the progress shown is a step behind.
                await Table.CommitAsync(new Transaction(campaign.Partition).Replace(request, request.Value with { State = RequestState.Running }), ct);
                request = await Table.GetAsync<SummaryRequest>(campaign.Partition, SummaryKeys.Request(message.Id), ct);
            }

            var read = clock.GetUtcNow();
            var summary = SummaryRules.Compute(await inputs.ReadAsync(campaign, week, ct));
            var transaction = new Transaction(campaign.Partition).Handled(outbox);
            if (latest?.Value.SourceHash == summary.SourceHash)
            {
                if (request is not null) transaction.Replace(request, request.Value with { State = RequestState.Ready, FinishedAt = read, Version = latest.Value.Number, NothingNew = true });
            }
            else
            {
                if (latest is not null && await DocumentAsync(campaign, latest.Value, ct) is { } before) summary = SummaryRules.Replacing(before.Summary, summary);
                var version = await StoreAsync(campaign, week, summary, new SummaryStamp((latest?.Value.Number ?? 0) + 1, read, Build), message.Reason, ct);
                transaction.Insert(SummaryKeys.Version(week.Key, version.Number), version).Put(latest, SummaryKeys.Latest(week.Key), version).Send(Event(campaign, version));
                if (request is not null) transaction.Replace(request, request.Value with { State = RequestState.Ready, FinishedAt = read, Version = version.Number });
            }

            if (await Table.CommitAsync(transaction, ct)) return;

            // The message's row is gone: another consumer has done this very request.
            if (await Table.OutboxRowAsync(outbox.Partition, outbox.RowKey, ct) is null) return;
        }

        throw new HttpRequestException($"The summary of {campaign.Partition} {week.Key} changed {Attempts} times while it was compiled.");
    }

    /// <summary>Asks for what the calendar says is due, each once, and again for compiled weeks whose reports changed.</summary>
    internal async Task AskForDueAsync(Campaign campaign, DateTimeOffset now, CancellationToken ct)
    {
        var row = await Table.GetAsync<CompileCursor>(campaign.Partition, SummaryKeys.CursorKey, ct);
        var cursor = row?.Value ?? new CompileCursor { Through = now };
        var (marks, transaction) = (cursor.Weeks.ToDictionary(), new Transaction(campaign.Partition));
        async Task Mark(ReportingWeek week, CompileReason reason, bool final)
        {
            // Rows make the denominator: before a week has opened there is nothing to sum up.
            if (await inputs.MarkerAsync(campaign, week.Key, ct) is not { Length: > 0 } marker) return;
            if (reason == CompileReason.Changed && marks[week.Key].Marker == marker) return;
            marks[week.Key] = new CompileMark(final, marker, now);
            Ask(transaction, campaign, Request(string.Create(CultureInfo.InvariantCulture, $"{week.Key}-{reason}-{now.UtcDateTime:yyyyMMddHHmmss}").ToLowerInvariant(), week.Key, reason, Schedules.SummaryClock, now));
        }

        foreach (var week in CampaignWeeks.Of(campaign).Where(week => week.FirstCompile <= now))
        {
            var mark = marks.GetValueOrDefault(week.Key);
            if (mark?.Final != true && week.Lock < now) await Mark(week, CompileReason.Final, final: true);
            else if (mark is null) await Mark(week, CompileReason.First, final: false);
        }

        var from = cursor.Through - Overlap;
        foreach (var key in await inputs.TouchedAsync(campaign, from < now - LongestLookBack ? now - LongestLookBack : from, now.AddMinutes(1), ct))
        {
            if (!cursor.Weeks.TryGetValue(key, out var mark) || now - marks[key].RequestedAt < ChangePause || CampaignWeeks.Find(campaign, key) is not { } week) continue;
            await Mark(week, CompileReason.Changed, mark.Final);
        }

        if (transaction.Count == 0 && now - cursor.Through < CursorStep && row is not null) return;
        await Table.CommitAsync(transaction.Put(row, SummaryKeys.CursorKey, new CompileCursor { Weeks = marks, Through = now }), ct);
    }

    /// <summary>Keeps each day's minimum, because forecasts are forgotten once they no longer matter to patrols.</summary>
    internal async Task KeepMinimumsAsync(Campaign campaign, DateTimeOffset now, CancellationToken ct)
    {
        var today = LocalTime.DateOf(now, campaign.Zone());
        var minimums = (await inputs.ForecastMinimumsAsync(campaign, ct)).Where(minimum => minimum.Day <= today && minimum.Day >= campaign.Start).ToList();
        if (minimums.Count == 0) return;
        var kept = new Dictionary<string, DailyMinimum>();
        await foreach (var row in Table.RangeAsync<DailyMinimum>(campaign.Partition, SummaryInputs.DayKey(minimums.Min(minimum => minimum.Day)), SummaryInputs.DayKey(today.AddDays(1)), ct)) kept[row.RowKey] = row.Value;
        var transaction = new Transaction(campaign.Partition);
        foreach (var minimum in minimums.Where(minimum => kept.GetValueOrDefault(SummaryInputs.DayKey(minimum.Day)) != minimum)) transaction.Upsert(SummaryInputs.DayKey(minimum.Day), minimum);
        await Table.CommitAsync(transaction, ct);
    }

    private async Task<SummaryVersion> StoreAsync(Campaign campaign, ReportingWeek week, Summary summary, SummaryStamp stamp, CompileReason reason, CancellationToken ct)
    {
        var name = Name(campaign, week.Key, summary.InputHash);
        await blobs.PutOnceAsync(BlobStore.Summaries, name + ".json", BinaryData.FromBytes(SummaryExports.Json(summary, stamp)), "application/json; charset=utf-8", ct);
        await blobs.PutOnceAsync(BlobStore.Summaries, name + ".xlsx", BinaryData.FromBytes(SummaryWorkbook.Write(summary, stamp)), SummaryWorkbook.ContentType, ct);
        return new SummaryVersion
        {
            Week = week.Key,
            WeekNumber = week.Number,
            Number = stamp.Version,
            InputHash = summary.InputHash,
            SourceHash = summary.SourceHash,
            Reason = reason,
            CompiledAt = stamp.GeneratedAt,
            Build = stamp.Build,
            Expected = summary.Reporting.Expected,
            Reported = summary.Reporting.Reported,
            Changes = summary.Changes.Count,
        };
    }

    private static SummaryRequest Request(string id, WeekKey week, CompileReason reason, string by, DateTimeOffset at) =>
        new() { Id = id, Week = week, Reason = reason, State = RequestState.Queued, RequestedAt = at, RequestedBy = by };

    private static Transaction Ask(Transaction transaction, Campaign campaign, SummaryRequest request) => transaction
        .Insert(SummaryKeys.Request(request.Id), request)
        .Send(OutboxRow.ForQueue(Entities.SummaryRequests, OutboxId(request), request.RequestedAt, OutboxMessage.Of(
            $"{campaign.District}/{campaign.Season}/summary/{request.Id}", CompileSummary.Schema,
            new CompileSummary(campaign.District, campaign.Season, request.Week, request.Reason, request.Id),
            new Dictionary<string, string> { ["district"] = campaign.District })));

    private static string OutboxId(SummaryRequest request) => $"summary|{request.Id}";

    private static OutboxRow Event(Campaign campaign, SummaryVersion version)
    {
        var text = $"{campaign.DistrictName}第{version.WeekNumber}周工作调度汇总第{version.Number}版已生成：应报{version.Expected}家，已报{version.Reported}家{(version.Number > 1 ? $"，变更{version.Changes}处" : "")}。";
        var id = string.Create(CultureInfo.InvariantCulture, $"{version.Week}-v{version.Number}");
        return OutboxRow.ForTopic(Entities.CampaignEvents, $"summary-ready|{id}", version.CompiledAt, OutboxMessage.Of(
            $"{campaign.District}/{campaign.Season}/summary-ready/{id}", SummaryReady.Schema,
            new SummaryReady(campaign.District, campaign.Season, version.Week, version.WeekNumber, version.Number, version.Reason, version.Expected, version.Reported, text),
            new Dictionary<string, string> { ["district"] = campaign.District, ["kind"] = "summary.ready" }));
    }

    private static string Name(Campaign campaign, WeekKey week, string inputHash) => SummaryKeys.Blob(campaign.District, campaign.Season, week, inputHash);
}
