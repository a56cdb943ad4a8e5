using System.Buffers;
using System.Diagnostics;
using System.Text.Json;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core.Features;
using Microsoft.Extensions.DependencyInjection;
using ReliefFunctions.Core.Storage;

namespace ReliefFunctions.Core.Http;

/// <summary>
/// What the server refuses before the router sees it (a request that it cannot read, that is too long or too slow) is told as everything else is: with the
/// headers of every answer and as a problem. The server says when it refuses; by itself it would answer without either.
/// </summary>
public sealed class ServerRefusals : IObserver<KeyValuePair<string, object?>>
{
    /// <summary>The event by which Kestrel tells of a request that it refuses.</summary>
    private const string Event = "Microsoft.AspNetCore.Server.Kestrel.BadRequest";

    private ServerRefusals()
    {
    }

    /// <summary>Begins to answer for the server of these services.</summary>
    public static void Begin(IServiceProvider services) =>
        services.GetService<DiagnosticListener>()?.Subscribe(new ServerRefusals(), name => name == Event);

    /// <inheritdoc/>
    public void OnNext(KeyValuePair<string, object?> value)
    {
        if (value.Key != Event || value.Value is not IFeatureCollection features || features.Get<IHttp2StreamIdFeature>() is not null
            || features.Get<IHttpResponseFeature>() is not { HasStarted: false } || features.Get<IHttpResponseBodyFeature>() is not { } answer
            || features.Get<IConnectionTransportFeature>()?.Transport.Output is not { } line)
        {
            return;
        }

        var http = new DefaultHttpContext(features);
        var (type, detail) = Words(http.Response.StatusCode);
        var correlation = Guid.NewGuid().ToString("N");
        var body = JsonSerializer.SerializeToUtf8Bytes(new Dictionary<string, object>
        {
            ["type"] = type.Type,
            ["title"] = type.Title,
            ["status"] = type.Status,
            ["detail"] = detail,
            ["correlationId"] = correlation,
        }, StoredJson.Options);
        SafeHeaders.Apply(http);
        http.Response.Headers[Api.CorrelationHeader] = correlation;
        http.Response.Headers.Connection = "close";
        http.Response.ContentType = "application/problem+json; charset=utf-8";
        http.Response.ContentLength = body.Length;

        // The server has no way to the body of an answer to a request that it has not read; the line has, behind the headers. It is ended after that.
        if (!answer.StartAsync().IsCompletedSuccessfully) return;
        if (!HttpMethods.IsHead(http.Request.Method)) line.Write(body);
        _ = line.FlushAsync().AsTask();
    }

    /// <inheritdoc/>
    public void OnCompleted()
    {
    }

    /// <inheritdoc/>
    public void OnError(Exception error)
    {
    }

    private static (ProblemType Type, string Detail) Words(int status) => status switch
    {
        StatusCodes.Status408RequestTimeout => (ProblemType.SlowBody, "请求发得太慢或中途停了，没有执行。请检查网络后原样重发。"),
        StatusCodes.Status413PayloadTooLarge => (ProblemType.TooLarge, "请求内容过大，没有执行。请分几次发送。"),
        StatusCodes.Status414UriTooLong => (ProblemType.BadRequest with { Status = status }, "地址过长，没有执行。请从页面进入，或缩短查询条件。"),
        StatusCodes.Status431RequestHeaderFieldsTooLarge => (ProblemType.TooLarge with { Status = status },
            "请求头过多或过长，没有执行。请清除浏览器中本站的 Cookie 后重试；程序请减少请求头。"),
        _ => (ProblemType.BadRequest with { Status = status }, "服务器读不懂这个请求，没有执行。请用浏览器或标准的 HTTP 客户端重新发送。"),
    };
}
