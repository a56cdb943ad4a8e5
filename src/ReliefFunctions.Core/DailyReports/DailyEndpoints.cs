using System.Globalization;
using Microsoft.AspNetCore.Http;
using ReliefFunctions.Core.Campaigns;
using ReliefFunctions.Core.Http;
using ReliefFunctions.Core.Texts;

namespace ReliefFunctions.Core.DailyReports;

/// <summary>Reports of days over HTTP.</summary>
public static class DailyEndpoints
{
    /// <summary>In an address the day in course.</summary>
    private const string Today = "today";

    private const string UnitTemplate = CampaignEndpoints.CampaignTemplate + "/units/{unit}/daily-reports/{day}";

    private const string SeasonTemplate = CampaignEndpoints.CampaignTemplate + "/daily-reports";

    private static readonly AccessRule Overview = new(Role.CampaignOffice, Role.Leader, Role.Operator);

    private static readonly ApiParameter Format = new("format", "文件格式，默认 json", "csv") { Values = ["csv", "json"] };

    /// <summary>The routes.</summary>
    public static IReadOnlyList<ApiRoute> Routes { get; } =
    [
        .. ConfigurationEndpoints.Of<DailyPolicy>(DailyPolicyRules.Kind, "每日一报规则", "api/v1/districts/{district}/daily-report-policies/{version}",
            "PutDailyReportPolicy", "GetDailyReportPolicy", DailyPolicyRules.Check),
        new("GetDailyReportRules", "GET", CampaignEndpoints.CampaignTemplate + "/daily-report-rules", AccessRule.Readers, Rules)
        {
            Summary = "现行的每日一报规则：何时要报、几点前、报哪些",
            Response = typeof(DailyPolicy),
        },
        new("GetDailyReport", "GET", UnitTemplate, AccessRule.Readers, Get)
        {
            Summary = "一天的每日一报：要不要报、几点前、已报内容、按上次预填的数；日期可写 today",
            Response = typeof(DailyPage),
            ShowsVersion = true,
        },
        new("PutDailyReport", "PUT", UnitTemplate, AccessRule.UnitOrOffice, Put)
        {
            Summary = "报送每日一报；没有情况的只报 {\"zeroReport\":true}；更正须写明依据的版次",
            MaxBody = 32 * 1024,
            Request = typeof(DailyRequest),
            Response = typeof(DailyReceipt),
            IfMatch = VersionNamed.ForChanges,
            ShowsVersion = true,
        },
        new("GetDailyTable", "GET", SeasonTemplate + "/{day}", Overview, Table)
        {
            Summary = "一天的每日一报汇总表；日期可写 today，?format=csv 导出",
            Response = typeof(DailyTable),
            Polled = true,
            Query = [Format],
            Gives = ["text/csv"],
        },
        new("ListDailyReports", "GET", SeasonTemplate, Overview, Season)
        {
            Summary = "全季每日一报，一家一天一行；?format=csv 导出",
            Response = typeof(IReadOnlyList<DailyLine>),
            Query = [Format],
            Gives = ["text/csv"],
        },
    ];

    private static async Task<IResult> Rules(ApiContext c) => c.Json(await c.Service<DailyStore>().PolicyAsync(await c.CampaignAsync(), c.Aborted));

    private static async Task<IResult> Get(ApiContext c)
    {
        var (campaign, store) = (await c.CampaignAsync(), c.Service<DailyStore>());
        var (unit, day) = (await UnitAsync(c, campaign), Day(c, campaign));
        var policy = await store.PolicyAsync(campaign, c.Aborted);
        var (owing, row, before) = (store.OwingAsync(campaign, day, policy, c.Aborted), store.GetAsync(campaign, day, unit.Code, c.Aborted),
            store.BeforeAsync(campaign, day, unit.Code, c.Aborted));
        var (owed, report, last) = ((await owing).Contains(unit.Code), await row, await before);
        c.ShowVersion(report?.Latest.Number ?? 0);
        return c.Json(new DailyPage(day, unit.Code, unit.Name, owed, DailyRules.Due(day, policy, campaign), policy.Fields, report, last?.Day,
            last?.Latest.Content.Values ?? new Dictionary<string, int>()));
    }

