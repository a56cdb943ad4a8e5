namespace ReliefFunctions.Core.Access;

/// <summary>Where links that are sent to people lead; section <c>Links</c>.</summary>
public sealed record LinkOptions
{
    /// <summary>The section's name.</summary>
    public const string Section = "Links";

    /// <summary>Scheme and host before <c>/n/…</c> and <c>/s/…</c>.</summary>
    public string BaseUrl { get; init; } = "http://127.0.0.1:7071";
}
