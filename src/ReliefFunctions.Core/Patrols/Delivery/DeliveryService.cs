using Microsoft.Extensions.Logging;
using ReliefFunctions.Core.Campaigns;
using ReliefFunctions.Core.Messaging;
using ReliefFunctions.Core.Storage;
using ReliefFunctions.Core.Texts;

namespace ReliefFunctions.Core.Patrols.Delivery;

/// <summary>A message to the channels of a unit, of the office or of the leader.</summary>
/// <param name="Item">What it is: said twice, it goes out once.</param>
/// <param name="Unit">Unit code, <see cref="DeliveryService.Office"/> or <see cref="DeliveryService.Leader"/>.</param>
/// <param name="Text">In Chinese.</param>
public sealed record Outgoing(string Item, string Unit, string Text)
{
    /// <summary>The notice it is; null of an event.</summary>
    public PatrolNotice? Notice { get; init; }

    /// <summary>
    /// Whether it is what its receiver's channels are there for: a unit's notice, an order for office and leader, a
    /// bulletin for the leader. Events a channel may leave out.
    /// </summary>
    public bool Main { get; init; }

    /// <summary>Whom an event calls.</summary>
    public string? Role { get; init; }

    /// <summary>Whether it waits for no quiet hours.</summary>
    public bool Urgent { get; init; }

    /// <summary>Whether it tells that another message could not be delivered.</summary>
    public bool Report { get; init; }

    /// <summary>A unit's notice.</summary>
    public static Outgoing Of(PatrolNotice notice) => new(DeliveryService.ItemOf(notice), notice.Unit, notice.Text)
    {
        Notice = notice,
        Main = true,
        Urgent = notice.Intensity == PatrolIntensity.RoundTheClock,
    };
}

