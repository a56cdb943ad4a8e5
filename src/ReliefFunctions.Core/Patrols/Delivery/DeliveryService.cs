using Microsoft.Extensions.Logging;
using ReliefFunctions.Core.Campaigns;
using ReliefFunctions.Core.Messaging;
using ReliefFunctions.Core.Storage;

namespace ReliefFunctions.Core.Patrols.Delivery;

/// <summary>
/// Sends to the channels. What is to be sent is written down first, so that a crash loses nothing; between the call and its record lies
/// the one gap in which a message may be sent twice.
/// </summary>
public sealed partial class DeliveryService(FeatureTables tables, PatrolStore patrols, ChannelStore channels, ChannelClient client, TimeProvider clock, ILogger<DeliveryService> log)
{
    /// <summary>The unit code under which the office's own channels are kept.</summary>
    public const string Office = "office";

    /// <summary>After so many attempts a delivery is given up until a person has it sent again.</summary>
    public const int MostAttempts = 10;

    private const int SideBySide = 8;

    private static readonly TimeSpan Lease = TimeSpan.FromMinutes(2);
    private static readonly TimeSpan LookBack = TimeSpan.FromHours(24);

    private FeatureTable Table => tables[PatrolFeature.Table];

    /// <summary>
    /// Writes down a message for each of a unit's channels, once, and tries to send it. <paramref name="notice"/> is null of an event; <paramref name="role"/> is
    /// whom an event calls; what is <paramref name="urgent"/> waits for no quiet hours.
    /// </summary>
    public async Task DeliverAsync(Campaign campaign, string item, string unit, string text, PatrolNotice? notice, string? role, bool urgent, CancellationToken ct)
    {
        var known = (await channels.OfDistrictAsync(campaign.District, ct)).GetValueOrDefault(unit) ?? [];
        foreach (var channel in known.Where(channel => channel.Role is null ? notice is not null || channel.Events : notice is null && channel.Role == role))
        {
            var now = clock.GetUtcNow();
            var entry = new DeliveryEntry
            {
                Item = item,
                Unit = unit,
                Channel = channel.Id,
                Revision = notice?.Revision,
                Intensity = notice?.Intensity,
                Text = text,
                CreatedAt = now,
                NextAttemptAt = urgent ? now : AfterQuiet(channel, now, campaign.Zone()),
            };
            await Table.CommitAsync(new Transaction(campaign.Partition).Insert(LogKey(entry), entry).Insert(WaitingKey(entry), entry), ct);
            if (entry.NextAttemptAt <= now) await TryAsync(campaign, WaitingKey(entry), ct);
        }
    }

    /// <summary>Everything that is due: what waits, and notices whose message the broker lost.</summary>
    public async Task RunAsync(Campaign campaign, CancellationToken ct)
    {
        var withChannels = await channels.OfDistrictAsync(campaign.District, ct);
        if (withChannels.Count == 0) return;
        var now = clock.GetUtcNow();
        var state = await patrols.StateAsync(campaign, ct);
        foreach (var revision in state.NoticeOf.Values.Distinct().Concat(state.Revision == 0 && state.Drills > 0 ? [-state.Drills] : []))
        {
            var notices = (await patrols.NoticesAsync(campaign, revision, ct)).Where(notice => withChannels.ContainsKey(notice.Unit) && (notice.Drill || state.NoticeOf.GetValueOrDefault(notice.Unit) == revision)
                && notice.IssuedAt + LookBack > now && notice.IssuedAt + Lease <= now).ToList();
            if (notices.Count == 0) continue;
            var known = (await OfOrderAsync(campaign, revision, ct)).Select(entry => entry.Unit).ToHashSet(StringComparer.Ordinal);
            foreach (var notice in notices.Where(notice => !known.Contains(notice.Unit))) await DeliverAsync(campaign, ItemOf(notice), notice.Unit, notice.Text, notice, null, notice.Intensity == PatrolIntensity.RoundTheClock, ct);
        }

        List<string> due = [];
        await foreach (var row in Table.PrefixAsync<DeliveryEntry>(campaign.Partition, "Q|", ct))
        {
            if (row.Value.NextAttemptAt <= now) due.Add(row.RowKey);
        }

        // Side by side: one receiver that hangs does not hold up the others.
        await Parallel.ForEachAsync(due, new ParallelOptions { MaxDegreeOfParallelism = SideBySide, CancellationToken = ct }, async (key, each) => await TryAsync(campaign, key, each));
    }

