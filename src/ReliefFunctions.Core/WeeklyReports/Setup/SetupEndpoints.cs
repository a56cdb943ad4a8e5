using System.Globalization;
using Microsoft.AspNetCore.Http;
using ReliefFunctions.Core.Campaigns;
using ReliefFunctions.Core.Http;
using ReliefFunctions.Core.Storage;
using ReliefFunctions.Core.WeeklyReports.Forms;
using ReliefFunctions.Core.WeeklyReports.Workbooks;

namespace ReliefFunctions.Core.WeeklyReports.Setup;

/// <summary>A campaign is set up with Excel: its roster and the fields of its form go down and come up as workbooks.</summary>
public static class SetupEndpoints
{
    /// <summary>The roster of a district.</summary>
    private const string RosterTemplate = "api/v1/districts/{district}/roster";

    /// <summary>The fields of one version of the form.</summary>
    private const string FieldsTemplate = "api/v1/districts/{district}/forms/{version}/fields";

    /// <summary>The routes.</summary>
    public static IReadOnlyList<ApiRoute> Routes { get; } =
    [
        new("GetRosterWorkbook", "GET", RosterTemplate, AccessRule.Office, GetRoster) { Cost = Costly.Export, Summary = "下载名册（.xlsx）：单位、联系人、通知渠道",
            Gives = [ReportEndpoints.WorkbookType], ShowsVersion = true },
        new("PutRosterWorkbook", "PUT", RosterTemplate, AccessRule.Office, PutRoster)
        {
            Summary = "上传改好的名册（.xlsx）；有错一次全部列出，?validateOnly=true 只校验",
            MaxBody = UnpackingBudget.PackedBytes,
            Response = typeof(RosterAnswer),
            Takes = [ReportEndpoints.WorkbookType, "multipart/form-data"],
            Query = [ApiParameter.ValidateOnly],
            IfMatch = VersionNamed.IfKnown,
            ShowsVersion = true,
            Problems = [ProblemType.UnsupportedType],
        },
        new("GetFormFields", "GET", FieldsTemplate, AccessRule.Office, GetFields) { Summary = "下载表样的指标（.xlsx），一行一个", Gives = [ReportEndpoints.WorkbookType] },
        new("PutFormFields", "PUT", FieldsTemplate, AccessRule.Office, PutFields)
        {
            Summary = "上传改好的指标（.xlsx），登记为一个新版本；规则沿用上一版，?validateOnly=true 只校验",
            MaxBody = UnpackingBudget.PackedBytes,
            Response = typeof(FormDefinition),
            Takes = [ReportEndpoints.WorkbookType, "multipart/form-data"],
            Query = [ApiParameter.ValidateOnly],
            Problems = [ProblemType.Conflict, ProblemType.UnsupportedType],
        },
    ];

    private static async Task<IResult> GetRoster(ApiContext c)
    {
        var stands = await StandsAsync(c);
        c.ShowVersion(stands.ETag);
        return Results.File(new RosterWorkbook(c.Service<IUnitChannels>()).Write(stands), ReportEndpoints.WorkbookType, $"{c.Route("district")}-名册.xlsx");
    }

