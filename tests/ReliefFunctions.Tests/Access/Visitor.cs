using System.Text.Json;
using ReliefFunctions.Core.Storage;

namespace ReliefFunctions.Tests.Access;

/// <summary>A browser at the product's pages: keeps its cookie and says of each write where it comes from.</summary>
internal sealed class Visitor(World world)
{
    private static readonly Dictionary<string, string> OwnPage = new() { ["X-Relief-Client"] = "portal", ["Sec-Fetch-Site"] = "same-origin" };

    /// <summary>The cookies that the browser holds.</summary>
    public Dictionary<string, string> Cookies { get; } = [];

    /// <summary>The session's cookie.</summary>
    public string? Cookie
    {
        get => Cookies.GetValueOrDefault("__Host-relief");
        set => Cookies["__Host-relief"] = value!;
    }

    public Task<Answer> GetAsync(string path) => SendAsync("GET", path, null, new Dictionary<string, string>());

    public Task<Answer> PostAsync(string path, object body) => SendAsync("POST", path, body, OwnPage);

    public Task<Answer> DeleteAsync(string path) => SendAsync("DELETE", path, null, OwnPage);

    public async Task<Answer> SendAsync(string method, string path, object? body, IDictionary<string, string> headers)
    {
        var all = new Dictionary<string, string>(headers);
        if (Cookies.Count > 0) all["Cookie"] = string.Join("; ", Cookies.Select(cookie => $"{cookie.Key}={cookie.Value}"));
        var answer = await world.SendAsync(method, path, body is null ? null : JsonSerializer.SerializeToUtf8Bytes(body, StoredJson.Options), headers: all);
        foreach (var cookie in answer.Headers.GetValueOrDefault("Set-Cookie", "").Split(",__Host-").Where(cookie => cookie.Length > 0))
        {
            var (name, value) = cookie.Split(';')[0].Split('=', 2) is [var n, var v] ? (n.StartsWith("__Host-", StringComparison.Ordinal) ? n : "__Host-" + n, v) : ("", "");
            if (value.Length == 0) Cookies.Remove(name);
            else Cookies[name] = value;
        }

        return answer;
    }
}
