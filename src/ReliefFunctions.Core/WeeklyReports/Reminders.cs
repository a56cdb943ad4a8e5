using ReliefFunctions.Core.Campaigns;

namespace ReliefFunctions.Core.WeeklyReports;

/// <summary>One reminder of a week: what it is called in keys, and when it falls due (UTC).</summary>
internal sealed record ReminderStep(string Name, DateTimeOffset At);

/// <summary>When units that have not reported are reminded. All times are local to the campaign; nobody is disturbed between 20:00 and 08:00.</summary>
internal static class Reminders
{
    /// <summary>The step that goes to the office with the list of whom to call, and to no unit.</summary>
    public const string CallList = "call-list";

    /// <summary>A step that could not be sent for this long is let go: a reminder of yesterday helps nobody.</summary>
    public static readonly TimeSpan Stale = TimeSpan.FromHours(12);

    private static readonly TimeOnly QuietFrom = new(20, 0), QuietUntil = new(8, 0);

    /// <summary>The working day before at 16:00, two hours before due, one hour after; half an hour before the first compile the call list.</summary>
    public static IReadOnlyList<ReminderStep> Of(ReportingWeek week, Campaign campaign)
    {
        var zone = campaign.Zone();
        var dueDay = LocalTime.DateOf(week.Due, zone);
        return
        [
            new("day-before", LocalTime.ToUtc(campaign.Calendar.WorkingDayBefore(dueDay), new TimeOnly(16, 0), zone)),
            new("before-due", Waking(week.Due.AddHours(-2), zone)),
            new("after-due", Waking(week.Due.AddHours(1), zone)),
            new(CallList, Waking(week.FirstCompile.AddMinutes(-30), zone)),
        ];
    }

    /// <summary>The one step to send now, if there is one: the latest that has come, unless it is stale.</summary>
    public static ReminderStep? Due(ReportingWeek week, Campaign campaign, DateTimeOffset now)
    {
        var step = Of(week, campaign).Where(step => step.At <= now).MaxBy(step => step.At);
        var hour = TimeOnly.FromDateTime(LocalTime.In(now, campaign.Zone()).DateTime);
        return step is not null && now - step.At < Stale && hour < QuietFrom && hour >= QuietUntil ? step : null;
    }

    private static DateTimeOffset Waking(DateTimeOffset at, TimeZoneInfo zone)
    {
        var local = LocalTime.In(at, zone);
        var (day, time) = (DateOnly.FromDateTime(local.DateTime), TimeOnly.FromDateTime(local.DateTime));
        if (time >= QuietFrom) return LocalTime.ToUtc(day.AddDays(1), QuietUntil, zone);
        return time < QuietUntil ? LocalTime.ToUtc(day, QuietUntil, zone) : at;
    }
}
