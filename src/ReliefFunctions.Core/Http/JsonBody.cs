using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using ReliefFunctions.Core.Storage;
using ReliefFunctions.Core.Texts;

namespace ReliefFunctions.Core.Http;

/// <summary>
/// Reads a JSON body of a known shape. The serializer stops at the first thing it cannot take and says so in English; a person who
/// mends a body wants all of them, in Chinese, each with its place (RFC 6901).
/// </summary>
public static class JsonBody
{
    /// <summary>A longer list is no help; the rest shows after these are mended.</summary>
    private const int MostErrors = 50;

    /// <summary>The body as a <typeparamref name="T"/>; throws <see cref="ProblemException"/> (400) with every place where it is none.</summary>
    public static T Read<T>(ReadOnlyMemory<byte> body)
    {
        if (body.Span.StartsWith("\uFEFF"u8)) body = body[3..];
        var errors = new List<ProblemError>();
        try
        {
            using var document = JsonDocument.Parse(body, new JsonDocumentOptions { MaxDepth = StoredJson.Strict.MaxDepth, AllowDuplicateProperties = false });
            Check(document.RootElement, StoredJson.Strict.GetTypeInfo(typeof(T)), "", errors);
            if (errors.Count == 0) return document.RootElement.Deserialize<T>(StoredJson.Strict)!;
        }
        catch (JsonException e)
        {
            var place = e.LineNumber is { } line ? $"第{line + 1}行第{(e.BytePositionInLine ?? 0) + 1}字节" : "开头";
            throw new ProblemException(ProblemType.BadRequest, $"请求内容不是合法的 JSON（{place}）。请检查引号、逗号、括号，以及是否有重复的字段。",
                [new ProblemError { Message = $"从{place}起无法读取。", Fix = "改正后重试。", Value = e.Message, Code = "json" }]);
        }

        throw new ProblemException(ProblemType.BadRequest, $"请求内容有 {errors.Count} 处不合接口的要求。请对照接口文档改正。", errors);
    }

    private static void Check(JsonElement element, JsonTypeInfo type, string pointer, List<ProblemError> errors)
    {
        if (errors.Count >= MostErrors || type.Type == typeof(JsonElement)) return;
        switch (type.Kind)
        {
            case JsonTypeInfoKind.Object when element.ValueKind == JsonValueKind.Object:
                CheckMembers(element, Concrete(element, type), type.PolymorphismOptions?.TypeDiscriminatorPropertyName, pointer, errors);
                break;
            case JsonTypeInfoKind.Enumerable when element.ValueKind == JsonValueKind.Array:
                CheckItems(element.EnumerateArray().Select((item, i) => (i.ToString(CultureInfo.InvariantCulture), item)), type, pointer, errors);
                break;
            case JsonTypeInfoKind.Dictionary when element.ValueKind == JsonValueKind.Object:
                CheckItems(element.EnumerateObject().Select(member => (member.Name, member.Value)), type, pointer, errors);
                break;
            default:
                CheckValue(element, type, pointer, errors);
                break;
        }
    }

    private static void CheckMembers(JsonElement element, JsonTypeInfo type, string? discriminator, string pointer, List<ProblemError> errors)
    {
        var given = element.EnumerateObject().Where(member => member.Name != discriminator).ToList();
        var settable = type.Properties.Where(IsSettable).ToList();
        foreach (var member in given)
        {
            var place = $"{pointer}/{Escaped(member.Name)}";
            if (type.Properties.FirstOrDefault(property => property.Name.Equals(member.Name, StringComparison.OrdinalIgnoreCase)) is not { } property)
            {
                Add(errors, place, "unknown-member", $"没有名为“{Shown(member.Name)}”的字段。", $"删去它，或改为以下之一：{string.Join("、", settable.Select(one => one.Name))}。");
            }
            else if (!IsSettable(property))
            {
                // What was read is sent back whole: a figure that follows from the others is let pass and not believed.
            }
            else if (member.Value.ValueKind != JsonValueKind.Null)
            {
                Check(member.Value, type.Options.GetTypeInfo(property.PropertyType), place, errors);
            }
            else if (!property.IsSetNullable || property.AssociatedParameter is { IsNullable: false }
                || (property.PropertyType.IsValueType && Nullable.GetUnderlyingType(property.PropertyType) is null))
            {
                Add(errors, place, "null", $"“{property.Name}”不能为 null。", Needed(property) ? "填写它的值。" : "填写它的值，或删去这个字段。");
            }
        }

        foreach (var property in settable.Where(property => Needed(property)
            && !given.Exists(member => member.Name.Equals(property.Name, StringComparison.OrdinalIgnoreCase))))
        {
            Add(errors, $"{pointer}/{property.Name}", "missing-member", $"缺少“{property.Name}”。",
                $"补上{Expected(type.Options.GetTypeInfo(property.PropertyType))}。");
        }
    }

