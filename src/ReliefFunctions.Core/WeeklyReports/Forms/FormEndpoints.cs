using System.Globalization;
using Microsoft.AspNetCore.Http;
using ReliefFunctions.Core.Campaigns;
using ReliefFunctions.Core.Http;

namespace ReliefFunctions.Core.WeeklyReports.Forms;

/// <summary>Versions of the weekly form over HTTP.</summary>
public static class FormEndpoints
{
    /// <summary>Template of one version.</summary>
    public const string FormTemplate = "api/v1/districts/{district}/forms/{version}";

    /// <summary>Function names.</summary>
    public const string PutFormName = "PutForm", GetFormName = "GetForm";

    /// <summary>The kind under which <see cref="CampaignStore"/> keeps forms.</summary>
    public const string Kind = "form";

    /// <summary>The routes.</summary>
    public static IReadOnlyList<ApiRoute> Routes { get; } =
    [
        new(PutFormName, "PUT", FormTemplate, AccessRule.Office, Put) { Summary = "登记一个表样版本（登记后不可修改）", Request = typeof(FormDefinition), Response = typeof(FormDefinition) },
        new(GetFormName, "GET", FormTemplate, AccessRule.Readers, Get) { Summary = "读取表样", Response = typeof(FormDefinition) },
    ];

    private static async Task<IResult> Put(ApiContext c)
    {
        var form = await c.JsonAsync<FormDefinition>();
        if (FormRules.Check(form, Version(c)) is { Count: > 0 } errors) throw new ProblemException(ProblemType.Invalid, $"表样有 {errors.Count} 处需要修改，本次未保存。", errors);
        await c.Service<CampaignStore>().PutConfigurationAsync(c.Route("district"), Kind, form.Version, form, c.Audit("form.put", $"{c.Route("district")}/{form.Version}"), c.Aborted);
        return c.Json(form);
    }

    private static async Task<IResult> Get(ApiContext c) =>
        await c.Service<CampaignStore>().ConfigurationAsync<FormDefinition>(c.Route("district"), Kind, Version(c), c.Aborted) is { } form
            ? c.Json(form)
            : throw new ProblemException(ProblemType.NotFound, $"没有第 {Version(c)} 版表样。");

    private static int Version(ApiContext c) => int.TryParse(c.Route("version"), NumberStyles.None, CultureInfo.InvariantCulture, out var version) && version > 0
        ? version
        : throw new ProblemException(ProblemType.BadRequest, $"“{c.Route("version")}”不是版本号，应为正整数。");
}
