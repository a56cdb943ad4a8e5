using Microsoft.AspNetCore.Http;
using ReliefFunctions.Core.Campaigns;
using ReliefFunctions.Core.Http;
using ReliefFunctions.Core.Storage;
using ReliefFunctions.Core.Texts;

namespace ReliefFunctions.Core.Patrols.Delivery;

/// <summary>Channels and the delivery log over HTTP.</summary>
public static class DeliveryEndpoints
{
    /// <summary>A unit's channels; <c>office</c> for the office's own, <c>leader</c> for the leader's.</summary>
    private const string ChannelsTemplate = "api/v1/districts/{district}/units/{unit}/channels";

    /// <summary>The deliveries of one order.</summary>
    private const string DeliveriesTemplate = PatrolEndpoints.OrderTemplate + "/deliveries";

    /// <summary>The routes.</summary>
    public static IReadOnlyList<ApiRoute> Routes { get; } =
    [
        new("GetChannels", "GET", ChannelsTemplate, AccessRule.Office, GetChannels)
        {
            Summary = "单位的通知渠道（网址与密钥不显示）；office 为办公室，leader 为领导",
            Response = typeof(IReadOnlyList<DeliveryChannel>),
            ShowsVersion = true,
        },
        new("PutChannels", "PUT", ChannelsTemplate, AccessRule.Office, PutChannels)
        {
            Summary = "设置单位的通知渠道；网址、密钥留空则沿用",
            Request = typeof(IReadOnlyList<DeliveryChannel>),
            Response = typeof(IReadOnlyList<DeliveryChannel>),
            Query = [ApiParameter.ValidateOnly],
            IfMatch = VersionNamed.IfKnown,
            ShowsVersion = true,
        },
        new("TestChannel", "POST", ChannelsTemplate + "/{channel}/test", AccessRule.Office, Test)
        {
            Summary = "向一个渠道发一条测试消息，当场答复对方收没收、原话是什么",
            Response = typeof(ChannelTest),
        },
        new("ListDeliveries", "GET", DeliveriesTemplate, AccessRule.Office, Deliveries)
        {
            Summary = "一号指令的送达记录",
            Response = typeof(IReadOnlyList<DeliveryEntry>),
        },
        new("ResendDelivery", "POST", DeliveriesTemplate + "/{unit}/{channel}/resend", AccessRule.Office, Again)
        {
            Summary = "重发未送达的通知",
            Response = typeof(DeliveryEntry),
        },
        new("ListFailedDeliveries", "GET", CampaignEndpoints.CampaignTemplate + "/deliveries/failed", AccessRule.Office, Failed)
        {
            Summary = "本年度未能送达的通知及原因",
            Response = typeof(IReadOnlyList<DeliveryEntry>),
        },
    ];

    private static async Task<IResult> GetChannels(ApiContext c)
    {
        await RequireUnitAsync(c);
        return await ShowAsync(c);
    }

    private static async Task<IResult> PutChannels(ApiContext c)
    {
        await RequireUnitAsync(c);
        var (store, given) = (c.Service<ChannelStore>(), await GivenAsync(c));
        var known = await store.OfUnitAsync(c.Route("district"), c.Route("unit"), c.Aborted);
        List<ProblemError> errors = [];
        void Refuse(string pointer, string message, string fix) => errors.Add(new ProblemError { Pointer = pointer, Message = message, Fix = fix });
        if (given.Count > 8) Refuse("", "一个单位最多 8 个渠道。", "合并到群机器人。");
        for (var i = 0; i < given.Count; i++)
        {
            var channel = given[i].Over(known.FirstOrDefault(each => each.Id == given[i].Id));
            if (!Keys.IsPart(channel.Id)) Refuse($"/{i}/id", "渠道编号只能用字母、数字和连字符。", "例如 wecom-1。");
            if (channel.Url?.Contains('…', StringComparison.Ordinal) == true)
            {
                Refuse($"/{i}/url", "网址不完整。", "换了编号的渠道，请重新填写机器人给出的完整网址。");
            }
            else if (c.Service<ChannelClient>().Refusal(channel.Url) is { } refusal)
            {
                Refuse($"/{i}/url", refusal, "填写机器人给出的完整 https 网址；其他主机须先由系统管理员加入允许名单（Delivery:Hosts）。");
            }

            if (channel.To is { } numbers && (channel.Kind != ChannelKind.Webhook || numbers.Count > 50 || !numbers.All(IsNumber)))
            {
                Refuse($"/{i}/to", "接收号码只用于短信网关（webhook），最多 50 个，每个为 5 至 20 位数字。", "例如 [\"13800000000\"]；沿用已登记的号码则不填。");
            }

            if (channel.Role?.Length is 0 or > 20) Refuse($"/{i}/role", "角色最长 20 字，不能为空。", "例如 带班领导；全单位的值班渠道则不填。");
            if (channel.QuietFrom is null != channel.QuietTo is null) Refuse($"/{i}/quietFrom", "免打扰时段须同时写明起止。", "两项都填，或都不填。");
        }

        if (given.DistinctBy(channel => channel.Id).Count() != given.Count) Refuse("", "渠道编号重复。", "每个渠道用不同的编号。");
        if (errors.Count > 0) throw new ProblemException(ProblemType.Invalid, $"渠道有 {errors.Count} 处需要修改，未保存。", errors);
        if (c.ValidatesOnly) return c.Json(given.Select(channel => channel.Redacted()).ToList());
        var audit = c.Audit("channels.put", c.Route("unit"), $"{given.Count}");
        if (await store.PutAsync(c.Route("district"), c.Route("unit"), given, audit, c.Aborted, c.Http.Request.Headers.IfMatch)
            is Outcome<IReadOnlyList<DeliveryChannel>>.Stale)
        {
            throw new ProblemException(ProblemType.Stale, "通知渠道在您读取之后有人改过，本次没有保存。请看过最新的内容，在其基础上修改，并在 If-Match 中带上新的 ETag。");
        }

        return await ShowAsync(c);
    }