    private static void CheckItems(IEnumerable<(string Name, JsonElement Value)> items, JsonTypeInfo type, string pointer, List<ProblemError> errors)
    {
        var item = type.Options.GetTypeInfo(type.ElementType!);
        foreach (var (name, value) in items) Check(value, item, $"{pointer}/{Escaped(name)}", errors);
    }

    private static void CheckValue(JsonElement element, JsonTypeInfo type, string pointer, List<ProblemError> errors)
    {
        if (element.ValueKind == JsonValueKind.Null && Nullable.GetUnderlyingType(type.Type) is not null) return;
        if (element.ValueKind != JsonValueKind.Null && type.Kind == JsonTypeInfoKind.None)
        {
            try
            {
                element.Deserialize(type);
                return;
            }
            catch (Exception e) when (e is JsonException or InvalidOperationException or FormatException or NotSupportedException)
            {
                // Told below, in words.
            }
        }

        errors.Add(new ProblemError { Pointer = pointer.Length == 0
            ? "/"
            : pointer, Code = "kind", Value = Shown(element.GetRawText()), Message = $"这里应是{Expected(type)}。", Fix = "改正后重试。" });
    }

    /// <summary>Of a shape with several forms, the one that the body names; else the common one.</summary>
    private static JsonTypeInfo Concrete(JsonElement element, JsonTypeInfo type) =>
        type.PolymorphismOptions is { } forms && element.TryGetProperty(forms.TypeDiscriminatorPropertyName, out var named)
        && forms.DerivedTypes.FirstOrDefault(form => Equals(form.TypeDiscriminator, named.ToString())) is { DerivedType: { } derived }
            ? type.Options.GetTypeInfo(derived)
            : type;

    private static bool IsSettable(JsonPropertyInfo property) => property.Set is not null || property.AssociatedParameter is not null;

    internal static bool Needed(JsonPropertyInfo property) =>
        property.IsRequired || property.AssociatedParameter is { IsNullable: false, HasDefaultValue: false };

    private static string Expected(JsonTypeInfo type)
    {
        var value = Nullable.GetUnderlyingType(type.Type) ?? type.Type;
        return type.Kind switch
        {
            JsonTypeInfoKind.Object or JsonTypeInfoKind.Dictionary => "一个对象 {…}",
            JsonTypeInfoKind.Enumerable => "一个列表 […]",
            _ when value.IsEnum => $"以下之一：{string.Join("、", Enum.GetNames(value).Select(JsonNamingPolicy.CamelCase.ConvertName))}",
            _ when value == typeof(bool) => " true 或 false",
            _ when value == typeof(int) || value == typeof(long) => "整数",
            _ when value == typeof(double) || value == typeof(decimal) => "数字",
            _ when value == typeof(DateOnly) => "日期，例如 2026-12-20",
            _ when value == typeof(TimeOnly) => "时刻，例如 17:00:00",
            _ when value == typeof(DateTimeOffset) => "带时区的时间，例如 2026-12-20T10:00:00+08:00",
            _ when value == typeof(string) => "文字",
            _ => "接口文档所写的值",
        };
    }

    private static void Add(List<ProblemError> errors, string pointer, string code, string message, string fix)
    {
        if (errors.Count < MostErrors) errors.Add(new ProblemError { Pointer = pointer, Code = code, Message = message, Fix = fix });
    }

    private static string Shown(string text) => text.Cut(101);

    private static string Escaped(string name) => Shown(name).Replace("~", "~0", StringComparison.Ordinal).Replace("/", "~1", StringComparison.Ordinal);
}
