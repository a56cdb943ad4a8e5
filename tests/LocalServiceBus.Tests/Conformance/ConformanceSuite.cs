using LocalServiceBus.Tests.Clients;
using Microsoft.Extensions.Time.Testing;
using static LocalServiceBus.Tests.TestBus;

namespace LocalServiceBus.Tests.Conformance;

/// <summary>What Service Bus promises, asked through a client. Runs once with each client.</summary>
public abstract class ConformanceSuite : IAsyncLifetime
{
    private static readonly TimeSpan Soon = TimeSpan.FromMilliseconds(300);

    private readonly FakeTimeProvider _clock = Clock();
    private Broker _broker = null!;
    private IBusClient _client = null!;

    protected abstract Task<IBusClient> Connect(Broker broker);

    public async Task InitializeAsync()
    {
        _broker = await Start(_clock, o => o.MaxEntitySize = 2_000_000);
        _client = await Connect(_broker);
    }

    public async Task DisposeAsync()
    {
        await _client.DisposeAsync();
        await _broker.DisposeAsync();
    }

    [Fact]
    public async Task What_was_sent_arrives_unchanged()
    {
        await _client.Send(Queue, new Outgoing("花溪区今晚橙色预警")
        {
            MessageId = "520111/2026/17",
            Subject = "orange",
            CorrelationId = "alert-9",
            ContentType = "application/json",
            Properties = { ["district"] = "520111", ["revision"] = 3, ["exercise"] = true, ["share"] = 0.25 },
        });

        var got = await One(Queue);

        Assert.Equal("花溪区今晚橙色预警", got.Body);
        Assert.Equal("520111/2026/17", got.MessageId);
        Assert.Equal("orange", got.Subject);
        Assert.Equal("alert-9", got.CorrelationId);
        Assert.Equal("application/json", got.ContentType);
        Assert.Equal("520111", got.Properties["district"]);
        Assert.Equal(3d, Convert.ToDouble(got.Properties["revision"], null));
        Assert.Equal(true, got.Properties["exercise"]);
        Assert.Equal(0.25, got.Properties["share"]);
        Assert.Equal(0, got.DeliveryCount);
        Assert.Equal(1, got.SequenceNumber);
        Assert.Equal(1, got.EnqueuedSequenceNumber);
        Near(_clock.GetUtcNow(), got.EnqueuedTime);
        Near(_clock.GetUtcNow() + LockDuration, got.LockedUntil);
    }

    [Fact]
    public async Task A_message_without_an_id_gets_one_and_is_no_duplicate()
    {
        await _client.Send(Duplicates, Numbered(1, 2));
        await _client.SendBatch(Duplicates, Numbered(3, 2));
        await _client.Schedule(Duplicates, _clock.GetUtcNow() + TimeSpan.FromMinutes(1), new Outgoing("5"));
        _clock.Advance(TimeSpan.FromMinutes(1));

        var got = await _client.Receive(Duplicates, 5);

        Assert.Equal(Bodies(1, 5), got.Select(m => m.Body));
        Assert.All(got, m => Assert.False(string.IsNullOrEmpty(m.MessageId)));
        Assert.Equal(5, got.Select(m => m.MessageId).Distinct().Count());
    }

    [Theory]
    [InlineData(Queue, null, null)]
    [InlineData(Queue, 5, 5)]
    [InlineData(Expiring, null, 60)]
    [InlineData(Expiring, 5, 5)]
    [InlineData(Expiring, 90, 60)]
    [InlineData(Expiring, 60 * 24 * 90, 60)] // more than the header can say
    public async Task A_receiver_is_told_the_time_to_live_that_counts(string entity, int? ofMessage, int? told)
    {
        await _client.Send(entity, new Outgoing("a") { TimeToLive = ofMessage is { } minutes ? TimeSpan.FromMinutes(minutes) : null });

        var got = await One(entity);
        Assert.Equal(told, got.TimeToLive?.TotalMinutes);

        await _client.DeadLetter(got, "r", "d");
        Assert.Equal(told, (await One(DeadLetters(entity))).TimeToLive?.TotalMinutes);
    }

