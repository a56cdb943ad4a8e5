using System.Diagnostics;
using System.Net;
using System.Net.Http.Headers;
using Microsoft.Extensions.Logging;
using NCrontab;
using ReliefFunctions.Core.Campaigns;
using ReliefFunctions.Core.Clocks;
using ReliefFunctions.Core.Http;
using ReliefFunctions.Core.Messaging;
using ReliefFunctions.Core.Storage;
using ReliefFunctions.Core.Telemetry;

namespace ReliefFunctions.Core.Weather.Feeds;

/// <summary>Pulls the feeds that are due. A feed that fails waits longer each time and never stops the others.</summary>
public sealed partial class FeedPuller(FeedOptions options, AlertIntake intake, CampaignStore campaigns, FeatureTables tables, TimeProvider clock,
    ILogger<FeedPuller> log) : IDisposable
{
    /// <summary>Where cursors are kept in the intake table: a partition that is swept, so that what is told of a feed goes with its cursor.</summary>
    public const string CursorPartition = ClockFeature.OperatorPartition;

    /// <summary>Kind of what operators are told of a feed.</summary>
    private const string Told = "operator.feed";

    private const int Attempts = 3;
    private const int LinksPerPull = 50;
    private const int SideBySide = 8;
    private const int TakenKept = 500;
    private const int UnreadableKept = 20;

    private static readonly TimeZoneInfo China = TimeZoneInfo.FindSystemTimeZoneById("Asia/Shanghai");
    private static readonly TimeSpan Shortest = TimeSpan.FromMinutes(10);

    /// <summary>What the documents of an index get in one pull; the rest comes with the next one.</summary>
    private static readonly TimeSpan DocumentsWithin = TimeSpan.FromMinutes(2);

    private readonly HttpClient _http = OutboundHttp.Create(options.AllowLoopback, TimeSpan.FromSeconds(20));

    private FeatureTable Table => tables[ClockFeature.Intake];

    /// <summary>Pulls every feed that is due, several side by side: one that hangs does not hold up the others.</summary>
    public async Task RunAsync(CancellationToken ct)
    {
        await Parallel.ForEachAsync(options.Items, new ParallelOptions { MaxDegreeOfParallelism = SideBySide, CancellationToken = ct }, async (feed, _) =>
        {
            try
            {
                await PullIfDueAsync(feed, ct);
            }
            catch (Exception e) when (!ct.IsCancellationRequested)
            {
                Failed(log, feed.Name, Unquoted.Of(e));
            }
        });
    }

    /// <summary>Whether a feed is to be pulled: its schedule has passed since the last attempt, ten minutes have, and after failures longer.</summary>
    public static bool IsDue(Feed feed, FeedCursor? cursor, DateTimeOffset now)
    {
        if (cursor?.LastAttempt is not { } last) return true;

        // Failures open the circuit for 10, 20 and at most 30 minutes: a feed that is well again may have a red signal in it. The minute's grace is for
        // timers that come early.
        var wait = TimeSpan.FromMinutes(Math.Min(30, Shortest.TotalMinutes * Math.Pow(2, Math.Max(0, cursor.Failures - 1)))) - TimeSpan.FromMinutes(1);
        if (now - last < wait) return false;
        var schedule = CrontabSchedule.Parse(feed.Schedule, new CrontabSchedule.ParseOptions { IncludingSeconds = true });
        return cursor.Failures > 0 || schedule.GetNextOccurrence(LocalTime.In(last, China).DateTime) <= LocalTime.In(now, China).DateTime;
    }

    /// <inheritdoc/>
    public void Dispose() => _http.Dispose();

    private async Task PullIfDueAsync(Feed feed, CancellationToken ct)
    {
        var now = clock.GetUtcNow();
        var row = await Table.GetAsync<FeedCursor>(CursorPartition, Keys.Part(feed.Name), ct);
        if (!IsDue(feed, row?.Value, now)) return;
        using var step = ReliefTelemetry.Begin("pull feed", ActivityKind.Client)?.SetTag("relief.feed", feed.Name);
        var before = row?.Value ?? new FeedCursor { Since = now };
        FeedCursor after;
        try
        {
            after = await PullAsync(feed, before, now, ct) with { LastAttempt = now, LastSuccess = now, Failures = 0, LastError = null };
        }
        catch (Exception e) when (!ct.IsCancellationRequested)
        {
            // Whatever its kind: a pull that fails without a cursor would fail in silence, every time.
            Failed(log, feed.Name, Unquoted.Of(e));
            after = before with { LastAttempt = now, Failures = before.Failures + 1, LastError = WeatherBounds.Cut(e.Message, 500) };
        }

        // Another instance that moved the cursor first did the same work: what was received twice was stored once, and it told what there is to tell.
        var transaction = new Transaction(CursorPartition).Put(row, feed.Name, after);
        foreach (var told in await EventsAsync(feed, before, after, now, ct)) transaction.Send(told);
        await Table.CommitAsync(transaction, ct);
    }

    private async Task<FeedCursor> PullAsync(Feed feed, FeedCursor cursor, DateTimeOffset now, CancellationToken ct)
    {
        var (bytes, etag, modified) = await GetAsync(feed, feed.Url, cursor, ct);
        if (bytes is null) return cursor;
        var context = new PayloadContext(now, China, feed.Areas);
        var receipt = await intake.ReceiveAsync(bytes, context, feed.Scope, "feed:" + feed.Name, ct);
        var taken = cursor.Taken.ToList();
        var remaining = false;
        var unreadable = Untold(receipt).ToList();
        var until = Environment.TickCount64 + (long)DocumentsWithin.TotalMilliseconds;
        var details = feed.Details is null ? new Uri(feed.Url) : new Uri(new Uri(feed.Url), feed.Details);

        // The newest first, and of what is foreign not even the bytes: a first start finds days of a whole country.
        foreach (var link in receipt.Leads.Where(lead => Concerns(feed, lead))
            .Select(lead => Uri.TryCreate(details, lead.Address, out var uri) ? uri.ToString() : lead.Address)
            .Distinct(StringComparer.Ordinal).Where(link => !taken.Contains(link)).ToList())
        {
            if (taken.Count - cursor.Taken.Count >= LinksPerPull || Environment.TickCount64 > until)
            {
                remaining = true;
                break;
            }

            if (Refusal(feed, link) is { } refusal)
            {
                Refused(log, feed.Name, link, refusal);
                taken.Add(link);
                continue;
            }

            try
            {
                if ((await GetAsync(feed, link, null, ct)).Bytes is { } document)
                {
                    unreadable.AddRange(Untold(await intake.ReceiveAsync(document, context, feed.Scope, "feed:" + feed.Name, ct))
                        .Select(told => $"{link}：{told}"));
                }

                taken.Add(link);
            }
            catch (Exception e) when (e is AlertPayloadException
                or HttpRequestException { StatusCode: HttpStatusCode.NotFound or HttpStatusCode.Gone or HttpStatusCode.RequestEntityTooLarge })
            {
                // What cannot be read or is gone will not get better; the others of the index stand.
                Failed(log, feed.Name + " " + link, Unquoted.Of(e));
                taken.Add(link);
                if (e is AlertPayloadException) unreadable.Add($"{link}：{e.Message}");
            }
            catch (Exception e) when (!ct.IsCancellationRequested)
            {
                Failed(log, feed.Name + " " + link, Unquoted.Of(e));
                remaining = true;
            }
        }

        // With documents left over the next request must not be told "unchanged".
        return cursor with
        {
            ETag = remaining
            ? null
            : etag,
            LastModified = remaining
            ? null
            : modified,
            Taken = [.. taken.TakeLast(TakenKept)],
            Unreadable = [.. unreadable.Distinct().Take(UnreadableKept)]
        };
    }

    /// <summary>The bytes, or none when the feed says that nothing changed.</summary>
    private async Task<(byte[]? Bytes, string? ETag, DateTimeOffset? Modified)> GetAsync(Feed feed, string url, FeedCursor? conditional, CancellationToken ct)
    {
        if (Refusal(feed, url) is { } refusal) throw new HttpRequestException($"{url}：{refusal}");
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                using var request = new HttpRequestMessage(HttpMethod.Get, url);
                foreach (var (name, value) in feed.Headers) request.Headers.TryAddWithoutValidation(name, value);
                if (conditional?.ETag is { } etag && EntityTagHeaderValue.TryParse(etag, out var tag)) request.Headers.IfNoneMatch.Add(tag);
                if (conditional?.LastModified is { } since) request.Headers.IfModifiedSince = since;
                using var response = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, ct);
                if (response.StatusCode == HttpStatusCode.NotModified) return (null, null, null);
                if (response.StatusCode != HttpStatusCode.OK)
                {
                    throw new HttpRequestException($"{url} answered {(int)response.StatusCode}.", null, response.StatusCode);
                }

                return (await ReadAsync(response.Content, url, ct), response.Headers.ETag?.ToString(), response.Content.Headers.LastModified);
            }
            catch (Exception e) when (attempt < Attempts && !ct.IsCancellationRequested
                && e is HttpRequestException { StatusCode: null or >= HttpStatusCode.InternalServerError or HttpStatusCode.TooManyRequests }
                or OperationCanceledException)
            {
                await Task.Delay((200 << attempt) + Random.Shared.Next(300), ct);
            }
        }
    }

    /// <summary>Whether a document may be for the feed's districts, as far as the index tells.</summary>
    internal static bool Concerns(Feed feed, FeedLink lead)
    {
        if (feed.Places.Count > 0 && lead.Place is { } place && lead.Division is null)
        {
            return feed.Places.Any(known => place.Contains(known, StringComparison.Ordinal));
        }

        if (lead.Division is not { } division) return true;
        var prefix = WeatherAlert.Prefix(division);
        if (feed.Scope.Length > 0 && !prefix.StartsWith(feed.Scope, StringComparison.Ordinal) && !feed.Scope.StartsWith(prefix, StringComparison.Ordinal))
        {
            return false;
        }

        return feed.Areas.Count == 0
            || feed.Areas.Any(area => WeatherAlert.Prefix(area) is var own
                && (own.StartsWith(prefix, StringComparison.Ordinal) || prefix.StartsWith(own, StringComparison.Ordinal)));
    }

    /// <summary>What of a receipt a person has to look at: what was not read, and a warning whose area cannot be told.</summary>
    private static IEnumerable<string> Untold(IntakeReceipt receipt) =>
        receipt.Skipped.Select(skipped => $"{skipped.Where} {skipped.Reason}")
            .Concat(receipt.Items.Where(item => item.WithoutArea).Select(item => $"“{item.Title}”没有写明区域，未能派送。"));

    private string? Refusal(Feed feed, string url) =>
        OutboundHttp.Refusal(url, [.. feed.Hosts, .. Uri.TryCreate(feed.Url, UriKind.Absolute, out var own) ? [own.Host] : Array.Empty<string>()],
            options.Ports, options.AllowLoopback);

    private static async Task<byte[]> ReadAsync(HttpContent content, string url, CancellationToken ct)
    {
        await using var stream = await content.ReadAsStreamAsync(ct);
        using var buffer = new MemoryStream();
        var chunk = new byte[81_920];
        int read;
        while ((read = await stream.ReadAsync(chunk, ct)) > 0)
        {
            if (buffer.Length + read > AlertNormaliser.MaxBytes)
            {
                throw new HttpRequestException($"{url} is larger than {AlertNormaliser.MaxBytes} bytes.", null, HttpStatusCode.RequestEntityTooLarge);
            }

            buffer.Write(chunk, 0, read);
        }

        return buffer.ToArray();
    }

    /// <summary>What the operator, and the offices that rely on it, are told when a feed begins to fail for good, falls silent, and is well again.</summary>
    private async Task<IEnumerable<OutboxRow>> EventsAsync(Feed feed, FeedCursor before, FeedCursor after, DateTimeOffset now, CancellationToken ct)
    {
        var limit = TimeSpan.FromMinutes(feed.SilentAfterMinutes);
        bool Silent(FeedCursor cursor, DateTimeOffset at) => at - (cursor.LastSuccess ?? cursor.Since) >= limit;
        var text = (before.Failures, after.Failures) switch
        {
            ( < 3, 3) => $"预警源 {feed.Name} 连续 3 次取数失败：{after.LastError}",
            (_, > 0) when Silent(after, now) && !(before.LastAttempt is { } last && Silent(before, last)) =>
                $"预警源 {feed.Name} 已超过 {feed.SilentAfterMinutes} 分钟没有有效应答：{after.LastError}",
            ( >= 3, 0) => $"预警源 {feed.Name} 已恢复。",
            _ => null,
        };

        // A warning that cannot be read may be the one that counts: a person has to look at it.
        if (after.Unreadable.Except(before.Unreadable).ToList() is { Count: > 0 } unread)
        {
            text = $"{text}预警源 {feed.Name} 有 {unread.Count} 条内容认不出，请到发布单位核对，必要时贴入预警原文：{string.Join("；", unread.Take(3))}";
        }

        if (text is null) return [];
        var id = $"feed-{feed.Name}-{now.UtcDateTime:yyyyMMddHHmm}";
        var concerned = (await campaigns.CurrentAsync(now, TimeSpan.Zero, ct))
            .Where(campaign => feed.Areas.Any(area => WeatherAlert.Touches(area, campaign.District))
                || (feed.Scope.Length > 0 && campaign.District.StartsWith(feed.Scope, StringComparison.Ordinal)))
            .ToList();
        if (concerned.Count == 0) return [new OperatorEvent(Told, feed.Name, text, now).Row(id)];
        return concerned.Select(campaign => new OperatorEvent(Told, feed.Name, text, now, campaign.District, campaign.Season)
            .Message($"{id}-{campaign.District}"))
            .Chunk(100).Select((messages, i) => OutboxRow.ForTopic(Entities.CampaignEvents, $"{id}-{i}", now, messages));
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Feed {Feed} could not be pulled.")]
    private static partial void Failed(ILogger log, string feed, Exception e);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Feed {Feed} leads to {Link}, which must not be called: {Reason}")]
    private static partial void Refused(ILogger log, string feed, string link, string reason);
}

/// <summary>Runs <see cref="FeedPuller"/> by the clock.</summary>
public sealed class FeedClock(FeedPuller puller) : IScheduledJob
{
    /// <summary>Its function's name and schedule.</summary>
    public const string Job = "FeedClock", Timing = "0 */10 * * * *";

    /// <inheritdoc/>
    public string Name => Job;

    /// <inheritdoc/>
    public string Schedule => Timing;

    /// <inheritdoc/>
    public Task RunAsync(CancellationToken ct) => puller.RunAsync(ct);
}
