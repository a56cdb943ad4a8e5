using ReliefFunctions.Core.Campaigns;
using ReliefFunctions.Core.Clocks;
using ReliefFunctions.Core.Messaging;
using ReliefFunctions.Core.Storage;

namespace ReliefFunctions.Core.DeadLetters;

/// <summary>
/// Looks into every dead-letter queue and tells the operator when the first letter lies in one, and the office too when it is about one district.
/// What was told is kept in storage until the queue is empty again, so that neither a second letter nor a restart tells it again.
/// </summary>
public sealed class DeadLetterClock(IDeadLetterBox queue, MessageDispatcher dispatcher, CampaignStore campaigns, FeatureTables tables,
    TimeProvider clock) : IScheduledJob
{
    /// <summary>Kind of what operators are told of dead letters.</summary>
    private const string Told = "operator.dead-letter";

    private const string Partition = ClockFeature.OperatorPartition;

    private FeatureTable Table => tables[ClockFeature.Intake];

    /// <summary>Its function's name and schedule.</summary>
    public const string Job = "DeadLetterClock", Timing = "40 * * * * *";

    /// <inheritdoc/>
    public string Name => Job;

    /// <inheritdoc/>
    public string Schedule => Timing;

    /// <inheritdoc/>
    public async Task RunAsync(CancellationToken ct)
    {
        List<Exception> failures = [];
        foreach (var source in dispatcher.Sources)
        {
            try
            {
                await WatchAsync(source, ct);
            }
            catch (Exception e) when (!ct.IsCancellationRequested)
            {
                failures.Add(e);
            }
        }

        if (failures.Count > 0) throw new AggregateException("Dead-letter queues could not be looked into; the next run does.", failures);
    }

    private async Task WatchAsync(string source, CancellationToken ct)
    {
        var key = $"T|{source.Replace('/', ':')}";
        var told = await Table.GetAsync<DeadLettersTold>(Partition, key, ct);
        if (await queue.PeekAsync(source, 1, ct) is not [var first, ..])
        {
            if (told is not null) await Table.CommitAsync(new Transaction(Partition).Delete(told), ct);
        }
        else if (told is null)
        {
            var (now, id) = (clock.GetUtcNow(), DeadLetterDesk.IdOf(first));
            var district = first.Message.Properties.GetValueOrDefault(DeadLetterLine.DistrictProperty);
            var campaign = district is null
                ? null
                : (await campaigns.CurrentAsync(now, CampaignWalk.Grace, ct)).FirstOrDefault(each => each.District == district);
            var happened = new OperatorEvent(Told, source, $"{source} 出现死信（{first.Reason}）：{first.Description}请在“死信”页查看、重发或放弃。", now,
                campaign?.District, campaign?.Season);
            await Table.CommitAsync(new Transaction(Partition).Insert(key, new DeadLettersTold(id, now)).Send(happened.Row($"dead|{id}")), ct);
        }
    }

    /// <summary>That the operator was told of an entity's dead letters; <c>T|{entity}</c>.</summary>
    /// <param name="First">The letter that was the first.</param>
    /// <param name="At">UTC.</param>
    private sealed record DeadLettersTold(string First, DateTimeOffset At);
}