    [Fact]
    public async Task Messages_come_in_the_order_they_were_sent()
    {
        await _client.Send(Queue, Numbered(1, 20));

        Assert.Equal(Bodies(1, 20), (await _client.Receive(Queue, 20)).Select(m => m.Body));
    }

    [Fact]
    public async Task A_batch_arrives_as_single_messages()
    {
        await _client.SendBatch(Queue, Numbered(1, 50));

        var got = await _client.Receive(Queue, 50);

        Assert.Equal(Bodies(1, 50), got.Select(m => m.Body));
        Assert.Equal(Enumerable.Range(1, 50).Select(i => (long)i), got.Select(m => m.SequenceNumber));
    }

    [Fact]
    public async Task A_completed_message_is_gone()
    {
        await _client.Send(Queue, new Outgoing("a"));
        await _client.Complete(await One(Queue));

        _clock.Advance(LockDuration * 2);

        await Nothing(Queue);
        Assert.Empty(await _client.Peek(Queue, 10));
    }

    [Fact]
    public async Task An_abandoned_message_comes_back_first_and_is_counted()
    {
        await _client.Send(Queue, Numbered(1, 2));
        await _client.Abandon(await One(Queue), new() { ["why"] = "busy" });

        var again = await _client.Receive(Queue, 2);

        Assert.Equal(["1", "2"], again.Select(m => m.Body));
        Assert.Equal([1, 0], again.Select(m => m.DeliveryCount));
        Assert.Equal("busy", again[0].Properties["why"]);
    }

    [Fact]
    public async Task A_locked_message_comes_back_when_its_lock_expires()
    {
        await _client.Send(Queue, new Outgoing("a"));
        var first = await One(Queue);

        _clock.Advance(LockDuration - TimeSpan.FromSeconds(1));
        await Nothing(Queue);
        _clock.Advance(TimeSpan.FromSeconds(1));
        var second = await One(Queue);

        Assert.Equal(1, second.DeliveryCount);
        Assert.Equal(first.SequenceNumber, second.SequenceNumber);
        await _client.Complete(second);
    }

    [Fact]
    public async Task Settling_after_the_lock_expired_is_refused()
    {
        await _client.Send(Queue, new Outgoing("a"));
        var late = await One(Queue);

        _clock.Advance(LockDuration);

        Assert.Equal("MessageLockLost", (await Refused(() => _client.Complete(late))).Reason);
        await _client.Complete(await One(Queue));
    }

    [Fact]
    public async Task A_renewed_lock_holds_on()
    {
        await _client.Send(Queue, new Outgoing("a"));
        var held = await One(Queue);

        _clock.Advance(LockDuration / 2);
        Near(_clock.GetUtcNow() + LockDuration, await _client.RenewLock(held));
        _clock.Advance(LockDuration * 0.9);

        await Nothing(Queue);
        await _client.Complete(held);
    }

    [Fact]
    public async Task Renewing_an_expired_lock_is_refused()
    {
        await _client.Send(Queue, new Outgoing("a"));
        var late = await One(Queue);

        _clock.Advance(LockDuration);

        Assert.Equal("MessageLockLost", (await Refused(() => _client.RenewLock(late))).Reason);
    }

    [Fact]
    public async Task A_message_dead_lettered_by_its_receiver_keeps_the_reason()
    {
        await _client.Send(Queue, new Outgoing("a") { Properties = { ["district"] = "520111" } });
        await _client.DeadLetter(await One(Queue), "unreadable", "schema 9 is not known");

        await Nothing(Queue);
        var dead = await One(DeadLetters(Queue));

        Assert.Equal("a", dead.Body);
        Assert.Equal("unreadable", dead.Properties["DeadLetterReason"]);
        Assert.Equal("schema 9 is not known", dead.Properties["DeadLetterErrorDescription"]);
        Assert.Equal("520111", dead.Properties["district"]);
        await _client.Complete(dead);
        Assert.Empty(await _client.Peek(DeadLetters(Queue), 10));
    }

