using System.Globalization;
using ReliefFunctions.Core.Campaigns;
using ReliefFunctions.Core.Clocks;
using ReliefFunctions.Core.Messaging;
using ReliefFunctions.Core.Storage;

namespace ReliefFunctions.Core.Weather;

/// <summary>
/// Receives payloads of any feed: keeps the bytes, brings them to the normal form, and sends each message to the districts it is for.
/// The rows of a message come last, so that a call that died half-way is simply made again.
/// </summary>
public sealed class AlertIntake(FeatureTables tables, BlobStore blobs, CampaignStore campaigns, TimeProvider clock)
{
    /// <summary>Messages issued longer ago are kept and not acted on.</summary>
    public static readonly TimeSpan Stale = TimeSpan.FromDays(ClockFeature.IntakeDays - 1);

    /// <summary>Clocks may differ by this; a message issued later than that is kept and not acted on.</summary>
    public static readonly TimeSpan ClockTolerance = TimeSpan.FromHours(1);

    /// <summary>Whom each payload concerns, by its hash.</summary>
    private const string Payloads = "payloads";

    private const string AlreadyReceived = "这条预警已经收过，未重复处理。";

    private const int DistrictsPerTransaction = 90, DecidedAtOnce = 5;

    private static readonly TimeZoneInfo China = TimeZoneInfo.FindSystemTimeZoneById("Asia/Shanghai");

    private FeatureTable Table => tables[ClockFeature.Intake];

    /// <summary>
    /// Receives a payload. <paramref name="scope"/> is the GB/T 2260 prefix that the sender may alert; what lies outside of it is ignored and said so.
    /// With <paramref name="decisions"/> each message is decided on at once and the answer says what came of it.
    /// Throws <see cref="AlertPayloadException"/> when nothing of it can be read.
    /// </summary>
    public async Task<IntakeReceipt> ReceiveAsync(byte[] payload, PayloadContext context, string scope, string from, CancellationToken ct,
        IAlertDecisions? decisions = null)
    {
        var normal = AlertNormaliser.Normalise(payload, context);
        var hash = Keys.Hash(payload);
        if (normal.Alerts.Count + normal.Forecasts.Count + normal.Skipped.Count > 0)
        {
            await blobs.PutOnceAsync(BlobStore.Payloads, hash, BinaryData.FromBytes(payload), "application/octet-stream", ct);
        }

        var now = clock.GetUtcNow();
        var current = normal.Alerts.Count + normal.Forecasts.Count == 0 ? new Concerned([], []) : await CampaignsAsync(now, ct);
        var recent = normal.Alerts.Count == 0 ? [] : await RecentAsync(now, ct);
        var areas = normal.Alerts.SelectMany(read => Completed(read, recent).Areas).Concat(normal.Forecasts.SelectMany(forecast => forecast.Areas))
            .Concat(context.Areas);
        await ConcernAsync(hash, [.. areas.Select(WeatherAlert.Prefix).DefaultIfEmpty(scope).Distinct(StringComparer.Ordinal)], ct);
        List<IntakeItem> items = [];
        foreach (var read in normal.Alerts)
        {
            var alert = Completed(read, recent);
            var item = await ReceiveAsync(Scoped(alert, scope), alert, current, recent, hash, from, now, decisions, ct);
            if (item.Outcome != IntakeOutcome.Duplicate) recent.Add(alert);
            items.Add(item);
        }

        foreach (var forecast in normal.Forecasts)
        {
            items.Add(await ReceiveAsync(forecast with { Areas = Scoped(forecast.Areas, scope) }, current.Running, hash, from, now, ct));
        }

        return new IntakeReceipt(normal.Format, hash, items, normal.Skipped, [.. normal.Links.Select(link => link.Address)]) { Leads = normal.Links };
    }

