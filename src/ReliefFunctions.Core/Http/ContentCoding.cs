using Microsoft.AspNetCore.Http;

namespace ReliefFunctions.Core.Http;

/// <summary>In which form bytes go over the line (RFC 9110, 8.4).</summary>
public static class ContentCoding
{
    /// <summary>Those that we pack in, the smallest first.</summary>
    public static readonly IReadOnlyList<string> SmallestFirst = ["br", "gzip"];

    /// <summary>The smallest of the codings that are there and that the caller reads; null for the bytes as they are.</summary>
    public static string? Smallest(HttpRequest request, Func<string, bool> isThere)
    {
        ArgumentNullException.ThrowIfNull(request);
        var accepted = request.GetTypedHeaders().AcceptEncoding.Where(coding => coding.Quality is not 0)
            .Select(coding => coding.Value.ToString()).ToHashSet(StringComparer.OrdinalIgnoreCase);
        return SmallestFirst.FirstOrDefault(coding => accepted.Contains(coding) && isThere(coding));
    }
}
