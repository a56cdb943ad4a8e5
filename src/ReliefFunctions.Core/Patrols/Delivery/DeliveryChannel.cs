using ReliefFunctions.Core.Storage;
using ReliefFunctions.Core.Texts;

namespace ReliefFunctions.Core.Patrols.Delivery;

/// <summary>Whose robot or gateway a channel calls.</summary>
public enum ChannelKind
{
    /// <summary>企业微信群机器人.</summary>
    WeCom,

    /// <summary>钉钉群机器人, signed.</summary>
    DingTalk,

    /// <summary>飞书群机器人, signed.</summary>
    Feishu,

    /// <summary>Any system: a signed JSON document; SMS gateways too.</summary>
    Webhook,
}

/// <summary>Where a unit's notices are sent besides its inbox. The address is a secret: it is written and never shown again.</summary>
[Audited]
public sealed record DeliveryChannel
{
    /// <summary>Letters, digits and hyphens; unique for the unit.</summary>
    public required string Id { get; init; }

    /// <summary>Whose robot.</summary>
    public required ChannelKind Kind { get; init; }

    /// <summary>What people call it, such as 青岩镇值班群.</summary>
    public string? Name { get; init; }

    /// <summary>The webhook's address; in a change null keeps the one stored.</summary>
    [HoldsPersonalData]
    public string? Url { get; init; }

    /// <summary>The secret to sign with; in a change null keeps the one stored.</summary>
    [HoldsPersonalData]
    public string? Secret { get; init; }

    /// <summary>
    /// Numbers that an SMS gateway sends to, in the body as <c>to</c>; of a <see cref="ChannelKind.Webhook"/> alone. They are shown by their last four
    /// digits; in a change null keeps those stored.
    /// </summary>
    [HoldsPersonalData]
    public IReadOnlyList<string>? To { get; init; }

    /// <summary>Whether reminders, escalations and the like go there too, and not notices alone.</summary>
    public bool Events { get; init; } = true;

    /// <summary>
    /// The role of the one person behind the channel (备班, 带班领导, 分管领导): then it is told the steps of an escalation that call this role, and nothing
    /// else. Null for the channel of a unit's duty, which is told everything.
    /// </summary>
    public string? Role { get; init; }

    /// <summary>
    /// From this local time on nothing is sent, but for round-the-clock notices, their escalation and what waits for the office; null for no quiet hours.
    /// </summary>
    public TimeOnly? QuietFrom { get; init; }

    /// <summary>Until this local time.</summary>
    public TimeOnly? QuietTo { get; init; }

    /// <summary>
    /// This change of <paramref name="known"/>: what it leaves out is kept, and what it says as it was shown (<see cref="Redacted"/>) is left out, too.
    /// </summary>
    public DeliveryChannel Over(DeliveryChannel? known)
    {
        if (known is null) return this;
        var shown = known.Redacted();
        return this with
        {
            Url = Url is null || Url == shown.Url ? known.Url : Url,
            Secret = Secret is null || Secret == shown.Secret ? known.Secret : Secret,
            To = To is null || (shown.To is not null && To.SequenceEqual(shown.To)) ? known.To : To,
        };
    }

    /// <summary>As it may be shown.</summary>
    public DeliveryChannel Redacted() => this with
    {
        Url = Uri.TryCreate(Url, UriKind.Absolute, out var uri) ? $"{uri.Scheme}://{uri.Host}/…" : null,
        Secret = Secret is null ? null : "…",
        To = To is null ? null : [.. To.Select(number => "…" + number[^4..])],
    };
}

/// <summary>What delivery may call; section <c>Delivery</c>.</summary>
public sealed record DeliveryOptions
{
    /// <summary>The section's name.</summary>
    public const string Section = "Delivery";

    /// <summary>Hosts of other webhooks and SMS gateways, beside the robots' own.</summary>
    public IReadOnlyList<string> Hosts { get; init; } = [];

    /// <summary>Ports that webhooks may be called at, beside 443.</summary>
    public IReadOnlyList<int> Ports { get; init; } = [];

    /// <summary>Whether webhooks on this machine may be called; for LocalHost and tests.</summary>
    public bool AllowLoopback { get; init; }

    /// <summary>Messages a minute to one robot: robots drop what exceeds 20.</summary>
    public int PerMinute { get; init; } = 20;

    /// <summary>Messages a minute to one other webhook: an SMS gateway serves every unit at once.</summary>
    public int WebhookPerMinute { get; init; } = 600;

    /// <summary>Every host that may be called.</summary>
    internal IReadOnlyList<string> AllHosts => ["qyapi.weixin.qq.com", "oapi.dingtalk.com", "open.feishu.cn", "open.larksuite.com", .. Hosts];
}

/// <summary>How a delivery stands.</summary>
public enum DeliveryState
{
    /// <summary>To be sent, for the first time or again.</summary>
    Waiting,

    /// <summary>The other side has taken it.</summary>
    Delivered,

    /// <summary>Given up; a person can have it sent again.</summary>
    Failed,

    /// <summary>Not sent because a newer notice has taken its place.</summary>
    Skipped,
}

/// <summary>One message to one channel: <c>D|{item}|{channel}</c> is its log, <c>Q|{item}|{channel}</c> stands beside it while it waits.</summary>
public sealed record DeliveryEntry
{
    /// <summary>What is delivered: <c>{revision:D6}|{unit}</c> of a notice, <c>e{hash}|{unit}</c> of an event.</summary>
    public required string Item { get; init; }

    /// <summary>Unit code, <c>office</c> or <c>leader</c>.</summary>
    public required string Unit { get; init; }

    /// <summary>The channel's id.</summary>
    public required string Channel { get; init; }

    /// <summary>The notice's number; null of an event.</summary>
    public int? Revision { get; init; }

    /// <summary>The notice's intensity; null of an event.</summary>
    public PatrolIntensity? Intensity { get; init; }

    /// <summary>The message in Chinese; of a notice without its link, which is added on the way to the channel.</summary>
    public required string Text { get; init; }

    /// <summary>What follows a notice for the unit to forward, with a link that signs nothing; null where nothing does. It is made on the way, too.</summary>
    public string? Forward { get; init; }

    /// <summary>UTC.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>How it stands.</summary>
    public DeliveryState State { get; init; }

    /// <summary>Whether it tells that another message could not be delivered: when it fails itself, nobody is told, or it would never end.</summary>
    public bool Report { get; init; }

    /// <summary>Of a text that goes out in several messages, how many the other side has taken: what is tried again goes on behind them.</summary>
    public int PartsTaken { get; init; }

    /// <summary>Attempts so far.</summary>
    public int Attempts { get; init; }

    /// <summary>When it is tried next; while an attempt is on its way, when that is believed to have died. UTC.</summary>
    public DateTimeOffset NextAttemptAt { get; init; }

    /// <summary>When the other side took it, UTC.</summary>
    public DateTimeOffset? DeliveredAt { get; init; }

    /// <summary>Why the last attempt failed.</summary>
    [ForPeople]
    public string? LastError { get; init; }
}