/// <summary>
/// Sends to the channels. What is to be sent is written down first, so that a crash loses nothing; between the call and its record lies
/// the one gap in which a message may be sent twice.
/// </summary>
public sealed partial class DeliveryService(
    FeatureTables tables, PatrolStore patrols, CampaignStore campaigns, ChannelStore channels, ChannelClient client, NoticeLinks links, TimeProvider clock,
    ILogger<DeliveryService> log)
{
    /// <summary>The unit code under which the office's own channels are kept.</summary>
    public const string Office = "office";

    /// <summary>The unit code under which the leader's channels are kept: orders and bulletins go there, and nothing else.</summary>
    public const string Leader = "leader";

    /// <summary>After so many attempts a delivery is given up until a person has it sent again.</summary>
    public const int MostAttempts = 10;

    /// <summary>After so many of them when nobody knows what the other side means: a phone call may still be in time.</summary>
    public const int MostUnknown = 4;

    private const int SideBySide = 8;

    private static readonly TimeSpan Lease = TimeSpan.FromMinutes(2);
    private static readonly TimeSpan LookBack = TimeSpan.FromHours(24);

    private FeatureTable Table => tables[PatrolFeature.Table];

    /// <summary>Writes down a message for each of the receiver's channels that want it, once, and tries to send it.</summary>
    public async Task DeliverAsync(Campaign campaign, Outgoing message, CancellationToken ct)
    {
        var known = (await channels.OfDistrictAsync(campaign.District, ct)).GetValueOrDefault(message.Unit) ?? [];
        foreach (var channel in known.Where(channel => channel.Role is null ? message.Main || channel.Events : channel.Role == message.Role))
        {
            var now = clock.GetUtcNow();
            var entry = new DeliveryEntry
            {
                Item = message.Item,
                Unit = message.Unit,
                Channel = channel.Id,
                Revision = message.Notice?.Revision,
                Intensity = message.Notice?.Intensity,
                Text = message.Text,
                Report = message.Report,
                CreatedAt = now,
                NextAttemptAt = message.Urgent ? now : AfterQuiet(channel, now, campaign.Zone()),
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
            var notices = (await patrols.NoticesAsync(campaign, revision, ct)).Where(notice => withChannels.ContainsKey(notice.Unit)
                && (notice.Drill || state.NoticeOf.GetValueOrDefault(notice.Unit) == revision)
                && notice.IssuedAt + LookBack > now && notice.IssuedAt + Lease <= now).ToList();
            if (notices.Count == 0) continue;
            var known = (await OfOrderAsync(campaign, revision, ct)).Select(entry => entry.Unit).ToHashSet(StringComparer.Ordinal);
            foreach (var notice in notices.Where(notice => !known.Contains(notice.Unit))) await DeliverAsync(campaign, Outgoing.Of(notice), ct);
        }

        List<string> due = [];
        await foreach (var row in Table.PrefixAsync<DeliveryEntry>(campaign.Partition, "Q|", ct))
        {
            if (row.Value.NextAttemptAt <= now) due.Add(row.RowKey);
        }

        // Side by side: one receiver that hangs does not hold up the others.
        var abreast = new ParallelOptions { MaxDegreeOfParallelism = SideBySide, CancellationToken = ct };
        await Parallel.ForEachAsync(due, abreast, async (key, each) => await TryAsync(campaign, key, each));
    }

    /// <summary>The log of an order's deliveries.</summary>
    public async Task<IReadOnlyList<DeliveryEntry>> OfOrderAsync(Campaign campaign, int revision, CancellationToken ct) =>
        await ListAsync(campaign, $"D|{revision:D6}|", ct);

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
        var stored = await Table.CommitAsync(new Transaction(campaign.Partition).Replace(row, again).Insert("Q|" + key, again).Audit(audit), ct);
        if (stored) await TryAsync(campaign, "Q|" + key, ct);
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
        var (answer, parts, waitUntil) = await SendAsync(channel, await LinkedAsync(campaign, entry, ct), ct);
        if (await Table.GetAsync<DeliveryEntry>(campaign.Partition, waitingKey, ct) is not { } mine) return;
        var tried = entry with { Attempts = entry.Attempts + 1, PartsTaken = parts, LastError = answer.Error };
        var most = answer.Fate switch { ChannelFate.ForGood => 0, ChannelFate.Unknown => MostUnknown, _ => MostAttempts };
        if (waitUntil is { } rate)
        {
            // The next part of a text waits for the channel's rate: nothing failed.
            await PostponeAsync(campaign, mine, tried with { Attempts = entry.Attempts, NextAttemptAt = rate }, ct);
        }
        else if (answer.Fate == ChannelFate.Taken)
        {
            await EndAsync(campaign, mine, tried with { State = DeliveryState.Delivered, DeliveredAt = clock.GetUtcNow() }, ct);
        }
        else if (tried.Attempts >= most)
        {
            GivenUp(log, entry.Item, entry.Channel, answer.Error!);
            await EndAsync(campaign, mine, tried with { State = DeliveryState.Failed }, ct, channel.Name);
        }
        else
        {
            var wait = TimeSpan.FromMinutes(Math.Min(15, Math.Pow(2, tried.Attempts - 1)));
            if (answer.After > wait) wait = answer.After.Value;
            await PostponeAsync(campaign, mine, tried with { NextAttemptAt = clock.GetUtcNow() + wait + TimeSpan.FromSeconds(Random.Shared.Next(10)) }, ct);
        }
    }

    /// <summary>A delivery as the channel gets it: the links stand nowhere else.</summary>
    private async Task<DeliveryEntry> LinkedAsync(Campaign campaign, DeliveryEntry entry, CancellationToken ct)
    {
        if (entry.Revision is not { } revision || await patrols.NoticeAsync(campaign, entry.Unit, revision, ct) is not { } notice) return entry;
        var text = NoticeWords.ForUnit(entry.Text, await links.ForAsync(NoticeLink.Of(notice), ct));
        return entry with { Text = text, Forward = await links.ForwardOfAsync(notice, ct) };
    }

    private Task<bool> PostponeAsync(Campaign campaign, Row<DeliveryEntry> waiting, DeliveryEntry entry, CancellationToken ct) =>
        Table.CommitAsync(new Transaction(campaign.Partition).Upsert(LogKey(entry), entry).Replace(waiting, entry), ct);

    /// <summary>
    /// Sends what the other side has not taken yet, message by message; answers how many it has taken by now, and until when the next waits for the rate.
    /// </summary>
    private async Task<(ChannelAnswer Answer, int Taken, DateTimeOffset? WaitUntil)> SendAsync(
        DeliveryChannel channel, DeliveryEntry entry, CancellationToken ct)
    {
        var (parts, answer) = (RobotText.Parts(channel.Kind, entry.Text), ChannelAnswer.Taken);

        // A message of its own, so that whoever forwards it forwards no link to sign by; a gateway gets it in the document.
        if (entry.Forward is { } forward && channel.Kind != ChannelKind.Webhook) parts = [.. parts, .. RobotText.Parts(channel.Kind, forward)];
        for (var taken = entry.PartsTaken; taken < parts.Count; taken++)
        {
            if (taken > entry.PartsTaken && client.Reserve(channel, clock.GetUtcNow()) is var free && free > clock.GetUtcNow()) return (answer, taken, free);
            answer = await client.SendAsync(channel, entry with { Text = parts[taken] }, ct);
            if (answer.Fate != ChannelFate.Taken) return (answer, taken, null);
        }

        return (answer, parts.Count, null);
    }

    /// <summary>Ends a delivery. The office is told of what was given up, in the same transaction: a phone call may still reach people in time.</summary>
    private async Task EndAsync(Campaign campaign, Row<DeliveryEntry> waiting, DeliveryEntry entry, CancellationToken ct, string? channelName = null)
    {
        var transaction = new Transaction(campaign.Partition).Upsert(LogKey(entry), entry).Delete(waiting);
        if (entry is { State: DeliveryState.Failed, Report: false })
        {
            var now = clock.GetUtcNow();
            var id = $"not-delivered|{entry.Item}|{entry.Channel}|{now.UtcTicks}";
            var text = await FailureAsync(campaign, entry, channelName ?? entry.Channel, ct);
            var urgent = entry.Intensity == PatrolIntensity.RoundTheClock;
            var happened = new PatrolEvent(PatrolEvent.NotDelivered, campaign.District, campaign.Season, null, entry.Revision, null, text, now, urgent);
            transaction.Send(OutboxRow.ForTopic(Entities.CampaignEvents, id, now, OutboxMessage.Of(
                $"{campaign.District}/{campaign.Season}/undelivered-{Keys.Hash(id)[..16]}", happened,
                new Dictionary<string, string> { ["district"] = campaign.District, ["kind"] = PatrolEvent.NotDelivered })));
        }

        await Table.CommitAsync(transaction, ct);
    }

    /// <summary>What the office reads of a message that was given up: which, why in the other side's words, and whom to call instead.</summary>
    private async Task<string> FailureAsync(Campaign campaign, DeliveryEntry entry, string channel, CancellationToken ct)
    {
        var unit = (await campaigns.UnitsAsync(campaign.District, ct)).FirstOrDefault(unit => unit.Code == entry.Unit);
        var receiver = entry.Unit switch { Office => "办公室", Leader => "领导", _ => unit?.Name ?? entry.Unit };
        var notice = entry.Revision is { } revision ? await patrols.NoticeAsync(campaign, entry.Unit, revision, ct) : null;
        var what = notice?.Title ?? $"“{entry.Text.Cut(40)}”";
        var instead = entry.Revision is null || unit is null ? "请改好渠道；来不及的改打电话。" : $"请改用电话通知并代签收，或改好渠道后重发。{PhoneList.Of(unit)}";
        return $"{what}送不到{receiver}的渠道“{channel}”：{entry.LastError}{instead}";
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
