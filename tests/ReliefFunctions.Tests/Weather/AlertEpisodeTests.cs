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
