using ReliefFunctions.Core.Campaigns;
using ReliefFunctions.Core.Clocks;
using ReliefFunctions.Core.Messaging;
using ReliefFunctions.Core.Storage;
using ReliefFunctions.Core.Weather;

namespace ReliefFunctions.Core.Patrols;

/// <summary>
/// Decides on one alert or forecast for one district. The effect lies in another partition than the message's row: it comes first and is idempotent.
/// </summary>
public sealed class AlertApplicationHandler(PatrolStore patrols, CampaignStore campaigns, FeatureTables tables) : IMessageHandler
{
    /// <inheritdoc/>
    public string Source => Entities.AlertApplications;

    /// <inheritdoc/>
    public async Task HandleAsync(BusMessage message, CancellationToken ct)
    {
        var application = message.Read<AlertApplication>();
        var campaign = await campaigns.GetAsync(application.District, application.Season, ct)
            ?? throw new UnreadableMessageException($"没有 {application.District} 在 {application.Season} 年度的专项行动。");
        PatrolCommand command = application switch
        {
            { Alert: { } alert } => new PatrolCommand.ApplyAlert(alert),
            { Forecast: { } forecast } => new PatrolCommand.ApplyForecast(forecast),
            _ => throw new UnreadableMessageException("消息里既没有预警，也没有预报。"),
        };
        await patrols.DecideAsync(campaign.Value, command, null, ct);
        var row = message.RequiredOutbox;
        await tables[ClockFeature.Intake].DeleteOutboxRowAsync(row, ct);
    }
}
