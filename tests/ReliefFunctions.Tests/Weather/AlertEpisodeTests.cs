using ReliefFunctions.Core.Weather;

namespace ReliefFunctions.Tests.Weather;

public class AlertEpisodeTests
{
    private static readonly DateTimeOffset Ten = new(2026, 12, 15, 10, 0, 0, TimeSpan.FromHours(8));
    private static readonly TimeSpan TwoDays = TimeSpan.FromHours(48);

    [Fact]
    public void The_sample_chain_leaves_nothing_standing_after_its_cancellation()
    {
        var messages = new[] { "01-blue.qweather.json", "02-blue.cap.xml", "04-yellow.cap.xml", "05-orange.cap.xml", "06-cancel.cap.xml" }
            .SelectMany(name => FeedTests.Read(FeedTests.Sample(name)).Alerts).ToList();
        var spans = AlertEpisodes.Resolve(messages, TwoDays);
        Assert.Equal(4, spans.Count);
        Assert.Equal(messages[2].Sent, Ends(spans, messages[0]));
        Assert.Equal(messages[2].Sent, Ends(spans, messages[1]));
        Assert.Equal(messages[3].Sent, Ends(spans, messages[2]));
        Assert.Equal(messages[4].Sent, Ends(spans, messages[3]));
    }

    [Fact]
    public void The_order_in_which_messages_come_changes_nothing()
    {
        var messages = new List<WeatherAlert> { Alert("a"), Alert("b", 1, AlertLevel.Yellow, AlertMessageType.Update, "a"), Alert("c", 3, AlertLevel.Yellow, AlertMessageType.Cancel, "b") };
        var forward = AlertEpisodes.Resolve(messages, TwoDays).ToDictionary(span => span.Alert.Key, span => span.Ends);
        messages.Reverse();
        Assert.Equal(forward, AlertEpisodes.Resolve(messages, TwoDays).ToDictionary(span => span.Alert.Key, span => span.Ends));
    }

    [Fact]
    public void A_cancellation_without_known_reference_ends_the_same_issuers_type_and_no_other()
    {
        var (mine, wind, elsewhere) = (Alert("a"), Alert("w") with { TypeName = "大风" }, Alert("e") with { Issuer = "乌当区气象台", Areas = ["520112"] });
        var spans = AlertEpisodes.Resolve([mine, wind, elsewhere, Alert("c", 2, type: AlertMessageType.Cancel, refers: "never-seen")], TwoDays);
        Assert.Equal(Ten.AddHours(2), Ends(spans, mine));
        Assert.Equal(Ten + TwoDays, Ends(spans, wind));
        Assert.Equal(Ten + TwoDays, Ends(spans, elsewhere));
    }

    [Fact]
    public void An_update_is_no_cancellation_and_stands_itself_even_when_what_it_refers_to_is_unknown()
    {
        var update = Alert("u", 2, AlertLevel.Yellow, AlertMessageType.Update, "never-seen");
        Assert.Equal(update.Sent + TwoDays, Ends(AlertEpisodes.Resolve([update], TwoDays), update));
    }

    [Fact]
    public void A_cancellation_of_the_first_message_ends_what_updated_it()
    {
        var (first, second) = (Alert("a"), Alert("b", 1, AlertLevel.Orange, AlertMessageType.Update, "a"));
        var spans = AlertEpisodes.Resolve([first, second, Alert("c", 5, type: AlertMessageType.Cancel, refers: "a")], TwoDays);
        Assert.Equal(Ten.AddHours(5), Ends(spans, second));
    }

    [Fact]
    public void Two_feeds_with_one_signal_are_one_and_two_colours_are_two()
    {
        var (one, other) = (Alert("a"), Alert("b") with { Source = "qweather", Issuer = "贵州省贵阳市花溪区气象台", Sent = Ten.AddMinutes(4) });
        Assert.True(AlertEpisodes.IsSameSignal(one, other));
        Assert.True(AlertEpisodes.IsSameSignal(one, other with { Issuer = "花溪区气象局" }));
        Assert.False(AlertEpisodes.IsSameSignal(one, other with { Issuer = "乌当区气象局" }));
        Assert.False(AlertEpisodes.IsSameSignal(one, other with { Level = AlertLevel.Yellow }));
        Assert.False(AlertEpisodes.IsSameSignal(one, other with { Sent = Ten.AddHours(2) }));
    }

    [Fact]
    public void Exercises_tests_and_errors_neither_stand_nor_end_anything()
    {
        var actual = Alert("a");
        var spans = AlertEpisodes.Resolve([actual, Alert("x", 1, AlertLevel.Red) with { Status = AlertStatus.Exercise }, Alert("c", 2, type: AlertMessageType.Cancel, refers: "a") with { Status = AlertStatus.Test }, Alert("o", 2, type: AlertMessageType.Other, refers: "a")], TwoDays);
        Assert.Equal(Ten + TwoDays, Assert.Single(spans).Ends);
    }

    [Fact]
    public void Serials_of_one_second_are_messages_of_their_own()
    {
        var blue = Alert("52018141600000_20261215090000_0", -1);
        var lifted = Alert("52018141600000_20261215093000_0", -0.5, type: AlertMessageType.Cancel, refers: blue.Identifier);
        var orange = Alert("52018141600000_20261215093000_1", -0.5, AlertLevel.Orange);
        Assert.Equal(3, new[] { blue, lifted, orange }.Select(message => message.Hash).Distinct().Count());
        var spans = AlertEpisodes.Resolve([blue, lifted, orange], TwoDays);
        Assert.Equal(lifted.Sent, Ends(spans, blue));
        Assert.Null(spans.Single(span => span.Alert == orange).EndedBy);
    }