    /// <summary>What is sent, numbers without what only sets their parts apart.</summary>
    private static async Task<List<DeliveryChannel>> GivenAsync(ApiContext c) =>
        [.. (await c.JsonAsync<List<DeliveryChannel>>()).Select(channel => channel with { To = channel.To?.Select(PhoneNumber.Digits).ToList() })];

    private static bool IsNumber(string number) => number.Length is >= 5 and <= 20 && number.All(char.IsAsciiDigit);

    /// <summary>Sends a test at once, past quiet hours and within the channel's rate; it is no delivery and stands in no log.</summary>
    private static async Task<IResult> Test(ApiContext c)
    {
        await RequireUnitAsync(c);
        var channels = await c.Service<ChannelStore>().OfUnitAsync(c.Route("district"), c.Route("unit"), c.Aborted);
        var channel = channels.FirstOrDefault(each => each.Id == c.Route("channel")) ?? throw new ProblemException(ProblemType.NotFound, "没有这个渠道。");
        var client = c.Service<ChannelClient>();
        if (client.Reserve(channel, c.Now) is var free && free > c.Now)
        {
            return c.Json(new ChannelTest(false, $"这个渠道一分钟内发得太多，请在 {(free - c.Now).TotalSeconds:0} 秒后再试。"));
        }

        var entry = new DeliveryEntry
        {
            Item = $"test|{c.Now.UtcTicks}",
            Unit = c.Route("unit"),
            Channel = channel.Id,
            CreatedAt = c.Now,
            Text = $"【渠道测试】这是{c.Actor.Name}发出的测试消息，看到即说明渠道“{channel.Name ?? channel.Id}”可用，无须答复。",
        };
        var answer = await client.SendAsync(channel, entry, c.Aborted);
        return c.Json(new ChannelTest(answer.Fate == ChannelFate.Taken, answer.Error));
    }

    private static async Task<IResult> ShowAsync(ApiContext c)
    {
        var (channels, etag) = await c.Service<ChannelStore>().ReadAsync(c.Route("district"), c.Route("unit"), c.Aborted);
        c.ShowVersion(etag);
        return c.Json(channels.Select(channel => channel.Redacted()).ToList());
    }

    private static async Task<IResult> Deliveries(ApiContext c) =>
        c.Json((await c.Service<DeliveryService>().OfOrderAsync(await CampaignAsync(c), PatrolEndpoints.Revision(c), c.Aborted)).Select(Shown).ToList());

    private static async Task<IResult> Failed(ApiContext c) =>
        c.Json((await c.Service<DeliveryService>().FailedAsync(await c.Service<CampaignStore>().PlaceAsync(c.Route("district"), c.Route("season"), c.Aborted)
            ?? await CampaignAsync(c), c.Aborted)).Select(Shown).ToList());

    /// <summary>Links are for whom the message was for, and not for those who look after deliveries.</summary>
    private static DeliveryEntry Shown(DeliveryEntry entry) => entry with
    {
        Text = NoticeWords.ForOthers(entry.Text),
        LastError = entry.LastError is { } error ? NoticeWords.ForOthers(error) : null,
    };

    private static async Task<IResult> Again(ApiContext c)
    {
        var (unit, channel) = (c.Route("unit"), c.Route("channel"));
        var audit = c.Audit("delivery.resent", $"{c.Route("revision")}/{unit}/{channel}");
        return await c.Service<DeliveryService>().AgainAsync(await CampaignAsync(c), PatrolEndpoints.Revision(c), unit, channel, audit, c.Aborted) is { } entry
            ? c.Json(Shown(entry))
            : throw new ProblemException(ProblemType.NotFound, "没有这条送达记录。");
    }

    private static Task<Campaign> CampaignAsync(ApiContext c) => c.Service<CampaignStore>().RequireAsync(c.Route("district"), c.Route("season"), c.Aborted);

    private static async Task RequireUnitAsync(ApiContext c)
    {
        if (c.Route("unit") is DeliveryService.Office or DeliveryService.Leader) return;
        await c.Service<CampaignStore>().RequireUnitAsync(c.Route("district"), c.Route("unit"), c.Aborted);
    }
}

/// <summary>What came of a channel's test.</summary>
/// <param name="Taken">Whether the other side took it.</param>
/// <param name="Error">Why not, with the robot's own words.</param>
public sealed record ChannelTest(bool Taken, [ForPeople] string? Error);
