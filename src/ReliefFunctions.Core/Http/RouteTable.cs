using System.Collections.Frozen;
using Microsoft.AspNetCore.Http;

namespace ReliefFunctions.Core.Http;

/// <summary>The routes as an address finds them; templates are taken apart once. Literal parts are compared without case, as everywhere in ASP.NET.</summary>
public sealed class RouteTable
{
    private static readonly string[] Verbs = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"];

    private readonly Lazy<string> _document;
    private readonly FrozenDictionary<int, (ApiRoute Route, string[] Parts)[]> _byLength;

    /// <summary>Takes the templates apart.</summary>
    public RouteTable(IEnumerable<ApiRoute> routes)
    {
        Routes = [.. routes];
        _document = new Lazy<string>(() => OpenApiDocument.Of(Routes));
        _byLength = Routes.Select(route => (route, Parts: route.Template.Split('/'))).GroupBy(entry => entry.Parts.Length)
            .ToFrozenDictionary(group => group.Key, group => group.ToArray());
    }

    /// <summary>Every route.</summary>
    public IReadOnlyList<ApiRoute> Routes { get; }

    /// <summary>The API document of the routes.</summary>
    public string Document => _document.Value;

    /// <summary>Every route whose template the address fits, whatever its method. One trailing slash is no difference.</summary>
    public IReadOnlyList<RouteMatch> At(PathString path)
    {
        var address = (path.Value ?? "").AsSpan();
        if (address is ['/', ..]) address = address[1..];
        if (address is [.., '/']) address = address[..^1];
        var parts = address.ToString().Split('/');
        return _byLength.TryGetValue(parts.Length, out var entries)
            ? [.. entries.Where(entry => Fits(entry.Parts, parts)).Select(entry => new RouteMatch(entry.Route, Values(entry.Parts, parts)))]
            : [];
    }

    /// <summary>The methods that an address answers: HEAD wherever GET is, OPTIONS everywhere.</summary>
    public static string Allow(IEnumerable<RouteMatch> matches)
    {
        var methods = matches.Select(match => match.Route.Method).Append("OPTIONS").ToHashSet();
        if (methods.Contains("GET")) methods.Add("HEAD");
        return string.Join(", ", Verbs.Where(methods.Contains));
    }

    private static bool Fits(string[] template, string[] parts)
    {
        for (var i = 0; i < parts.Length; i++)
        {
            if (IsParameter(template[i]) ? parts[i].Length == 0 : !template[i].Equals(parts[i], StringComparison.OrdinalIgnoreCase)) return false;
        }

        return true;
    }

    private static Dictionary<string, string> Values(string[] template, string[] parts) =>
        template.Zip(parts).Where(pair => IsParameter(pair.First)).ToDictionary(
            pair => pair.First[1..^1], pair => pair.First == "{token}" ? WithoutWhatFollows(pair.Second) : pair.Second);

    /// <summary>A signed link stands in a message: phones take the words and full-width punctuation after it for a part of it.</summary>
    private static string WithoutWhatFollows(string token) => token.AsSpan().IndexOfAnyExceptInRange('!', '~') is > 0 and var end ? token[..end] : token;

    private static bool IsParameter(string part) => part is ['{', ..];
}

/// <summary>A route that an address fits.</summary>
/// <param name="Route">The route.</param>
/// <param name="Values">The address's parts by their names in the template, decoded, not yet checked.</param>
public sealed record RouteMatch(ApiRoute Route, IReadOnlyDictionary<string, string> Values);
