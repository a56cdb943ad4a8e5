using ReliefFunctions.LocalHost;
using ReliefFunctions.LocalHost.Services;

namespace ReliefFunctions.EndToEnd;

/// <summary>One Azurite of the test assembly, outside of the hosts that the tests kill.</summary>
internal static class Storage
{
    private static readonly Lazy<Task<AzuriteProcess>> Shared = new(() => AzuriteProcess.StartAsync(location: null, Console.Error.WriteLine));

    /// <summary>Options of a host with tables and containers of its own on it.</summary>
    public static async Task<LocalOptions> OptionsAsync() => new()
    {
        Port = 0,
        Data = null,
        StorageConnectionString = (await Shared.Value).ConnectionString,
        StoragePrefix = "e" + Guid.NewGuid().ToString("N")[..12],
    };
}