    private static async Task<IResult> Put(ApiContext c)
    {
        var (campaign, store, request) = (await c.CampaignAsync(), c.Service<DailyStore>(), await c.JsonAsync<DailyRequest>());
        var (unit, day, today) = (await UnitAsync(c, campaign), Day(c, campaign), LocalTime.DateOf(c.Now, campaign.Zone()));
        if (day > today) throw new ProblemException(ProblemType.Invalid, $"{day:M月d日}还没有到，请当天再报。");
        if (day < today.AddDays(-DailyRules.DaysBack)) throw new ProblemException(ProblemType.Invalid, $"{day:M月d日}已过去 {DailyRules.DaysBack} 天以上，不再补报。确需更正的，请改周报。");
        var policy = await store.PolicyAsync(campaign, c.Aborted);
        var last = await store.BeforeAsync(campaign, day, unit.Code, c.Aborted);
        var (content, errors) = DailyRules.Read(request, policy, last?.Latest.Content, c.Actor.Name.Cut(DailyRules.LongestName));
        if (errors.Count > 0) throw new ProblemException(ProblemType.Invalid, $"每日一报有 {errors.Count} 处需要修改，没有保存。", errors);
        var owed = (await store.OwingAsync(campaign, day, policy, c.Aborted)).Contains(unit.Code);
        var decision = await store.SubmitAsync(campaign, day, unit, content, request.Hash(), c.VersionNamed(request.BaseVersion),
            owed ? DailyRules.Due(day, policy, campaign) : null, c.Audit("daily.submitted", $"{DailyRow.Name(day)}/{unit.Code}"), c.Aborted);
        return decision switch
        {
            DailyDecision.Changed(var row) => Receipt(c, row, row.Latest.Number, false),
            DailyDecision.Repeated(var row, var version) => Receipt(c, row, version, true),
            DailyDecision.Stale(var row) => throw new ProblemException(ProblemType.Stale,
                $"{day:M月d日}的每日一报现在是第 {row?.Latest.Number ?? 0} 次，您依据的是另一次。请看过最新内容再更正（If-Match 或 baseVersion）。")
            { Extensions = new Dictionary<string, object?> { ["currentVersion"] = row?.Latest.Number ?? 0 } },
            _ => throw new InvalidOperationException(),
        };
    }

    private static async Task<IResult> Table(ApiContext c)
    {
        var (campaign, store) = (await c.CampaignAsync(), c.Service<DailyStore>());
        var (day, policy) = (Day(c, campaign), await store.PolicyAsync(campaign, c.Aborted));
        var table = DailyTable.Of(day, policy, await c.Service<CampaignStore>().UnitsAsync(campaign.District, c.Aborted),
            await store.OwingAsync(campaign, day, policy, c.Aborted), await store.BetweenAsync(campaign, day, day, c.Aborted), campaign);
        return IsCsv(c) ? Csv(campaign, policy, table.Lines, $"每日一报{DailyRow.Name(day)}") : c.Json(table);
    }

    private static async Task<IResult> Season(ApiContext c)
    {
        var (campaign, store) = (await c.CampaignAsync(), c.Service<DailyStore>());
        var policy = await store.PolicyAsync(campaign, c.Aborted);
        var lines = (await store.BetweenAsync(campaign, campaign.Start, campaign.LastDay, c.Aborted))
            .Select(row => DailyLine.Of(row.Unit, row.UnitName, row.Day, true, row)).ToList();
        return IsCsv(c) ? Csv(campaign, policy, lines, $"每日一报{campaign.Season}") : c.Json(lines);
    }