    /// <summary>The log of an order's deliveries.</summary>
    public async Task<IReadOnlyList<DeliveryEntry>> OfOrderAsync(Campaign campaign, int revision, CancellationToken ct) => await ListAsync(campaign, $"D|{revision:D6}|", ct);

    /// <summary>What was given up, of the whole season.</summary>
    public async Task<IReadOnlyList<DeliveryEntry>> FailedAsync(Campaign campaign, CancellationToken ct) =>
        [.. (await ListAsync(campaign, "D|", ct)).Where(entry => entry.State == DeliveryState.Failed)];

    /// <summary>Sends again what was given up; null when there is no such delivery, and the entry unchanged when it was not given up.</summary>
    public async Task<DeliveryEntry?> AgainAsync(Campaign campaign, int revision, string unit, string channel, AuditEntry audit, CancellationToken ct)
    {
        var key = $"{revision:D6}|{Keys.Part(unit)}|{Keys.Part(channel)}";
        if (await Table.GetAsync<DeliveryEntry>(campaign.Partition, "D|" + key, ct) is not { } row) return null;
        if (row.Value.State != DeliveryState.Failed) return row.Value;
        var again = row.Value with { State = DeliveryState.Waiting, Attempts = 0, NextAttemptAt = clock.GetUtcNow(), LastError = null };
        if (await Table.CommitAsync(new Transaction(campaign.Partition).Replace(row, again).Insert("Q|" + key, again).Audit(audit), ct)) await TryAsync(campaign, "Q|" + key, ct);
        return (await Table.GetAsync<DeliveryEntry>(campaign.Partition, "D|" + key, ct))?.Value;
    }

    /// <summary>The name of a notice's deliveries.</summary>
    public static string ItemOf(PatrolNotice notice) => $"{notice.Revision:D6}|{notice.Unit}";

    private async Task TryAsync(Campaign campaign, string waitingKey, CancellationToken ct)
    {
        var now = clock.GetUtcNow();
        if (await Table.GetAsync<DeliveryEntry>(campaign.Partition, waitingKey, ct) is not { } row || row.Value.NextAttemptAt > now) return;
        var entry = row.Value;
        if (entry.Revision is { } revision && (await patrols.StateAsync(campaign, ct)).NoticeOf.TryGetValue(entry.Unit, out var current) && current > revision)
        {
            await EndAsync(campaign, row, entry with { State = DeliveryState.Skipped, LastError = $"已被第 {current} 号代替。" }, ct);
            return;
        }

        var channel = (await channels.OfUnitAsync(campaign.District, entry.Unit, ct)).FirstOrDefault(channel => channel.Id == entry.Channel);
        if (channel is null)
        {
            await EndAsync(campaign, row, entry with { State = DeliveryState.Failed, LastError = "这个渠道已被删除。" }, ct);
            return;
        }

        var free = client.Reserve(channel, now);
        var taken = entry with { NextAttemptAt = free > now ? free : now + Lease };

        // Whoever takes the row sends; another sees its time moved on.
        if (!await Table.CommitAsync(new Transaction(campaign.Partition).Replace(row, taken), ct) || free > now) return;
        var answer = await client.SendAsync(channel, entry, ct);
        if (await Table.GetAsync<DeliveryEntry>(campaign.Partition, waitingKey, ct) is not { } mine) return;
        var tried = entry with { Attempts = entry.Attempts + 1, LastError = answer.Error };
        if (answer.Error is null)
        {
            await EndAsync(campaign, mine, tried with { State = DeliveryState.Delivered, DeliveredAt = clock.GetUtcNow() }, ct);
        }
        else if (answer.Permanent || tried.Attempts >= MostAttempts)
        {
            GivenUp(log, entry.Item, entry.Channel, answer.Error);
            await EndAsync(campaign, mine, tried with { State = DeliveryState.Failed }, ct);
        }
        else
        {
            var wait = TimeSpan.FromMinutes(Math.Min(15, Math.Pow(2, tried.Attempts - 1))) + TimeSpan.FromSeconds(Random.Shared.Next(10));
            var again = tried with { NextAttemptAt = clock.GetUtcNow() + wait };
            await Table.CommitAsync(new Transaction(campaign.Partition).Upsert(LogKey(again), again).Replace(mine, again), ct);
        }
    }

