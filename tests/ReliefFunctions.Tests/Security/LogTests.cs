using System.Collections.Concurrent;
using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using ReliefFunctions.Core.Access;
using ReliefFunctions.Core.Http;

namespace ReliefFunctions.Tests.Security;

/// <summary>What stands in the log, at its finest: kinds, places and numbers of requests, and nothing that people wrote.</summary>
public class LogTests(AzuriteFixture azurite) : IClassFixture<AzuriteFixture>
{
    [Fact]
    public async Task No_line_of_the_log_holds_what_people_wrote_even_when_a_request_fails()
    {
        using var lines = new Lines();
        var world = await azurite.WorldAsync(new DateTimeOffset(2026, 12, 16, 0, 30, 0, TimeSpan.Zero), services => services
            .AddSingleton<ILoggerProvider>(lines).Configure<LoggerFilterOptions>(options => options.MinLevel = LogLevel.Trace)
            .AddSingleton<IAuthenticator>(provider => new Sometimes(provider.GetRequiredService<AccessKeys>())));
        var office = (await world.Get<AccessKeys>().CreateAsync("李四办公室", Role.CampaignOffice, "520111", null, "test")).Secret;
        Task<Answer> CallAsync(string method, string path, string body, string key) => world.SendAsync(method, path, Encoding.UTF8.GetBytes(body), headers: new Dictionary<string, string> { ["Authorization"] = "Bearer " + key });

        var failed = await CallAsync("GET", "/api/v1/access-keys", "", "fails");
        Assert.Equal(500, failed.Status);
        Assert.DoesNotContain("张三", failed.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("LogTests", failed.Text, StringComparison.Ordinal);
        Assert.Contains(failed.Headers[Api.CorrelationHeader], failed.Text, StringComparison.Ordinal);
        Assert.Equal(401, (await CallAsync("GET", "/api/v1/access-keys", "", "rf_0123456789ab_topsecret")).Status);
        Assert.Equal(400, (await CallAsync("POST", "/api/v1/access-keys", """{"name":"张三 13800001234","role":"x"}""", office)).Status);
        Assert.Equal(422, (await CallAsync("POST", "/api/v1/access-keys", """{"name":"张三 13800001234","role":"leader","scope":"520111"}""", office)).Status);
        Assert.Equal(404, (await CallAsync("GET", "/n/520111.2026.1.520111101.AbCdEf0123456789?who=%E5%BC%A0%E4%B8%89", "", office)).Status);
        Assert.Equal(400, (await CallAsync("POST", "/api/v1/weather-alerts", "张三说明天冷", office)).Status);
        Assert.Equal(404, (await CallAsync("GET", "/api/v1/campaigns/520112/2026-2027", "", office)).Status);

        Assert.Contains(lines.All, line => line.Contains("GetHealth", StringComparison.Ordinal) || line.Contains("ListAccessKeys failed", StringComparison.Ordinal));
        Assert.Contains(lines.All, line => line.Contains(nameof(FormatException), StringComparison.Ordinal) && line.Contains(nameof(Sometimes), StringComparison.Ordinal));
        Assert.All(lines.All, line => Assert.False(
            new[] { "张三", "李四", "13800001234", "topsecret", office, "AbCdEf0123456789" }.Any(word => line.Contains(word, StringComparison.Ordinal)), line));
    }

    /// <summary>Fails for one key as code fails that nobody foresaw: with what somebody wrote in its message.</summary>
    private sealed class Sometimes(AccessKeys keys) : IAuthenticator
    {
        public async Task<Actor> AuthenticateAsync(HttpContext http)
        {
            var secret = http.Request.Headers.Authorization.ToString()["Bearer ".Length..];
            if (secret == "fails") throw new FormatException("The input string '张三 13800001234' was not in a correct format.", new InvalidOperationException("张三"));
            return await keys.AuthenticateAsync(secret, http.RequestAborted) ?? throw new ProblemException(ProblemType.Unauthenticated, "访问密钥不正确或已作废。请核对后重试，或向专项行动办公室申请新密钥。");
        }
    }

    private sealed class Lines : ILoggerProvider, ILogger
    {
        public ConcurrentQueue<string> All { get; } = new();

        public ILogger CreateLogger(string categoryName) => this;

        public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            All.Enqueue($"{formatter(state, exception)} {exception}");

        public void Dispose()
        {
            // Nothing is held.
        }
    }
}
