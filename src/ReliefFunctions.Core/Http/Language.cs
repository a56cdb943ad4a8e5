using System.Collections.Frozen;
using System.Net;
using System.Runtime.CompilerServices;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization.Metadata;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;
using ReliefFunctions.Core.Storage;
using ReliefFunctions.Core.Texts;

namespace ReliefFunctions.Core.Http;

/// <summary>
/// In which language a request is answered: Chinese, or English for whoever prefers it (RFC 9110, 12.5.4). Everything is decided, stored and sent to others
/// in Chinese; only what goes back to this caller is said in English.
/// </summary>
public static partial class Language
{
    /// <summary>Ends the version of an answer in English: two languages are two representations, and each has a tag of its own (RFC 9110, 8.8.3).</summary>
    public const string EnglishTag = "-en";

    private const string Chinese = "zh-CN", EnglishCode = "en";

    /// <summary>Stands for an element that says itself that it is Chinese: what is to be passed on as it is.</summary>
    private const string Kept = "lang";

    private static readonly JsonSerializerOptions InEnglish = new(StoredJson.Options)
    {
        TypeInfoResolver = new DefaultJsonTypeInfoResolver { Modifiers = { SayInEnglish } },
    };

    /// <summary>Members of the API document that are read by people.</summary>
    private static readonly FrozenSet<string> Described = new[] { "summary", "description", "title" }.ToFrozenSet();

    /// <summary>The one API document of each host, said once.</summary>
    private static readonly ConditionalWeakTable<string, string> Documents = [];

    /// <summary>
    /// Whether a request prefers English to Chinese. Of two languages that are wanted alike, the one named first; nobody's preference, one that names
    /// neither, and a header that is none mean Chinese.
    /// </summary>
    public static bool IsEnglish(HttpRequest request)
    {
        ArgumentNullException.ThrowIfNull(request);
        if (!StringWithQualityHeaderValue.TryParseList(request.Headers.AcceptLanguage, out var languages)) return false;
        var ((english, englishAt), (chinese, chineseAt)) = (Wanted(languages, EnglishCode), Wanted(languages, "zh"));
        return english > chinese || (english > 0 && english == chinese && englishAt < chineseAt);
    }

    /// <summary>How much a language is wanted, 0 to 1, and which place names it; <c>*</c> stands for every language that none names.</summary>
    private static (double Quality, int Place) Wanted(IList<StringWithQualityHeaderValue> languages, string code)
    {
        var named = languages.Index().Where(one => Names(one.Item.Value.Value ?? "", code)).ToList();
        if (named.Count > 0) return named.Select(one => (one.Item.Quality ?? 1, one.Index)).MaxBy(one => (one.Item1, -one.Index));
        return (languages.Where(one => one.Value == "*").Select(one => one.Quality ?? 1).DefaultIfEmpty(0).Max(), int.MaxValue);
    }

    private static bool Names(string range, string code) => range.StartsWith(code, StringComparison.OrdinalIgnoreCase)
        && (range.Length == code.Length || range[code.Length] is '-' or '_');

    /// <summary>Says in which language the answer is, and that another caller may get another one; answers whether it is English.</summary>
    public static bool Tell(HttpContext http)
    {
        ArgumentNullException.ThrowIfNull(http);
        var english = IsEnglish(http.Request);
        http.Response.Headers.ContentLanguage = english ? EnglishCode : Chinese;
        http.Response.Headers.Vary = "Accept, Accept-Language";
        return english;
    }

    /// <summary>The JSON dialect of answers in a language.</summary>
    public static JsonSerializerOptions Json(bool english) => english ? InEnglish : StoredJson.Options;

    /// <summary>The API document in a language.</summary>
    public static string Document(string document, bool english) => !english ? document : Documents.GetValue(document, static chinese =>
    {
        var root = JsonNode.Parse(chinese)!;
        Describe(root);
        return root.ToJsonString(new JsonSerializerOptions(StoredJson.Options) { WriteIndented = true, NewLine = "\n" }) + "\n";
    });

    private static void Describe(JsonNode? node)
    {
        if (node is JsonArray items)
        {
            foreach (var item in items) Describe(item);
        }
        else if (node is JsonObject members)
        {
            foreach (var (name, member) in members.ToList())
            {
                if (Described.Contains(name) && member is JsonValue value && value.TryGetValue(out string? text)) members[name] = English.Of(text);
                else if (name is not ("example" or "examples")) Describe(member);
            }
        }
    }

    /// <summary>
    /// A page in English: its texts and what its fields say; what stays Chinese is marked as such, for whoever has it read aloud. A paragraph that is marked so
    /// already is left as it is.
    /// </summary>
    public static string Page(string html)
    {
        var raw = "";
        return Piece().Replace(html.Replace($"<html lang=\"{Chinese}\">", $"<html lang=\"{EnglishCode}\">", StringComparison.Ordinal), match =>
        {
            var piece = match.Value;
            if (piece[0] != '<') return raw is "style" or "script" or Kept || !English.HasHan(piece) ? piece : Text(piece, isMarked: raw.Length == 0);
            if (Opening().Match(piece) is { Success: true } opening) raw = opening.Value[1..];
            else if (piece.Contains($" lang=\"{Chinese}\"", StringComparison.Ordinal)) raw = Kept;
            else if (piece.StartsWith("</", StringComparison.Ordinal)) raw = "";
            return Said().Replace(piece, attribute =>
                $"{attribute.Groups[1].Value}\"{WebUtility.HtmlEncode(English.Of(WebUtility.HtmlDecode(attribute.Groups[2].Value)))}\"");
        });
    }

    private static string Text(string piece, bool isMarked)
    {
        var text = WebUtility.HtmlDecode(piece);
        var (before, after) = (text[..^text.TrimStart().Length], text[text.TrimEnd().Length..]);
        var said = WebUtility.HtmlEncode(English.Of(text.Trim()));
        if (isMarked) said = ChineseRun().Replace(said, $"<span lang=\"{Chinese}\">$0</span>");
        return before + said + after;
    }

    /// <summary>Makes every member that is for people say its text in English.</summary>
    private static void SayInEnglish(JsonTypeInfo type)
    {
        foreach (var property in type.Properties)
        {
            if (property.Get is not { } get || !IsForPeople(property)) continue;
            property.Get = owner => get(owner) switch
            {
                string text => English.Of(text),
                IEnumerable<string> texts => (string[])[.. texts.Select(English.Of)],
                IReadOnlyDictionary<string, string> texts => texts.ToDictionary(pair => pair.Key, pair => English.Of(pair.Value)),
                var other => other,
            };
        }
    }

    /// <summary>Whether a member is marked as one that says something to people.</summary>
    internal static bool IsForPeople(JsonPropertyInfo property) =>
        (property.AttributeProvider?.IsDefined(typeof(ForPeopleAttribute), inherit: true) ?? false)
        || (property.AssociatedParameter?.AttributeProvider?.IsDefined(typeof(ForPeopleAttribute), inherit: true) ?? false);

    [GeneratedRegex("<[^>]*>|[^<]+")]
    private static partial Regex Piece();

    [GeneratedRegex("^<(?:style|script|title|option|textarea)(?=[ >])")]
    private static partial Regex Opening();

    [GeneratedRegex("((?:aria-label|alt|title|placeholder)=)\"([^\"]+)\"")]
    private static partial Regex Said();

    [GeneratedRegex(@"[\u3400-\u9FFF](?:[\u3000-\u9FFF\uFF00-\uFFEF0-9·]*[\u3400-\u9FFF])?")]
    private static partial Regex ChineseRun();
}