    [Fact]
    public async Task A_message_that_fails_too_often_is_dead_lettered()
    {
        await _client.Send(ThreeTries, new Outgoing("a"));
        for (var i = 0; i < 3; i++)
        {
            var got = await One(ThreeTries);
            Assert.Equal(i, got.DeliveryCount);
            await _client.Abandon(got);
        }

        await Nothing(ThreeTries);
        var dead = await One(DeadLetters(ThreeTries));

        Assert.Equal("MaxDeliveryCountExceeded", dead.Properties["DeadLetterReason"]);
        Assert.Equal(3, dead.DeliveryCount);
    }

    [Fact]
    public async Task A_dead_letter_stays_however_often_it_fails()
    {
        await _client.Send(ThreeTries, new Outgoing("a"));
        await _client.DeadLetter(await One(ThreeTries), "r", "d");
        for (var i = 0; i < 5; i++)
        {
            await _client.Abandon(await One(DeadLetters(ThreeTries)));
        }

        await _client.Complete(await One(DeadLetters(ThreeTries)));
    }

    [Fact]
    public async Task A_deferred_message_is_received_by_its_number_only()
    {
        await _client.Send(Queue, Numbered(1, 2));
        var first = await One(Queue);
        await _client.Defer(first);

        Assert.Equal("2", (await One(Queue)).Body);
        Assert.Equal("deferred", (await _client.Peek(Queue, 1))[0].State);
        var fetched = Assert.Single(await _client.ReceiveDeferred(Queue, first.SequenceNumber));
        Assert.Equal("1", fetched.Body);
        await _client.Complete(fetched);
        Assert.Equal("2", Assert.Single(await _client.Peek(Queue, 10)).Body);
    }

    [Fact]
    public async Task A_deferred_message_that_is_abandoned_stays_deferred()
    {
        await _client.Send(Queue, new Outgoing("a"));
        var got = await One(Queue);
        await _client.Defer(got);
        await _client.Abandon(Assert.Single(await _client.ReceiveDeferred(Queue, got.SequenceNumber)));

        await Nothing(Queue);
        var again = Assert.Single(await _client.ReceiveDeferred(Queue, got.SequenceNumber));
        Assert.Equal(1, again.DeliveryCount);
    }

    [Fact]
    public async Task Receiving_a_number_that_is_not_deferred_is_refused()
    {
        await _client.Send(Queue, new Outgoing("a"));

        Assert.Equal("MessageNotFound", (await Refused(() => _client.ReceiveDeferred(Queue, 1))).Reason);
    }

    [Fact]
    public async Task Peeking_shows_every_message_and_locks_none()
    {
        await _client.Send(Queue, Numbered(1, 3));
        await One(Queue);
        await _client.Schedule(Queue, _clock.GetUtcNow() + TimeSpan.FromHours(1), new Outgoing("4"));

        var seen = await _client.Peek(Queue, 10);

        Assert.Equal(Bodies(1, 4), seen.Select(m => m.Body));
        Assert.Equal("scheduled", seen[3].State);
        Assert.Equal(Bodies(3, 2), (await _client.Peek(Queue, 10, from: 3)).Select(m => m.Body));
        Assert.Equal(Bodies(1, 2), (await _client.Peek(Queue, 2)).Select(m => m.Body));
        Assert.Equal("2", (await One(Queue)).Body);
    }

    [Fact]
    public async Task A_scheduled_message_arrives_at_its_time()
    {
        var due = _clock.GetUtcNow() + TimeSpan.FromMinutes(5);
        var numbers = await _client.Schedule(Queue, due, new Outgoing("later"), new Outgoing("later too"));
        Assert.Equal(2, numbers.Distinct().Count());

        await Nothing(Queue);
        _clock.Advance(TimeSpan.FromMinutes(5));
        var got = await _client.Receive(Queue, 2);

        Assert.Equal(["later", "later too"], got.Select(m => m.Body));
        Near(due, got[0].EnqueuedTime);
        Assert.True(got[0].SequenceNumber > numbers.Max());
    }

    [Fact]
    public async Task A_message_can_carry_its_own_schedule()
    {
        await _client.Send(Queue, new Outgoing("later") { ScheduledEnqueueTime = _clock.GetUtcNow() + TimeSpan.FromMinutes(5) });

        await Nothing(Queue);
        _clock.Advance(TimeSpan.FromMinutes(5));

        Assert.Equal("later", (await One(Queue)).Body);
    }

