using ReliefFunctions.Core.Campaigns;
using ReliefFunctions.Core.Messaging;
using ReliefFunctions.Core.Storage;
using ReliefFunctions.Core.WeeklyReports.Stages;

namespace ReliefFunctions.Core.WeeklyReports;

/// <summary>Sends reminders (催报) to those missing only, each step at most once, and with each one digest to the office.</summary>
public sealed class ReminderSender(FeatureTables tables, ReportStore reports, StageStore stages)
{
    private FeatureTable Table => tables[ReportFeature.Table];

    /// <summary>Sends what has come, however often and in how many places this runs. Answers how many units were reminded.</summary>
    public async Task<int> RunAsync(Campaign campaign, DateTimeOffset now, CancellationToken ct = default)
    {
        var reminded = 0;
        foreach (var week in CampaignWeeks.Of(campaign).Where(week => week.Opens <= now && now <= week.Lock))
        {
            reminded += await RemindAsync(campaign, Reminders.Of(week, campaign), async () =>
                [.. (await reports.WeekAsync(campaign, week.Key, ct)).Where(row => row.IsOwed && row.InRate).Select(row => new Owing(row.Unit, row.UnitName, row.Review?.Comment))], now, ct);
        }

        foreach (var stage in Enum.GetValues<Stage>())
        {
            if (Reminders.Of(stage, campaign) is not { } obligation) continue;
            reminded += await RemindAsync(campaign, obligation, async () =>
                [.. (await stages.AllAsync(campaign, stage, ct)).Where(row => row.State is ReportState.NotReported or ReportState.Returned).Select(row => new Owing(row.Unit, row.UnitName, row.Review?.Comment))], now, ct);
        }

        return reminded;
    }

    private async Task<int> RemindAsync(Campaign campaign, Obligation obligation, Func<Task<IReadOnlyList<Owing>>> findMissing, DateTimeOffset now, CancellationToken ct)
    {
        if (Reminders.Due(obligation, campaign, now) is not { } step) return 0;
        var doneKey = Keys.Join("M", obligation.Key, "-", step.Name);
        if (await Table.GetAsync<ReminderSent>(campaign.Partition, doneKey, ct) is not null) return 0;

        string MarkKey(string unit) => Keys.Join("M", obligation.Key, unit, step.Name);
        var missing = await findMissing();
        var units = new List<Owing>();
        foreach (var unit in step.Name == Reminders.CallList ? [] : missing)
        {
            if (await Table.GetAsync<ReminderSent>(campaign.Partition, MarkKey(unit.Unit), ct) is null) units.Add(unit);
        }

        // A chunk another clock has sent is not sent again: its marks refuse the whole transaction.
        var reminded = 0;
        foreach (var chunk in units.Chunk(90))
        {
            var transaction = new Transaction(campaign.Partition);
            foreach (var unit in chunk) transaction.Insert(MarkKey(unit.Unit), new ReminderSent(now));
            transaction.Send(OutboxRow.ForTopic(Entities.CampaignEvents, $"reminder|{obligation.Key}|{step.Name}|{chunk[0].Unit}", now, [.. chunk.Select(unit => Reminder(campaign, obligation, unit, step))]));
            if (!await Table.CommitAsync(transaction, ct)) return reminded;
            reminded += chunk.Length;
        }

        var end = new Transaction(campaign.Partition).Insert(doneKey, new ReminderSent(now));
        if (missing.Count > 0) end.Send(OutboxRow.ForTopic(Entities.CampaignEvents, $"digest|{obligation.Key}|{step.Name}", now, Digest(campaign, obligation, missing, step)));
        await Table.CommitAsync(end, ct);
        return reminded;
    }

    private static OutboxMessage Reminder(Campaign campaign, Obligation obligation, Owing unit, ReminderStep step) =>
        OutboxMessage.Of($"{campaign.District}/{campaign.Season}/reminder/{obligation.Key}/{unit.Unit}/{step.Name}", new ReportReminder(campaign.District, campaign.Season, obligation.Key, unit.Unit, unit.Name, step.Name, obligation.Due, Reminders.Text(obligation, unit, step)), ReportEvent.Properties(campaign, unit.Unit));

    private static OutboxMessage Digest(Campaign campaign, Obligation obligation, IReadOnlyList<Owing> missing, ReminderStep step) =>
        OutboxMessage.Of($"{campaign.District}/{campaign.Season}/digest/{obligation.Key}/{step.Name}", new ReportDigest(campaign.District, campaign.Season, obligation.Key, step.Name, [.. missing.Select(unit => unit.Name)], Reminders.Digest(obligation, missing, step)), ReportEvent.Properties(campaign, null));

    /// <summary>A reminder that went out.</summary>
    private sealed record ReminderSent(DateTimeOffset At);
}
