using Microsoft.Extensions.Configuration;
using ReliefFunctions.LocalHost;
using ReliefFunctions.LocalHost.Operations;

namespace ReliefFunctions.EndToEnd;

/// <summary>An operator's commands against a host that runs, as a shell would give them.</summary>
public sealed class OperatorCommandTests : IAsyncLifetime
{
    private readonly string _data = Directory.CreateTempSubdirectory("operator-").FullName;
    private LocalApp _app = null!;

    public async Task InitializeAsync()
    {
        var options = (await Storage.OptionsAsync()) with { Data = _data, Port = 0, Clock = new DateTimeOffset(2026, 12, 15, 2, 0, 0, TimeSpan.Zero) };
        _app = await LocalApp.StartAsync(options, _ => { });
        await _app.OperatorKeyAsync(_data);
    }

    public async Task DisposeAsync()
    {
        await _app.DisposeAsync();
        Directory.Delete(_data, recursive: true);
    }

    [Fact]
    public async Task A_campaign_is_imported_as_often_as_wanted_and_keys_are_issued_listed_and_revoked()
    {
        for (var i = 0; i < 2; i++) Assert.Contains("已导入 campaign.json", await RunAsync("campaign import", ("folder", new LocalOptions().Samples)), StringComparison.Ordinal);
        Assert.Contains("\"district\": \"520111\"", await RunAsync("operations"), StringComparison.Ordinal);
        var issued = await RunAsync("keys issue", ("name", "新任信息员"), ("role", "unitReporter"), ("scope", "520111"), ("unit", "520111101"));
        Assert.Contains("\"secret\": \"rf_", issued, StringComparison.Ordinal);
        var id = issued.Split("\"id\": \"")[1].Split('"')[0];
        Assert.Contains(id, await RunAsync("keys list"), StringComparison.Ordinal);
        Assert.Contains("revokedAt", await RunAsync($"keys revoke {id}"), StringComparison.Ordinal);
        Assert.Equal("[]", (await RunAsync("dead-letters")).Trim());
        Assert.Equal("[]", (await RunAsync("quarantine list", ("season", "520111/2026-2027"))).Trim());
    }

    [Theory]
    [InlineData("keys issue", "缺少 --name")]
    [InlineData("keys burn", "没有“keys burn”这个命令")]
    [InlineData("keys revoke", "请写明编号")]
    [InlineData("keys revoke nosuch", "没有找到这把密钥")]
    [InlineData("quarantine list", "缺少 --season")]
    [InlineData("campaign import", "缺少 --folder")]
    [InlineData("dead-letters resend nosuch", "没有这条死信")]
    public async Task What_is_missing_or_refused_is_said_in_words(string words, string said) =>
        Assert.Contains(said, (await Assert.ThrowsAsync<InvalidOperationException>(() => RunAsync(words))).Message, StringComparison.Ordinal);

    private async Task<string> RunAsync(string words, params (string Name, string Value)[] options)
    {
        var console = new StringWriter();
        var configuration = new ConfigurationBuilder().AddInMemoryCollection(options.Append(("url", _app.Address.ToString())).ToDictionary(option => option.Item1, option => (string?)option.Item2)).Build();
        Assert.Equal(0, await OperatorCommand.RunAsync(words.Split(' '), new LocalOptions { Data = _data }, configuration, console, CancellationToken.None));
        return console.ToString();
    }
}
