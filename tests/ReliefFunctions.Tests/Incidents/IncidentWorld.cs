using System.Text;
using System.Text.Json.Nodes;
using Microsoft.Extensions.DependencyInjection;
using ReliefFunctions.Core.Clocks;
using ReliefFunctions.Core.Http;
using ReliefFunctions.Core.Incidents;
using ReliefFunctions.Core.Patrols.Delivery;
using ReliefFunctions.Core.Storage;
using ReliefFunctions.Tests.Patrols;

namespace ReliefFunctions.Tests.Incidents;

/// <summary>The small district with channels that lead to a receiver of the test: office, the leader on duty, leader, the city's office, a township.</summary>
internal sealed class IncidentWorld(PatrolWorld patrols, Receiver receiver) : IDisposable
{
    public const string City = "/api/v1/campaigns/5201/2026-2027";

    public static readonly Actor Office = PatrolWorld.Office, Qingyan = PatrolWorld.Qingyan;
    public static readonly Actor Leader = new("leader", "分管领导", Role.Leader, "520111");
    public static readonly Actor CityOffice = new("city", "市级办公室", Role.CampaignOffice, "5201");
    public static readonly Actor Shiban = new("s", "石板镇", Role.UnitReporter, "520111", "520111102");

    public PatrolWorld Patrols { get; } = patrols;

    public World World => Patrols.World;

    public IncidentStore Store => World.Get<IncidentStore>();

    public Receiver Receiver { get; } = receiver;

    /// <summary>Whose channels were called, in order, with the texts.</summary>
    public IReadOnlyList<(string Channel, string Text)> Heard =>
        [.. Receiver.Calls.Select(call => (call.Path.Trim('/'), JsonNode.Parse(call.Body)!["text"]!.GetValue<string>()))];

    public static async Task<IncidentWorld> StartAsync(AzuriteFixture azurite, string now)
    {
        var receiver = new Receiver();
        var patrols = await PatrolWorld.StartAsync(azurite, now, change: services => services.AddSingleton(new DeliveryOptions { AllowLoopback = true }));
        var store = patrols.World.Get<ChannelStore>();
        var audit = new AuditEntry(Huaxi.At(now), "test", "test", "test");
        DeliveryChannel To(string name, string? role = null) => new()
        {
            Id = name,
            Kind = ChannelKind.Webhook,
            Url = receiver.Address + name,
            Role = role,
            QuietFrom = new TimeOnly(20, 0),
            QuietTo = new TimeOnly(8, 0),
        };
        await store.PutAsync("520111", "office", [To("office"), To("duty", "带班领导")], audit, default);
        await store.PutAsync("520111", "leader", [To("leader") with { Events = false }], audit, default);
        await store.PutAsync("5201", "office", [To("city")], audit, default);
        await store.PutAsync("520111", "520111101", [To("qingyan"), To("qingyan-leader", "带班领导")], audit, default);
        return new IncidentWorld(patrols, receiver);
    }

    public Task<Answer> CallAsync(string method, string path, Actor actor, object? body = null) => World.CallAsync(method, PatrolWorld.Address + path, actor,
        body is null ? null : Encoding.UTF8.GetBytes(StoredJson.Write(body)));

    /// <summary>A first report; everything that follows from it is delivered.</summary>
    public async Task<IncidentReceipt> ReportAsync(object report, Actor? actor = null)
    {
        var answer = await CallAsync("POST", $"/units/{(actor ?? Qingyan).Unit ?? "office"}/incidents", actor ?? Qingyan, report);
        Assert.True(answer.Status is 200 or 201, answer.Text);
        Assert.Empty(await World.DeliverAsync());
        return answer.Json<IncidentReceipt>();
    }

    public async Task<IncidentReceipt> UpdateAsync(IncidentReceipt of, object update, Actor? actor = null)
    {
        var answer = await CallAsync("POST", $"/units/{of.Incident.Unit}/incidents/{of.Incident.Id}/reports", actor ?? Qingyan, update);
        Assert.True(answer.Status == 200, answer.Text);
        Assert.Empty(await World.DeliverAsync());
        return answer.Json<IncidentReceipt>();
    }

    public async Task<IncidentDetail> GetAsync(IncidentReceipt of, Actor? actor = null)
    {
        var answer = await CallAsync("GET", $"/units/{of.Incident.Unit}/incidents/{of.Incident.Id}", actor ?? Office);
        Assert.True(answer.Status == 200, answer.Text);
        return answer.Json<IncidentDetail>();
    }

    public async Task TickAsync(string local)
    {
        Patrols.At(local);
        await World.Services.GetServices<IScheduledJob>().Single(job => job.Name == IncidentClock.Job).RunAsync(default);
        Assert.Empty(await World.DeliverAsync());
    }

    public void Dispose() => Receiver.Dispose();
}