    /// <summary>What <see cref="ReceiveAsync(byte[], PayloadContext, string, string, CancellationToken, IAlertDecisions?)"/> would answer; nothing is kept or sent.</summary>
    public async Task<IntakeReceipt> PreviewAsync(byte[] payload, PayloadContext context, string scope, IAlertDecisions decisions, CancellationToken ct)
    {
        var normal = AlertNormaliser.Normalise(payload, context);
        var (now, hash) = (clock.GetUtcNow(), Keys.Hash(payload));
        var (current, recent) = (await CampaignsAsync(now, ct), await RecentAsync(now, ct));
        List<IntakeItem> items = [];
        foreach (var original in normal.Alerts.Select(read => Completed(read, recent)))
        {
            var alert = Scoped(original, scope);
            var (targets, notes) = Described(alert, original, current, recent, now);
            var known = await Table.GetAsync<IntakeRow>(PartitionOf(alert, now), $"a|{alert.Hash}", ct);
            var duplicate = known is not null && targets.All(campaign => known.Value.Campaigns.Contains(campaign.Partition));
            items.Add(Item(alert, original, duplicate ? IntakeOutcome.Duplicate : targets.Count > 0 ? IntakeOutcome.Accepted : IntakeOutcome.Ignored,
                Districts([.. targets.Select(campaign => campaign.Partition)]), duplicate ? [AlreadyReceived] : notes, targets) with
            {
                Decisions = duplicate || targets.Count is 0 or > DecidedAtOnce ? null
                    : await Task.WhenAll(targets.Select(campaign =>
                        decisions.ForeseeAsync(new AlertApplication(campaign.District, campaign.Season, now, hash, alert), ct))),
            });
            recent.Add(original);
        }

        items.AddRange(normal.Forecasts.Select(forecast => new IntakeItem(hash, Title(forecast), IntakeOutcome.Accepted, [], [])));
        return new IntakeReceipt(normal.Format, hash, items, normal.Skipped, [.. normal.Links.Select(link => link.Address)]);
    }

    /// <summary>Messages received on a UTC day, in the order of their keys.</summary>
    public async Task<IReadOnlyList<IntakeRow>> OnDayAsync(DateTimeOffset day, CancellationToken ct)
    {
        List<IntakeRow> rows = [];
        await foreach (var row in Table.PrefixAsync<IntakeRow>(ClockFeature.IntakePartition(day), "a|", ct)) rows.Add(row.Value);
        return rows;
    }

    /// <summary>Whom a payload of that hash concerns; null when none was received.</summary>
    public async Task<PayloadConcern?> ConcernOfAsync(string hash, CancellationToken ct) =>
        (await Table.GetAsync<PayloadConcern>(Payloads, hash, ct))?.Value;

    /// <summary>The same bytes may come again for other areas, where they name none themselves.</summary>
    private Task<bool> ConcernAsync(string hash, IReadOnlyList<string> divisions, CancellationToken ct) => Table.DecideAsync<bool>(async () =>
    {
        var known = await Table.GetAsync<PayloadConcern>(Payloads, hash, ct);
        var all = new PayloadConcern([.. (known?.Value.Divisions ?? []).Union(divisions, StringComparer.Ordinal).Order(StringComparer.Ordinal)]);
        return (true, all.Divisions.Count == known?.Value.Divisions.Count ? null : new Transaction(Payloads).Put(known, hash, all));
    }, ct);

    private async Task<IntakeItem> ReceiveAsync(
        WeatherAlert alert, WeatherAlert original, Concerned current, List<WeatherAlert> recent, string payload, string from, DateTimeOffset now,
            IAlertDecisions? decisions,
        CancellationToken ct)
    {
        var partition = PartitionOf(alert, now);
        var (targets, notes) = Described(alert, original, current, recent, now);

        AlertApplication Application(Campaign campaign) => new(campaign.District, campaign.Season, now, payload, alert);
        var row = new IntakeRow(now, from, payload, alert, [], notes);
        var sent = await CommitAsync(partition, $"a|{alert.Hash}", row, targets, campaign => Message(campaign, $"alert-{alert.Hash}", Application(campaign)),
            now, ct);
        var item = sent is null
            ? Item(alert, original, IntakeOutcome.Duplicate, Districts([.. targets.Select(campaign => campaign.Partition)]), [AlreadyReceived], targets)
            : Item(alert, original, targets.Count > 0 ? IntakeOutcome.Accepted : IntakeOutcome.Ignored, Districts(sent), notes, targets);
        return item with
        {
            Decisions = decisions is null || targets.Count is 0 or > DecidedAtOnce ? null : await DecideAsync(decisions, [.. targets.Select(Application)], ct),
        };
    }

    private static string PartitionOf(WeatherAlert alert, DateTimeOffset now) =>
        ClockFeature.IntakePartition(alert.Sent > now || alert.Sent < now - Stale ? now : alert.Sent);