    /// <summary>Ends a delivery. The office is told of a notice that was given up, in the same transaction: a phone call may still reach the unit in time.</summary>
    private async Task EndAsync(Campaign campaign, Row<DeliveryEntry> waiting, DeliveryEntry entry, CancellationToken ct)
    {
        var transaction = new Transaction(campaign.Partition).Upsert(LogKey(entry), entry).Delete(waiting);
        if (entry is { State: DeliveryState.Failed, Revision: { } revision })
        {
            var now = clock.GetUtcNow();
            var id = $"not-delivered|{entry.Item}|{entry.Channel}|{now.UtcTicks}";
            var notice = await patrols.NoticeAsync(campaign, entry.Unit, revision, ct);
            var text = $"{notice?.Title}送不到{notice?.UnitName}的渠道“{entry.Channel}”：{entry.LastError}请改用电话通知并代签收，或改好渠道后重发。";
            var happened = new PatrolEvent(PatrolEvent.NotDelivered, campaign.District, campaign.Season, null, revision, null, text, now, Urgent: entry.Intensity == PatrolIntensity.RoundTheClock);
            transaction.Send(OutboxRow.ForTopic(Entities.CampaignEvents, id, now, OutboxMessage.Of(
                $"{campaign.District}/{campaign.Season}/undelivered-{Keys.Hash(id)[..16]}", PatrolEvent.Schema, happened, new Dictionary<string, string> { ["district"] = campaign.District, ["kind"] = PatrolEvent.NotDelivered })));
        }

        await Table.CommitAsync(transaction, ct);
    }

    private async Task<List<DeliveryEntry>> ListAsync(Campaign campaign, string prefix, CancellationToken ct)
    {
        List<DeliveryEntry> entries = [];
        await foreach (var row in Table.PrefixAsync<DeliveryEntry>(campaign.Partition, prefix, ct)) entries.Add(row.Value);
        return entries;
    }

    private static DateTimeOffset AfterQuiet(DeliveryChannel channel, DateTimeOffset now, TimeZoneInfo zone)
    {
        if (channel.QuietFrom is not { } from || channel.QuietTo is not { } to) return now;
        var local = LocalTime.In(now, zone).DateTime;
        if (!TimeOnly.FromDateTime(local).IsBetween(from, to)) return now;
        var day = DateOnly.FromDateTime(local);
        return LocalTime.ToUtc(TimeOnly.FromDateTime(local) < to ? day : day.AddDays(1), to, zone);
    }

    private static string LogKey(DeliveryEntry entry) => $"D|{entry.Item}|{Keys.Part(entry.Channel)}";

    private static string WaitingKey(DeliveryEntry entry) => $"Q|{entry.Item}|{Keys.Part(entry.Channel)}";

    [LoggerMessage(Level = LogLevel.Warning, Message = "Delivery {Item} to channel {Channel} was given up: {Reason}")]
    private static partial void GivenUp(ILogger log, string item, string channel, string reason);
}
