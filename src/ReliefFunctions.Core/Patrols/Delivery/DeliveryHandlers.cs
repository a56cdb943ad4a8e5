using System.Text.Json;
using ReliefFunctions.Core.Campaigns;
using ReliefFunctions.Core.Messaging;
using ReliefFunctions.Core.Storage;

namespace ReliefFunctions.Core.Patrols.Delivery;

/// <summary>Sends a unit's notice to its channels.</summary>
public sealed class NoticeDeliveryHandler(DeliveryService delivery, CampaignStore campaigns) : IMessageHandler
{
    /// <inheritdoc/>
    public string Source => Entities.NoticeDelivery;

    /// <inheritdoc/>
    public async Task HandleAsync(BusMessage message, CancellationToken ct)
    {
        var notice = message.Read<PatrolNotice>();
        if (await campaigns.GetAsync(notice.District, notice.Season, ct) is { } campaign)
        {
            await delivery.DeliverAsync(campaign.Value, Outgoing.Of(notice), ct);
        }
    }
}

/// <summary>
/// Sends what happened to the channels of whom the event names as its audience; of one that names nobody, to the unit it is about, or to the office when it
/// is about none. An order goes to office and leader. Any event with a <c>district</c>, <c>season</c> and <c>text</c> can be told; those without words are for
/// other subscribers.
/// </summary>
public sealed class EventDeliveryHandler(DeliveryService delivery, CampaignStore campaigns) : IMessageHandler
{
    /// <inheritdoc/>
    public string Source => Entities.EventDelivery;

    /// <inheritdoc/>
    public async Task HandleAsync(BusMessage message, CancellationToken ct)
    {
        var told = Read(message.Body);
        if (told is not { District: { } district, Season: { } season, Text: { Length: > 0 } text }) return;
        if (!Keys.IsPart(district) || !Keys.IsPart(season) || await campaigns.PlaceAsync(district, season, ct) is not { } place) return;

        // Sent again, an event has another attempt in its message id and the same body.
        var order = told.Kind == PatrolEvent.Order;
        IReadOnlyList<Audience> audience = told.Audience
            ?? (order ? [Audience.Office, Audience.Leader] : [Keys.IsPart(told.Unit) ? Audience.Unit : Audience.Office]);
        var receivers = audience.Distinct().Select(each => each switch
        {
            Audience.Leader => DeliveryService.Leader,
            Audience.Office => DeliveryService.Office,
            _ => Keys.IsPart(told.Unit) ? told.Unit! : DeliveryService.Office,
        });
        foreach (var receiver in receivers)
        {
            await delivery.DeliverAsync(place, new Outgoing($"e{Keys.Hash(message.Body)[..24]}|{receiver}", receiver, text)
            {
                Main = order || receiver == DeliveryService.Leader,
                Role = told.Role,
                Urgent = told.Urgent,
                Report = told.Kind == PatrolEvent.NotDelivered,
            }, ct);
        }
    }

    private static Told? Read(string body)
    {
        try
        {
            return StoredJson.Read<Told>(body);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private sealed record Told(string? Kind, string? District, string? Season, string? Unit, string? Role, string? Text, bool Urgent,
        IReadOnlyList<Audience>? Audience = null);
}
