using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization.Metadata;
using ReliefFunctions.Core.Texts;

namespace ReliefFunctions.Core.Storage;

/// <summary>
/// Marks documents of which the trail tells what a decision changed, before and after. Only these: a document may hold what no reader of a trail may see.
/// </summary>
/// <param name="members">The members that are told, as in JSON; none for all.</param>
[AttributeUsage(AttributeTargets.Class)]
public sealed class AuditedAttribute(params string[] members) : Attribute
{
    /// <summary>The members that are told; empty for all.</summary>
    public IReadOnlyList<string> Members => members;
}

/// <summary>
/// What a decision changed of a document: the members that differ, in JSON, bounded, and without numbers and addresses by which somebody is reached or let in
/// (<see cref="HoldsPersonalDataAttribute"/>): of these it is told that they changed.
/// </summary>
internal static class AuditedChange
{
    /// <summary>Longest text of one member, and of all that a decision changed.</summary>
    public const int LongestMember = 300, Longest = 4000;

    private const string NotShown = "（不显示）";

    private static readonly JsonSerializerOptions Shown = new(StoredJson.Options)
    {
        TypeInfoResolver = new DefaultJsonTypeInfoResolver { Modifiers = { Hide } },
    };

    /// <summary>The members that differ, before and after; null when the document is none that is told, or nothing of it changed.</summary>
    public static (JsonObject Before, JsonObject After)? Of<T>(T? before, T? after)
    {
        var type = typeof(T).IsGenericType && typeof(T).GetGenericArguments() is [var element] ? element : typeof(T);
        if (Attribute.GetCustomAttribute(type, typeof(AuditedAttribute)) is not AuditedAttribute told) return null;
        var (was, now) = (Members(before, StoredJson.Options), Members(after, StoredJson.Options));
        var (wasShown, nowShown) = (Members(before, Shown), Members(after, Shown));
        var (from, to) = (new JsonObject(), new JsonObject());
        var names = was.Select(pair => pair.Key).Union(now.Select(pair => pair.Key));
        foreach (var name in names.Where(name => told.Members.Count == 0 || told.Members.Contains(name)))
        {
            if (JsonNode.DeepEquals(was[name], now[name])) continue;
            var isHidden = JsonNode.DeepEquals(wasShown[name], nowShown[name]);
            Tell(from, name, isHidden && was[name] is not null ? NotShown : wasShown[name]);
            Tell(to, name, isHidden && now[name] is not null ? NotShown : nowShown[name]);
        }

        return from.Count + to.Count == 0 ? null : (from, to);
    }

    /// <summary>Several documents' changes in one text.</summary>
    public static string? Text(IReadOnlyList<JsonObject> changes)
    {
        var said = changes.Where(change => change.Count > 0).ToList();
        return said.Count == 0 ? null : TextFit.Cut(string.Join('\n', said.Select(change => change.ToJsonString(StoredJson.Options))), Longest);
    }

    private static void Tell(JsonObject told, string name, JsonNode? value)
    {
        if (value is null) return;
        var text = value.ToJsonString(StoredJson.Options);
        told[name] = text.Length <= LongestMember ? value.DeepClone() : TextFit.Cut(text, LongestMember);
    }

    /// <summary>A document's members; a list's are its entries, named by their id or code, or else by their place.</summary>
    private static JsonObject Members<T>(T? value, JsonSerializerOptions options) => JsonSerializer.SerializeToNode(value, options) switch
    {
        JsonObject members => members,
        JsonArray entries => new JsonObject(entries.Select((entry, i) => KeyValuePair.Create(
            (string?)(entry?["id"] ?? entry?["code"]) ?? i.ToString(System.Globalization.CultureInfo.InvariantCulture), entry?.DeepClone()))
            .DistinctBy(pair => pair.Key)),
        _ => [],
    };

    private static void Hide(JsonTypeInfo type)
    {
        foreach (var property in type.Properties)
        {
            if (property.AttributeProvider?.IsDefined(typeof(HoldsPersonalDataAttribute), inherit: true) == true) property.ShouldSerialize = (_, _) => false;
        }
    }
}
