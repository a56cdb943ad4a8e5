using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;
using ReliefFunctions.Core.Http;

namespace ReliefFunctions.Core.Portal;

/// <summary>
/// The portal under <c>/app/</c>, to which <c>/</c> leads. Files whose names carry a hash are kept by browsers for good; the page itself is asked for
/// each time, because chat apps keep it stubbornly. Every address in it that is no file is one of its pages, which the page itself tells apart.
/// </summary>
public sealed class PortalEndpoints(PortalFiles files) : IPages
{
    /// <summary>No script, style or address but the portal's own; pictures may come from what a person just chose.</summary>
    public const string ContentSecurityPolicy = "default-src 'self'; img-src 'self' data: blob:; object-src 'none'; base-uri 'none'; form-action 'self'; "
        + "frame-ancestors 'none'";

    private const string Page = "index.html", Hashed = "assets/", Forever = "public, max-age=31536000, immutable", AskEachTime = "no-cache";

    /// <inheritdoc/>
    public IResult? Find(HttpRequest request)
    {
        ArgumentNullException.ThrowIfNull(request);
        var address = request.Path.Value ?? "";
        if (files.Find(Page) is null) return null;
        if (address is "" or "/" or "/app") return Results.Redirect("/app/" + request.QueryString);
        if (!address.StartsWith("/app/", StringComparison.Ordinal)) return null;
        var name = address["/app/".Length..];
        var isFile = name.StartsWith(Hashed, StringComparison.Ordinal) || name[(name.LastIndexOf('/') + 1)..].Contains('.', StringComparison.Ordinal);
        return files.Find(isFile ? name : Page) is { } file ? new FileOfPortal(file, name.StartsWith(Hashed, StringComparison.Ordinal)) : null;
    }

    /// <summary>A file with its validator, in the smallest form that the browser reads.</summary>
    private sealed class FileOfPortal(PortalFile file, bool hashed) : IResult
    {
        public Task ExecuteAsync(HttpContext httpContext)
        {
            var encoding = ContentCoding.Smallest(httpContext.Request, file.Packed.ContainsKey);
            var headers = httpContext.Response.Headers;
            headers.CacheControl = hashed ? Forever : AskEachTime;
            headers.ContentSecurityPolicy = ContentSecurityPolicy;
            if (file.Packed.Count > 0) headers.Vary = HeaderNames.AcceptEncoding;
            if (encoding is not null) headers.ContentEncoding = encoding;
            var tag = new EntityTagHeaderValue($"\"{file.Hash}{(encoding is null ? "" : "-" + encoding)}\"");
            return Results.Bytes(encoding is null ? file.Plain : file.Packed[encoding], file.MediaType, entityTag: tag).ExecuteAsync(httpContext);
        }
    }
}
