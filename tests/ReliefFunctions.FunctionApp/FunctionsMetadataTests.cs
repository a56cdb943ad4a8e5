using System.Text.Json.Nodes;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using ReliefFunctions.Core;
using ReliefFunctions.Core.Clocks;
using ReliefFunctions.Core.Messaging;
using ReliefFunctions.FunctionApp.StandIn;

namespace ReliefFunctions.FunctionApp;

/// <summary>What the worker's build tells the Functions host, against what Core has: nothing exists in one host only.</summary>
public class FunctionsMetadataTests
{
    private static readonly Lazy<IReadOnlyList<(string Name, JsonNode Trigger)>> Functions = new(() =>
        [.. JsonNode.Parse(File.ReadAllText(Path.Combine(StandInHost.WorkerFolder, "functions.metadata")))!.AsArray()
            .Select(function => (function!["name"]!.GetValue<string>(), function["bindings"]![0]!))]);

    [Fact]
    public void Every_scheduled_job_is_a_timer_with_its_schedule_and_no_other_is()
    {
        var jobs = Product().GetServices<IScheduledJob>().Select(job => $"{job.Name} {job.Schedule}").Order(StringComparer.Ordinal).ToList();
        Assert.Equal(jobs, Of("timerTrigger").Select(function => $"{function.Name} {Text(function.Trigger, "schedule")}").Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Every_consumer_is_a_trigger_on_its_queue_or_subscription_and_settles_by_itself()
    {
        var triggers = Of("serviceBusTrigger").Select(function => function.Trigger).ToList();
        Assert.Equal(
            Product().GetServices<IMessageHandler>().Select(handler => handler.Source).Order(StringComparer.Ordinal),
            triggers.Select(trigger => Text(trigger, "queueName") ?? $"{Text(trigger, "topicName")}/{Text(trigger, "subscriptionName")}").Order(StringComparer.Ordinal));
        Assert.All(triggers, trigger => Assert.Equal(("ServiceBus", false), (Text(trigger, "connection"), trigger["autoCompleteMessages"]!.GetValue<bool>())));
    }

    [Fact]
    public void One_HTTP_trigger_takes_every_address_and_method_and_no_key_of_the_host()
    {
        var trigger = Assert.Single(Of("httpTrigger")).Trigger;
        Assert.Equal(("{*path}", "Anonymous"), (Text(trigger, "route"), Text(trigger, "authLevel")));
        Assert.Equal(["delete", "get", "head", "options", "patch", "post", "put"], trigger["methods"]!.AsArray().Select(method => method!.GetValue<string>()).Order(StringComparer.Ordinal));
        var host = JsonNode.Parse(File.ReadAllText(Path.Combine(StandInHost.WorkerFolder, "host.json")))!;
        Assert.Equal("", Text(host["extensions"]!["http"]!, "routePrefix"));
    }

    [Fact]
    public void There_are_no_other_functions() =>
        Assert.Equal(Functions.Value.Count, Of("timerTrigger").Count() + Of("serviceBusTrigger").Count() + Of("httpTrigger").Count());

    private static IEnumerable<(string Name, JsonNode Trigger)> Of(string type) => Functions.Value.Where(function => Text(function.Trigger, "type") == type);

    private static string? Text(JsonNode node, string name) => node[name]?.GetValue<string>();

    /// <summary>Core's services, as the app adds them; nothing is called.</summary>
    private static ServiceProvider Product()
    {
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(new Dictionary<string, string?> { ["Storage:ConnectionString"] = "UseDevelopmentStorage=true" }).Build();
        var services = new ServiceCollection().AddSingleton<IConfiguration>(configuration).AddLogging();
        return services.AddReliefFunctions(configuration).AddSingleton<IMessageSender, NoBus>().AddSingleton<IDeadLetterBox, NoBus>().BuildServiceProvider();
    }

    private sealed class NoBus : IMessageSender, IDeadLetterBox
    {
        public Task SendAsync(string entity, IReadOnlyList<BusMessage> messages, CancellationToken ct) => throw new NotSupportedException();

        public Task<IReadOnlyList<DeadLetter>> PeekAsync(string source, int most, CancellationToken ct) => throw new NotSupportedException();

        public Task<bool> RemoveAsync(string source, long sequenceNumber, CancellationToken ct) => throw new NotSupportedException();
    }
}
