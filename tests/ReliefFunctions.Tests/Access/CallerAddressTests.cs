using System.Net;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using ReliefFunctions.Core.Access;
using ReliefFunctions.Core.Http;

namespace ReliefFunctions.Tests.Access;

/// <summary>Wrong keys are counted by the address that the front end names, and one caller's never against another's.</summary>
public class CallerAddressTests(AzuriteFixture azurite) : IClassFixture<AzuriteFixture>
{
    [Theory]
    [InlineData("203.0.113.7", "203.0.113.7")]
    [InlineData("203.0.113.7:51234", "203.0.113.7")]
    [InlineData(" 203.0.113.7 ", "203.0.113.7")]
    [InlineData("10.9.9.9, 203.0.113.7:51234", "203.0.113.7")]
    [InlineData("2001:db8::7", "2001:db8::7")]
    [InlineData("[2001:db8::7]:443", "2001:db8::7")]
    [InlineData("::ffff:203.0.113.7", "203.0.113.7")]
    [InlineData("unknown", "127.0.0.1")]
    [InlineData("203.0.113.7,", "127.0.0.1")]
    [InlineData("", "127.0.0.1")]
    [InlineData("203.0.113.7 or 1=1", "127.0.0.1")]
    public async Task The_last_address_in_the_header_counts_and_the_connections_where_it_names_none(string header, string counted)
    {
        var world = await azurite.WorldAsync(DateTimeOffset.UnixEpoch, services => services.AddSingleton(new AccessOptions { CallerAddressHeader = "X-Azure-ClientIP" }));
        for (var i = 0; i < AccessKeys.FailuresAllowed; i++) await world.Get<AccessKeys>().CountFailureAsync($"rf_{i:x12}_x", counted, default);
        Assert.Equal(429, await TryAsync(world, header));
        Assert.Equal(401, await TryAsync(world, "203.0.113.99"));
    }

    [Fact]
    public async Task Without_the_setting_no_header_is_believed()
    {
        var world = await azurite.WorldAsync(DateTimeOffset.UnixEpoch);
        for (var i = 0; i < AccessKeys.FailuresAllowed; i++) await world.Get<AccessKeys>().CountFailureAsync($"rf_{i:x12}_x", "127.0.0.1", default);
        Assert.Equal(429, await TryAsync(world, "203.0.113.99"));
    }

    private static async Task<int> TryAsync(World world, string header)
    {
        var http = new DefaultHttpContext { RequestServices = world.Services };
        (http.Request.Method, http.Request.Path, http.Response.Body) = ("GET", "/api/v1/access-keys", new MemoryStream());
        http.Connection.RemoteIpAddress = IPAddress.Loopback;
        http.Request.Headers.Authorization = $"Bearer rf_{Guid.NewGuid().ToString("N")[..12]}_x";
        http.Request.Headers["X-Azure-ClientIP"] = header;
        await (await world.Get<Api>().RunAsync(http)).ExecuteAsync(http);
        return http.Response.StatusCode;
    }
}
