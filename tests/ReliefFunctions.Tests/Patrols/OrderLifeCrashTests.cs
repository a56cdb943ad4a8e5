using System.Globalization;
using System.Text;
using Azure.Core.Pipeline;
using Microsoft.Extensions.DependencyInjection;
using ReliefFunctions.Core.Clocks;
using ReliefFunctions.Core.Messaging;
using ReliefFunctions.Core.Patrols;
using ReliefFunctions.Core.Patrols.Delivery;
using ReliefFunctions.Core.Storage;
using ReliefFunctions.Core.Weather;
using ReliefFunctions.Tests.Weather;

namespace ReliefFunctions.Tests.Patrols;

/// <summary>
/// An order's whole life: signal, order, inboxes, webhooks, one unit that answers, one that must be called first, and the lifting at noon. The process dies at
/// every single call to storage, bus or webhook, before it or with its reply lost; the broker lives on and another process goes on with the step that died.
/// </summary>
public class OrderLifeCrashTests(AzuriteFixture azurite) : IClassFixture<AzuriteFixture>
{
    private static readonly (string At, Func<PatrolWorld, PatrolWorld, Task> Do)[] Life =
    [
        ("12-16 09:03", (acting, _) => acting.World.Get<AlertIntake>().ReceiveAsync(Encoding.UTF8.GetBytes(FeedTests.Sample("04-yellow.cap.xml")), new PayloadContext(Huaxi.At("12-16 09:03"), Huaxi.Campaign.Zone(), []), "52", "test", default)),
        ("12-16 09:20", (acting, looker) => AcknowledgeAsync(acting, looker, "police")),
        ("12-16 10:04", (acting, _) => JobAsync(acting, PatrolClock.Job)),
        ("12-16 10:10", (acting, looker) => AcknowledgeAsync(acting, looker, "520111101")),
        ("12-17 12:00", (acting, _) => JobAsync(acting, PatrolClock.Job)),
    ];

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task No_death_from_the_signal_to_the_lifting_loses_or_doubles_a_notice_an_answer_or_a_call(bool replyLost)
    {
        var (died, repeated, lived) = (0, 0, false);
        for (var first = 1; !lived; first += 4)
        {
            await Task.WhenAll(Enumerable.Range(first, 4).Select(async point =>
            {
                var (dead, again) = await LiveAsync(point, replyLost);
                if (!dead) lived = true;
                else Interlocked.Increment(ref died);
                Interlocked.Add(ref repeated, again);
            }));
        }

        Assert.InRange(died, 50, 300);
        Assert.InRange(repeated, 1, died);
    }

