using ReliefFunctions.Core.Campaigns;
using ReliefFunctions.Core.Clocks;
using ReliefFunctions.Core.Messaging;
using ReliefFunctions.Core.Storage;
using ReliefFunctions.Core.Texts;
using ReliefFunctions.Core.WeeklyReports.Stages;

namespace ReliefFunctions.Core.WeeklyReports;

/// <summary>
/// Sends reminders (催报) to those missing only, each step at most once, and with each one digest to the office. Of a week whose form is not stored nobody can
/// report: the office is told so instead.
/// </summary>
public sealed class ReminderSender(FeatureTables tables, ReportStore reports, StageStore stages, IUnitChannels channels, SetupWatch setup)
{
    private FeatureTable Table => tables[ReportFeature.Table];

    /// <summary>Sends what has come, however often and in how many places this runs. Answers how many units were reminded.</summary>
    public async Task<int> RunAsync(Campaign campaign, DateTimeOffset now, CancellationToken ct = default)
    {
        var reminded = 0;
        foreach (var week in CampaignWeeks.Of(campaign).Where(week => week.Opens <= now && now <= week.Lock))
        {
            if (await reports.FormAsync(campaign, week, ct) is null)
            {
                var version = campaign.FormVersionOn(week.First);
                await setup.TellAsync(campaign, $"form-{version}", $"【待办】{campaign.DistrictName}第{week.Number}周已经开始填报，还没有登记第 {version} 版表样："
                    + "各单位不能填报，也不编制汇总。请在“设置”登记表样，登记后即可填报。", now, ct);
                continue;
            }

            reminded += await RemindAsync(campaign, Reminders.Of(week, campaign), async () =>
                [.. (await reports.WeekAsync(campaign, week.Key, ct)).Where(row => row.IsOwed && row.InRate)
                    .Select(row => new Owing(row.Unit, row.UnitName, row.Review?.Comment))], now, ct);
        }

        foreach (var stage in Enum.GetValues<Stage>())
        {
            if (Reminders.Of(stage, campaign) is not { } obligation) continue;
            reminded += await RemindAsync(campaign, obligation, async () =>
                [.. (await stages.AllAsync(campaign, stage, ct)).Where(row => row.State is ReportState.NotReported or ReportState.Returned)
                    .Select(row => new Owing(row.Unit, row.UnitName, row.Review?.Comment))], now, ct);
        }

        return reminded;
    }

    private async Task<int> RemindAsync(Campaign campaign, Obligation obligation, Func<Task<IReadOnlyList<Owing>>> findMissing, DateTimeOffset now,
        CancellationToken ct)
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
        foreach (var chunk in units.Chunk(45))
        {
            var transaction = new Transaction(campaign.Partition);
            foreach (var unit in chunk)
            {
                transaction.Insert(MarkKey(unit.Unit), new ReminderSent(now));
                transaction.Insert(UnitMessage.Key(unit.Unit, now, obligation.Key, step.Name),
                    new UnitMessage(now, obligation.Key, step.Name, Reminders.Text(obligation, unit, step)));
            }

            transaction.Send(OutboxRow.ForTopic(Entities.CampaignEvents, $"reminder|{obligation.Key}|{step.Name}|{chunk[0].Unit}", now,
                [.. chunk.Select(unit => Reminder(campaign, obligation, unit, step))]));
            if (!await Table.CommitAsync(transaction, ct)) return reminded;
            reminded += chunk.Length;
        }

        var end = new Transaction(campaign.Partition).Insert(doneKey, new ReminderSent(now));
        if (missing.Count > 0)
        {
            end.Send(OutboxRow.ForTopic(Entities.CampaignEvents, $"digest|{obligation.Key}|{step.Name}", now,
                Digest(campaign, obligation, missing, step, await channels.ReachedAsync(campaign.District, ct))));
        }

