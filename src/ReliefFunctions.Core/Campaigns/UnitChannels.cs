using ReliefFunctions.Core.Storage;
using ReliefFunctions.Core.Texts;

namespace ReliefFunctions.Core.Campaigns;

/// <summary>Whom channels are there for, and whom an event is told to.</summary>
public enum Audience
{
    /// <summary>A unit: its own notices, reminders and what is asked of it.</summary>
    Unit,

    /// <summary>The campaign's office.</summary>
    Office,

    /// <summary>The leader: every order, and the bulletins of the calendar.</summary>
    Leader,
}

/// <summary>One way in which a unit is reached besides its inbox, as a roster lists it.</summary>
/// <param name="Unit">Code of the unit.</param>
/// <param name="Id">Unique for the unit.</param>
/// <param name="Kind">As people call it: 企业微信, 钉钉, 飞书, 短信网关.</param>
/// <param name="Name">Such as 青岩镇值班群.</param>
/// <param name="Url">Written and never shown; null keeps the one stored.</param>
/// <param name="Secret">The same.</param>
/// <param name="To">Numbers of an SMS gateway; null keeps those stored.</param>
/// <param name="Role">The one person behind it; null for the unit's duty.</param>
public sealed record UnitChannel(
    string Unit, string Id, string Kind, string? Name = null, [property: HoldsPersonalData] string? Url = null,
        [property: HoldsPersonalData] string? Secret = null,
    [property: HoldsPersonalData] IReadOnlyList<string>? To = null, string? Role = null);

/// <summary>The ways in which units are reached. Offered by the feature that delivers, used by those that have something to tell.</summary>
public interface IUnitChannels
{
    /// <summary>The kinds there are.</summary>
    IReadOnlyList<string> Kinds { get; }

    /// <summary>Every channel of a district, addresses and secrets left out.</summary>
    Task<IReadOnlyList<UnitChannel>> OfDistrictAsync(string district, CancellationToken ct);

    /// <summary>Codes of the units that reminders and the like reach by some channel.</summary>
    Task<IReadOnlySet<string>> ReachedAsync(string district, CancellationToken ct);

    /// <summary>What is wrong with a channel, in words; null when it may be stored.</summary>
    string? Refusal(UnitChannel channel, bool isKnown);

    /// <summary>Replaces a unit's channels.</summary>
    Task PutAsync(string district, string unit, IReadOnlyList<UnitChannel> channels, AuditEntry audit, CancellationToken ct);
}
