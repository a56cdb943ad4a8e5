using System.Diagnostics;
using Azure;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using ReliefFunctions.Core.Storage;
using ReliefFunctions.Core.Telemetry;

namespace ReliefFunctions.Core.Http;

/// <summary>
/// The one router and pipeline of every request, in both hosts: address, correlation, authentication, scope, errors, headers.
/// No middleware carries behaviour, because the Functions host has no place for it.
/// </summary>
public sealed partial class Api(RouteTable table, IEnumerable<IPages> pages, StoragePreparation storage, ILogger<Api> log)
{
    /// <summary>The header that joins request, answer and log.</summary>
    public const string CorrelationHeader = "X-Correlation-Id";

    /// <summary>The name in the log of a request that no route answers.</summary>
    private const string NoRoute = "NoRoute";

    /// <summary>How long a request waits for storage to become ready: longer than an instance takes to start, shorter than a person's patience.</summary>
    private static readonly TimeSpan StartPatience = TimeSpan.FromSeconds(5);

    private static readonly Actor Nobody = new("anonymous", "", Role.Leader, "nowhere");

    /// <summary>Answers any request by the route table; whatever happens, with a result.</summary>
    public async Task<IResult> RunAsync(HttpContext http)
    {
        ArgumentNullException.ThrowIfNull(http);
        var correlation = CorrelationId(http);
        http.Response.Headers[CorrelationHeader] = correlation;
        SafeHeaders.Apply(http);
        var name = NoRoute;
        try
        {
            var matches = table.At(http.Request.Path);
            if (matches.Count == 0)
            {
                return Page(http) ?? throw new ProblemException(ProblemType.NotFound, "没有这个地址。接口清单见 /api/v1/openapi.json。");
            }

            if (HttpMethods.IsOptions(http.Request.Method)) return Options(http, matches);
            var (route, values) = Choose(http, matches);
            name = route.Name;
            Tell(http, route);
            CheckParts(values);
            if (!route.WithoutStorage) await ReadyAsync(http);
            return await AnswerAsync(http, route, values, correlation);
        }
        catch (ProblemException e)
        {
            // Without the message: it may quote what somebody wrote.
            Refused(log, name, e.Type.Code, e.Errors.Count, correlation);
            return new ProblemResult(e.Type, e.Message, e.Errors, e.Extensions, correlation, e.RetryAfter);
        }
        catch (OperationCanceledException) when (http.RequestAborted.IsCancellationRequested)
        {
            return Results.StatusCode(499);
        }
        catch (Exception e) when (e is RequestFailedException { Status: 0 or >= 500 or 429 } or AggregateException { InnerException: RequestFailedException }
            or HttpRequestException)
        {
            StorageFailed(log, name, correlation, Unquoted.Of(e));
            return new ProblemResult(ProblemType.Unavailable, "存储服务暂时无法访问，本次提交未被保存。请几分钟后原样重试，不会重复计入。", [], new Dictionary<string, object?>(), correlation);
        }
        catch (Exception e)
        {
            Failed(log, name, correlation, Unquoted.Of(e));
            return new ProblemResult(ProblemType.Internal, $"处理请求时发生错误，请将编号 {correlation} 告知系统管理员。", [], new Dictionary<string, object?>(), correlation);
        }
    }

    /// <summary>A page or file for people, which is only looked at.</summary>
    private IResult? Page(HttpContext http)
    {
        if (pages.Select(each => each.Find(http.Request)).FirstOrDefault(found => found is not null) is not { } page) return null;
        if (HttpMethods.IsGet(http.Request.Method) || HttpMethods.IsHead(http.Request.Method)) return page;
        http.Response.Headers.Allow = "GET, HEAD, OPTIONS";
        return HttpMethods.IsOptions(http.Request.Method) ? Results.NoContent()
            : throw new ProblemException(ProblemType.MethodNotAllowed, $"该地址是网页，不支持 {http.Request.Method} 请求。");
    }

    /// <summary>Who calls, whether they may and not too often, and what the route answers; refusals and files taken are kept in the trail.</summary>
    private static async Task<IResult> AnswerAsync(HttpContext http, ApiRoute route, IReadOnlyDictionary<string, string> values, string correlation)
    {
        // Asked for when something is written: without storage the health check still answers.
        IAccessTrail Trail() => http.RequestServices.GetRequiredService<IAccessTrail>();
        var subject = $"{route.Name} {string.Join('/', values.Where(value => value.Key != "token").Select(value => value.Value))}".TrimEnd();
        Actor? known = null;
        try
        {
            if (route.Access.Roles.Count > 0)
            {
                known = await http.RequestServices.GetRequiredService<IAuthenticator>().AuthenticateAsync(http);
                Authorize(known, route, values);
            }

            Restrain(http, route.Cost, known?.Id ?? CallerAddress.Of(http), known?.Session);
            var answer = await route.Handler(new ApiContext(http, route, values, known ?? Nobody, correlation));
            // What a page watches at the same address is no file that was taken.
            var taken = route.IsFile && !(route.Polled && answer is IValueHttpResult);
            if (taken && !HttpMethods.IsHead(http.Request.Method)) await Trail().TakenAsync(subject, values.GetValueOrDefault("unit"), known!, correlation);
            return route.Polled ? new PolledResult(answer) : answer;
        }
        catch (ProblemException e) when (e.IsOutOfScope || e.Type.Status is 401 or 403 or 429)
        {
            // Who shows nothing at all was not refused but asked who it is.
            var shown = known is not null || http.Request.Headers.Authorization.Count + http.Request.Headers.Cookie.Count > 0 || e.Type.Status != 401;
            if (shown) await Trail().RefusedAsync(subject, known, CallerAddress.Of(http), e.Type, correlation);
            throw;
        }
    }

