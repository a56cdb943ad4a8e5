using System.Globalization;
using System.Reflection;
using ReliefFunctions.Core.Access;
using ReliefFunctions.Core.Campaigns;
using ReliefFunctions.Core.Messaging;
using ReliefFunctions.Core.Storage;
using ReliefFunctions.Core.Summaries.Figures;
using ReliefFunctions.Core.Summaries.Inputs;
using ReliefFunctions.Core.Summaries.Publishing;
using ReliefFunctions.Core.Summaries.Sheets;
using ReliefFunctions.Core.Summaries.Sentences;
using ReliefFunctions.Core.WeeklyReports.Forms;

namespace ReliefFunctions.Core.Summaries.Compiling;

/// <summary>Summaries of campaigns: requests, compiled versions and their files, and what the office adds to them.</summary>
public sealed class SummaryStore(FeatureTables tables, BlobStore blobs, SummaryReader inputs, DownloadLinks links, LinkOptions options, TimeProvider clock)
{
    /// <summary>After a change, the next compile of that week waits this long, so that a morning's reviewing makes a few versions and not thirty.</summary>
    public static readonly TimeSpan ChangePause = TimeSpan.FromMinutes(10);

    /// <summary>In the audit trail: a version was compiled. Areas are compiled again by it.</summary>
    internal const string Compiled = "summary.compiled";

    /// <summary>Looked at again on each run: a decision is committed a moment after the time it carries.</summary>
    private static readonly TimeSpan Overlap = ChangePause + TimeSpan.FromMinutes(
        10), LongestLookBack = TimeSpan.FromDays(14), CursorStep = TimeSpan.FromMinutes(5);

    private static readonly string Build = typeof(SummaryStore).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion
        ?? "unknown";

    private FeatureTable Table => tables[SummaryFeature.Table];

    /// <summary>The newest version of each compiled period, in their order.</summary>
    public async Task<IReadOnlyList<SummaryVersion>> LatestAsync(SummaryScope scope, CancellationToken ct = default)
    {
        var latest = await Task.WhenAll(scope.Periods.Select(period => VersionAsync(scope, period, null, ct)));
        return [.. latest.OfType<SummaryVersion>()];
    }

    /// <summary>Every version of a period, the oldest first.</summary>
    public async Task<IReadOnlyList<SummaryVersion>> VersionsAsync(SummaryScope scope, SummaryPeriod period, CancellationToken ct = default)
    {
        var versions = new List<SummaryVersion>();
        await foreach (var row in Table.PrefixAsync<SummaryVersion>(scope.Partition, $"{period.Key}|v", ct)) versions.Add(row.Value);
        return versions;
    }

    /// <summary>A version, or the newest one for null; null when there is none.</summary>
    public async Task<SummaryVersion?> VersionAsync(SummaryScope scope, SummaryPeriod period, int? number, CancellationToken ct = default) =>
        (await Table.GetAsync<SummaryVersion>(scope.Partition, number is { } n
            ? SummaryKeys.Version(period.Key, n)
            : SummaryKeys.Latest(period.Key), ct))?.Value;

    /// <summary>A file of a version: the workbook, the print set, the bulletin; null when it is gone.</summary>
    public Task<Stream?> OpenAsync(SummaryScope scope, SummaryVersion version, SummaryFile file, CancellationToken ct = default)
    {
        ArgumentNullException.ThrowIfNull(file);
        return blobs.OpenAsync(BlobStore.Summaries, SummaryKeys.Blob(scope, version.Period, version.InputHash) + file.Ending, ct);
    }

    /// <summary>The figures of a version; null when they are gone.</summary>
    public Task<SummaryDocument?> DocumentAsync(SummaryScope scope, SummaryVersion version, CancellationToken ct = default) =>
        inputs.DocumentAsync(scope, version, ct);