    /// <summary>Which campaigns a message goes to, with what is to be said about it.</summary>
    private static (IReadOnlyList<Campaign> Targets, List<string> Notes) Described(WeatherAlert alert, WeatherAlert original, Concerned current,
        List<WeatherAlert> recent, DateTimeOffset now)
    {
        var (targets, notes) = Targets(alert, original, current, now);
        notes.AddRange(alert.Cut);
        if (targets.Count == 0) return (targets, notes);
        if (recent.Find(other => AlertEpisodes.IsSameSignal(other, alert)) is { } copy) notes.Add($"与 {copy.Source} 的 {copy.Identifier} 是同一信号，合并处理。");
        if (AlertEpisodes.Unknown(alert, recent) is { Count: > 0 } unknown)
            notes.Add($"引用的预警没有收到过：{string.Join("、", unknown.Take(5).Select(reference => reference.Identifier))}。按发布单位和类型接续。");
        return (targets, notes);
    }

    private static IntakeItem Item(WeatherAlert alert, WeatherAlert original, IntakeOutcome outcome, IReadOnlyList<string> districts,
        IReadOnlyList<string> notes, IReadOnlyList<Campaign> targets)
    {
        var title = alert.Issuer + SignalText.Name(alert.MessageType) + (alert.Kind == AlertKind.Signal
            ? alert.TypeName + SignalText.Name(alert.Level)
            : SignalText.Name(alert));
        return new IntakeItem(alert.Identifier, title, outcome, districts, notes)
        {
            ReadAs = ReadAs(alert, targets.Count > 0 ? targets[0].Zone() : China),
            WithoutArea = original.Areas.Count == 0 && alert.Status == AlertStatus.Actual,
            OutOfScope = original.Areas.Count > 0 && alert.Areas.Count == 0,
        };
    }

    /// <summary>What is decided at once. What fails here is decided by the message on the bus, which is on its way already.</summary>
    private static async Task<IReadOnlyList<DistrictDecision>> DecideAsync(IAlertDecisions decisions, IReadOnlyList<AlertApplication> applications,
        CancellationToken ct)
    {
        List<DistrictDecision> made = [];
        foreach (var application in applications)
        {
            try
            {
                made.Add(await decisions.DecideAsync(application, ct));
            }
            catch (Exception) when (!ct.IsCancellationRequested)
            {
                made.Add(new DistrictDecision(application.District, application.Season, null, null, ["已收下，正在处理；结果请看巡查指令。"]));
            }
        }

        return made;
    }

    /// <summary>花溪区气象台2026年12月16日9时发布寒潮黄色预警，未写明结束时间: what a message was understood as.</summary>
    private static string ReadAs(WeatherAlert alert, TimeZoneInfo zone)
    {
        string Local(DateTimeOffset at) => LocalTime.In(at, zone).ToString("yyyy年M月d日H时m分", CultureInfo.InvariantCulture);
        var status = alert.Status == AlertStatus.Actual
            ? ""
            : $"（{alert.Status switch { AlertStatus.Exercise => "演练", AlertStatus.Test => "测试", _ => "非实际预警" }}）";
        var onset = alert.Begins > alert.Sent ? $"，{Local(alert.Begins)}起" : "";
        var end = alert.MessageType == AlertMessageType.Cancel ? "" : alert.StatedEnd is { } stated ? $"，至{Local(stated)}" : "，未写明结束时间";
        return $"{(alert.Issuer.Length > 0 ? alert.Issuer : "（未写明发布单位）")}{(alert.Undated ? "（未写明时间）" : Local(alert.Sent))}{SignalText.Name(alert.MessageType)}{SignalText.Name(alert)}{status}{onset}{end}。";
    }

    /// <summary>A message without area, type or office takes them from the one it refers to: a cancellation may say no more than what it cancels.</summary>
    private static WeatherAlert Completed(WeatherAlert alert, List<WeatherAlert> recent)
    {
        if (alert.References.Count == 0 || (alert.Areas.Count > 0 && alert.TypeName != Feeds.Headings.Unnamed)) return alert;
        if (AlertEpisodes.Referenced(alert, recent) is not [.., var referred]) return alert;
        return alert with
        {
            Areas = alert.Areas.Count > 0 ? alert.Areas : referred.Areas,
            TypeName = alert.TypeName == Feeds.Headings.Unnamed ? referred.TypeName : alert.TypeName,
            Level = alert.TypeName == Feeds.Headings.Unnamed && alert.Level == AlertLevel.Unknown ? referred.Level : alert.Level,
            Issuer = alert.Issuer.Length > 0 ? alert.Issuer : referred.Issuer,
        };
    }

