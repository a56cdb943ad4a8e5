namespace ReliefFunctions.Core.Weather.Feeds;

/// <summary>The configured feeds; section <c>Feeds</c>.</summary>
public sealed record FeedOptions
{
    /// <summary>The section's name.</summary>
    public const string Section = "Feeds";

    /// <summary>The feeds.</summary>
    public IReadOnlyList<Feed> Items { get; init; } = [];

    /// <summary>Ports that feeds may be pulled from, beside 443.</summary>
    public IReadOnlyList<int> Ports { get; init; } = [];

    /// <summary>Whether feeds on this machine may be pulled; for LocalHost and tests.</summary>
    public bool AllowLoopback { get; init; }
}

/// <summary>A feed that is pulled.</summary>
public sealed record Feed
{
    /// <summary>Letters, digits and hyphens.</summary>
    public required string Name { get; init; }

    /// <summary>The address, https.</summary>
    public required string Url { get; init; }

    /// <summary>
    /// When to pull, as NCrontab with six fields in Asia/Shanghai; more often than every 10 minutes is not done. Forecasts: <c>0 30 7,16 * * *</c>.
    /// </summary>
    public string Schedule { get; init; } = "0 */10 * * * *";

    /// <summary>GB/T 2260 codes for payloads that name none.</summary>
    public IReadOnlyList<string> Areas { get; init; } = [];

    /// <summary>GB/T 2260 prefix of what the feed may alert; empty for all.</summary>
    public string Scope { get; init; } = "";

    /// <summary>Further hosts that an index may lead to; the feed's own is always allowed.</summary>
    public IReadOnlyList<string> Hosts { get; init; } = [];

    /// <summary>Of an index that names places: those whose documents are fetched, such as 花溪区, 贵阳市气象台 and 贵州省气象台; empty for all.</summary>
    public IReadOnlyList<string> Places { get; init; } = [];

    /// <summary>Where relative addresses of an index lead, from <see cref="Url"/> on: <c>webdata/</c> of 中国天气网. Null for the index's own folder.</summary>
    public string? Details { get; init; }

    /// <summary>Headers to send, such as a vendor's key.</summary>
    public IReadOnlyDictionary<string, string> Headers { get; init; } = new Dictionary<string, string>();

    /// <summary>Without an answer for so long the feed is silent and the operator is told, in minutes.</summary>
    public int SilentAfterMinutes { get; init; } = 120;
}

/// <summary>How far a feed was pulled; it moves only after what was pulled is stored.</summary>
public sealed record FeedCursor
{
    /// <summary>The last attempt, UTC.</summary>
    public DateTimeOffset? LastAttempt { get; init; }

    /// <summary>The last answer that could be used, an unchanged one included, UTC.</summary>
    public DateTimeOffset? LastSuccess { get; init; }

    /// <summary>Since when the feed is known, UTC.</summary>
    public DateTimeOffset Since { get; init; }

    /// <summary>For the next conditional request.</summary>
    public string? ETag { get; init; }

    /// <summary>For the next conditional request.</summary>
    public DateTimeOffset? LastModified { get; init; }

    /// <summary>Attempts without success in a row.</summary>
    public int Failures { get; init; }

    /// <summary>Why the last attempt failed.</summary>
    public string? LastError { get; init; }

    /// <summary>What the last answer held and could not be read, with where and why; it is told once.</summary>
    public IReadOnlyList<string> Unreadable { get; init; } = [];

    /// <summary>Documents of an index that were taken in; the newest last.</summary>
    public IReadOnlyList<string> Taken { get; init; } = [];
}
