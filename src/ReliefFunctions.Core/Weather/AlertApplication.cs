using System.Text.Json.Serialization;
using ReliefFunctions.Core.Storage;
using ReliefFunctions.Core.Texts;

namespace ReliefFunctions.Core.Weather;

/// <summary>The message on <c>alert-applications</c>: one alert or one forecast for one district's campaign.</summary>
/// <param name="District">GB/T 2260 code.</param>
/// <param name="Season">Such as <c>2026-2027</c>.</param>
/// <param name="ReceivedAt">UTC.</param>
/// <param name="Payload">SHA-256 of the raw payload, kept in the <c>payloads</c> container.</param>
/// <param name="Alert">The alert, or null.</param>
/// <param name="Forecast">The forecast, or null.</param>
public sealed record AlertApplication(string District, string Season, DateTimeOffset ReceivedAt, string Payload, WeatherAlert? Alert = null,
    ColdForecast? Forecast = null) : IMessageBody
{
    /// <inheritdoc/>
    public static string Schema => "alert-application/1";
}

/// <summary>A row of the intake: what came, and what was made of it.</summary>
/// <param name="ReceivedAt">UTC.</param>
/// <param name="ReceivedFrom">The actor's id or the feed's name.</param>
/// <param name="Payload">SHA-256 of the raw payload.</param>
/// <param name="Alert">The alert, or null for a forecast.</param>
/// <param name="Campaigns">The campaigns (<c>520111|2026-2027</c>) it was sent to.</param>
/// <param name="Notes">What was done and why, in Chinese.</param>
public sealed record IntakeRow(DateTimeOffset ReceivedAt, string ReceivedFrom, string Payload, WeatherAlert? Alert, IReadOnlyList<string> Campaigns,
    [ForPeople] IReadOnlyList<string> Notes);

/// <summary>Whom a payload concerns: every division that its messages are for, those beyond its sender's scope included.</summary>
/// <param name="Divisions">GB/T 2260 prefixes; of a payload that names no area its sender's scope.</param>
public sealed record PayloadConcern(IReadOnlyList<string> Divisions)
{
    /// <summary>Whether somebody of a scope may read the payload: some message of it is for a division of theirs, or for one that theirs lies in.</summary>
    public bool IsFor(string scope) => scope.Length == 0 || Divisions.Any(division => division.Length > 0
        && (division.StartsWith(scope, StringComparison.Ordinal) || scope.StartsWith(division, StringComparison.Ordinal)));
}

/// <summary>What became of one message of a payload.</summary>
public enum IntakeOutcome
{
    /// <summary>Stored, and on its way to the districts it is for.</summary>
    Accepted,

    /// <summary>Received before; nothing changed.</summary>
    Duplicate,

    /// <summary>Kept for the record; nobody is paged.</summary>
    Ignored,
}

/// <summary>What became of one message of a payload, and why.</summary>
/// <param name="Identifier">The message's.</param>
/// <param name="Title">What it says, in short.</param>
/// <param name="Outcome">What became of it.</param>
/// <param name="Districts">The districts it was sent to.</param>
/// <param name="Notes">Merged with what, unknown references, why ignored; in Chinese.</param>
/// <param name="ReadAs">What the text was understood as, in one sentence; null of a forecast.</param>
/// <param name="Decisions">What each district made of it, of messages that people send; empty while it is on its way.</param>
public sealed record IntakeItem(
    string Identifier, [ForPeople] string Title, IntakeOutcome Outcome, IReadOnlyList<string> Districts, [ForPeople] IReadOnlyList<string> Notes,
    [ForPeople] string? ReadAs = null,
    IReadOnlyList<DistrictDecision>? Decisions = null)
{
    /// <summary>Whether it reached nobody because its area could not be told.</summary>
    [JsonIgnore]
    internal bool WithoutArea { get; init; }

    /// <summary>Whether it reached nobody because its area lies outside of the sender's scope.</summary>
    [JsonIgnore]
    internal bool OutOfScope { get; init; }
}

/// <summary>What a district made of a message.</summary>
/// <param name="District">GB/T 2260 code.</param>
/// <param name="Season">Such as <c>2026-2027</c>.</param>
/// <param name="Order">The number of the order that it led to; null when it led to none.</param>
/// <param name="Intensity">The highest intensity of that order, as the policy names it.</param>
/// <param name="Why">What was done with it and why, in Chinese.</param>
public sealed record DistrictDecision(string District, string Season, int? Order, [ForPeople] string? Intensity, [ForPeople] IReadOnlyList<string> Why);

/// <summary>Decides at once on what a person sends, so that the answer says what came of it. The message on the bus finds it decided.</summary>
public interface IAlertDecisions
{
    /// <summary>Decides on one alert for one district.</summary>
    Task<DistrictDecision> DecideAsync(AlertApplication application, CancellationToken ct);

    /// <summary>What it would decide, without deciding.</summary>
    Task<DistrictDecision> ForeseeAsync(AlertApplication application, CancellationToken ct);
}

/// <summary>The answer to a payload.</summary>
/// <param name="Format">The format recognised.</param>
/// <param name="Payload">SHA-256 under which the bytes are kept.</param>
/// <param name="Items">One for each message and forecast.</param>
/// <param name="Skipped">Entries that could not be read.</param>
/// <param name="Links">Documents that an index points to and that were not fetched.</param>
public sealed record IntakeReceipt(string Format, string Payload, IReadOnlyList<IntakeItem> Items, IReadOnlyList<SkippedEntry> Skipped,
    IReadOnlyList<string> Links)
{
    /// <summary><see cref="Links"/> with what the index says of them, for the puller.</summary>
    [JsonIgnore]
    internal IReadOnlyList<FeedLink> Leads { get; init; } = [];

    /// <summary>Whether anything is on its way.</summary>
    public bool Accepted => Items.Any(item => item.Outcome == IntakeOutcome.Accepted);
}