    private async Task<IntakeItem> ReceiveAsync(ColdForecast forecast, IReadOnlyList<Campaign> current, string payload, string from, DateTimeOffset now,
        CancellationToken ct)
    {
        var id = Keys.Hash(string.Create(CultureInfo.InvariantCulture,
            $"{forecast.Source}|{string.Join(',', forecast.Areas)}|{forecast.Issued.UtcDateTime:yyyyMMddHH}"))[..32];
        var (partition, key) = (ClockFeature.IntakePartition(now), $"f|{id}");
        var title = Title(forecast);
        var targets = current.Where(campaign => forecast.Areas.Any(area => WeatherAlert.Touches(area, campaign.District))).ToList();
        List<string> notes = targets.Count > 0 ? [] : [forecast.Areas.Count == 0 ? "预报没有写明区域。请在地址后加 ?area=六位区划代码。" : "没有哪个区县的专项行动在这份预报的范围内。"];
        var row = new IntakeRow(now, from, payload, null, [], notes);
        var sent = await CommitAsync(partition, key, row, targets,
            campaign => Message(campaign, $"forecast-{id}", new AlertApplication(campaign.District, campaign.Season, now, payload, Forecast: forecast)), now,
            ct);
        return sent is null
            ? new IntakeItem(id, title, IntakeOutcome.Duplicate, [], ["本小时的预报已经收过。"])
            : new IntakeItem(id, title, targets.Count > 0 ? IntakeOutcome.Accepted : IntakeOutcome.Ignored, Districts(sent), notes);
    }

    private static string Title(ColdForecast forecast) => $"{forecast.Source} {forecast.Nights[0].Date:yyyy-MM-dd} 起 {forecast.Nights.Count} 天";

    /// <summary>
    /// Sends a message to those of its campaigns that it was not sent to before, each chunk in one transaction with the row that remembers them.
    /// So a call that died half-way goes on where it stopped, and a message that came first by a district's feed still reaches
    /// the rest of the province when the province's feed brings it. Null when there was nothing left to do.
    /// </summary>
    private async Task<IReadOnlyList<string>?> CommitAsync(string partition, string key, IntakeRow row, IReadOnlyList<Campaign> targets, Func<Campaign,
        OutboxMessage> message, DateTimeOffset now, CancellationToken ct)
    {
        List<string>? sent = null;
        while (await NextAsync() is { } chunk) (sent ??= []).AddRange(chunk.Select(campaign => campaign.Partition));
        return sent;

        Task<List<Campaign>?> NextAsync() => Table.DecideAsync<List<Campaign>?>(async () =>
        {
            var known = await Table.GetAsync<IntakeRow>(partition, key, ct);
            var missing = targets.Where(campaign => known?.Value.Campaigns.Contains(campaign.Partition) != true).Take(DistrictsPerTransaction).ToList();
            if (known is not null && missing.Count == 0) return (null, null);

            var received = known?.Value ?? row;
            var transaction = new Transaction(partition)
                .Put(known, key, received with { Campaigns = [.. received.Campaigns, .. missing.Select(campaign => campaign.Partition)] });
            foreach (var campaign in missing)
            {
                transaction.Send(OutboxRow.ForQueue(Entities.AlertApplications, $"{key}|{campaign.District}|{campaign.Season}", now, message(campaign)));
            }

            return (missing, transaction);
        }, ct);
    }

    private static OutboxMessage Message(Campaign campaign, string what, AlertApplication application) =>
        OutboxMessage.Of($"{campaign.District}/{campaign.Season}/{what}", application, new Dictionary<string, string> { ["district"] = campaign.District });

