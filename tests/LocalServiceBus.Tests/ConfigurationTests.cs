namespace LocalServiceBus.Tests;

public sealed class ConfigurationTests
{
    [Fact]
    public void The_emulators_own_layout_is_understood_with_comments_and_trailing_commas()
    {
        var configuration = BrokerConfiguration.Parse(Namespace("""
            // as in the official sample
            "Queues": [ { "Name": "queue.1", "Properties": {
              "DeadLetteringOnMessageExpiration": true, "DefaultMessageTimeToLive": "PT1H",
              "DuplicateDetectionHistoryTimeWindow": "PT20S", "ForwardDeadLetteredMessagesTo": "", "ForwardTo": "",
              "LockDuration": "PT1M", "MaxDeliveryCount": 3, "RequiresDuplicateDetection": true, "RequiresSession": false } }, ],
            "Topics": [ { "Name": "topic.1", "Subscriptions": [ { "Name": "subscription.1", "Rules": [
              { "Name": "r", "Properties": { "FilterType": "Correlation", "CorrelationFilter": { "ContentType": "application/json" } } } ] } ] } ]
            """));

        var (name, settings) = Assert.Single(configuration.Queues);
        Assert.Equal("queue.1", name);
        Assert.Equal(TimeSpan.FromMinutes(1), settings.LockDuration);
        Assert.Equal(TimeSpan.FromHours(1), settings.DefaultTimeToLive);
        Assert.Equal(TimeSpan.FromSeconds(20), settings.DuplicateWindow);
        Assert.Equal(3, settings.MaxDeliveryCount);
        Assert.True(settings.DeadLetterOnExpiration);
        Assert.Equal("application/json", Assert.Single(Assert.Single(Assert.Single(configuration.Topics).Subscriptions).Rules).Filter.ContentType);
    }

    [Theory]
    [InlineData("""{ "Name": "q", "Properties": { "LockDuratoin": "PT1M" } }""", "Queues[0].Properties.LockDuratoin")]
    [InlineData("""{ "Name": "q", "Properties": { "LockDuration": "1 minute" } }""", "Queues[0].Properties.LockDuration")]
    [InlineData("""{ "Name": "q", "Properties": { "LockDuration": "PT6M" } }""", "Queues[0].Properties.LockDuration")]
    [InlineData("""{ "Name": "q", "Properties": { "LockDuration": "PT0S" } }""", "Queues[0].Properties.LockDuration")]
    [InlineData("""{ "Name": "q", "Properties": { "MaxDeliveryCount": 0 } }""", "Queues[0].Properties.MaxDeliveryCount")]
    [InlineData("""{ "Name": "q", "Properties": { "MaxDeliveryCount": "3" } }""", "Queues[0].Properties.MaxDeliveryCount")]
    [InlineData("""{ "Name": "q", "Properties": { "RequiresSession": true } }""", "Queues[0].Properties.RequiresSession")]
    [InlineData("""{ "Name": "q", "Properties": { "ForwardTo": "other" } }""", "Queues[0].Properties.ForwardTo")]
    [InlineData("""{ "Name": "q", "Properties": { "ForwardDeadLetteredMessagesTo": "other" } }""", "Queues[0].Properties.ForwardDeadLetteredMessagesTo")]
    [InlineData("""{ "Name": "q", "Properties": { "RequiresDuplicateDetection": "yes" } }""", "Queues[0].Properties.RequiresDuplicateDetection")]
    [InlineData("""{ "Name": "q" }, { "Name": "Q" }""", "Queues[1].Name")]
    [InlineData("""{ "Name": "-q" }""", "Queues[0].Name")]
    [InlineData("""{ "Properties": {} }""", "Queues[0]")]
    [InlineData("""[]""", "Queues[0]")]
    public void A_wrong_field_of_a_queue_is_refused_by_name_and_place(string queues, string place) =>
        Refused($"\"Queues\": [ {queues} ]", place);

    [Theory]
    [InlineData("""{ "FilterType": "Sql", "SqlFilter": { "SqlExpression": "1=1" } }""", "SqlFilter")]
    [InlineData("""{ "FilterType": "Sql" }""", "FilterType")]
    [InlineData("""{ "FilterType": "Correlation" }""", "")]
    [InlineData("""{ "FilterType": "Correlation", "CorrelationFilter": {} }""", "CorrelationFilter")]
    [InlineData("""{ "FilterType": "Correlation", "CorrelationFilter": { "Labl": "x" } }""", "CorrelationFilter.Labl")]
    [InlineData("""{ "FilterType": "Correlation", "CorrelationFilter": { "Properties": { "a": [] } } }""", "CorrelationFilter.Properties.a")]
    [InlineData("""{ "FilterType": "Correlation", "CorrelationFilter": { "To": "x" }, "Action": { "SqlExpression": "SET x = 1" } }""", "Action")]
    public void A_wrong_field_of_a_rule_is_refused_by_name_and_place(string properties, string place) => Refused(
        $$"""
        "Topics": [ { "Name": "t", "Subscriptions": [ { "Name": "s", "Rules": [ { "Name": "r", "Properties": {{properties}} } ] } ] } ]
        """,
        "Topics[0].Subscriptions[0].Rules[0].Properties" + (place.Length > 0 ? "." + place : ""));

    [Theory]
    [InlineData("", "第 1 行")]
    [InlineData("{", "第 1 行")]
    [InlineData("{}", "$")]
    [InlineData("""{ "UserConfig": { } }""", "UserConfig")]
    [InlineData("""{ "UserConfig": { "Namespaces": [] } }""", "UserConfig.Namespaces")]
    [InlineData("""{ "UserConfig": { "Namespaces": [ {}, {} ] } }""", "UserConfig.Namespaces")]
    [InlineData("""{ "Userconfig": { } }""", "Userconfig")]
    public void A_file_that_is_none_is_refused(string json, string place) =>
        Assert.Equal(place, Assert.Throws<BrokerConfigurationException>(() => BrokerConfiguration.Parse(json)).Path);

    [Fact]
    public void What_other_readers_keep_in_the_file_is_left_to_them() =>
        Assert.Single(BrokerConfiguration.Parse("""
            { "$schema": "x.json", "x-storage": { "Tables": [] }, "UserConfig": { "Namespaces": [ { "Name": "n", "Queues": [ { "Name": "q" } ] } ] } }
            """).Queues);

    private static void Refused(string entities, string place)
    {
        var refusal = Assert.Throws<BrokerConfigurationException>(() => BrokerConfiguration.Parse(Namespace(entities)));

        Assert.Equal("UserConfig.Namespaces[0]." + place, refusal.Path);
        Assert.Contains(refusal.Path, refusal.Message, StringComparison.Ordinal);
    }

    private static string Namespace(string entities) =>
        $$"""{ "UserConfig": { "Namespaces": [ { "Name": "sbemulatorns", {{entities}} } ] } }""";
}
