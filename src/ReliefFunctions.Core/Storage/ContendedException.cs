using System.Globalization;
using Azure;

namespace ReliefFunctions.Core.Storage;

/// <summary>A decision was given up, because others were first each time. Nothing was changed; for callers it is storage that is too busy (503).</summary>
public sealed class ContendedException(string table, string partition) : RequestFailedException(
    503, string.Create(CultureInfo.InvariantCulture, $"Partition {partition} of {table} changed {FeatureTable.Tries} times while one decision was made."));