    /// <summary>
    /// Every report of the season up to a week as a workbook, as it stands now. It lies in a temporary file, which goes when the stream is closed,
    /// because a response cannot be written to as a workbook is.
    /// </summary>
    public async Task<Stream> OpenDetailAsync(Campaign campaign, ReportingWeek week, IReadOnlyList<FormDefinition> forms, CancellationToken ct = default)
    {
        var file = new FileStream(Path.Combine(Path.GetTempPath(), $"detail-{Guid.NewGuid():N}.xlsx"), FileMode.CreateNew, FileAccess.ReadWrite, FileShare.None,
            81_920, FileOptions.DeleteOnClose);
        try
        {
            await SummaryDetail.WriteAsync(file, SummaryRules.Fields(forms[^1], forms), inputs.SeasonAsync(campaign, week.Key, ct), campaign.Zone(), ct);
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
    public async Task<SummaryRequest?> RequestAsync(SummaryScope scope, string id, CancellationToken ct = default)
    {
        if ((await Table.GetAsync<SummaryRequest>(scope.Partition, SummaryKeys.Request(id), ct))?.Value is not { } request) return null;
        if (request.State == RequestState.Ready) return request;
        var waiting = await Table.OutboxRowAsync(scope.Partition, OutboxRow.KeyPrefix + OutboxId(request), ct);
        return request with { LastError = waiting?.Value.LastError };
    }

    /// <summary>Asks for a compile; asked again under the same id, answers what became of the first.</summary>
    public async Task<SummaryRequest> AskAsync(SummaryScope scope, SummaryPeriod period, string id, AuditEntry audit, CancellationToken ct = default)
    {
        var request = Request(id, period.Key, CompileReason.Requested, audit.Actor, audit.At);
        await Table.CommitAsync(Ask(new Transaction(scope.Partition), scope, request).Audit(audit), ct);
        return (await RequestAsync(scope, id, ct))!;
    }

    /// <summary>Records that a file was downloaded, or the like.</summary>
    public Task RecordAsync(SummaryScope scope, AuditEntry audit, CancellationToken ct = default) =>
        Table.CommitAsync(new Transaction(scope.Partition).Audit(audit), ct);

    /// <summary>What was recorded, the newest first; at most 500 entries.</summary>
    public async Task<IReadOnlyList<AuditEntry>> RecordedAsync(SummaryScope scope, Func<AuditEntry, bool> which, CancellationToken ct = default)
    {
        var entries = new List<AuditEntry>();
        await foreach (var row in Table.PrefixAsync<AuditEntry>(scope.Partition, "A|", ct))
        {
            if (which(row.Value)) entries.Add(row.Value);
            if (entries.Count == 500) break;
        }

        return entries;
    }

    /// <summary>Stores what the office decided on a matter.</summary>
    public Task<Outcome<MatterDecision>> DecideAsync(SummaryScope scope, MatterDecision decision, AuditEntry audit, string? ifMatch = null,
        CancellationToken ct = default) =>
        Table.PutAsync(scope.Partition, SummaryKeys.Matter(decision.Week, decision.Unit), decision, audit, ifMatch, ct);

    /// <summary>The figures of the season before that the office gave; null when it gave none.</summary>
    public Task<Row<SeasonFigures>?> LastSeasonAsync(SummaryScope scope, CancellationToken ct = default) =>
        Table.GetAsync<SeasonFigures>(scope.Partition, SummaryKeys.LastSeason, ct);

    /// <summary>Stores the figures of the season before, whatever stands or upon the version named.</summary>
    public Task<Outcome<SeasonFigures>> SetLastSeasonAsync(SummaryScope scope, SeasonFigures figures, AuditEntry audit, string? ifMatch = null,
        CancellationToken ct = default) =>
        Table.PutAsync(scope.Partition, SummaryKeys.LastSeason, figures, audit, ifMatch, ct);

    /// <summary>Stores the office's words on what comes next.</summary>
    public async Task SetOutlookAsync(SummaryScope scope, SummaryPeriod period, WeekOutlook outlook, AuditEntry audit, CancellationToken ct = default) =>
        await Table.PutAsync(scope.Partition, SummaryKeys.Outlook(period.Key), outlook, audit, ct: ct);

    /// <summary>
    /// Compiles: the newest version is read first and replaced by its ETag, so that of two compiles side by side one starts again;
    /// the files are written once under the hash of what they were made from; the request, its message and the new version end together.
    /// </summary>
    internal Task CompileAsync(SummaryScope scope, SummaryPeriod period, CompileSummary message, OutboxReference outbox, CancellationToken ct) =>
        Table.DecideAsync<bool>(async () =>
        {
            // Without the message's row another consumer has done this very request.
            if (await Table.OutboxRowAsync(outbox.Partition, outbox.RowKey, ct) is null) return (false, null);
            var latest = await Table.GetAsync<SummaryVersion>(scope.Partition, SummaryKeys.Latest(period.Key), ct);
            var request = await Table.GetAsync<SummaryRequest>(scope.Partition, SummaryKeys.Request(message.Id), ct);
            if (request?.Value.State == RequestState.Queued)
            {
                // Lost, it only means that the progress shown is a step behind.
                await Table.CommitAsync(new Transaction(scope.Partition).Replace(request, request.Value with { State = RequestState.Running }), ct);
                request = await Table.GetAsync<SummaryRequest>(scope.Partition, SummaryKeys.Request(message.Id), ct);
            }

            var read = clock.GetUtcNow();
            var input = scope.IsArea ? null : await inputs.ReadAsync(scope, period, read, ct);
            var summary = input is null ? AreaRules.Compute(await inputs.ReadAreaAsync(scope, period, ct)) : SummaryRules.Compute(input);
            var transaction = new Transaction(scope.Partition).Handled(outbox);
            if (latest?.Value.SourceHash == summary.SourceHash)
            {
                // What was a correction until now is what the leader is to have: only the office knows of it yet.
                var isNews = latest.Value.Reason is CompileReason.Changed or CompileReason.Requested
                    && SummaryReady.ForLeaders(message.Reason, period.Last, read);
                if (isNews) transaction.Send(await EventAsync(scope, period, latest.Value with { Reason = message.Reason }, summary, read, ct));
                if (request is not null)
                {
                    transaction.Replace(request,
                        request.Value with { State = RequestState.Ready, FinishedAt = read, Version = latest.Value.Number, NothingNew = true });
                }
            }
            else
            {
                if (latest is not null && await DocumentAsync(scope, latest.Value, ct) is { } before) summary = SummaryRules.Replacing(before.Summary, summary);
                var version = await StoreAsync(scope, period, summary, input is null
                    ? null
                    : SummaryDetail.Lines(input), new SummaryStamp((latest?.Value.Number ?? 0) + 1, read, Build) { Site = options.BaseUrl }, message.Reason,
                        ct);
                transaction.Insert(SummaryKeys.Version(period.Key, version.Number), version).Put(latest, SummaryKeys.Latest(period.Key), version)
                    .Send(await EventAsync(scope, period, version, summary, null, ct))
                    .Audit(new AuditEntry(read, request?.Value.RequestedBy
                        ?? SummaryClock.Job, Compiled, string.Create(CultureInfo.InvariantCulture, $"{period.Key}/v{version.Number}"),
                            message.Reason.ToString()));
                if (request is not null)
                {
                    transaction.Replace(request, request.Value with { State = RequestState.Ready, FinishedAt = read, Version = version.Number });
                }
            }

            return (true, transaction);
        }, ct);

    /// <summary>Asks for what the calendar says is due, each once, and again for compiled periods whose inputs changed.</summary>
    internal async Task AskForDueAsync(SummaryScope scope, DateTimeOffset now, CancellationToken ct)
    {
        var row = await Table.GetAsync<CompileCursor>(scope.Partition, SummaryKeys.CursorKey, ct);
        var cursor = row?.Value ?? new CompileCursor { Through = now };
        var (marks, transaction) = (cursor.Periods.ToDictionary(), new Transaction(scope.Partition));
        async Task Mark(SummaryPeriod period, CompileReason reason, bool final)
        {
            // Rows make the denominator: before a week has opened, or a district has a summary, there is nothing to sum up.
            if (await inputs.MarkerAsync(scope, period, ct) is not { Length: > 0 } marker) return;
            if (reason == CompileReason.Changed && marks[period.Key].Marker == marker) return;
            marks[period.Key] = new CompileMark(final, period.Last.Key, marker, now);
            Ask(transaction, scope,
                Request(string.Create(CultureInfo.InvariantCulture, $"{period.Key}-{reason}-{now.UtcDateTime:yyyyMMddHHmmss}")
                    .ToLowerInvariant(), period.Key, reason, SummaryClock.Job, now));
        }

        foreach (var period in scope.Periods.Where(period => period.Last.FirstCompile <= now))
        {
            var mark = marks.GetValueOrDefault(period.Key) is { } made && made.Through == period.Last.Key ? made : null;
            if (mark?.Final != true && period.Last.Lock < now) await Mark(period, CompileReason.Final, final: true);
            else if (mark is null) await Mark(period, CompileReason.First, final: false);
        }

        // A clock that was down catches up a bounded way; what lies further back is compiled on request.
        var from = cursor.Through - Overlap;
        foreach (var period in await inputs.TouchedAsync(scope, from < now - LongestLookBack ? now - LongestLookBack : from, now.AddMinutes(1), ct))
        {
            if (!cursor.Periods.TryGetValue(period.Key, out var mark) || now - marks[period.Key].RequestedAt < ChangePause) continue;
            await Mark(period, CompileReason.Changed, mark.Final);
        }

        if (transaction.Count == 0 && now - cursor.Through < CursorStep && row is not null) return;
        await Table.CommitAsync(transaction.Put(row, SummaryKeys.CursorKey, new CompileCursor { Periods = marks, Through = now }), ct);
    }

    /// <summary>Keeps each day's minimum, because forecasts are forgotten once they no longer matter to patrols.</summary>
    internal async Task KeepMinimumsAsync(Campaign campaign, DateTimeOffset now, CancellationToken ct)
    {
        var today = LocalTime.DateOf(now, campaign.Zone());
        var minimums = (await inputs.ForecastMinimumsAsync(campaign, ct)).Where(minimum => minimum.Day <= today && minimum.Day >= campaign.Start).ToList();
        if (minimums.Count == 0) return;
        var kept = new Dictionary<string, DailyMinimum>();
        await foreach (var row in Table.RangeAsync<DailyMinimum>(campaign.Partition, SummaryReader.DayKey(minimums.Min(minimum => minimum.Day)),
            SummaryReader.DayKey(today.AddDays(1)), ct))
        {
            kept[row.RowKey] = row.Value;
        }

        var transaction = new Transaction(campaign.Partition);
        foreach (var minimum in minimums.Where(minimum => kept.GetValueOrDefault(SummaryReader.DayKey(minimum.Day)) != minimum))
        {
            transaction.Upsert(SummaryReader.DayKey(minimum.Day), minimum);
        }

        await Table.CommitAsync(transaction, ct);
    }

    private async Task<SummaryVersion> StoreAsync(SummaryScope scope, SummaryPeriod period, Summary summary, IReadOnlyList<Dictionary<string, object?>>? detail,
        SummaryStamp stamp, CompileReason reason, CancellationToken ct)
    {
        var name = SummaryKeys.Blob(scope, period.Key, summary.InputHash);
        Task Put(string ending, byte[] bytes, string type) => blobs.PutOnceAsync(BlobStore.Summaries, name + ending, BinaryData.FromBytes(bytes), type, ct);
        await Task.WhenAll(
            Put(".json", SummaryExports.Json(summary, stamp), "application/json; charset=utf-8"),
            Put(SummaryFile.Workbook.Ending, SummaryWorkbook.Write(summary, stamp, detail), SummaryFile.Workbook.ContentType),
            Put(SummaryFile.Print.Ending, SummaryWorkbook.WritePrint(summary, stamp), SummaryFile.Print.ContentType),
            Put(SummaryFile.Bulletin.Ending, Bulletin.Write(summary, stamp), SummaryFile.Bulletin.ContentType));
        return new SummaryVersion
        {
            Period = period.Key,
            Title = Wording.Period(summary),
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

    private static SummaryRequest Request(string id, string period, CompileReason reason, string by, DateTimeOffset at) =>
        new() { Id = id, Period = period, Reason = reason, State = RequestState.Queued, RequestedAt = at, RequestedBy = by };

    private static Transaction Ask(Transaction transaction, SummaryScope scope, SummaryRequest request) => transaction
        .Insert(SummaryKeys.Request(request.Id), request)
        .Send(OutboxRow.ForQueue(Entities.SummaryRequests, OutboxId(request), request.RequestedAt, OutboxMessage.Of(
            $"{scope.Code}/{scope.Season}/summary/{request.Id}", new CompileSummary(scope.Code, scope.Season, request.Period, request.Reason, request.Id),
            new Dictionary<string, string> { ["district"] = scope.Code })));

    private static string OutboxId(SummaryRequest request) => $"summary|{request.Id}";

    /// <summary>
    /// What leaders' channels are told: the conclusion in short, and where the page is, for as long as a link may live. <paramref name="again"/> is when a
    /// version that the office knows becomes the leader's too; null of a new version.
    /// </summary>
    private async Task<OutboxRow> EventAsync(SummaryScope scope, SummaryPeriod period, SummaryVersion version, Summary summary, DateTimeOffset? again,
        CancellationToken ct)
    {
        const int most = 150;
        var at = again ?? version.CompiledAt;
        var until = DateTimeOffset.FromUnixTimeSeconds((at + DownloadLinks.Longest).ToUnixTimeSeconds());
        var url = await links.UrlAsync(new DownloadLink(scope.Code, scope.Season, version.Period, version.Number, "page", "领导同志", until), ct);
        var text = $"【{scope.Name}工作调度】{version.Title}第{version.Number}版：{Wording.Cut(FrontPage.ConclusionOf(summary), most)}阅读：{url}";
        var id = string.Create(CultureInfo.InvariantCulture, $"{version.Period}-v{version.Number}{(again is null ? "" : "-" + version.Reason)}");
        return OutboxRow.ForTopic(Entities.CampaignEvents, $"summary-ready|{id}", at, OutboxMessage.Of(
            $"{scope.Code}/{scope.Season}/summary-ready/{id}",
                new SummaryReady(scope.Code, scope.Season, version.Period, version.Number, version.Reason, version.Expected, version.Reported, text,
                    again is null ? SummaryReady.AudienceOf(version.Reason, period.Last, at) : [Audience.Leader]),
            new Dictionary<string, string> { ["district"] = scope.Code, ["kind"] = "summary.ready" }));
    }
}

/// <summary>A file of a version that is stored as it was compiled.</summary>
/// <param name="Ending">After the version's name.</param>
/// <param name="ContentType">Media type.</param>
public sealed record SummaryFile(string Ending, string ContentType)
{
    /// <summary>The whole workbook.</summary>
    public static SummaryFile Workbook { get; } = new(".xlsx", SummaryWorkbook.ContentType);

    /// <summary>What a leader prints.</summary>
    public static SummaryFile Print { get; } = new("-print.xlsx", SummaryWorkbook.ContentType);

    /// <summary>The bulletin.</summary>
    public static SummaryFile Bulletin { get; } = new(".docx", Publishing.Bulletin.ContentType);

    /// <summary>By the name in an address; null for one that is made from the figures.</summary>
    public static SummaryFile? Of(string format) => format switch { "download" => Workbook, "print" => Print, "bulletin" => Bulletin, _ => null };
}
