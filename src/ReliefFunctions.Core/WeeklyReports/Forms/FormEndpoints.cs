using ReliefFunctions.Core.Campaigns;
using ReliefFunctions.Core.Http;

namespace ReliefFunctions.Core.WeeklyReports.Forms;

/// <summary>Versions of the weekly form over HTTP.</summary>
public static class FormEndpoints
{
    /// <summary>The kind under which <see cref="CampaignStore"/> keeps forms.</summary>
    public const string Kind = "form";

    /// <summary>The routes.</summary>
    public static IReadOnlyList<ApiRoute> Routes { get; } = ConfigurationEndpoints.Of<FormDefinition>(Kind, "表样", "api/v1/districts/{district}/forms/{version}",
        "PutForm", "GetForm", FormRules.Check, FormRules.CheckAgainst, form => form.Whole());
}
