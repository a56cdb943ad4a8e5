using System.Globalization;
using ReliefFunctions.Core.Campaigns;
using ReliefFunctions.Core.WeeklyReports.Stages;

namespace ReliefFunctions.Core.WeeklyReports;

/// <summary>One reminder: what it is called in keys, and when it goes out (UTC).</summary>
internal sealed record ReminderStep(string Name, DateTimeOffset At);

/// <summary>Something that units owe by an instant, and when those are reminded that have not handed it in.</summary>
/// <param name="Key">In keys and messages: the week, or the stage.</param>
/// <param name="Name">As people call it.</param>
/// <param name="Due">Until when, UTC.</param>
/// <param name="DueText">The same in words.</param>
/// <param name="Zero">Whether a zero report is a way out.</param>
/// <param name="Steps">In order.</param>
internal sealed record Obligation(string Key, string Name, DateTimeOffset Due, string DueText, bool Zero, IReadOnlyList<ReminderStep> Steps);

/// <summary>A unit that owes something; what the office said when it returned it, or null when nothing came.</summary>
internal sealed record Owing(string Unit, string Name, string? Returned);

/// <summary>
/// When units that have not reported are reminded (plan items 1.37, 1.38). All times are local to the campaign; nobody is disturbed between 20:00 and
/// 08:00.
/// </summary>
internal static class Reminders
{
    /// <summary>The step that goes to the office with the list of whom to call, and to no unit.</summary>
    public const string CallList = "call-list";

    /// <summary>The step after the due time.</summary>
    public const string AfterDue = "after-due";

    /// <summary>A reminder that the office sends itself.</summary>
    public const string Now = "now";

    /// <summary>How long a unit is left in peace after it.</summary>
    public static readonly TimeSpan Again = TimeSpan.FromHours(1);

    /// <summary>A step that could not be sent for this long is let go: a reminder of yesterday helps nobody.</summary>
    public static readonly TimeSpan Stale = TimeSpan.FromHours(12);

    private static readonly TimeOnly QuietFrom = new(20, 0), QuietUntil = new(8, 0), Afternoon = new(15, 0), DayBefore = new(16, 0);

    /// <summary>The working day before at 16:00, two hours before due, one hour after; half an hour before the first compile the call list.</summary>
    public static Obligation Of(ReportingWeek week, Campaign campaign)
    {
        var zone = campaign.Zone();
        var dueDay = LocalTime.DateOf(week.Due, zone);
        return new Obligation(week.Key.ToString(), $"第{week.Number}周工作进展情况调度表", week.Due, LocalTime.In(week.Due, zone)
            .ToString("M月d日 HH:mm", CultureInfo.InvariantCulture), true,
        [
            new("day-before", LocalTime.ToUtc(campaign.Calendar.WorkingDayBefore(dueDay), DayBefore, zone)),
            new("before-due", Waking(week.Due.AddHours(-2), zone)),
            new(AfterDue, Waking(week.Due.AddHours(1), zone)),
            new(CallList, Waking(week.FirstCompile.AddMinutes(-30), zone)),
        ]);
    }

    /// <summary>
    /// A stage report is due by the end of a day that no holiday moves, so people are reminded on the last two working days up to it,
    /// and on the first one after. Null when the campaign sets no such day.
    /// </summary>
    public static Obligation? Of(Stage stage, Campaign campaign)
    {
        if (StageReports.DueDay(campaign, stage) is not { } day) return null;
        var (zone, calendar) = (campaign.Zone(), campaign.Calendar);
        var last = calendar.WorkingDayBefore(day.AddDays(1));
        var after = calendar.WorkingDayFrom(day.AddDays(1));
        return new Obligation(StageReports.KeyOf(stage), StageReports.NameOf(stage), StageReports.Due(campaign, stage)!.Value,
            day.ToString("M月d日", CultureInfo.InvariantCulture) + "24时", false,
        [
            new("day-before", LocalTime.ToUtc(calendar.WorkingDayBefore(last), DayBefore, zone)),
            new("before-due", LocalTime.ToUtc(last, Afternoon, zone)),
            new(AfterDue, LocalTime.ToUtc(after, QuietUntil, zone)),
            new(CallList, LocalTime.ToUtc(after, Afternoon, zone)),
        ]);
    }

    /// <summary>The one step to send now, if there is one: the latest that has come, unless it is stale.</summary>
    public static ReminderStep? Due(Obligation obligation, Campaign campaign, DateTimeOffset now)
    {
        var step = obligation.Steps.Where(step => step.At <= now).MaxBy(step => step.At);
        var hour = TimeOnly.FromDateTime(LocalTime.In(now, campaign.Zone()).DateTime);
        return step is not null && now - step.At < Stale && hour < QuietFrom && hour >= QuietUntil ? step : null;
    }

    /// <summary>What one unit reads.</summary>
    public static string Text(Obligation obligation, Owing unit, ReminderStep step)
    {
        if (unit.Returned is { } why) return $"【催报】{unit.Name}：{obligation.Name}已退回（{why}），尚未收到更正，请改好后重新报送。";
        var zero = obligation.Zero ? "；确无工作发生的请报“零报告”" : "";
        return step.Name == AfterDue
            ? $"【催报】{unit.Name}：{obligation.Name}应于 {obligation.DueText} 前报送，现已逾期，请尽快报送{zero}。"
            : $"【提醒】{unit.Name}：{obligation.Name}请于 {obligation.DueText} 前报送{zero}。";
    }

    /// <summary>What the office reads.</summary>
    public static string Digest(Obligation obligation, IReadOnlyList<Owing> missing, ReminderStep step, IReadOnlySet<string> reached) =>
        $"{obligation.Name}（{obligation.DueText} 截止）尚有 {missing.Count} 家未报：{string.Join("、", missing.Select(unit => unit.Returned is null ? unit.Name : $"{unit.Name}（退回未改）"))}。{(step.Name == CallList ? "请逐家电话催报，联系人和电话见“催报名单”。" : "")}{Unreached(missing, reached)}";

    private static string Unreached(IReadOnlyList<Owing> missing, IReadOnlySet<string> reached) =>
        missing.Where(unit => !reached.Contains(unit.Unit)).Select(unit => unit.Name).ToList() is { Count: > 0 } names
        ? $"其中 {names.Count} 家没有通知渠道，催报只到系统收件箱，请打电话：{string.Join("、", names)}。" : "";

    private static DateTimeOffset Waking(DateTimeOffset at, TimeZoneInfo zone)
    {
        var local = LocalTime.In(at, zone);
        var (day, time) = (DateOnly.FromDateTime(local.DateTime), TimeOnly.FromDateTime(local.DateTime));
        if (time >= QuietFrom) return LocalTime.ToUtc(day.AddDays(1), QuietUntil, zone);
        return time < QuietUntil ? LocalTime.ToUtc(day, QuietUntil, zone) : at;
    }
}
