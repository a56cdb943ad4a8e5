using ReliefFunctions.Core.Campaigns;
using ReliefFunctions.Core.Weather;

namespace ReliefFunctions.Core.Patrols;

/// <summary>An order with its notices and the policy it was given under.</summary>
public sealed record OrderOnRecord(PatrolOrder Order, IReadOnlyList<PatrolNotice> Notices, PatrolPolicy? Policy);

/// <summary>A minimum temperature that was forecast, or named in a warning.</summary>
/// <param name="Day">Local.</param>
/// <param name="Celsius">°C.</param>
/// <param name="Source">The forecast's source, or who issued the warning.</param>
public sealed record NotedMinimum(DateOnly Day, decimal Celsius, string Source);

/// <summary>Orders, answers and temperatures of a campaign for those who compare them with what was done.</summary>
public sealed class PatrolRecords(PatrolStore patrols, CampaignStore campaigns)
{
    /// <summary>The orders issued before an instant, as far back as one was in force at another, in order of revision; drills are none.</summary>
    public async Task<IReadOnlyList<OrderOnRecord>> OrdersAsync(Campaign campaign, DateTimeOffset inForceFrom, DateTimeOffset before,
        CancellationToken ct = default)
    {
        var issued = (await patrols.OrdersAsync(campaign, ct)).Where(order => order.IssuedAt < before).OrderBy(order => order.Revision).ToList();
        var inForce = issued.FindLastIndex(order => order.IssuedAt <= inForceFrom);
        var records = new List<OrderOnRecord>();
        foreach (var order in issued.Skip(Math.Max(0, inForce)))
        {
            records.Add(new OrderOnRecord(order, await patrols.NoticesAsync(campaign, order.Revision, ct),
                await PolicyAsync(campaign, order.PolicyVersion, ct)));
        }

        return records;
    }

    /// <summary>A version of the district's policy; null when it is not stored.</summary>
    public Task<PatrolPolicy?> PolicyAsync(Campaign campaign, int version, CancellationToken ct = default) =>
        campaigns.ConfigurationAsync<PatrolPolicy>(campaign.District, PatrolStore.PolicyKind, version, ct);

    /// <summary>The newest minimum forecast for each day, from what decisions rest on now.</summary>
    public async Task<IReadOnlyList<NotedMinimum>> ForecastAsync(Campaign campaign, CancellationToken ct = default) =>
    [
        .. (await patrols.StateAsync(campaign, ct)).Forecasts.OrderBy(forecast => forecast.Issued)
            .SelectMany(forecast => forecast.Nights.Select(night => new NotedMinimum(night.Date, (decimal)night.Minimum, forecast.Source)))
            .GroupBy(minimum => minimum.Day).Select(group => group.Last()),
    ];

    /// <summary>The minimum temperatures that warnings of the season name, by the local day on which they were sent; exercises and tests say nothing.</summary>
    public async Task<IReadOnlyList<NotedMinimum>> WarnedAsync(Campaign campaign, CancellationToken ct = default)
    {
        var noted = new List<NotedMinimum>();
        foreach (var applied in await patrols.AppliedAsync(campaign, ct))
        {
            var alert = applied.Alert;
            if (alert.Status != AlertStatus.Actual || alert.MessageType == AlertMessageType.Cancel || SignalText.Minimum(alert.Description) is not { } celsius)
            {
                continue;
            }

            noted.Add(new NotedMinimum(LocalTime.DateOf(alert.Sent, campaign.Zone()), (decimal)celsius, "预警信号"));
        }

        return [.. noted.GroupBy(minimum => minimum.Day).Select(group => group.MinBy(minimum => minimum.Celsius)!).OrderBy(minimum => minimum.Day)];
    }
}
