namespace ReliefFunctions.Core.Archive;

/// <summary>What an archive holds.</summary>
/// <param name="Format">Name and version of the archive's shape.</param>
/// <param name="District">GB/T 2260 code.</param>
/// <param name="Season">Such as <c>2026-2027</c>.</param>
/// <param name="TakenAt">UTC.</param>
/// <param name="Rows">How many rows.</param>
/// <param name="RowsSha256">SHA-256 of all rows together.</param>
/// <param name="Blobs">The files.</param>
public sealed record ArchiveManifest(string Format, string District, string Season, DateTimeOffset TakenAt, int Rows, string RowsSha256,
    IReadOnlyList<ArchivedBlob> Blobs)
{
    /// <summary>The format written and read by this version.</summary>
    public const string CurrentFormat = "relief-archive/1";

    /// <summary>The season's partition in the features' tables.</summary>
    public string Partition => $"{District}|{Season}";
}

/// <summary>A file in an archive.</summary>
/// <param name="Container">Its container, without a deployment's prefix.</param>
/// <param name="Name">Its name there.</param>
/// <param name="Entry">Where it lies in the archive.</param>
/// <param name="ContentType">As it was stored.</param>
/// <param name="Sha256">Of its bytes.</param>
public sealed record ArchivedBlob(string Container, string Name, string Entry, string ContentType, string Sha256);

/// <summary>An archive cannot be made, read or brought back; the message is Chinese and says what to do.</summary>
public sealed class ArchiveException(string message, Exception? inner = null) : Exception(message, inner);

/// <summary>How long a season is kept (保存期限).</summary>
public static class SeasonRetention
{
    /// <summary>Days after the campaign's last day: the season after it compares with it, and logs are kept for 180 days at least (《网络安全法》第二十一条).</summary>
    public const int Days = 400;

    /// <summary>The first day on which a season may be removed.</summary>
    public static DateOnly RemovableFrom(DateOnly lastDay) => lastDay.AddDays(Days);
}