        await Table.CommitAsync(end, ct);
        return reminded;
    }

    /// <summary>Reminds one unit now, at most once an hour; answers what it reads, or when it was reminded last.</summary>
    internal async Task<(UnitMessage? Sent, DateTimeOffset Last)> RemindNowAsync(ReportPlace place, ReportRow row, AuditEntry audit,
        CancellationToken ct = default)
    {
        var (campaign, week, _) = place;
        var (obligation, unit) = (Reminders.Of(week, campaign),
            new Owing(row.Unit, row.UnitName, row.State == ReportState.Returned ? row.Review?.Comment : null));
        var step = new ReminderStep(audit.At > week.Due ? Reminders.AfterDue : Reminders.Now, audit.At);
        var markKey = Keys.Join("M", obligation.Key, row.Unit, Reminders.Now);
        return await Table.DecideAsync<(UnitMessage?, DateTimeOffset)>(async () =>
        {
            var mark = await Table.GetAsync<ReminderSent>(campaign.Partition, markKey, ct);
            if (mark is not null && audit.At - mark.Value.At < Reminders.Again) return ((null, mark.Value.At), null);
            var message = new UnitMessage(audit.At, obligation.Key, Reminders.Now, Reminders.Text(obligation, unit, step));
            var id = $"{row.Unit}/{Reminders.Now}-{audit.At.UtcTicks}";
            var told = OutboxMessage.Of($"{campaign.District}/{campaign.Season}/reminder/{obligation.Key}/{id}",
                new ReportReminder(campaign.District, campaign.Season, obligation.Key, row.Unit, row.UnitName, Reminders.Now, obligation.Due, message.Text),
                    ReportEvent.Properties(campaign, row.Unit));
            return ((message, audit.At), new Transaction(campaign.Partition).Put(mark, markKey, new ReminderSent(audit.At))
                .Insert(UnitMessage.Key(row.Unit, audit.At, obligation.Key, Reminders.Now), message).Audit(audit)
                .Send(OutboxRow.ForTopic(Entities.CampaignEvents, $"reminder|{obligation.Key}|{id.Replace('/', '|')}", audit.At, told), soon: true));
        }, ct);
    }

    /// <summary>What a unit was told, the newest first.</summary>
    internal async Task<IReadOnlyList<UnitMessage>> InboxAsync(Campaign campaign, string unit, CancellationToken ct = default) =>
        [.. (await Table.FirstAsync<UnitMessage>(campaign.Partition, $"B|{unit}|", $"B|{unit}}}", UnitMessage.MostShown, ct)).Select(row => row.Value)];

    private static OutboxMessage Reminder(Campaign campaign, Obligation obligation, Owing unit, ReminderStep step) =>
        OutboxMessage.Of($"{campaign.District}/{campaign.Season}/reminder/{obligation.Key}/{unit.Unit}/{step.Name}",
            new ReportReminder(campaign.District, campaign.Season, obligation.Key, unit.Unit, unit.Name, step.Name, obligation.Due,
                Reminders.Text(obligation, unit, step)), ReportEvent.Properties(campaign, unit.Unit));

    private static OutboxMessage Digest(Campaign campaign, Obligation obligation, IReadOnlyList<Owing> missing, ReminderStep step,
        IReadOnlySet<string> reached) =>
        OutboxMessage.Of($"{campaign.District}/{campaign.Season}/digest/{obligation.Key}/{step.Name}",
            new ReportDigest(campaign.District, campaign.Season, obligation.Key, step.Name, [.. missing.Select(unit => unit.Name)],
                Reminders.Digest(obligation, missing, step, reached)), ReportEvent.Properties(campaign, null));

    /// <summary>A reminder that went out.</summary>
    private sealed record ReminderSent(DateTimeOffset At);
}

/// <summary>One reminder in a unit's inbox.</summary>
/// <param name="At">When, UTC.</param>
/// <param name="What">The week, such as <c>2026W50</c>, or the stage report.</param>
/// <param name="Step">Which reminder it was; <c>now</c> for one that the office sent itself.</param>
/// <param name="Text">As people read it.</param>
public sealed record UnitMessage(DateTimeOffset At, string What, string Step, [ForPeople] string Text)
{
    internal const int MostShown = 100;

    internal static string Key(string unit, DateTimeOffset at, string what, string step) => Keys.Join("B", unit, Keys.Inverted(at), $"{what}-{step}");
}
