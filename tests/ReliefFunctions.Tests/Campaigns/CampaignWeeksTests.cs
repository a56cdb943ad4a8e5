using CsCheck;
using ReliefFunctions.Core.Campaigns;

namespace ReliefFunctions.Tests.Campaigns;

public class CampaignWeeksTests
{
    private static readonly Campaign Huaxi = Samples.Campaign;

    [Fact]
    public void The_first_and_the_last_week_are_clipped_to_the_campaign()
    {
        var weeks = CampaignWeeks.Of(Huaxi);
        Assert.Equal((WeekKey.Parse("2026W49"), new DateOnly(2026, 12, 1), new DateOnly(2026, 12, 6)), (weeks[0].Key, weeks[0].First, weeks[0].Last));
        Assert.Equal((WeekKey.Parse("2027W17"), new DateOnly(2027, 4, 26), new DateOnly(2027, 4, 30)), (weeks[^1].Key, weeks[^1].First, weeks[^1].Last));
        Assert.Equal(22, weeks.Count);
    }

    [Fact]
    public void A_year_of_53_weeks_has_its_53rd()
    {
        var keys = CampaignWeeks.Of(Huaxi).Select(week => week.Key.ToString()).ToList();
        Assert.Contains("2026W53", keys);
        Assert.Equal("2027W01", keys[keys.IndexOf("2026W53") + 1]);
        Assert.False(WeekKey.TryParse("2027W53", out _));
    }

    [Fact]
    public void Reports_fall_due_on_Monday_at_17_in_the_campaigns_zone()
    {
        var week = CampaignWeeks.Find(Huaxi, WeekKey.Parse("2026W50"))!;
        Assert.Equal(new DateTimeOffset(2026, 12, 14, 17, 0, 0, TimeSpan.FromHours(8)), week.Due);
        Assert.Equal(new DateTimeOffset(2026, 12, 15, 9, 0, 0, TimeSpan.FromHours(8)), week.FirstCompile);
        Assert.Equal(new DateTimeOffset(2026, 12, 16, 18, 0, 0, TimeSpan.FromHours(8)), week.Lock);
    }

    [Fact]
    public void A_due_day_on_a_public_holiday_moves_to_the_first_working_day_after_and_the_lock_follows()
    {
        var holidays = new CampaignCalendar { PublicHolidays = [new DateOnly(2026, 12, 14), new DateOnly(2026, 12, 15)], WorkedWeekends = [] };
        var week = CampaignWeeks.Find(Huaxi with { Calendar = holidays }, WeekKey.Parse("2026W50"))!;
        Assert.Equal(new DateTimeOffset(2026, 12, 16, 17, 0, 0, TimeSpan.FromHours(8)), week.Due);
        Assert.Equal(new DateTimeOffset(2026, 12, 18, 18, 0, 0, TimeSpan.FromHours(8)), week.Lock);
    }

    [Fact]
    public void A_second_late_is_a_minute_late()
    {
        var week = CampaignWeeks.Of(Huaxi)[0];
        Assert.Equal(0, week.MinutesLate(week.Due));
        Assert.Equal(0, week.MinutesLate(week.Due.AddSeconds(59)));
        Assert.Equal(1, week.MinutesLate(week.Due.AddSeconds(60)));
    }

    [Fact]
    public void Midnight_in_the_campaigns_zone_divides_the_weeks()
    {
        var midnight = new DateTimeOffset(2026, 12, 7, 0, 0, 0, TimeSpan.FromHours(8));
        Assert.Equal("2026W49", CampaignWeeks.At(Huaxi, midnight.AddTicks(-1))!.Key.ToString());
        Assert.Equal("2026W50", CampaignWeeks.At(Huaxi, midnight)!.Key.ToString());
    }

    [Fact]
    public void A_stub_under_three_days_joins_its_neighbour()
    {
        var weeks = CampaignWeeks.Of(Huaxi with { Start = new DateOnly(2026, 12, 5), End = new DateOnly(2027, 4, 27) });
        Assert.Equal(new DateOnly(2026, 12, 5), weeks[0].First);
        Assert.Equal("2026W50", weeks[0].Key.ToString());
        Assert.Equal((new DateOnly(2027, 4, 19), new DateOnly(2027, 4, 27)), (weeks[^1].First, weeks[^1].Last));
    }

    [Fact]
    public void Weeks_cover_every_day_once_whatever_the_dates_and_the_start_day() =>
        Gen.Select(Gen.Int[0, 4000], Gen.Int[1, 200], Gen.Enum<DayOfWeek>()).Sample((offset, length, weekStart) =>
        {
            var start = new DateOnly(2020, 1, 1).AddDays(offset);
            var campaign = Huaxi with { Start = start, End = start.AddDays(length), Calendar = new CampaignCalendar { WeekStart = weekStart } };
            var weeks = CampaignWeeks.Of(campaign);
            return weeks[0].First == start && weeks[^1].Last == start.AddDays(length)
                && weeks.Zip(weeks.Skip(1)).All(pair => pair.First.Last.AddDays(1) == pair.Second.First && pair.First.Key < pair.Second.Key)
                && (weeks.Count == 1 || weeks.All(week => week.Days is >= 3 and <= 9))
                && weeks.All(week => week.Opens < week.Due && week.Due < week.FirstCompile && week.FirstCompile < week.Lock);
        });
}