    [Fact]
    public void A_cancellation_may_carry_the_identifier_of_its_alert_and_an_update_that_of_the_last_one()
    {
        var alert = Alert("X-1");
        var update = Alert("X-1", 2, type: AlertMessageType.Update, refers: "X-1");
        var again = Alert("X-1", 4, type: AlertMessageType.Update, refers: "X-1");
        var cancel = Alert("X-1", 6, type: AlertMessageType.Cancel, refers: "X-1");
        foreach (var messages in new[] { new[] { alert, update, again, cancel }, [cancel, again, update, alert] })
        {
            var spans = AlertEpisodes.Resolve(messages, TwoDays);
            Assert.Equal([update.Sent, again.Sent, cancel.Sent], new[] { alert, update, again }.Select(each => Ends(spans, each)));
        }
    }

    [Theory]
    [InlineData("花溪区气象台", true)]
    [InlineData("贵州省贵阳市花溪区气象台", true)]
    [InlineData("花溪气象台", true)]
    [InlineData("花溪区气象局", true)]
    [InlineData("", true)]
    [InlineData("国家预警信息发布中心", true)]
    [InlineData("S", true)]
    [InlineData("贵阳市气象台", false)]
    [InlineData("乌当区气象台", false)]
    [InlineData("贵州省气象台", false)]
    public void A_cancellation_ends_what_its_office_issued_however_it_is_named(string issuer, bool ends)
    {
        var alert = Alert("a");
        var cancel = Alert("c", 2, type: AlertMessageType.Cancel, refers: "never-seen") with { Issuer = issuer };
        Assert.Equal(ends ? cancel.Sent : Ten + TwoDays, Ends(AlertEpisodes.Resolve([alert, cancel], TwoDays), alert));
    }

    [Fact]
    public void An_unnamed_office_of_the_district_ends_nothing_of_the_city()
    {
        var city = Alert("52010041600000_20261215100000") with { Issuer = "贵阳市气象台", Areas = ["520100"] };
        var cancel = Alert("c", 2, type: AlertMessageType.Cancel) with { Issuer = "" };
        Assert.Equal(Ten + TwoDays, Ends(AlertEpisodes.Resolve([city, cancel], TwoDays), city));
    }

    [Fact]
    public void Copies_of_two_feeds_end_together()
    {
        var (cap, copy) = (Alert("cap-1"), Alert("qw-1") with { Source = "qweather", Sent = Ten.AddMinutes(3) });
        var cancel = Alert("qw-2", 5, type: AlertMessageType.Cancel, refers: "qw-1") with { Source = "qweather" };
        var spans = AlertEpisodes.Resolve([cap, copy, cancel], TwoDays);
        Assert.Equal([cancel.Sent, cancel.Sent], new[] { cap, copy }.Select(each => Ends(spans, each)));
    }

    [Theory]
    [InlineData(AlertLevel.Orange, AlertLevel.Blue, "", "", true)]
    [InlineData(AlertLevel.Red, AlertLevel.Yellow, "", "", true)]
    [InlineData(AlertLevel.Orange, AlertLevel.Blue, "青岩镇、石板镇将降温", "青岩镇、石板镇将降温", true)]
    [InlineData(AlertLevel.Blue, AlertLevel.Orange, "", "", false)]
    [InlineData(AlertLevel.Blue, AlertLevel.Blue, "", "", false)]
    [InlineData(AlertLevel.Orange, AlertLevel.Blue, "", "青岩镇将降温", false)]
    [InlineData(AlertLevel.Orange, AlertLevel.Blue, "青岩镇将降温", "石板镇将降温", false)]
    public void A_lower_colour_issued_anew_replaces_the_higher_of_its_office_and_area(AlertLevel first, AlertLevel second, string before, string now, bool replaced)
    {
        var (one, other) = (Alert("a", level: first) with { Description = before }, Alert("b", 3, second) with { Description = now });
        var spans = AlertEpisodes.Resolve([one, other], TwoDays);
        Assert.Equal(replaced ? other.Sent : Ten + TwoDays, Ends(spans, one));
        Assert.Equal(Ten + TwoDays, Ends(AlertEpisodes.Resolve([one, other with { Issuer = "贵阳市气象台" }], TwoDays), one));
    }

    [Fact]
    public void The_end_of_the_weather_goes_before_the_end_of_the_message_and_a_default_end_is_said_to_be_one()
    {
        var (open, stated) = (Alert("a"), Alert("b") with { TypeName = "暴雪", Expires = Ten.AddHours(4), Ends = Ten.AddHours(30) });
        var spans = AlertEpisodes.Resolve([open, stated, Alert("o", 1) with { TypeName = "霜冻", Onset = Ten.AddHours(20) }], TwoDays);
        Assert.Equal([(Ten + TwoDays, false), (Ten.AddHours(30), true), (Ten.AddHours(20) + TwoDays, false)], spans.Select(span => (span.Ends, span.EndIsStated)));
    }

    private static DateTimeOffset Ends(IReadOnlyList<AlertSpan> spans, WeatherAlert alert) => spans.Single(span => span.Alert.Key == alert.Key).Ends;

    internal static WeatherAlert Alert(string id, double hours = 0, AlertLevel level = AlertLevel.Blue, AlertMessageType type = AlertMessageType.Alert, string? refers = null) => new()
    {
        Source = "cap",
        Identifier = id,
        Issuer = "花溪区气象台",
        Sent = Ten.AddHours(hours),
        Status = AlertStatus.Actual,
        MessageType = type,
        TypeName = "寒潮",
        Level = level,
        Areas = ["520111"],
        References = refers is null ? [] : [new AlertReference(refers)],
    };
}