    private static IResult Csv(Campaign campaign, DailyPolicy policy, IReadOnlyList<DailyLine> lines, string name)
    {
        string[] head = ["日期", "单位代码", "单位", "版次", "报送时间", "迟报（分钟）", "零报告", .. policy.Fields.Select(field => field.Label), "填报人"];
        var rows = lines.Select(line => (IEnumerable<string?>)[
            DailyRow.Name(line.Day), line.Unit, line.UnitName, Number(line.Version),
            line.At is { } at ? LocalTime.In(at, campaign.Zone()).ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture) : "", Number(line.MinutesLate),
            line.ZeroReport ? "是" : "",
            .. policy.Fields.Select(field => field.IsText ? line.Texts.GetValueOrDefault(field.Code)
                : line.Values.TryGetValue(field.Code, out var value) ? Number(value) : ""), line.FilledBy,
        ]);
        return Results.File(Texts.Csv.Write(rows.Prepend(head)), "text/csv; charset=utf-8", $"{campaign.DistrictName}{name}.csv");

        static string Number(int value) => value.ToString(CultureInfo.InvariantCulture);
    }

    private static IResult Receipt(ApiContext c, DailyRow row, int version, bool repeated)
    {
        c.ShowVersion(row.Latest.Number);
        var of = row.Versions.First(each => each.Number == version);
        var late = of.MinutesLate > 0 ? $"，迟 {of.MinutesLate} 分钟" : "";
        return c.Json(new DailyReceipt(row.Day, row.Unit, version, repeated, row.Latest.Number > version ? row.Latest.Number : null, of,
            repeated ? $"{row.Day:M月d日}的每日一报已经收到过（第 {version} 次），没有重复。" : $"{row.Day:M月d日}的每日一报已收到（第 {version} 次{late}）。"));
    }

    private static bool IsCsv(ApiContext c) => c.Query("format") switch
    {
        null or "" or "json" => false,
        "csv" => true,
        _ => throw new ProblemException(ProblemType.BadRequest, "format 可用 json 或 csv。"),
    };

    private static DateOnly Day(ApiContext c, Campaign campaign)
    {
        if (c.Route("day") == Today) return LocalTime.DateOf(c.Now, campaign.Zone());
        return DateOnly.TryParseExact(c.Route("day"), "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var day)
            && day.Year is > 2000 and < 2200
            ? day
            : throw new ProblemException(ProblemType.BadRequest, $"“{c.Route("day").Cut(30)}”不是日期。日期写作 2026-12-17，当天写作 {Today}。");
    }

    private static Task<Unit> UnitAsync(ApiContext c, Campaign campaign) => c.Service<CampaignStore>().RequireUnitAsync(campaign.District, c.Route("unit"),
        c.Aborted);
}

/// <summary>A day as a unit sees it.</summary>
/// <param name="Day">The local day.</param>
/// <param name="Unit">Unit code.</param>
/// <param name="UnitName">Its name.</param>
/// <param name="Owed">Whether it owes a report of the day.</param>
/// <param name="Due">Until when, UTC.</param>
/// <param name="Fields">What to say.</param>
/// <param name="Report">What was reported; null when nothing was.</param>
/// <param name="PrefilledFrom">The day that the prefilled numbers are of; null when there is none.</param>
/// <param name="Prefill">Numbers of the last report, to start from.</param>
public sealed record DailyPage(DateOnly Day, string Unit, string UnitName, bool Owed, DateTimeOffset Due, IReadOnlyList<DailyField> Fields, DailyRow? Report,
    DateOnly? PrefilledFrom, IReadOnlyDictionary<string, int> Prefill);

/// <summary>The receipt of a report of a day.</summary>
/// <param name="Day">The local day.</param>
/// <param name="Unit">Unit code.</param>
/// <param name="Version">The version that this report is.</param>
/// <param name="Repeated">Whether it had been received before.</param>
/// <param name="SupersededBy">The latest version, when this one is no longer it.</param>
/// <param name="Report">What was received.</param>
/// <param name="Message">In Chinese.</param>
public sealed record DailyReceipt(DateOnly Day, string Unit, int Version, bool Repeated, int? SupersededBy, DailyVersion Report,
    [property: ForPeople] string Message);
