using System.Collections.Concurrent;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace ReliefFunctions.EndToEnd;

/// <summary>Counts what is posted to it by path: the part before the last slash is the run, the rest the unit.</summary>
internal sealed class PostCounter(WebApplication web) : IAsyncDisposable
{
    private readonly ConcurrentDictionary<string, int> _posts = new();

    public string Address => web.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First();

    public static async Task<PostCounter> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        var receiver = new PostCounter(builder.Build());
        receiver.Web.MapFallback((HttpContext http) =>
        {
            receiver._posts.AddOrUpdate(http.Request.Path.Value!, 1, (_, count) => count + 1);
            return Results.Ok();
        });
        await receiver.Web.StartAsync();
        return receiver;
    }

    public Dictionary<string, int> Under(string run) => _posts.Where(pair => pair.Key.StartsWith(run + "/", StringComparison.Ordinal)).ToDictionary(pair => pair.Key[(run.Length + 1)..], pair => pair.Value);

    public ValueTask DisposeAsync() => web.DisposeAsync();

    private WebApplication Web => web;
}
