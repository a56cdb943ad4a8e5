using System.Net;
using System.Text;

namespace ReliefFunctions.Core.Http;

/// <summary>The fields of a small page's form (<c>application/x-www-form-urlencoded</c>).</summary>
internal static class WebForm
{
    /// <summary>The first value of each field; what is no pair is passed over.</summary>
    public static Dictionary<string, string> Read(byte[] body) =>
        Encoding.UTF8.GetString(body).Split('&', StringSplitOptions.RemoveEmptyEntries).Select(pair => pair.Split('=', 2)).Where(pair => pair.Length == 2)
            .DistinctBy(pair => pair[0]).ToDictionary(pair => pair[0], pair => WebUtility.UrlDecode(pair[1]), StringComparer.Ordinal);
}