    [Fact]
    public async Task A_cancelled_message_never_arrives()
    {
        var numbers = await _client.Schedule(Queue, _clock.GetUtcNow() + TimeSpan.FromMinutes(5), Numbered(1, 2));
        await _client.CancelScheduled(Queue, numbers[0]);

        _clock.Advance(TimeSpan.FromMinutes(5));

        Assert.Equal("2", Assert.Single(await _client.Receive(Queue, 2)).Body);
        Assert.Equal("MessageNotFound", (await Refused(() => _client.CancelScheduled(Queue, numbers[0]))).Reason);
    }

    [Fact]
    public async Task A_topic_keeps_schedules_too()
    {
        var numbers = await _client.Schedule(Topic, _clock.GetUtcNow() + TimeSpan.FromMinutes(5), Numbered(1, 2));
        await _client.CancelScheduled(Topic, numbers[1]);

        await Nothing(All);
        _clock.Advance(TimeSpan.FromMinutes(5));

        Assert.Equal("1", Assert.Single(await _client.Receive(All, 2)).Body);
    }

    [Fact]
    public async Task A_duplicate_within_the_window_is_dropped()
    {
        await _client.Send(Duplicates, new Outgoing("first") { MessageId = "m1" }, new Outgoing("second") { MessageId = "m1" }, new Outgoing("other") { MessageId = "m2" });
        await _client.Complete(await One(Duplicates));
        await _client.SendBatch(Duplicates, new Outgoing("third") { MessageId = "m1" });

        Assert.Equal("other", Assert.Single(await _client.Receive(Duplicates, 5)).Body);
    }

    [Fact]
    public async Task After_the_window_the_same_id_is_a_new_message()
    {
        await _client.Send(Duplicates, new Outgoing("first") { MessageId = "m1" });
        _clock.Advance(Window);
        await _client.Send(Duplicates, new Outgoing("second") { MessageId = "m1" });

        Assert.Equal(["first", "second"], (await _client.Receive(Duplicates, 5)).Select(m => m.Body));
    }

    [Fact]
    public async Task A_topic_drops_duplicates_for_all_of_its_subscriptions()
    {
        await _client.Send(DuplicatesTopic, new Outgoing("first") { MessageId = "m1" }, new Outgoing("second") { MessageId = "m1" });

        Assert.Equal("first", Assert.Single(await _client.Receive(DuplicatesTopic + "/Subscriptions/all", 5)).Body);
        Assert.Equal("first", Assert.Single(await _client.Receive(DuplicatesTopic + "/Subscriptions/more", 5)).Body);
    }

    [Fact]
    public async Task An_expired_message_is_dead_lettered_if_the_queue_says_so()
    {
        await _client.Send(Expiring, new Outgoing("a") { TimeToLive = TimeSpan.FromMinutes(1) });
        _clock.Advance(TimeSpan.FromMinutes(1));

        await Nothing(Expiring);
        Assert.Equal("TTLExpiredException", (await One(DeadLetters(Expiring))).Properties["DeadLetterReason"]);
    }

    [Fact]
    public async Task An_expired_message_vanishes_if_the_queue_does_not_keep_it()
    {
        await _client.Send(Vanishing, new Outgoing("short") { TimeToLive = TimeSpan.FromMinutes(1) }, new Outgoing("long"));
        _clock.Advance(TimeSpan.FromMinutes(1));

        Assert.Equal("long", Assert.Single(await _client.Receive(Vanishing, 2)).Body);
        Assert.Empty(await _client.Peek(DeadLetters(Vanishing), 10));
    }

    [Fact]
    public async Task The_queues_own_time_to_live_is_the_longest()
    {
        await _client.Send(Vanishing, new Outgoing("a"), new Outgoing("b") { TimeToLive = TimeSpan.FromHours(5) });
        _clock.Advance(TimeSpan.FromHours(1));

        await Nothing(Vanishing);
        Assert.Empty(await _client.Peek(Vanishing, 10));
    }

    [Fact]
    public async Task A_locked_message_can_be_completed_after_it_expired()
    {
        await _client.Send(Expiring, new Outgoing("a") { TimeToLive = TimeSpan.FromSeconds(10) });
        var held = await One(Expiring);
        _clock.Advance(TimeSpan.FromSeconds(20));

        await _client.Complete(held);

        Assert.Empty(await _client.Peek(DeadLetters(Expiring), 10));
    }