    /// <summary>One life with a death at a call; answers whether it came to that, and how many messages were posted twice.</summary>
    private async Task<(bool Died, int Repeated)> LiveAsync(int point, bool replyLost)
    {
        using var receiver = new Receiver();
        var options = new DeliveryOptions { AllowLoopback = true };
        var survivor = await PatrolWorld.StartAsync(azurite, "12-16 09:00", units: [Huaxi.Units[0], Huaxi.Units[3]], change: services => services.AddSingleton(options));
        foreach (var unit in new[] { "520111101", "police" })
        {
            await survivor.World.Get<ChannelStore>().PutAsync("520111", unit, [new DeliveryChannel { Id = "w", Kind = ChannelKind.Webhook, Url = receiver.Address + unit }], new AuditEntry(Huaxi.At("12-16 09:00"), "t", "t", "t"), default);
        }

        var countdown = new Countdown();
        var victim = new PatrolWorld(new World(await AzuriteFixture.ConnectionStringAsync(), Huaxi.At("12-16 09:00"), services => services.AddSingleton(options)
            .AddSingleton<HttpPipelinePolicy>(new AroundStorage(countdown.AroundAsync)).AddSingleton<DelegatingHandler>(new AroundWebhook(countdown.AroundAsync)).AddSingleton<IMessageSender>(new AroundSender(countdown.AroundAsync, survivor.World.Bus)), survivor.World.Prefix));
        countdown.Arm(point, replyLost);
        foreach (var (at, act) in Life)
        {
            await StepAsync(at, 0, act);

            // The clocks run in the end, and a little after a step whose process died: a delivery that it began is believed lost by then.
            if (!countdown.Died && at != Life[^1].At) continue;
            await StepAsync(at, 3, (acting, _) => JobAsync(acting, SweeperClock.Job));
            await StepAsync(at, 6, (acting, _) => JobAsync(acting, PatrolClock.Job));
        }

        async Task StepAsync(string at, int minutesAfter, Func<PatrolWorld, PatrolWorld, Task> step)
        {
            var time = Huaxi.At(at).AddMinutes(minutesAfter).ToString("MM-dd HH:mm", CultureInfo.InvariantCulture);
            survivor.At(time);
            victim.At(time);
            if (!countdown.Died) await TryAsync(() => step(victim, survivor));
            if (!countdown.Died) await DeliverAsync(victim, survivor.World.Bus);
            if (!countdown.Died) return;
            await step(survivor, survivor);
            await DeliverAsync(survivor, survivor.World.Bus);
        }

        var when = $"with a death at call {point}, reply {(replyLost ? "lost" : "never sent")}";
        foreach (var unit in new[] { "520111101", "police" })
        {
            var inbox = await survivor.Patrols.InboxAsync(Huaxi.Campaign, unit, default);
            Assert.True(inbox is [{ Revision: 2, Intensity: PatrolIntensity.Routine }, { Revision: 1, Intensity: PatrolIntensity.Intensive, Acknowledgement.Way: "link" }], $"{unit} has {string.Join(", ", inbox.Select(notice => $"{notice.Title} {notice.Acknowledgement?.Way}"))} {when}");
        }

        var call = Assert.Single(await survivor.Patrols.EscalationsAsync(Huaxi.Campaign, 1, default));
        Assert.Equal(("520111101", 1, "备班"), (call.Unit, call.Step, call.Role));
        foreach (var (table, partition) in new[] { (PatrolFeature.Table, Huaxi.Campaign.Partition), (ClockFeature.Intake, "2026-12-16") })
        {
            Assert.True(await survivor.World.Get<FeatureTables>()[table].PrefixAsync<OutboxRow>(partition, OutboxRow.KeyPrefix).AnyAsync() is false, $"Something still waits {when}");
        }

        var posts = receiver.Calls.GroupBy(each => StoredJson.Read<Posted>(each.Body).Id).ToDictionary(group => group.Key, group => group.Count());
        Assert.True(posts.Count == 5 && posts.Values.Sum() <= 6, $"{string.Join(", ", posts)} {when}");
        return (countdown.Died, posts.Values.Sum() - posts.Count);
    }

    private static async Task AcknowledgeAsync(PatrolWorld acting, PatrolWorld looker, string unit)
    {
        Assert.NotNull(await looker.Patrols.NoticeAsync(Huaxi.Campaign, unit, 1, default));
        await acting.CallAsync("POST", await looker.LinkAsync(unit, 1), null, "name=x");
    }

    private static Task JobAsync(PatrolWorld world, string name) => world.World.Services.GetServices<IScheduledJob>().Single(job => job.Name == name).RunAsync(default);

    private static async Task TryAsync(Func<Task> step)
    {
        try
        {
            await step();
        }
        catch (InvalidOperationException)
        {
            // Dead in the middle of it.
        }
    }

    /// <summary>Hands what waits at the broker to a process until nothing does or it is dead; what it did not settle comes again.</summary>
    private static async Task DeliverAsync(PatrolWorld world, TestBus broker)
    {
        var dispatcher = world.World.Get<MessageDispatcher>();
        while (broker.TryTake(out var sent))
        {
            var source = dispatcher.Sources.Single(source => source == sent.Entity || source.StartsWith(sent.Entity + "/", StringComparison.Ordinal));
            Disposition? settled = null;
            await TryAsync(async () => settled = await dispatcher.DispatchAsync(source, sent.Message, default));
            if (settled == Disposition.Complete) continue;
            await broker.SendAsync(sent.Entity, [sent.Message], default);
            return;
        }
    }

    private sealed record Posted(string Id);
}