    private static (IReadOnlyList<Campaign> Targets, List<string> Notes) Targets(WeatherAlert alert, WeatherAlert original, Concerned current,
        DateTimeOffset now)
    {
        if (WhyIgnored(alert, original, now) is { } why) return ([], [why]);

        // What lifts or lowers reaches a campaign that has ended, too: its order may still stand.
        var reached = alert.MessageType == AlertMessageType.Alert ? current.Running : [.. current.Running, .. current.Ended];
        List<Campaign> targets = [.. reached.Where(campaign => alert.Areas.Any(area => WeatherAlert.Touches(area, campaign.District)))];
        if (targets.Count == 0) return ([], [$"区域 {string.Join("、", alert.Areas.Take(20))} 内没有进行中的专项行动，只登记。"]);

        // A text says nothing of its area but who issued it: a neighbour's warning, pasted here, is not ours.
        if (alert.Source != "text") return (targets, []);
        var foreign = targets.FindAll(campaign => Stations.IsForeign(alert.Issuer, campaign, current.Running));
        List<string> warned = [.. foreign.Select(campaign =>
            $"发布单位“{alert.Issuer}”不是{campaign.DistrictName}的，也不是上级的，只登记，没有下达指令。确需按它执行的，请用人工决定（patrol-override）下达。")];
        return ([.. targets.Except(foreign)], warned);
    }

    /// <summary>
    /// Why a message, of which <paramref name="alert"/> is the part within its sender's scope, goes to no district; null when it goes to those in its area.
    /// </summary>
    internal static string? WhyIgnored(WeatherAlert alert, WeatherAlert original, DateTimeOffset now) =>
        alert.Status != AlertStatus.Actual ? $"状态为 {alert.Status}（非实际预警），只登记，不通知任何人。"
        : alert.MessageType == AlertMessageType.Other ? "不是发布、更新或解除，只登记。"
        : original.Areas.Count == 0 ? "预警没有写明区域。请在地址后加 ?area=六位区划代码。"
        : alert.Areas.Count == 0 ? $"区域 {string.Join("、", original.Areas.Take(20))} 不在本密钥的权限范围内。"
        : alert.Sent < now - Stale ? $"发布时间 {alert.Sent:yyyy-MM-dd HH:mm zzz} 已超过 {Stale.TotalDays:0} 天，只登记。"
        : alert.Sent > now + ClockTolerance ? $"发布时间 {alert.Sent:yyyy-MM-dd HH:mm zzz} 晚于现在，只登记。请核对对方时钟和时区。"
        : null;

    /// <summary>The campaigns that run or begin within two weeks, one of a district; and those that have ended and may have an order standing.</summary>
    private sealed record Concerned(IReadOnlyList<Campaign> Running, IReadOnlyList<Campaign> Ended);

    private async Task<Concerned> CampaignsAsync(DateTimeOffset now, CancellationToken ct)
    {
        var all = await campaigns.CurrentAsync(now, CampaignWalk.Grace, ct);
        var ended = all.Where(campaign => LocalTime.DateOf(now, campaign.Zone()) > campaign.LastDay).ToList();
        return new Concerned(
            [.. all.Except(ended).Where(campaign => LocalTime.DateOf(now, campaign.Zone()).AddDays(14) >= campaign.Start)
                .GroupBy(campaign => campaign.District).Select(group => group.OrderBy(campaign => campaign.Start).First())],
            ended);
    }

    private async Task<List<WeatherAlert>> RecentAsync(DateTimeOffset now, CancellationToken ct)
    {
        List<WeatherAlert> recent = [];
        for (var day = ClockFeature.IntakeDays - 1; day >= 0; day--)
        {
            var rows = await OnDayAsync(now.AddDays(-day), ct);
            recent.AddRange(rows.Select(row => row.Alert).OfType<WeatherAlert>().Where(alert => alert.Status == AlertStatus.Actual));
        }

        return recent;
    }

    internal static WeatherAlert Scoped(WeatherAlert alert, string scope) => alert with { Areas = Scoped(alert.Areas, scope) };

    /// <summary>The part of the areas that lies in a scope: a province's alert sent by a district's feed is an alert for the district.</summary>
    private static IReadOnlyList<string> Scoped(IReadOnlyList<string> areas, string scope) =>
        [.. areas.Select(area => WeatherAlert.Prefix(area) is var prefix && prefix.StartsWith(scope, StringComparison.Ordinal) ? area
            : scope.StartsWith(prefix, StringComparison.Ordinal) ? scope.PadRight(6, '0') : null).OfType<string>().Distinct(StringComparer.Ordinal)];

    private static List<string> Districts(IReadOnlyList<string> partitions) => [.. partitions.Select(partition => partition.Split('|')[0])];
}
