using Amqp.Framing;
using LocalServiceBus.Tests.Clients;
using LocalServiceBus.Wire;
using static LocalServiceBus.Tests.TestBus;

namespace LocalServiceBus.Tests;

/// <summary>Windows and credits of every size that AMQP allows, and counters that wrap around.</summary>
public sealed class WindowTests
{
    [Theory]
    [InlineData(0, 10, 0, 10)]
    [InlineData(0, 10, 4, 6)]
    [InlineData(4, 10, 4, 10)]
    [InlineData(0, uint.MaxValue, 0, uint.MaxValue)]
    [InlineData(0, uint.MaxValue, 1, uint.MaxValue - 1)]
    [InlineData(7, 0x8000_0000, 7, 0x8000_0000)]
    [InlineData(0, 2, 5, 0)] // a window that was made smaller than what is under way
    [InlineData(0, 0, 0, 0)]
    [InlineData(uint.MaxValue - 1, 10, 3, 5)] // the counters have wrapped
    [InlineData(uint.MaxValue, uint.MaxValue, 0, uint.MaxValue - 1)]
    [InlineData(9, 5, 3, 5)] // the receiver claims to have seen what was never sent
    public void What_is_left_of_a_grant_is_what_is_not_under_way(uint seen, uint granted, uint sent, uint left) =>
        Assert.Equal(left, SerialNumber.Left(seen, granted, sent));

    [Theory]
    [InlineData(1u, 1u)]
    [InlineData(2_048u, 0x7FFF_FFFFu)]
    [InlineData(0x8000_0000u, 0x8000_0000u)]
    [InlineData(uint.MaxValue, uint.MaxValue)]
    public async Task Messages_flow_under_every_window_and_credit(uint window, uint credit)
    {
        const int Messages = 30;
        await using var broker = await Start();
        using var peer = await RawPeer.Open(broker, window);
        await peer.AttachReceiver(Queue);
        await using var client = await AmqpNetLiteClient.Connect(broker);
        await client.SendBatch(Queue, [.. Enumerable.Range(0, Messages).Select(i => new Outgoing($"{i}"))]);

        for (var got = 0u; got < Messages; got++)
        {
            // Said anew for each message, as clients do that keep their window open.
            await peer.Send(new Flow
            {
                NextIncomingId = got,
                IncomingWindow = window,
                NextOutgoingId = 0,
                OutgoingWindow = 10,
                Handle = 0,
                DeliveryCount = got,
                LinkCredit = credit,
            });
            Assert.Equal(got, (await peer.Expect<Transfer>()).DeliveryId);
        }
    }
}
