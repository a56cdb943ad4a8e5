using Microsoft.AspNetCore.Http;
using ReliefFunctions.Core.Campaigns;
using ReliefFunctions.Core.Http;
using ReliefFunctions.Core.Storage;

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
            Summary = "单位的通知渠道（网址与密钥不显示）",
            Response = typeof(IReadOnlyList<DeliveryChannel>),
        },
        new("PutChannels", "PUT", ChannelsTemplate, AccessRule.Office, PutChannels)
        {
            Summary = "设置单位的通知渠道；网址、密钥留空则沿用",
            Request = typeof(IReadOnlyList<DeliveryChannel>),
            Response = typeof(IReadOnlyList<DeliveryChannel>),
            Problems = [ProblemType.Conflict, ProblemType.Stale],
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
        var (store, given) = (c.Service<ChannelStore>(), await c.JsonAsync<List<DeliveryChannel>>());
        var known = await store.OfUnitAsync(c.Route("district"), c.Route("unit"), c.Aborted);
        List<ProblemError> errors = [];
        if (given.Count > 8) errors.Add(new ProblemError { Pointer = "", Message = "一个单位最多 8 个渠道。", Fix = "合并到群机器人。" });
        for (var i = 0; i < given.Count; i++)
        {
            if (!Keys.IsPart(given[i].Id)) errors.Add(new ProblemError { Pointer = $"/{i}/id", Message = "渠道编号只能用字母、数字和连字符。", Fix = "例如 wecom-1。" });
            var url = given[i].Url ?? known.FirstOrDefault(channel => channel.Id == given[i].Id)?.Url;
            if (c.Service<ChannelClient>().Refusal(url) is { } refusal) errors.Add(new ProblemError { Pointer = $"/{i}/url", Message = refusal, Fix = "填写机器人给出的完整 https 网址；其他主机须先由系统管理员加入允许名单（Delivery:Hosts）。" });
            if (given[i].To is { } numbers && (given[i].Kind != ChannelKind.Webhook || numbers.Count > 50 || numbers.Any(number => number.Length is < 5 or > 20 || !number.All(char.IsAsciiDigit)))) errors.Add(new ProblemError { Pointer = $"/{i}/to", Message = "接收号码只用于短信网关（webhook），最多 50 个，每个为 5 至 20 位数字。", Fix = "例如 [\"13800000000\"]；沿用已登记的号码则不填。" });
            if (given[i].Role?.Length is 0 or > 20) errors.Add(new ProblemError { Pointer = $"/{i}/role", Message = "角色最长 20 字，不能为空。", Fix = "例如 带班领导；全单位的值班渠道则不填。" });
            if (given[i].QuietFrom is null != given[i].QuietTo is null) errors.Add(new ProblemError { Pointer = $"/{i}/quietFrom", Message = "免打扰时段须同时写明起止。", Fix = "两项都填，或都不填。" });
        }

        if (given.DistinctBy(channel => channel.Id).Count() != given.Count) errors.Add(new ProblemError { Pointer = "", Message = "渠道编号重复。", Fix = "每个渠道用不同的编号。" });
        if (errors.Count > 0) throw new ProblemException(ProblemType.Invalid, $"渠道有 {errors.Count} 处需要修改，未保存。", errors);
        if (!await store.PutAsync(c.Route("district"), c.Route("unit"), given, c.Audit("channels.put", c.Route("unit"), $"{given.Count}"), c.Aborted)) throw new ProblemException(ProblemType.Stale, "渠道刚刚被他人修改，请重新读取后再改。");
        return await ShowAsync(c);
    }

    private static async Task<IResult> ShowAsync(ApiContext c) =>
        c.Json((await c.Service<ChannelStore>().OfUnitAsync(c.Route("district"), c.Route("unit"), c.Aborted)).Select(channel => channel.Redacted()).ToList());

    private static async Task<IResult> Deliveries(ApiContext c) => c.Json(await c.Service<DeliveryService>().OfOrderAsync(await CampaignAsync(c), PatrolEndpoints.Revision(c), c.Aborted));

    private static async Task<IResult> Failed(ApiContext c) => c.Json(await c.Service<DeliveryService>().FailedAsync(await CampaignAsync(c), c.Aborted));

    private static async Task<IResult> Again(ApiContext c) =>
        await c.Service<DeliveryService>().AgainAsync(await CampaignAsync(c), PatrolEndpoints.Revision(c), c.Route("unit"), c.Route("channel"), c.Audit("delivery.resent", $"{c.Route("revision")}/{c.Route("unit")}/{c.Route("channel")}"), c.Aborted) is { } entry
            ? c.Json(entry)
            : throw new ProblemException(ProblemType.NotFound, "没有这条送达记录。");

    private static Task<Campaign> CampaignAsync(ApiContext c) => c.Service<CampaignStore>().RequireAsync(c.Route("district"), c.Route("season"), c.Aborted);

    private static async Task RequireUnitAsync(ApiContext c)
    {
        if (c.Route("unit") is not (DeliveryService.Office or DeliveryService.Leader)) await c.Service<CampaignStore>().RequireUnitAsync(c.Route("district"), c.Route("unit"), c.Aborted);
    }
}