    [Fact]
    public async Task A_message_that_expired_while_it_was_locked_is_not_delivered_again()
    {
        await _client.Send(Expiring, new Outgoing("a") { TimeToLive = TimeSpan.FromSeconds(10) });
        var held = await One(Expiring);
        _clock.Advance(TimeSpan.FromSeconds(20));
        await _client.Abandon(held);

        await Nothing(Expiring);
        Assert.Equal("TTLExpiredException", (await One(DeadLetters(Expiring))).Properties["DeadLetterReason"]);
    }

    [Fact]
    public async Task Every_subscription_gets_its_own_copy()
    {
        await _client.Send(Topic, new Outgoing("a") { Subject = "orange" });
        await _client.Complete(await One(All));

        Assert.Equal("a", (await One(Orange)).Body);
        await Nothing(All);
        Assert.Empty(await _client.Peek(Huaxi, 10));
    }

    [Fact]
    public async Task A_correlation_filter_lets_in_what_equals_all_of_its_fields()
    {
        await _client.Send(
            Topic,
            new Outgoing("both") { Properties = { ["district"] = "520111", ["intensity"] = 3 } },
            new Outgoing("one only") { Properties = { ["district"] = "520111", ["intensity"] = 4 } },
            new Outgoing("none"),
            new Outgoing("addressed") { To = "huaxi", ContentType = "application/json" },
            new Outgoing("half addressed") { To = "huaxi" });

        Assert.Equal(["both", "addressed"], (await _client.Receive(Huaxi, 5)).Select(m => m.Body));
        Assert.Equal(5, (await _client.Receive(All, 5)).Count);
    }

    [Fact]
    public async Task Subscriptions_have_dead_letters()
    {
        await _client.Send(Topic, new Outgoing("a"));
        await _client.DeadLetter(await One(All), "r", "d");

        Assert.Equal("r", (await One(DeadLetters(All))).Properties["DeadLetterReason"]);
    }

    [Fact]
    public async Task Receive_and_delete_leaves_nothing()
    {
        await _client.Send(Queue, Numbered(1, 3));

        Assert.Equal(Bodies(1, 3), (await _client.Receive(Queue, 3, receiveAndDelete: true)).Select(m => m.Body));
        _clock.Advance(LockDuration * 2);
        Assert.Empty(await _client.Peek(Queue, 10));
    }

    [Fact]
    public async Task A_receiver_that_waits_gets_a_message_as_soon_as_it_is_sent()
    {
        var waiting = _client.Receive(Queue);
        await _client.Send(Queue, new Outgoing("a"));

        Assert.Equal("a", Assert.Single(await waiting).Body);
    }

    [Fact]
    public async Task Credit_that_was_drained_takes_no_message()
    {
        await Nothing(Queue);
        await _client.Send(Queue, new Outgoing("a"));

        Assert.Equal(0, Assert.Single(await _client.Peek(Queue, 1)).DeliveryCount);
        await using var other = await Connect(_broker);
        Assert.Equal("a", Assert.Single(await other.Receive(Queue)).Body);
    }

    [Fact]
    public async Task A_lock_outlives_its_receiver_until_it_expires()
    {
        await _client.Send(Queue, new Outgoing("a"));
        await One(Queue);
        await _client.CloseReceivers(Queue);

        await Nothing(Queue);
        _clock.Advance(LockDuration);

        Assert.Equal(1, (await One(Queue)).DeliveryCount);
    }

    [Fact]
    public async Task A_large_message_arrives_whole()
    {
        await _client.SendLarge(Queue, 250_000);

        Assert.Equal(250_000, (await One(Queue)).Body.Length);
    }

    [Fact]
    public async Task A_message_that_is_too_large_is_refused_and_the_next_one_is_not()
    {
        Assert.Equal("MessageSizeExceeded", (await Refused(() => _client.SendLarge(Queue, 300_000))).Reason);

        await _client.Send(Queue, new Outgoing("a"));
        Assert.Equal("a", (await One(Queue)).Body);
    }