    /// <summary>Each caller has a measure of its own: known ones by who they are and the session they act by, others by their address.</summary>
    internal static void Restrain(HttpContext http, Costly cost, string caller, string? session)
    {
        if (http.RequestServices.GetRequiredService<RateLimits>().Refuse(cost, caller, session) is not { } wait) return;
        var seconds = Math.Max(1, (int)Math.Ceiling(wait.TotalSeconds));
        throw new ProblemException(ProblemType.TooManyRequests, $"这项操作您做得太频繁，请 {seconds} 秒后再试。其他人不受影响，已提交的内容不会丢失。")
        {
            RetryAfter = TimeSpan.FromSeconds(seconds),
        };
    }

    /// <summary>RFC 9110, 9.3.7: what the address answers, without a key and without a body.</summary>
    private static IResult Options(HttpContext http, IReadOnlyList<RouteMatch> matches)
    {
        http.Response.Headers.Allow = RouteTable.Allow(matches);
        return Results.NoContent();
    }

    /// <summary>The route of the request's method. HEAD is answered by GET's route: the server sends the same headers and drops the body.</summary>
    private static RouteMatch Choose(HttpContext http, IReadOnlyList<RouteMatch> matches)
    {
        var method = HttpMethods.IsHead(http.Request.Method) ? HttpMethods.Get : http.Request.Method;
        if (matches.FirstOrDefault(match => match.Route.Method == method) is { } match) return match;
        var allow = RouteTable.Allow(matches);
        http.Response.Headers.Allow = allow;
        throw new ProblemException(ProblemType.MethodNotAllowed, $"该地址不支持 {http.Request.Method} 请求，支持的是：{allow.Replace(", ", "、", StringComparison.Ordinal)}。");
    }

    /// <summary>Traces and metrics go by the template, never by the address, which has as many values as there are units and weeks.</summary>
    private static void Tell(HttpContext http, ApiRoute route)
    {
        Activity.Current?.SetTag("http.route", route.Template).DisplayName = $"{http.Request.Method} {route.Template}";
        http.Features.Get<IHttpMetricsTagsFeature>()?.Tags.Add(new("http.route", route.Template));
    }

    /// <summary>Every part of an address must be fit for a storage key.</summary>
    private static void CheckParts(IReadOnlyDictionary<string, string> values)
    {
        foreach (var (name, value) in values)
        {
            if (!Keys.IsPart(value)) throw new ProblemException(ProblemType.BadRequest, $"地址中的“{value}”（{name}）含有不允许的字符。只能使用字母、数字、点、冒号、连字符和下划线。");
        }
    }

    private async Task ReadyAsync(HttpContext http)
    {
        try
        {
            await storage.ReadyAsync(StartPatience, http.RequestAborted);
        }
        catch (TimeoutException)
        {
            throw HostEndpoints.NotReady(storage.Obstacle ?? "");
        }
    }

    /// <summary>A role that may never call is told so; what lies outside of the actor's scope does not exist for it.</summary>
    private static void Authorize(Actor actor, ApiRoute route, IReadOnlyDictionary<string, string> values)
    {
        if (!route.Access.Roles.Contains(actor.Role)) throw new ProblemException(ProblemType.Forbidden, "您的密钥没有这项操作的权限。如确需办理，请联系专项行动办公室。");
        var bound = actor.Unit is not null && actor.Role != Role.UnitReporter && !values.ContainsKey("unit");
        if (bound && values.ContainsKey("district"))
        {
            throw new ProblemException(ProblemType.Forbidden, "您的密钥只限一个单位，不能查看或办理全区的事项。如确需办理，请联系专项行动办公室。");
        }

        if (values.TryGetValue("district", out var district) && !actor.Covers(district, values.GetValueOrDefault("unit")))
        {
            throw new ProblemException(ProblemType.NotFound, "没有找到所请求的内容，或不在您的权限范围内。") { IsOutOfScope = true };
        }
    }

    private static string CorrelationId(HttpContext http)
    {
        var given = http.Request.Headers[CorrelationHeader].ToString();
        return Keys.IsPart(given) && given.Length <= 64 ? given : Activity.Current?.TraceId.ToString() ?? Guid.NewGuid().ToString("N");
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "{Route} refused as {Problem}, {Faults} faults [{CorrelationId}].")]
    private static partial void Refused(ILogger log, string route, string problem, int faults, string correlationId);

    [LoggerMessage(Level = LogLevel.Error, Message = "{Route} could not reach storage [{CorrelationId}].")]
    private static partial void StorageFailed(ILogger log, string route, string correlationId, Exception e);

    [LoggerMessage(Level = LogLevel.Error, Message = "{Route} failed [{CorrelationId}].")]
    private static partial void Failed(ILogger log, string route, string correlationId, Exception e);
}
