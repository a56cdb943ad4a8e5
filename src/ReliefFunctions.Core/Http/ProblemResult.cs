using System.Globalization;
using Microsoft.AspNetCore.Http;
using ReliefFunctions.Core.Texts;

namespace ReliefFunctions.Core.Http;

/// <summary>
/// The one error shape: <c>application/problem+json</c> (RFC 9457) with every error and the correlation id. A person who opened
/// an address in a browser reads the same words as a page.
/// </summary>
public sealed class ProblemResult(ProblemType type, string detail, IReadOnlyList<ProblemError> errors, IReadOnlyDictionary<string, object?> extensions,
    string correlationId, TimeSpan? retryAfter = null) : IResult
{
    /// <summary>Errors that one answer lists; whoever sends tens of thousands reads how many more there are.</summary>
    private const int MostErrors = 500;

    private static readonly TimeSpan UsualWait = TimeSpan.FromMinutes(1);

    /// <inheritdoc/>
    public Task ExecuteAsync(HttpContext httpContext)
    {
        httpContext.Response.StatusCode = type.Status;
        if (type.Status is 401) httpContext.Response.Headers.WWWAuthenticate = "Bearer";
        if (type.Status is 429 or 503)
        {
            httpContext.Response.Headers.RetryAfter = ((int)(retryAfter ?? UsualWait).TotalSeconds).ToString(CultureInfo.InvariantCulture);
        }

        if (httpContext.Request.GetTypedHeaders().Accept.Any(accepted => accepted.MediaType == "text/html")) return Page().ExecuteAsync(httpContext);

        var english = Language.Tell(httpContext);
        var document = new Dictionary<string, object?>
        {
            ["type"] = type.Type,
            ["title"] = english ? type.TitleEn : type.Title,
            ["status"] = type.Status,
            ["detail"] = english ? English.Of(detail) : detail,
            ["correlationId"] = correlationId,
        };
        if (errors.Count > 0) document["errors"] = Listed();
        foreach (var (name, value) in extensions) document[name] = value;
        return httpContext.Response.WriteAsJsonAsync(document, Language.Json(english), "application/problem+json; charset=utf-8",
            httpContext.RequestAborted);
    }

    private IReadOnlyList<ProblemError> Listed() => errors.Count <= MostErrors ? errors : [.. errors.Take(MostErrors),
        new ProblemError { Message = $"还有 {errors.Count - MostErrors} 处没有列出。", Fix = "先改正列出的各处，再试。", Code = "more" }];

    private HtmlPage Page() => new(type.Title, type.Status, $"""
        <h1>{HtmlPage.Text(type.Title)}</h1><p>{HtmlPage.Text(detail)}</p>
        {(errors.Count > 0 ? $"<ul>{string.Concat(Listed().Select(error => $"<li>{HtmlPage.Text($"{error.Message}{error.Fix}")}</li>"))}</ul>" : "")}
        <p class="meta">编号 {HtmlPage.Text(correlationId)}</p>
        """);
}
