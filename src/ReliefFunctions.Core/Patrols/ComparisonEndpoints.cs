using System.Globalization;
using Microsoft.AspNetCore.Http;
using ReliefFunctions.Core.Campaigns;
using ReliefFunctions.Core.Http;
using ReliefFunctions.Core.Texts;

namespace ReliefFunctions.Core.Patrols;

/// <summary>Two versions of a policy over the winter that was, before one takes effect.</summary>
public static class ComparisonEndpoints
{
    /// <summary>The comparison.</summary>
    public const string CompareTemplate = CampaignEndpoints.CampaignTemplate + "/policy/compare";

    /// <summary>Function name.</summary>
    public const string CompareName = "ComparePolicies";

    /// <summary>The routes.</summary>
    public static IReadOnlyList<ApiRoute> Routes { get; } =
    [
        new(CompareName, "POST", CompareTemplate, AccessRule.Office, Compare)
        {
            Cost = Costly.Simulate,
            Summary = "两版巡查方案在同一个冬天的天气里各会下达哪些指令：指令数、单位夜数、逐日差异（不保存、不通知）；默认本年度，也可以是以往年度、上传的记录或虚构的冬天",
            MaxBody = 4 * 1024 * 1024,
            Request = typeof(ComparisonRequest),
            Response = typeof(PolicyComparison),
        },
        new("ListWinters", "GET", CampaignEndpoints.CampaignTemplate + "/policy/winters", AccessRule.Office, Winters)
        {
            Summary = "可以用来试算的冬天：本年度和本区以往各年度，各收过多少预警和预报",
            Response = typeof(IReadOnlyList<WinterLine>),
        },
    ];

    /// <summary>Seasons before this one that are looked for.</summary>
    private const int YearsBack = 5;

    private static async Task<IResult> Winters(ApiContext c)
    {
        var (campaigns, patrols) = (c.Service<CampaignStore>(), c.Service<PatrolStore>());
        var campaign = await campaigns.RequireAsync(c.Route("district"), c.Route("season"), c.Aborted);
        List<WinterLine> winters = [];
        foreach (var back in Enumerable.Range(0, YearsBack + 1))
        {
            var year = int.Parse(campaign.Season[..4], CultureInfo.InvariantCulture) - back;
            if ((await campaigns.GetAsync(campaign.District, $"{year}-{year + 1}", c.Aborted))?.Value is not { } winter) continue;
            var weather = await patrols.WeatherAsync(winter, c.Aborted);
            winters.Add(new WinterLine(winter.Season, winter.Start, winter.LastDay, weather.Count(each => each.Command is PatrolCommand.ApplyAlert),
                weather.Count(each => each.Command is PatrolCommand.ApplyForecast)));
        }

        return c.Json(winters);
    }

    private static async Task<IResult> Compare(ApiContext c)
    {
        var (campaigns, patrols) = (c.Service<CampaignStore>(), c.Service<PatrolStore>());
        var campaign = await campaigns.RequireAsync(c.Route("district"), c.Route("season"), c.Aborted);
        var request = await c.JsonAsync<ComparisonRequest>();
        if (request.Policy is null == request.After is null)
        {
            throw new ProblemException(ProblemType.Invalid, "要比较的方案应写且只写一处：after 写已登记的版本号，或 policy 写方案全文。",
                [new ProblemError { Pointer = "/after", Message = "两处都写了，或都没有写。", Fix = "留下一处。" }]);
        }

        if (request.Policy is { } tried && PolicyRules.Check(tried) is { Count: > 0 } errors)
        {
            throw new ProblemException(ProblemType.Invalid, $"方案有 {errors.Count} 处需要修改。",
                [.. errors.Select(error => error with { Pointer = "/policy" + error.Pointer })]);
        }

        var before = await VersionAsync(request.Before ?? campaign.PolicyVersion, "/before");
        var after = request.Policy ?? await VersionAsync(request.After!.Value, "/after");
        var (winter, weather) = await WeatherAsync();
        var ends = LocalTime.ToUtc(winter.LastDay.AddDays(1), TimeOnly.MinValue, winter.Zone());
        return c.Json(PolicyComparison.Of(weather, ends < c.Now ? ends : c.Now, winter,
            await campaigns.UnitsAsync(campaign.District, c.Aborted), before, after));

        async Task<(Campaign Winter, IReadOnlyList<(DateTimeOffset At, PatrolCommand Command)> Weather)> WeatherAsync()
        {
            if (request.Invented is { } kind)
            {
                // The winter before the campaign's own: it is over whenever it is tried.
                var back = InventedWinter.First.Year + 1 - campaign.Start.Year;
                return WinterRecord.Read(InventedWinter.Of(kind).Record(back), null, campaign, []);
            }

            if (request.Record is null && request.Warnings is null)
            {
                var season = request.Season is null || request.Season == campaign.Season ? campaign
                    : (await campaigns.GetAsync(campaign.District, request.Season, c.Aborted))?.Value
                    ?? throw new ProblemException(ProblemType.Invalid, "本区没有这个年度的专项行动。",
                        [new ProblemError { Pointer = "/season", Message = "本区没有这个年度的专项行动。", Fix = "改为 policy/winters 列出的年度，或上传那个冬天的记录（record、warnings）。" }]);
                return (season, await patrols.WeatherAsync(season, c.Aborted));
            }

            List<ProblemError> unread = [];
            var read = WinterRecord.Read(request.Record, request.Warnings, campaign, unread);
            return unread.Count == 0 ? read : throw new ProblemException(ProblemType.Invalid, "上传的记录读不出，没有试算。", unread);
        }

        async Task<PatrolPolicy> VersionAsync(int version, string pointer) =>
            await campaigns.ConfigurationAsync<PatrolPolicy>(campaign.District, PatrolStore.PolicyKind, version, c.Aborted)
            ?? throw new ProblemException(ProblemType.Invalid, $"没有第 {version} 版巡查方案。",
                [new ProblemError { Pointer = pointer, Message = $"没有第 {version} 版。", Fix = "改为已登记的版本号。" }]);
    }
}

/// <summary>Which policies to compare.</summary>
public sealed record ComparisonRequest
{
    /// <summary>The one version; null for the campaign's.</summary>
    public int? Before { get; init; }

    /// <summary>The other version, when it is stored.</summary>
    public int? After { get; init; }

    /// <summary>The other policy, when it is not.</summary>
    public PatrolPolicy? Policy { get; init; }

    /// <summary>The season whose weather is replayed, such as <c>2025-2026</c>; null for the campaign's own.</summary>
    public string? Season { get; init; }

    /// <summary>
    /// Of a winter that was not received here, the hours that were observed: CSV with a line of heads (时间 and 气温; 风速, 降水, 降雪 and 天气代码 where there are any,
    /// units in brackets), or Open-Meteo's history as CSV or JSON.
    /// </summary>
    [HoldsPersonalData]
    public string? Record { get; init; }

    /// <summary>An invented winter instead, where there is no record; no observations, see <c>docs/policy-tuning.md</c>.</summary>
    public InventedWinterKind? Invented { get; init; }

    /// <summary>The warnings of that winter as they were issued, one a paragraph.</summary>
    public string? Warnings { get; init; }
}

/// <summary>A winter of a district whose weather was received.</summary>
/// <param name="Season">Its season.</param>
/// <param name="From">The campaign's first day.</param>
/// <param name="To">Its last day.</param>
/// <param name="Alerts">Messages received.</param>
/// <param name="Forecasts">Forecasts received.</param>
public sealed record WinterLine(string Season, DateOnly From, DateOnly To, int Alerts, int Forecasts);
