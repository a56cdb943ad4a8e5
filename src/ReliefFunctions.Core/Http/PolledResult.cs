using System.IO.Compression;
using System.Security.Cryptography;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Net.Http.Headers;

namespace ReliefFunctions.Core.Http;

/// <summary>
/// An answer that is asked for again and again (<see cref="ApiRoute.Polled"/>): it carries a tag of its bytes, is not sent to whoever has them already
/// (RFC 9110, 13.1.2) and goes packed to whoever reads it so. Each language and each coding is a representation with a tag of its own (8.8.3).
/// What is saved is the line; storage is read all the same.
/// </summary>
internal sealed class PolledResult(IResult answer) : IResult
{
    /// <summary>Below this packing saves nothing: the answer is a single packet as it is.</summary>
    private const int WorthPacking = 1200;

    /// <inheritdoc/>
    public async Task ExecuteAsync(HttpContext httpContext)
    {
        ArgumentNullException.ThrowIfNull(httpContext);
        var (request, response, method) = (httpContext.Request, httpContext.Response, httpContext.Request.Method);
        using var content = new MemoryStream();
        await WriteAsync(httpContext, content);
        var bytes = content.GetBuffer().AsMemory(0, (int)content.Length);
        response.ContentLength = null;
        if (response.StatusCode == StatusCodes.Status200OK)
        {
            var coding = bytes.Length < WorthPacking ? null : ContentCoding.Smallest(request, _ => true);
            var english = response.Headers.ContentLanguage == "en" ? Language.EnglishTag : "";
            var hash = Convert.ToHexStringLower(SHA256.HashData(bytes.Span))[..20];
            var tag = new EntityTagHeaderValue($"\"{hash}{english}{(coding is null ? "" : "-" + coding)}\"");
            response.Headers.ETag = tag.ToString();
            response.Headers.Append(HeaderNames.Vary, HeaderNames.AcceptEncoding);
            if (request.GetTypedHeaders().IfNoneMatch.Any(known => known.Equals(EntityTagHeaderValue.Any)
                || known.Compare(tag, useStrongComparison: false)))
            {
                response.StatusCode = StatusCodes.Status304NotModified;
                foreach (var name in new[] { HeaderNames.ContentType, HeaderNames.ContentLanguage, HeaderNames.ContentDisposition })
                {
                    response.Headers.Remove(name);
                }

                return;
            }

            if (coding is not null)
            {
                response.Headers.ContentEncoding = coding;
                if (HttpMethods.IsHead(method)) return;
                await using var packed = Pack(coding, response.Body);
                await packed.WriteAsync(bytes, httpContext.RequestAborted);
                return;
            }
        }

        response.ContentLength = bytes.Length;
        if (!HttpMethods.IsHead(method)) await response.Body.WriteAsync(bytes, httpContext.RequestAborted);
    }

    /// <summary>Writes the answer of a GET, also for a HEAD, whose headers are the same.</summary>
    private async Task WriteAsync(HttpContext http, Stream content)
    {
        var (body, method) = (http.Features.Get<IHttpResponseBodyFeature>(), http.Request.Method);
        http.Features.Set<IHttpResponseBodyFeature>(new StreamResponseBodyFeature(content));
        http.Request.Method = HttpMethods.Get;
        try
        {
            await answer.ExecuteAsync(http);
            await http.Response.BodyWriter.FlushAsync(http.RequestAborted);
        }
        finally
        {
            http.Request.Method = method;
            http.Features.Set(body);
        }
    }

    private static Stream Pack(string coding, Stream to) =>
        coding == "br" ? new BrotliStream(to, CompressionLevel.Fastest, leaveOpen: true) : new GZipStream(to, CompressionLevel.Fastest, leaveOpen: true);
}
