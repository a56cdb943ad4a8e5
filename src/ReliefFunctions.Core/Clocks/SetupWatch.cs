using ReliefFunctions.Core.Campaigns;
using ReliefFunctions.Core.Messaging;
using ReliefFunctions.Core.Storage;

namespace ReliefFunctions.Core.Clocks;

/// <summary>
/// Tells office and operator, once, that a campaign has begun without something that it needs. That is no failure of a clock: nothing is lost, and what waits
/// is made up for as soon as it is there.
/// </summary>
public sealed class SetupWatch(FeatureTables tables)
{
    /// <summary>Kind of what they are told.</summary>
    private const string Kind = "operator.setup";

    private FeatureTable Table => tables[ClockFeature.Intake];

    /// <summary>Tells it, however often it is asked to; row <c>T|setup|…</c> of the intake's operator partition keeps that it did.</summary>
    /// <param name="campaign">Which lacks it.</param>
    /// <param name="what">What it is, such as <c>policy</c>.</param>
    /// <param name="text">In Chinese: what is missing, what comes of it, what to do.</param>
    /// <param name="now">UTC.</param>
    /// <param name="ct">Ends it.</param>
    public async Task TellAsync(Campaign campaign, string what, string text, DateTimeOffset now, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(campaign);
        var key = Keys.Join("T", "setup", campaign.District, campaign.Season, what);
        if (await Table.GetAsync<SetupTold>(ClockFeature.OperatorPartition, key, ct) is not null) return;
        var happened = new OperatorEvent(Kind, campaign.Partition, text, now, campaign.District, campaign.Season);
        await Table.CommitAsync(new Transaction(ClockFeature.OperatorPartition).Insert(key, new SetupTold(now))
            .Send(happened.Row(Keys.Join("setup", campaign.District, campaign.Season, what))), ct);
    }

    private sealed record SetupTold(DateTimeOffset At);
}
