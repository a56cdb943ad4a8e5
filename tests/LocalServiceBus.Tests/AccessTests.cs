using System.Net;
using System.Security.Cryptography;
using System.Text;
using Amqp;
using LocalServiceBus.Tests.Clients;
using static LocalServiceBus.Tests.TestBus;

namespace LocalServiceBus.Tests;

public sealed class AccessTests(NodeProcess node) : IClassFixture<NodeProcess>
{
    [Fact]
    public async Task A_token_signed_with_the_key_opens_the_entities()
    {
        await using var broker = await Start();
        var (connection, session) = await Anonymous(broker);
        var cbs = await RequestPair.Open(session, "$cbs");

        await cbs.Request("put-token", Token(broker.AccessKey, DateTimeOffset.UtcNow.AddHours(1)), new() { ["type"] = "servicebus.windows.net:sastoken", ["name"] = "sb://localhost/orders" });

        var sender = new SenderLink(session, "s", Queue);
        await sender.SendAsync(new Message("a"));
        await connection.CloseAsync();
    }

    [Fact]
    public async Task Without_a_token_every_entity_is_shut()
    {
        await using var broker = await Start();
        var (connection, session) = await Anonymous(broker);

        var refusal = await Assert.ThrowsAsync<BusException>(() => RequestPair.Open(session, Queue + "/$management"));

        Assert.Equal("UnauthorizedAccess", refusal.Reason);
        await connection.CloseAsync();
    }

    [Fact]
    public async Task A_token_with_a_wrong_signature_or_a_past_expiry_is_refused()
    {
        await using var broker = await Start();
        var (connection, session) = await Anonymous(broker);
        var cbs = await RequestPair.Open(session, "$cbs");
        foreach (var token in new[]
        {
            Token("another key", DateTimeOffset.UtcNow.AddHours(1)),
            Token(broker.AccessKey, DateTimeOffset.UtcNow.AddSeconds(-5)),
            Token(broker.AccessKey, DateTimeOffset.UtcNow.AddHours(1)).Replace("skn=Root", "skn=Other", StringComparison.Ordinal),
            "Bearer x",
            "SharedAccessSignature &&&==",
        })
        {
            var refusal = await Assert.ThrowsAsync<BusException>(() => cbs.Request("put-token", token, new() { ["name"] = "x" }));
            Assert.Equal("UnauthorizedAccess", refusal.Reason);
        }

        await Assert.ThrowsAsync<BusException>(() => RequestPair.Open(session, Queue + "/$management"));
        await connection.CloseAsync();
    }

    [Fact]
    public async Task The_official_client_with_a_wrong_key_is_told_so()
    {
        await using var broker = await Start();
        await using var client = await NodeClient.Connect(node, broker.ConnectionString.Replace(broker.AccessKey, "d3Jvbmc=", StringComparison.Ordinal));

        var refusal = await Assert.ThrowsAsync<BusException>(() => client.Send(Queue, new Outgoing("a")));

        Assert.Equal("UnauthorizedAccess", refusal.Reason);
    }

    [Fact]
    public async Task A_wrong_password_is_refused()
    {
        await using var broker = await Start();

        await Assert.ThrowsAnyAsync<Exception>(() => new ConnectionFactory().CreateAsync(
            new Address("127.0.0.1", broker.Port, Broker.KeyName, "wrong", "/", "amqp")));
    }

    [Fact]
    public async Task Each_start_has_a_key_of_its_own_and_a_given_key_is_used()
    {
        await using var one = await Start();
        await using var two = await Start();
        await using var given = await Start(options: o => o.AccessKey = "given");

        Assert.NotEqual(one.AccessKey, two.AccessKey);
        Assert.Contains("SharedAccessKey=given;", given.ConnectionString, StringComparison.Ordinal);
    }

    private static async Task<(Connection Connection, Session Session)> Anonymous(Broker broker)
    {
        var connection = await new ConnectionFactory { SASL = { Profile = Amqp.Sasl.SaslProfile.Anonymous } }.CreateAsync(
            new Address("127.0.0.1", broker.Port, null, null, "/", "amqp"));
        return (connection, new Session(connection));
    }

    private static string Token(string key, DateTimeOffset expiry)
    {
        var resource = WebUtility.UrlEncode("sb://localhost/");
        var seconds = expiry.ToUnixTimeSeconds();
        var signature = Convert.ToBase64String(HMACSHA256.HashData(Encoding.UTF8.GetBytes(key), Encoding.UTF8.GetBytes($"{resource}\n{seconds}")));
        return $"SharedAccessSignature sr={resource}&sig={WebUtility.UrlEncode(signature)}&se={seconds}&skn={Broker.KeyName}";
    }
}
