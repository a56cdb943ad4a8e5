using System.Globalization;
using Microsoft.AspNetCore.Http;
using ReliefFunctions.Core.Http;
using ReliefFunctions.Core.Storage;

namespace ReliefFunctions.Core.Weather;

/// <summary>Weather alerts over HTTP.</summary>
public static class WeatherEndpoints
{
    /// <summary>Where feeds deliver and clerks paste.</summary>
    private const string AlertsTemplate = "api/v1/weather-alerts";

    private static readonly TimeZoneInfo China = TimeZoneInfo.FindSystemTimeZoneById("Asia/Shanghai");

    /// <summary>The routes.</summary>
    public static IReadOnlyList<ApiRoute> Routes { get; } =
    [
        new("ReceiveWeatherAlerts", "POST", AlertsTemplate, new AccessRule(Role.Feed, Role.CampaignOffice, Role.Operator), Receive)
        {
            Summary = "接收预警：CAP 1.2（含 12379）、和风天气 v1、中国天气网、中央气象台、彩云、NWS、Open-Meteo 或预警信号原文；办公室贴入的，答复写明读作什么、下达了第几号指令或为什么没有",
            MaxBody = AlertNormaliser.MaxBytes,
            Response = typeof(IntakeReceipt),
            Takes = ["application/xml", "application/json", "text/plain"],
            Query =
            [
                new("area", "预警没有写明区域时：六位区划代码，可写几个，用逗号隔开", "520111"),
                ApiParameter.Flag("preview", "只看读作什么、会下达哪一号指令，不登记、不通知"),
            ],
            Statuses = [200, 202],
        },
        new("ListWeatherAlerts", "GET", AlertsTemplate, new AccessRule(Role.Feed, Role.CampaignOffice, Role.Leader, Role.Operator), List)
        {
            Summary = "某日（UTC，?day=2026-12-15）收到的预警及处理情况",
            Response = typeof(IReadOnlyList<IntakeRow>),
            Query = [new("day", "哪一天（UTC）", "2026-12-15")],
        },
        new("GetWeatherPayload", "GET", "api/v1/weather-alerts/payloads/{payload}", AccessRule.Office, Payload)
        {
            Summary = "预警原文",
            Gives = ["application/octet-stream"],
        },
    ];

    private static async Task<IResult> Receive(ApiContext c)
    {
        var areas = Areas(c);
        try
        {

            // A person who pastes a warning waits for what comes of it; a feed does not.
            var decisions = c.Actor.Role == Role.Feed ? null : c.Service<IAlertDecisions>();
            var (intake, context) = (c.Service<AlertIntake>(), new PayloadContext(c.Now, China, areas));
            var preview = c.Query("preview") is "true" or "1" or "";
            var receipt = preview
                ? await intake.PreviewAsync(await c.BodyAsync(), context, c.Actor.Scope, c.Service<IAlertDecisions>(), c.Aborted)
                : await intake.ReceiveAsync(await c.BodyAsync(), context, c.Actor.Scope, c.Actor.Id, c.Aborted, decisions);
            if (receipt.Items.Count > 0 && receipt.Items.All(item => item.OutOfScope))
            {
                throw new ProblemException(ProblemType.Forbidden, "预警的区域不在本密钥的权限范围内，未通知任何人。请核对区域，或联系系统管理员调整密钥范围。",
                    [.. receipt.Items.Select(item => new ProblemError { Message = item.Notes[0], Value = item.Identifier, Code = "area-out-of-scope" })]);
            }

            return c.Json(receipt, receipt.Accepted && !preview ? StatusCodes.Status202Accepted : StatusCodes.Status200OK);
        }
        catch (AlertPayloadException refused)
        {
            throw new ProblemException(ProblemType.BadRequest, refused.Message, [new ProblemError { Message = refused.Message, Code = refused.Code }]);
        }
    }

    /// <summary>The areas for payloads that name none: <c>?area=</c>, else the actor's own district.</summary>
    private static string[] Areas(ApiContext c)
    {
        var given = c.Query("area")?.Split(',', StringSplitOptions.RemoveEmptyEntries) ?? (c.Actor.Scope.Length == 6 ? [c.Actor.Scope] : []);
        if (given.FirstOrDefault(area => area.Length is not (6 or 9 or 12) || !area.All(char.IsAsciiDigit)) is { } wrong)
        {
            throw new ProblemException(ProblemType.BadRequest, $"area 参数“{wrong}”不是区划代码。应为六位数字（GB/T 2260），例如 520111。");
        }

        return given;
    }

    private static async Task<IResult> List(ApiContext c)
    {
        var day = c.Now;
        if (c.Query("day") is { } text
            && !DateTimeOffset.TryParseExact(text, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out day))
        {
            throw new ProblemException(ProblemType.BadRequest, $"day 参数“{text}”不是日期。应形如 2026-12-15。");
        }

        var rows = await c.Service<AlertIntake>().OnDayAsync(day, c.Aborted);
        return c.Json(rows.Where(row => Concerns(row, c.Actor)).OrderByDescending(row => row.Alert!.Sent)
            .Select(row => row with { Campaigns = [.. row.Campaigns.Where(campaign => c.Actor.Covers(campaign.Split('|')[0]))] }).ToList());
    }

    /// <summary>Whether an alert is for a division of the actor's, or for one that the actor's lies in. One without an area is its sender's to mend.</summary>
    private static bool Concerns(IntakeRow row, Actor actor) => row.Alert!.Areas.Count == 0
        ? actor.Scope.Length == 0 || row.ReceivedFrom == actor.Id
        : row.Alert.Areas.Any(area => WeatherAlert.Touches(area, actor.Scope));

    /// <summary>What came in for one district is no other's to read, whoever knows its hash.</summary>
    private static async Task<IResult> Payload(ApiContext c) =>
        (c.Actor.Scope.Length == 0 || await c.Service<AlertIntake>().ConcernOfAsync(c.Route("payload"), c.Aborted) is { } concern && concern.IsFor(c.Actor.Scope))
        && await c.Service<BlobStore>().OpenAsync(BlobStore.Payloads, c.Route("payload"), c.Aborted) is { } stream
            ? Results.Stream(stream, "application/octet-stream", c.Route("payload") + ".bin")
            : throw new ProblemException(ProblemType.NotFound, "没有这份原文。");
}
