using System.Text;
using Azure.Messaging.ServiceBus;
using ClosedXML.Excel;
using ReliefFunctions.Core.Messaging;
using ReliefFunctions.FunctionApp.StandIn;

namespace ReliefFunctions.FunctionApp;

/// <summary>The sample season's first week and its cold wave in the real worker: one story, because each part stands on the one before.</summary>
public class SampleWeekTests(World world) : IClassFixture<World>
{
    [Fact]
    public async Task The_first_week_and_the_cold_wave_are_played_by_a_worker_that_is_killed_and_ended_on_the_way()
    {
        await using var bus = await BusTriggers.StartAsync(world.Host, world.Broker.ConnectionString);
        using var campaign = await SampleCampaign.LoadAsync(world.Host);

        await FirstOrderIsAcknowledgedAsync(campaign);
        await FirstWeekIsReportedAndCompiledAsync(campaign);
        await AlertReachesEveryInboxAsync(campaign, 2);
        await EndsInMidFanOutAsync(campaign, bus, "alerts/04", 3, "intensive", world.Host.KillWorkerAsync);
        await EndsInMidFanOutAsync(campaign, bus, "alerts/05", 4, "roundTheClock", world.Host.TerminateWorkerAsync);
        await PoisonGoesToTheDeadLettersAsync(campaign);

        // Whatever a dead worker left is due by now; nothing of it comes twice.
        await campaign.ComeToAsync(Steps("alerts/05").At.AddHours(1));
        await campaign.ComeToAsync(Steps("alerts/05").At.AddHours(2));
        await campaign.EveryInboxHoldsAsync(4);
    }

    private static async Task FirstOrderIsAcknowledgedAsync(SampleCampaign campaign)
    {
        await campaign.ComeToAsync(SampleCampaign.Steps.First(step => step.Order is not null).At);
        await campaign.EveryInboxHoldsAsync(1);
        await Task.WhenAll(campaign.Units.Select(async code =>
        {
            using var unit = campaign.Unit(code);
            await unit.PostAsync($"{SampleCampaign.Address}/units/{code}/inbox/1/acknowledgement", new { name = "值班员" });
        }));
        var board = await campaign.Operator.AskAsync("GET", $"{SampleCampaign.Address}/patrol-orders/1");
        Assert.Equal((22, 22), (board.GetProperty("sent").GetInt32(), board.GetProperty("acknowledged").GetInt32()));
    }

    private static async Task FirstWeekIsReportedAndCompiledAsync(SampleCampaign campaign)
    {
        var steps = SampleCampaign.Steps.Where(step => step.Report?.Week.ToString() == "2026W49" || step.Summary?.ToString() == "2026W49").ToList();
        await campaign.ComeToAsync(steps[0].At);
        foreach (var step in steps.Where(step => step.Report is not null)) Assert.Equal(1, (await campaign.UploadAsync(step.Report!)).GetProperty("version").GetInt32());

        await campaign.ComeToAsync(steps[^1].At);
        var request = await campaign.Operator.AskAsync("POST", $"{SampleCampaign.Address}/summaries/2026W49");
        var status = request.GetProperty("statusUrl").GetString()!;
        await campaign.UntilAsync("the compiled week", async () => (await campaign.Operator.AskAsync("GET", status)).GetProperty("state").GetString() == "ready");

        var (code, body, answer) = await campaign.Operator.SendAsync("GET", $"{SampleCampaign.Address}/summaries/2026W49/latest/download");
        Assert.Equal((200, true), (code, answer.Content.Headers.ContentDisposition!.FileNameStar!.Contains("寒冬送温暖", StringComparison.Ordinal)));
        using var book = new XLWorkbook(new MemoryStream(body));
        var names = book.Worksheet("汇总表").Column(2).CellsUsed().Select(cell => cell.GetString().TrimEnd('＊')).ToList();
        Assert.Contains("总　计", names);
        foreach (var unit in (await campaign.Operator.AskAsync("GET", "api/v1/districts/520111/units")).EnumerateArray()) Assert.Contains(unit.GetProperty("name").GetString()!, names);
    }

    private static async Task AlertReachesEveryInboxAsync(SampleCampaign campaign, int revision)
    {
        await campaign.ComeToAsync(Steps("alerts/01").At);
        await campaign.AlertAsync(Steps("alerts/01").Alert!);
        await campaign.EveryInboxHoldsAsync(revision);
    }

    /// <summary>
    /// The worker ends while an order is being expanded: its rows are in every inbox, its notices not yet on the bus, its message not yet settled.
    /// The next worker gets the message again, finds it done, and sends what the outbox still holds.
    /// </summary>
    private async Task EndsInMidFanOutAsync(SampleCampaign campaign, BusTriggers bus, string alert, int revision, string intensity, Func<Task> endAsync)
    {
        await campaign.ComeToAsync(Steps(alert).At);
        bus.OnMessage = function =>
        {
            if (function == "ReceivePatrolOrder") world.Bus.Freeze();
        };
        await campaign.AlertAsync(Steps(alert).Alert!);
        await campaign.EveryInboxHoldsAsync(revision);
        await endAsync();
        bus.OnMessage = _ => { };
        world.Bus.Cut();
        await campaign.UntilAsync("the dropped invocation", () => Task.FromResult(bus.Ended.Contains(("ReceivePatrolOrder", "failed"))));
        bus.Ended.Clear();
        Assert.Empty(Told(bus, intensity));

        await world.Host.StartWorkerAsync();
        await campaign.ComeToAsync(Steps(alert).At.AddMinutes(10));
        await campaign.UntilAsync("every unit's notice on the bus", () => Task.FromResult(Told(bus, intensity).Distinct().Count() == 22));
        await campaign.EveryInboxHoldsAsync(revision);
    }

    /// <summary>The units whose notice was handed to the delivery.</summary>
    private static IEnumerable<string> Told(BusTriggers bus, string intensity) => bus.HandedOver
        .Where(handed => handed.Function == "DeliverPatrolNotice" && intensity.Equals(handed.Message.ApplicationProperties["intensity"]?.ToString(), StringComparison.OrdinalIgnoreCase))
        .Select(handed => (string)handed.Message.ApplicationProperties["unit"]);

    private async Task PoisonGoesToTheDeadLettersAsync(SampleCampaign campaign)
    {
        await using var client = new ServiceBusClient(world.Broker.ConnectionString);
        await client.CreateSender(Entities.PatrolOrders).SendMessageAsync(new ServiceBusMessage(Encoding.UTF8.GetBytes("{ no order")) { MessageId = "poison-1", ApplicationProperties = { ["schema"] = "nothing/1" } });
        await campaign.UntilAsync("the dead letter", async () => (await campaign.Operator.AskAsync("GET", "api/v1/dead-letters")).GetRawText().Contains("poison-1", StringComparison.Ordinal));
    }

    private static LocalHost.Demo.SeasonStep Steps(string alert) => SampleCampaign.Steps.First(step => step.Alert?.StartsWith(alert, StringComparison.Ordinal) == true);
}
