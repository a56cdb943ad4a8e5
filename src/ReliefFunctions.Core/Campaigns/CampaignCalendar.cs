namespace ReliefFunctions.Core.Campaigns;

/// <summary>The settings from which <see cref="CampaignWeeks"/> computes what falls when. All times are local to the campaign's zone.</summary>
public sealed record CampaignCalendar
{
    /// <summary>The day on which a reporting week begins.</summary>
    public DayOfWeek WeekStart { get; init; } = DayOfWeek.Monday;

    /// <summary>A clipped period shorter than this joins its neighbour, in days.</summary>
    public int ShortestPeriodDays { get; init; } = 3;

    /// <summary>Reports fall due on the day after the week's last, at this time; on a public holiday, on the first working day after.</summary>
    public TimeOnly DueTime { get; init; } = new(17, 0);

    /// <summary>The first compile is one working day after the due day, at this time.</summary>
    public TimeOnly FirstCompileTime { get; init; } = new(9, 0);

    /// <summary>Entry locks two working days after the due day, at this time; the final compile follows.</summary>
    public TimeOnly LockTime { get; init; } = new(18, 0);

    /// <summary>Days off by the State Council's yearly notice, weekends excepted.</summary>
    public IReadOnlyList<DateOnly> PublicHolidays { get; init; } = [];

    /// <summary>Weekend days worked instead (调休).</summary>
    public IReadOnlyList<DateOnly> WorkedWeekends { get; init; } = [];

    /// <summary>Due day of the stage report 推进情况 (plan item 1.38), by the end of that day.</summary>
    public DateOnly? ProgressReportDue { get; init; }

    /// <summary>Due day of the stage report 工作总结 (plan item 1.38), by the end of that day.</summary>
    public DateOnly? FinalReportDue { get; init; }

    /// <summary>Whether offices work on <paramref name="day"/>.</summary>
    public bool IsWorkingDay(DateOnly day) =>
        !PublicHolidays.Contains(day)
        && (day.DayOfWeek is not (DayOfWeek.Saturday or DayOfWeek.Sunday) || WorkedWeekends.Contains(day));

    /// <summary><paramref name="day"/> itself when worked, else the first working day after.</summary>
    public DateOnly WorkingDayFrom(DateOnly day)
    {
        while (!IsWorkingDay(day)) day = day.AddDays(1);
        return day;
    }

    /// <summary>The <paramref name="count"/>th working day after <paramref name="day"/>.</summary>
    public DateOnly WorkingDaysAfter(DateOnly day, int count)
    {
        for (var i = 0; i < count; i++) day = WorkingDayFrom(day.AddDays(1));
        return day;
    }

    /// <summary>The last working day before <paramref name="day"/>.</summary>
    public DateOnly WorkingDayBefore(DateOnly day)
    {
        do day = day.AddDays(-1); while (!IsWorkingDay(day));
        return day;
    }
}

/// <summary>One reporting period and its instants, all UTC.</summary>
/// <param name="Key">The week's name.</param>
/// <param name="Number">第×周: 1 for the campaign's first period.</param>
/// <param name="First">First day, clipped to the campaign.</param>
/// <param name="Last">Last day, clipped to the campaign.</param>
/// <param name="Opens">00:00 of the first day: the denominator is frozen then.</param>
/// <param name="Due">Later submissions are late.</param>
/// <param name="FirstCompile">When the first summary is compiled.</param>
/// <param name="Lock">Later submissions need an exception; the final compile follows.</param>
public sealed record ReportingWeek(
    WeekKey Key, int Number, DateOnly First, DateOnly Last,
    DateTimeOffset Opens, DateTimeOffset Due, DateTimeOffset FirstCompile, DateTimeOffset Lock)
{
    /// <summary>Days in the period.</summary>
    public int Days => Last.DayNumber - First.DayNumber + 1;

    /// <summary>
    /// Whole minutes after <see cref="Due"/> as both are shown, to the minute: what comes within the minute of the deadline is in time; 0 when in time.
    /// </summary>
    public int MinutesLate(DateTimeOffset at) => at <= Due ? 0 : (int)((at.UtcTicks / TimeSpan.TicksPerMinute) - (Due.UtcTicks / TimeSpan.TicksPerMinute));
}

