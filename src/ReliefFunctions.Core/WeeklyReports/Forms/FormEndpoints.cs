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
    public static IReadOnlyList<ApiRoute> Routes { get; } = ConfigurationEndpoints.Of<FormDefinition>(Kind, "表样", FormTemplate, PutFormName, GetFormName, FormRules.Check, FormRules.CheckAgainst);
}
