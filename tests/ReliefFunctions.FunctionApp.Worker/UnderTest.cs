using System.Globalization;
using Microsoft.Azure.Functions.Worker;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace ReliefFunctions.UnderTest;

/// <summary>
/// What a worker under test has and one in production has not: a clock that the test sets, so that a season passes in seconds, and an
/// end together with whoever started it, so that a test run that is killed leaves no process behind.
/// </summary>
public sealed class UnderTest : IAutoConfigureStartup
{
    public void Configure(IHostBuilder hostBuilder)
    {
        ArgumentNullException.ThrowIfNull(hostBuilder);
        if (Environment.GetEnvironmentVariable("UNDER_TEST_CLOCK") is { } file) hostBuilder.ConfigureServices(services => services.AddSingleton<TimeProvider>(new FileClock(file)));
        new Thread(() =>
        {
            Console.In.ReadToEnd();
            Environment.Exit(0);
        })
        { IsBackground = true }.Start();
    }

    /// <summary>Runs on from the instant in a file, since that was written.</summary>
    private sealed class FileClock(string file) : TimeProvider
    {
        private (DateTime WrittenAt, DateTimeOffset Instant) _set;

        public override DateTimeOffset GetUtcNow()
        {
            var written = File.GetLastWriteTimeUtc(file);
            if (written != _set.WrittenAt) _set = (written, DateTimeOffset.Parse(File.ReadAllText(file), CultureInfo.InvariantCulture));
            return _set.Instant + (DateTime.UtcNow - written);
        }
    }
}
