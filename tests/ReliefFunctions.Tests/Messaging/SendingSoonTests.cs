using Microsoft.Extensions.DependencyInjection;
using ReliefFunctions.Core.Messaging;
using ReliefFunctions.Core.Storage;
using ReliefFunctions.Core.WeeklyReports;

namespace ReliefFunctions.Tests.Messaging;

/// <summary>Rows whose sending follows the answer.</summary>
public class SendingSoonTests(AzuriteFixture azurite) : IClassFixture<AzuriteFixture>
{
    private static readonly DateTimeOffset Now = new(2026, 12, 15, 2, 0, 0, TimeSpan.Zero);

    [Fact]
    public async Task What_is_told_soon_does_not_keep_the_decision_waiting_for_the_bus()
    {
        var bus = new Held();
        var world = await azurite.WorldAsync(Now, services => services.AddSingleton<IMessageSender>(bus));
        var table = world.Get<FeatureTables>()[ReportFeature.Table];
        var row = OutboxRow.ForTopic(Entities.CampaignEvents, "told", Now, OutboxMessage.Of("520111/test/told", "test/1", "told"));
        Assert.True(await table.CommitAsync(new Transaction("p").Send(row, soon: true)));
        Assert.Equal(0, bus.Taken);
        Assert.NotNull(await table.OutboxRowAsync("p", row.RowKey, default));
        bus.Released.SetResult();
        await world.Get<OutboxSender>().SettledAsync();
        Assert.Equal(1, bus.Taken);
        Assert.Null(await table.OutboxRowAsync("p", row.RowKey, default));
    }

    private sealed class Held : IMessageSender
    {
        public TaskCompletionSource Released { get; } = new();

        public int Taken { get; private set; }

        public async Task SendAsync(string entity, IReadOnlyList<BusMessage> messages, CancellationToken ct)
        {
            await Released.Task;
            Taken += messages.Count;
        }
    }
}
