using LocalServiceBus.Tests.Clients;
using static LocalServiceBus.Tests.TestBus;

namespace LocalServiceBus.Tests;

/// <summary>The switches with which other tests break the bus. (Refused sends, second deliveries and early expiry: conformance suite.)</summary>
public sealed class FaultTests
{
    [Fact]
    public async Task Dropped_connections_are_cut_and_new_ones_are_served()
    {
        await using var broker = await Start();
        using var peer = await RawPeer.Open(broker);

        Assert.Equal(1, broker.Faults.DropConnections());

        Assert.True(await peer.IsHungUp(TimeSpan.FromSeconds(5)));
        using var again = await RawPeer.Open(broker);
    }

    [Fact]
    public async Task Refused_connections_are_closed_until_the_switch_is_off()
    {
        await using var broker = await Start();
        broker.Faults.RefuseConnections = true;
        Assert.True(await RawPeer.IsTurnedAway(broker));

        broker.Faults.RefuseConnections = false;
        using var accepted = await RawPeer.Open(broker);
    }

    [Fact]
    public async Task A_delay_slows_every_answer()
    {
        await using var broker = await Start();
        await using var client = await AmqpNetLiteClient.Connect(broker);
        await client.Send(Queue, new Outgoing("warm"));
        broker.Faults.Delay = TimeSpan.FromMilliseconds(150);

        var started = DateTime.UtcNow;
        await client.Send(Queue, new Outgoing("a"));

        Assert.True(DateTime.UtcNow - started >= TimeSpan.FromMilliseconds(140));
        broker.Faults.Delay = TimeSpan.Zero;
    }

    [Fact]
    public async Task A_lost_settlement_reply_leaves_the_client_in_doubt_of_what_has_happened()
    {
        await using var broker = await Start();
        await using var client = await AmqpNetLiteClient.Connect(broker);
        await client.Send(Queue, new Outgoing("a"));
        var held = Assert.Single(await client.Receive(Queue));
        broker.Faults.LoseSettlementReplies();

        var settling = client.Complete(held);

        Assert.Empty(await client.Peek(Queue, 1));
        Assert.False(settling.IsCompleted);
    }

    [Fact]
    public async Task A_lost_send_reply_leaves_the_message_stored_and_a_retry_is_a_duplicate()
    {
        await using var broker = await Start();
        await using var client = await AmqpNetLiteClient.Connect(broker);
        await using var other = await AmqpNetLiteClient.Connect(broker);
        broker.Faults.LoseSendReplies();

        var sending = client.Send(Duplicates, new Outgoing("a") { MessageId = "m1" });
        var got = await other.Receive(Duplicates);
        await other.Send(Duplicates, new Outgoing("a") { MessageId = "m1" });

        Assert.Equal("a", Assert.Single(got).Body);
        Assert.Single(await other.Peek(Duplicates, 10));
        Assert.False(sending.IsCompleted);
    }

    [Fact]
    public async Task Locks_of_an_unknown_entity_cannot_expire()
    {
        await using var broker = await Start();

        Assert.Throws<ArgumentException>(() => broker.Faults.ExpireLocks("no-such-queue"));
    }
}
