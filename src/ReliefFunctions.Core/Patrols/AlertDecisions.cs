using ReliefFunctions.Core.Campaigns;
using ReliefFunctions.Core.Weather;

namespace ReliefFunctions.Core.Patrols;

/// <summary>
/// Decides at once on what a person sends. It is the decision that the message on the bus asks for, made once: whichever comes second finds it made.
/// </summary>
public sealed class AlertDecisions(PatrolStore patrols, CampaignStore campaigns) : IAlertDecisions
{
    /// <inheritdoc/>
    public async Task<DistrictDecision> DecideAsync(AlertApplication application, CancellationToken ct)
    {
        var campaign = await CampaignAsync(application, ct);
        var outcome = await patrols.DecideAsync(campaign, new PatrolCommand.ApplyAlert(application.Alert!), null, ct);

        // The message on the bus may have been quicker: what came of it is answered all the same.
        if (outcome.Order is null && await patrols.AppliedAsync(campaign, application.Alert!.Hash, ct) is { Revision: { } revision } applied)
        {
            outcome = outcome with { Order = await patrols.OrderAsync(campaign, revision, ct), Notes = applied.Notes };
        }

        return await AnswerAsync(campaign, outcome, ct);
    }

    /// <inheritdoc/>
    public async Task<DistrictDecision> ForeseeAsync(AlertApplication application, CancellationToken ct)
    {
        var campaign = await CampaignAsync(application, ct);
        return await AnswerAsync(campaign, await patrols.ForeseeAsync(campaign, new PatrolCommand.ApplyAlert(application.Alert!), ct), ct);
    }

    private async Task<Campaign> CampaignAsync(AlertApplication application, CancellationToken ct) =>
        (await campaigns.GetAsync(application.District, application.Season, ct))?.Value
            ?? throw new InvalidOperationException($"There is no campaign of {application.District} in {application.Season}.");

    private async Task<DistrictDecision> AnswerAsync(Campaign campaign, PatrolOutcome outcome, CancellationToken ct)
    {
        var policy = outcome.Order is null ? null : await patrols.PolicyAsync(campaign, ct);
        IReadOnlyList<string> why = outcome.Notes.Count > 0 ? outcome.Notes : ["已记入，现行巡查强度不变。"];
        return new DistrictDecision(campaign.District, campaign.Season, outcome.Order?.Revision, outcome.Order is { } order
            ? policy!.Duties[order.Highest].Name
            : null, why);
    }
}
