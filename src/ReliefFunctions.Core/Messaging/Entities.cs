namespace ReliefFunctions.Core.Messaging;

/// <summary>
/// The queues, topics and subscriptions that more than one folder names; one that is a feature's alone is a constant there (<c>Feature.BusEntities</c>).
/// </summary>
public static class Entities
{
    /// <summary>Queue: one alert for one district.</summary>
    public const string AlertApplications = "alert-applications";

    /// <summary>Queue: an order revision of a district, to be written into inboxes.</summary>
    public const string PatrolOrders = "patrol-orders";

    /// <summary>Topic: one unit's notice.</summary>
    public const string PatrolNotices = "patrol-notices";

    /// <summary>Queue: compile a week's summary. Without duplicate detection, because a second request is a second wish.</summary>
    public const string SummaryRequests = "summary-requests";

    /// <summary>Topic: what happened, for whoever wants to know.</summary>
    public const string CampaignEvents = "campaign-events";

    /// <summary>The subscription of both topics that sends webhooks.</summary>
    public const string Delivery = "delivery";

    /// <summary>Where delivery receives notices.</summary>
    public const string NoticeDelivery = PatrolNotices + "/" + Delivery;

    /// <summary>Where delivery receives events.</summary>
    public const string EventDelivery = CampaignEvents + "/" + Delivery;
}
