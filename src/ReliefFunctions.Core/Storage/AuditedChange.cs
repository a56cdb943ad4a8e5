using System.Globalization;
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

    /// <summary>How many documents within another are taken apart.</summary>
    private const int Deepest = 3;

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
        var (was, now) = (Members(before, StoredJson.Options, told), Members(after, StoredJson.Options, told));
        var (wasShown, nowShown) = (Members(before, Shown, told), Members(after, Shown, told));
        var (from, to) = (new JsonObject(), new JsonObject());
        foreach (var name in was.Select(pair => pair.Key).Union(now.Select(pair => pair.Key)))
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

    /// <summary>A document's members that are told, laid flat: <c>content/what</c>, <c>fields/B02/label</c>.</summary>
    private static JsonObject Members<T>(T? value, JsonSerializerOptions options, AuditedAttribute told)
    {
        var members = new JsonObject();
        var node = JsonSerializer.SerializeToNode(value, options);
        if (node is JsonObject document && told.Members.Count > 0)
        {
            foreach (var other in document.Select(pair => pair.Key).Except(told.Members).ToList()) document.Remove(other);
        }

        if (node is JsonObject or JsonArray) Lay(node, "", 0, members);
        return members;
    }

    /// <summary>
    /// Takes members apart that are documents themselves, or lists of such with an id or code: then only those entries are told that differ, and the list as
    /// the ids that stand in it. The entries of a list that is the whole document are named by their place where they have no id.
    /// </summary>
    private static void Lay(JsonNode? node, string name, int depth, JsonObject members)
    {
        string Of(string part) => name.Length == 0 ? part : $"{name}/{part}";
        if (depth < Deepest && node is JsonObject { Count: > 0 } parts)
        {
            foreach (var (part, value) in parts) Lay(value, Of(part), depth + 1, members);
        }
        else if (depth < Deepest && node is JsonArray { Count: > 0 } entries && (depth == 0 || entries.All(entry => IdOf(entry) is not null)))
        {
            if (depth > 0) members[name] = new JsonArray([.. entries.Select(entry => (JsonNode)IdOf(entry)!)]);
            foreach (var (i, entry) in entries.Index()) Lay(entry, Of(IdOf(entry) ?? i.ToString(CultureInfo.InvariantCulture)), depth + 1, members);
        }
        else
        {
            members[name] = node?.DeepClone();
        }
    }

    private static string? IdOf(JsonNode? entry) => (entry as JsonObject) is { } parts ? (parts["id"] ?? parts["code"])?.ToString() : null;

    private static void Hide(JsonTypeInfo type)
    {
        foreach (var property in type.Properties)
        {
            if (property.AttributeProvider?.IsDefined(typeof(HoldsPersonalDataAttribute), inherit: true) == true) property.ShouldSerialize = (_, _) => false;
        }
    }
}