    private static async Task<IResult> PutRoster(ApiContext c)
    {
        var (district, channels, stands) = (c.Route("district"), c.Service<IUnitChannels>(), await StandsAsync(c));
        var (errors, warnings, sheets) = (new List<ProblemError>(), new List<ProblemError>(), await SheetsAsync(c));
        var roster = new RosterWorkbook(channels).Read(sheets, stands, errors, warnings);
        if (errors.Count == 0 && roster.Units.Count == 0)
        {
            errors.Add(new ProblemError { Code = "empty", Sheet = "单位", Message = "“单位”表里没有单位。", Fix = "至少填一行。" });
        }

        if (errors.Count > 0) throw new ProblemException(ProblemType.Invalid, $"名册有 {errors.Count} 处需要修改，本次没有保存。", errors);

        // Whoever has seen what others changed names the version in the header; else it is the one that the workbook was made from.
        var differences = NamedVersion.IsAnother(RosterWorkbook.MadeFrom(sheets), stands.ETag) ? RosterWorkbook.Differences(stands, roster) : [];
        var answer = new RosterAnswer(roster.Units.Count, roster.Units.Sum(unit => unit.Contacts.Count), roster.Channels.Count, warnings, differences);
        if (c.ValidatesOnly)
        {
            c.ShowVersion(stands.ETag);
            return c.Json(answer);
        }

        var named = c.Http.Request.Headers.IfMatch.ToString();
        if (named.Length > 0 ? NamedVersion.IsAnother(named, stands.ETag) : differences.Count > 0)
        {
            throw new ProblemException(ProblemType.Stale, "名册在您下载之后有人改过，本次没有保存。不同之处列在下面；核对后仍以表里的为准的，在 If-Match 中带上新的 ETag 再传一次。",
                RosterWorkbook.Differences(stands, roster))
            { Extensions = new Dictionary<string, object?> { ["current"] = stands.ETag } };
        }

        // Each part is the same however often it is written: a roster that was interrupted is sent again.
        var audit = c.Audit("roster.put", district, $"{answer.Units}/{answer.Contacts}/{answer.Channels}");
        foreach (var chunk in roster.Units.Chunk(Transaction.MaxRows - 1))
        {
            await c.Service<CampaignStore>().PutUnitsAsync(district, chunk, audit, ct: c.Aborted);
        }

        var byUnit = roster.Channels.ToLookup(channel => channel.Unit);
        foreach (var unit in stands.Channels.Concat(roster.Channels).Select(channel => channel.Unit).Distinct()
            .Where(unit => unit == "office" || roster.Units.Any(one => one.Code == unit)))
        {
            await channels.PutAsync(district, unit, [.. byUnit[unit]], c.Audit("channels.put", unit), c.Aborted);
        }

        c.ShowVersion((await StandsAsync(c)).ETag);
        return c.Json(answer with { Differences = [] });
    }

    private static async Task<IResult> GetFields(ApiContext c) =>
        await FormAsync(c, Version(c)) is { } form
            ? Results.File(FormTable.Write(form), ReportEndpoints.WorkbookType, $"{c.Route("district")}-表样第{form.Version}版指标.xlsx")
            : throw new ProblemException(ProblemType.NotFound, $"没有第 {Version(c)} 版表样。");

    private static async Task<IResult> PutFields(ApiContext c)
    {
        var (version, errors) = (Version(c), new List<ProblemError>());
        var form = FormTable.Read(await SheetsAsync(c), version, await FormAsync(c, version) ?? await FormAsync(c, version - 1), errors);
        for (var earlier = version - 1; errors.Count == 0 && await FormAsync(c, earlier) is { } before; earlier--)
        {
            errors.AddRange(FormRules.CheckAgainst(before, form));
        }

        if (errors.Count > 0) throw new ProblemException(ProblemType.Invalid, $"表样有 {errors.Count} 处需要修改，本次没有保存。", errors);
        if (!c.ValidatesOnly) await ConfigurationEndpoints.StoreAsync(c, FormEndpoints.Kind, version, form);
        return c.Json(form);
    }

    private static async Task<FormDefinition?> FormAsync(ApiContext c, int version) =>
        version < 1 ? null : await c.Service<CampaignStore>().ConfigurationAsync<FormDefinition>(c.Route("district"), FormEndpoints.Kind, version, c.Aborted);

    private static int Version(ApiContext c) =>
        int.TryParse(c.Route("version"), NumberStyles.None, CultureInfo.InvariantCulture, out var version) && version > 0
        ? version
        : throw new ProblemException(ProblemType.BadRequest, $"“{c.Route("version")}”不是版本号，应为正整数。");

    private static async Task<Roster> StandsAsync(ApiContext c) =>
        new(await c.Service<CampaignStore>().UnitsAsync(c.Route("district"), c.Aborted), await c.Service<IUnitChannels>()
            .OfDistrictAsync(c.Route("district"), c.Aborted));

    private static async Task<IReadOnlyList<SheetCells>> SheetsAsync(ApiContext c)
    {
        var (sheets, refused) = WorkbookReader.ReadSheets((await c.FileAsync()).Bytes);
        return refused is null
            ? sheets
            : throw new ProblemException(ReportAnswers.TypeOf(refused.Code), $"{refused.Message}{refused.Fix}",
                ReportAnswers.Errors([refused], ProblemSeverity.Error));
    }
}

/// <summary>What a roster came to.</summary>
/// <param name="Units">Units in it.</param>
/// <param name="Contacts">Their contacts.</param>
/// <param name="Channels">Their channels.</param>
/// <param name="Warnings">What wants a look: units without a channel or a phone, units that the workbook does not list.</param>
/// <param name="Differences">Where others changed the roster after the workbook was downloaded: what stands there now, and what the workbook says.</param>
public sealed record RosterAnswer(int Units, int Contacts, int Channels, IReadOnlyList<ProblemError> Warnings, IReadOnlyList<ProblemError> Differences);
