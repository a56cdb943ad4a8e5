using System.Globalization;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using ReliefFunctions.Core.Storage;

namespace ReliefFunctions.Core.Http;

/// <summary>What a handler sees of a request.</summary>
public sealed class ApiContext
{
    private readonly IReadOnlyDictionary<string, string> _values;
    private readonly ApiRoute _route;

    internal ApiContext(HttpContext http, ApiRoute route, IReadOnlyDictionary<string, string> values, Actor actor, string correlationId)
    {
        (Http, _route, _values, Actor, CorrelationId) = (http, route, values, actor, correlationId);
        Now = Service<TimeProvider>().GetUtcNow();
    }

    /// <summary>The request and the answer.</summary>
    public HttpContext Http { get; }

    /// <summary>Who calls.</summary>
    public Actor Actor { get; }

    /// <summary>Joins the answer to the log and the audit trail.</summary>
    public string CorrelationId { get; }

    /// <summary>When the request came, UTC: one instant for the whole of it.</summary>
    public DateTimeOffset Now { get; }

    /// <summary>Fires when the caller has gone.</summary>
    public CancellationToken Aborted => Http.RequestAborted;

    /// <summary>Whether only the headers are asked for (HEAD): nobody reads what a GET would hand out.</summary>
    public bool HeadersOnly => HttpMethods.IsHead(Http.Request.Method);

    /// <summary>Whether the caller prefers English.</summary>
    public bool IsEnglish => Language.IsEnglish(Http.Request);

    /// <summary>A part of the address. Every part was checked to be fit for a storage key.</summary>
    public string Route(string name) =>
        _values.TryGetValue(name, out var value) ? value : throw new InvalidOperationException($"The route {_route.Name} has no part {name}.");

    /// <summary>A service.</summary>
    public T Service<T>() where T : notnull => Http.RequestServices.GetRequiredService<T>();

    /// <summary>
    /// The version that a command acts on: what If-Match says (<c>"2"</c>, or <c>"draft-2"</c> with a prefix), else what the body says;
    /// null when neither names one. 400 when the header is no such version or the body names another.
    /// </summary>
    public int? VersionNamed(int? fromBody = null, string prefix = "")
    {
        var header = Http.Request.Headers.IfMatch.ToString();
        if (header.Length == 0) return fromBody is 0 ? null : fromBody;
        var tag = header.Trim('"');
        if (tag.EndsWith(Language.EnglishTag, StringComparison.Ordinal)) tag = tag[..^Language.EnglishTag.Length];
        if (!tag.StartsWith(prefix, StringComparison.Ordinal)
            || !int.TryParse(tag.AsSpan(prefix.Length), NumberStyles.None, CultureInfo.InvariantCulture, out var version))
        {
            throw new ProblemException(ProblemType.BadRequest, $"If-Match 请求头“{header}”不是版本号。请使用读取时返回的 ETag，例如 \"{prefix}2\"。");
        }

        if (fromBody is { } other && other != version)
        {
            throw new ProblemException(ProblemType.BadRequest, $"If-Match 写的是第 {version} 次，内容写的是第 {other} 次。请只保留一处。");
        }

        return version == 0 ? null : version;
    }

    /// <summary>Says which version the answer shows.</summary>
    public void ShowVersion(int version, string prefix = "") =>
        Http.Response.Headers.ETag = string.Create(CultureInfo.InvariantCulture, $"\"{prefix}{version}{(IsEnglish ? Language.EnglishTag : "")}\"");

    /// <summary>Says which version of a stored document the answer shows.</summary>
    public void ShowVersion(string etag) => Http.Response.Headers.ETag = etag;

    /// <summary>Whether what is sent is only to be checked, and nothing stored (<see cref="ApiParameter.ValidateOnly"/>).</summary>
    public bool ValidatesOnly => Flag("validateOnly");

    /// <summary>Whether a query parameter is set: <c>true</c>, <c>1</c> or its name alone, also when it stands twice.</summary>
    public bool Flag(string name) => Http.Request.Query.TryGetValue(name, out var values)
        && values.Any(value => value is null or "" or "1" || value.Equals("true", StringComparison.OrdinalIgnoreCase));

    /// <summary>A query parameter, or null.</summary>
    public string? Query(string name) => Http.Request.Query.TryGetValue(name, out var value) ? value.ToString() : null;

    /// <summary>Counts what is costly about this call alone and not about its route; 429 when the caller has asked for too many.</summary>
    public void Restrain(Costly cost) => Api.Restrain(Http, cost, Actor.Id, Actor.Session);

    /// <summary>The body's bytes; 413 as soon as they are more than the route allows, 408 when they come too slowly or break off.</summary>
    public Task<byte[]> BodyAsync() => RequestBody.ReadAsync(Http, _route.MaxBody, Service<BodyOptions>());

    /// <summary>The files sent: those of a web form (<c>multipart/form-data</c>), or the body itself.</summary>
    public async Task<IReadOnlyList<UploadedFile>> FilesAsync() => await RequestBody.FilesAsync(Http.Request, await BodyAsync());

    /// <summary>The one file sent; 400 when there are several.</summary>
    public async Task<UploadedFile> FileAsync() => await FilesAsync() is [var only] ? only
        : throw new ProblemException(ProblemType.BadRequest, "这里一次只收一个文件。请逐个上传；多个单位的表由办公室用“批量上传”。");

    /// <summary>The body as JSON; 400 with every place where it is not of this shape. A time without a zone is the campaign's.</summary>
    public async Task<T> JsonAsync<T>()
    {
        var body = await BodyAsync();
        return JsonBody.Read<T>(body, await Service<ITimeZones>().OfAsync(_values.GetValueOrDefault("district"), _values.GetValueOrDefault("season"), Aborted));
    }

    /// <summary>An answer in the product's JSON dialect.</summary>
    public IResult Json<T>(T value, int status = StatusCodes.Status200OK) => Results.Json(value, Language.Json(Language.Tell(Http)), statusCode: status);

    /// <summary>An audit entry of this request.</summary>
    public AuditEntry Audit(string what, string subject, string? detail = null) => new(Now, Actor.Id, what, subject, detail, CorrelationId)
    {
        Name = Actor.Name.Length > 0 ? Actor.Name : null,
        Unit = _values.GetValueOrDefault("unit"),
        Scope = _values.GetValueOrDefault("district") ?? Actor.Scope,
    };
}