/// <summary>The weeks of a campaign, computed from its dates and calendar.</summary>
public static class CampaignWeeks
{
    /// <summary>Every reporting week from the first day to the last, extension included, in order.</summary>
    public static IReadOnlyList<ReportingWeek> Of(Campaign campaign)
    {
        var (first, last, calendar) = (campaign.Start, campaign.LastDay, campaign.Calendar);
        var start = first.AddDays(-(((int)first.DayOfWeek - (int)calendar.WeekStart + 7) % 7));
        var periods = new List<(WeekKey Key, DateOnly First, DateOnly Last, DateOnly NaturalLast)>();
        for (; start <= last; start = start.AddDays(7))
        {
            var thursday = start.AddDays(((int)DayOfWeek.Thursday - (int)calendar.WeekStart + 7) % 7);
            var end = start.AddDays(6);
            periods.Add((WeekKey.Of(thursday), start < first ? first : start, end > last ? last : end, end));
        }

        static int Days((WeekKey, DateOnly First, DateOnly Last, DateOnly) p) => p.Last.DayNumber - p.First.DayNumber + 1;
        if (periods.Count > 1 && Days(periods[0]) < calendar.ShortestPeriodDays)
        {
            periods[1] = periods[1] with { First = periods[0].First };
            periods.RemoveAt(0);
        }

        if (periods.Count > 1 && Days(periods[^1]) < calendar.ShortestPeriodDays)
        {
            periods[^2] = periods[^2] with { Last = periods[^1].Last, NaturalLast = periods[^1].NaturalLast };
            periods.RemoveAt(periods.Count - 1);
        }

        var zone = campaign.Zone();
        return [.. periods.Select((period, index) =>
        {
            var due = calendar.WorkingDayFrom(period.NaturalLast.AddDays(1));
            return new ReportingWeek(
                period.Key, index + 1, period.First, period.Last,
                LocalTime.ToUtc(period.First, TimeOnly.MinValue, zone),
                LocalTime.ToUtc(due, calendar.DueTime, zone),
                LocalTime.ToUtc(calendar.WorkingDaysAfter(due, 1), calendar.FirstCompileTime, zone),
                LocalTime.ToUtc(calendar.WorkingDaysAfter(due, 2), calendar.LockTime, zone));
        })];
    }

    /// <summary>The week of that name, or null when it lies outside of the campaign.</summary>
    public static ReportingWeek? Find(Campaign campaign, WeekKey key) => Of(campaign).FirstOrDefault(week => week.Key == key);

    /// <summary>The week that holds the local day of <paramref name="at"/>, or null before and after the campaign.</summary>
    public static ReportingWeek? At(Campaign campaign, DateTimeOffset at)
    {
        var day = LocalTime.DateOf(at, campaign.Zone());
        return Of(campaign).FirstOrDefault(week => week.First <= day && day <= week.Last);
    }

    /// <summary>The week in course; before the campaign its first, after it its last.</summary>
    public static ReportingWeek InCourse(Campaign campaign, DateTimeOffset at)
    {
        var weeks = Of(campaign);
        return weeks.LastOrDefault(week => week.Opens <= at) ?? weeks[0];
    }

    /// <summary>
    /// The week that people report at an instant: the last one that is over, until it locks; else the one in course. On a Monday this is last week.
    /// It follows the calendar alone and not what a unit has sent, so that a retry means the same week.
    /// </summary>
    public static ReportingWeek DueAt(Campaign campaign, DateTimeOffset at)
    {
        var day = LocalTime.DateOf(at, campaign.Zone());
        return Of(campaign).LastOrDefault(week => week.Last < day) is { } over && at <= over.Lock ? over : InCourse(campaign, at);
    }
}

/// <summary>Between stored UTC instants and the campaign's local times.</summary>
public static class LocalTime
{
    /// <summary>The instant of a local date and time; a time skipped by a clock change counts as the one after it.</summary>
    public static DateTimeOffset ToUtc(DateOnly date, TimeOnly time, TimeZoneInfo zone)
    {
        var local = date.ToDateTime(time, DateTimeKind.Unspecified);
        if (zone.IsInvalidTime(local)) local = local.AddHours(1);
        return new DateTimeOffset(local, zone.GetUtcOffset(local)).ToUniversalTime();
    }

    /// <summary>The instant as shown in the zone.</summary>
    public static DateTimeOffset In(DateTimeOffset at, TimeZoneInfo zone) => TimeZoneInfo.ConvertTime(at, zone);

    /// <summary>The local day of an instant.</summary>
    public static DateOnly DateOf(DateTimeOffset at, TimeZoneInfo zone) => DateOnly.FromDateTime(In(at, zone).DateTime);
}
