using System.Globalization;

namespace ReliefFunctions.LocalHost;

/// <summary>What a person may say on the command line or in the environment; everything has a default.</summary>
public sealed record LocalOptions
{
    /// <summary>Port of 127.0.0.1 for the web; 0 for a free one. Setting <c>Local:Port</c>.</summary>
    public int Port { get; init; } = 7071;

    /// <summary>Folder of the data; null for memory only. Setting <c>Local:Data</c>.</summary>
    public string? Data { get; init; } = "data";

    /// <summary>Where the clock starts, to try a season before it begins. Setting <c>Local:Clock</c>.</summary>
    public DateTimeOffset? Clock { get; init; }

    /// <summary>Whether the clocks run by themselves; not where somebody moves the time and runs them, as the demo does.</summary>
    public bool Timers { get; init; } = true;

    /// <summary>Storage to use instead of an Azurite of our own. Setting <c>Storage:ConnectionString</c>.</summary>
    public string? StorageConnectionString { get; init; }

    /// <summary>Before every table and container name. Setting <c>Storage:Prefix</c>.</summary>
    public string StoragePrefix { get; init; } = "";

    /// <summary>Bus to use instead of a LocalServiceBus of our own. Setting <c>ServiceBus:ConnectionString</c>.</summary>
    public string? ServiceBusConnectionString { get; init; }

    /// <summary>Port of the LocalServiceBus; 0 for a free one. Setting <c>Local:BusPort</c>.</summary>
    public int BusPort { get; init; }

    /// <summary>Folder of the sample season. Setting <c>Local:Samples</c>.</summary>
    public string Samples { get; init; } = DefaultSamples();

    /// <summary>Reads settings; throws with the name of the setting that cannot be read and how to write it.</summary>
    public static LocalOptions From(IConfiguration configuration)
    {
        var defaults = new LocalOptions();
        return new LocalOptions
        {
            Port = Number("Local:Port", defaults.Port),
            BusPort = Number("Local:BusPort", 0),
            Data = configuration["Local:Data"] ?? defaults.Data,
            Clock = configuration["Local:Clock"] is not { Length: > 0 } clock ? null
                : DateTimeOffset.TryParse(clock, CultureInfo.InvariantCulture, DateTimeStyles.None, out var at) ? at
                : throw new InvalidOperationException($"设置“Local:Clock”的值“{clock}”不是时间，请写作 2026-12-15T10:00:00+08:00。"),
            StorageConnectionString = configuration["Storage:ConnectionString"],
            StoragePrefix = configuration["Storage:Prefix"] ?? "",
            ServiceBusConnectionString = configuration["ServiceBus:ConnectionString"],
            Samples = configuration["Local:Samples"] ?? defaults.Samples,
        };

        int Number(string name, int otherwise) => configuration[name] is not { Length: > 0 } text ? otherwise
            : int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number <= 65_535 ? number
            : throw new InvalidOperationException($"设置“{name}”的值“{text}”不是端口号，请填写 0 至 65535 的整数。");
    }

    /// <summary>The samples beside the sources when run from a clone, else beside the program.</summary>
    private static string DefaultSamples()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            var samples = Path.Combine(folder.FullName, "samples", "huaxi-2026-2027");
            if (Directory.Exists(samples)) return samples;
        }

        return Path.Combine("samples", "huaxi-2026-2027");
    }
}
