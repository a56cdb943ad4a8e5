using ReliefFunctions.LocalHost;

namespace ReliefFunctions.EndToEnd;

/// <summary>Hosts on the one Azurite of the test assembly, which outlives those that the tests kill.</summary>
internal static class Storage
{
    /// <summary>Options of a host with tables and containers of its own on it.</summary>
    public static async Task<LocalOptions> OptionsAsync() => new()
    {
        Port = 0,
        Data = null,
        StorageConnectionString = await AzuriteFixture.ConnectionStringAsync(),
        StoragePrefix = "e" + Guid.NewGuid().ToString("N")[..12],
    };
}