    [Fact]
    public async Task A_full_queue_refuses_until_there_is_room()
    {
        for (var i = 0; i < 9; i++)
        {
            await _client.SendLarge(Queue, 200_000);
        }

        Assert.Equal("QuotaExceeded", (await Refused(() => _client.SendLarge(Queue, 250_000))).Reason);
        await _client.Complete(await One(Queue));
        await _client.SendLarge(Queue, 200_000);
    }

    [Fact]
    public async Task An_entity_that_does_not_exist_is_named()
    {
        var send = await Refused(() => _client.Send("no-such-queue", new Outgoing("a")));
        var receive = await Refused(() => _client.Receive("no-such-queue"));

        Assert.Equal("MessagingEntityNotFound", send.Reason);
        Assert.Equal("MessagingEntityNotFound", receive.Reason);
        Assert.Contains("no-such-queue", send.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_session_is_refused()
    {
        var refusal = await Refused(() => _client.AcceptSession(Queue, "s1"));

        // The official client has its own words for a refused session.
        Assert.Contains(refusal.Reason, new[] { "InvalidOperationError", "SessionCannotBeLocked" });
    }

    [Fact]
    public async Task Entity_names_ignore_case()
    {
        await _client.Send("ORDERS", new Outgoing("a"));

        Assert.Equal("a", (await One("Orders")).Body);
    }

    [Fact]
    public async Task A_refused_send_stores_nothing()
    {
        _broker.Faults.RefuseSends();

        Assert.Equal("ServiceBusy", (await Refused(() => _client.Send(Queue, new Outgoing("a")))).Reason);
        Assert.Empty(await _client.Peek(Queue, 1));
    }

    [Fact]
    public async Task A_message_can_be_delivered_twice_on_demand()
    {
        _broker.Faults.DeliverTwice();
        await _client.Send(Queue, new Outgoing("a"));
        await _client.Complete(await One(Queue));

        var again = await One(Queue);
        Assert.Equal(1, again.DeliveryCount);
        await _client.Complete(again);
        Assert.Empty(await _client.Peek(Queue, 1));
    }

    [Fact]
    public async Task Locks_can_be_made_to_expire_early()
    {
        await _client.Send(Queue, new Outgoing("a"));
        var held = await One(Queue);

        Assert.Equal(1, _broker.Faults.ExpireLocks(Queue));

        Assert.Equal("MessageLockLost", (await Refused(() => _client.Complete(held))).Reason);
        Assert.Equal(1, (await One(Queue)).DeliveryCount);
    }

    private async Task<Received> One(string entity) => Assert.Single(await _client.Receive(entity));

    private async Task Nothing(string entity) => Assert.Empty(await _client.Receive(entity, 1, Soon));

    private static Task<BusException> Refused(Func<Task> action) => Assert.ThrowsAsync<BusException>(action);

    private static Outgoing[] Numbered(int first, int count) => [.. Bodies(first, count).Select(b => new Outgoing(b))];

    private static IEnumerable<string> Bodies(int first, int count) => Enumerable.Range(first, count).Select(i => i.ToString(null, null));

    // Times cross the wire in milliseconds.
    private static void Near(DateTimeOffset expected, DateTimeOffset? actual) =>
        Assert.InRange(actual!.Value, expected - TimeSpan.FromMilliseconds(2), expected + TimeSpan.FromMilliseconds(2));
}

/// <summary>With <c>Azure.Messaging.ServiceBus</c>, the product's own client.</summary>
public sealed class With_Azure_Messaging_ServiceBus : ConformanceSuite
{
    protected override Task<IBusClient> Connect(Broker broker) => Task.FromResult<IBusClient>(DotNetClient.Connect(broker));
}

/// <summary>With AMQPNetLite.</summary>
public sealed class With_AmqpNetLite : ConformanceSuite
{
    protected override async Task<IBusClient> Connect(Broker broker) => await AmqpNetLiteClient.Connect(broker);
}

/// <summary>With <c>@azure/service-bus</c> for Node.</summary>
public sealed class With_the_client_for_Node(NodeProcess node) : ConformanceSuite, IClassFixture<NodeProcess>
{
    protected override async Task<IBusClient> Connect(Broker broker) => await NodeClient.Connect(node, broker.ConnectionString);
}
