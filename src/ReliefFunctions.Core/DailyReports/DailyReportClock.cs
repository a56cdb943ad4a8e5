using ReliefFunctions.Core.Campaigns;
using ReliefFunctions.Core.Clocks;
using ReliefFunctions.Core.Messaging;
using ReliefFunctions.Core.Patrols;
using ReliefFunctions.Core.Storage;

namespace ReliefFunctions.Core.DailyReports;

/// <summary>
/// Every minute: reminds the units that owe a report of today before it is due and when it is, those missing only, and sends the office the table of the day
/// with whom to call. Each step goes out once; one that could not be sent for hours is let go.
/// </summary>
public sealed class DailyReportClock(CampaignWalk walk, DailyStore store, CampaignStore campaigns) : IScheduledJob
{
    /// <summary>Its function's name and schedule.</summary>
    public const string Job = "DailyReportClock", Timing = "50 * * * * *";

    private const string Before = "before", Due = "due", Table = "table", Done = "-";

    /// <summary>A mark for each unit and the row that tells of them make less than 100.</summary>
    private const int AtOnce = 45;

    private static readonly TimeSpan Stale = TimeSpan.FromHours(3);

    /// <inheritdoc/>
    public string Name => Job;

    /// <inheritdoc/>
    public string Schedule => Timing;

    /// <inheritdoc/>
    public Task RunAsync(CancellationToken ct) => walk.ForEachAsync(Name, async (campaign, now) =>
    {
        var (day, policy) = (LocalTime.DateOf(now, campaign.Zone()), await store.PolicyAsync(campaign, ct));
        if (day < campaign.Start || day > campaign.LastDay) return;
        var due = DailyRules.Due(day, policy, campaign);
        var table = LocalTime.ToUtc(day, policy.TableTime, campaign.Zone());
        (string Step, DateTimeOffset At)[] steps = [(Before, due.AddMinutes(-policy.RemindMinutes)), (Due, due), (Table, table)];

        // Of several that fell due together the last says it all.
        if (steps.LastOrDefault(each => each.At <= now && now < each.At + Stale) is not { Step: { } step }) return;
        if (await store.IsMarkedAsync(campaign, day, Done, step, ct)) return;
        var owing = await store.OwingAsync(campaign, day, policy, ct);
        if (owing.Count == 0) return;
        var units = await campaigns.UnitsAsync(campaign.District, ct);
        var read = DailyTable.Of(day, policy, units, owing, await store.BetweenAsync(campaign, day, day, ct), campaign);
        if (step != Table) await RemindAsync(campaign, read, step, now, ct);
        var told = step != Table ? null : new DailyEvent("daily.table", campaign.District, campaign.Season, null, read.Digest(unit =>
            PhoneList.Of(units.First(each => each.Code == unit))), now).Row($"daily|{DailyRow.Name(day)}|table", now);
        await store.MarkAsync(campaign, day, [Done], step, now, told, ct);
    }, ct);

    private async Task RemindAsync(Campaign campaign, DailyTable table, string step, DateTimeOffset now, CancellationToken ct)
    {
        List<DailyLine> missing = [];
        foreach (var line in table.Lines.Where(line => line is { Owed: true, Version: 0 }))
        {
            if (!await store.IsMarkedAsync(campaign, table.Day, line.Unit, step, ct)) missing.Add(line);
        }

        foreach (var chunk in missing.Chunk(AtOnce))
        {
            var id = $"daily|{DailyRow.Name(table.Day)}|{step}|{chunk[0].Unit}";
            var told = OutboxRow.ForTopic(Entities.CampaignEvents, id, now, [.. chunk.Select(line => new DailyEvent("daily.reminder", campaign.District,
                campaign.Season, line.Unit, Text(campaign, table, line, step), now).Message($"daily/{DailyRow.Name(table.Day)}/{step}/{line.Unit}"))]);
            if (!await store.MarkAsync(campaign, table.Day, chunk.Select(line => line.Unit), step, now, told, ct)) return;
        }
    }

    private static string Text(Campaign campaign, DailyTable table, DailyLine line, string step)
    {
        var due = LocalTime.In(table.Due, campaign.Zone());
        return step == Before
            ? $"【提醒】{line.UnitName}：{table.Day:M月d日}的每日一报请在{due:HH:mm}前报送；没有情况的点“零报告”即可。"
            : $"【催报】{line.UnitName}：{table.Day:M月d日}的每日一报应在{due:HH:mm}前报送，现已逾期，请马上报；没有情况的点“零报告”即可。";
    }
}

/// <summary>Something about the reports of a day: message <c>daily-event/1</c> on <c>campaign-events</c>.</summary>
/// <param name="Kind"><c>daily.reminder</c> or <c>daily.table</c>.</param>
/// <param name="District">GB/T 2260 code.</param>
/// <param name="Season">Such as <c>2026-2027</c>.</param>
/// <param name="Unit">The unit that is reminded; null for the office.</param>
/// <param name="Text">In Chinese.</param>
/// <param name="At">UTC.</param>
public sealed record DailyEvent(string Kind, string District, string Season, string? Unit, string Text, DateTimeOffset At) : IMessageBody
{
    /// <inheritdoc/>
    public static string Schema => "daily-event/1";

    internal OutboxMessage Message(string id)
    {
        var properties = new Dictionary<string, string> { ["district"] = District, ["kind"] = Kind };
        if (Unit is not null) properties["unit"] = Unit;
        return OutboxMessage.Of($"{District}/{Season}/{id}", this, properties);
    }

    internal OutboxRow Row(string id, DateTimeOffset now) => OutboxRow.ForTopic(Entities.CampaignEvents, id, now, Message(id.Replace('|', '/')));
}
