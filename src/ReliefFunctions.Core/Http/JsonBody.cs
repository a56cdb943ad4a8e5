using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using System.Text.Unicode;
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

    /// <summary>The member that stands twice, when that is what the reader refuses; it says so in English words alone.</summary>
    private static string? Twice(JsonException e) =>
        e.Message.StartsWith("Duplicate", StringComparison.Ordinal) && e.Message.Split('\'') is [_, { Length: > 0 } name, _, ..] ? name : null;

    /// <summary>
    /// The body as a <typeparamref name="T"/>; throws <see cref="ProblemException"/> (400) with every place where it is none, and (422) with every text in
    /// which it names a person. A time without a zone is meant in <paramref name="zone"/>.
    /// </summary>
    public static T Read<T>(ReadOnlyMemory<byte> body, TimeZoneInfo? zone = null)
    {
        var errors = new List<ProblemError>();
        try
        {
            var options = zone is null ? StoredJson.Strict : LocalTimes.In(zone);
            using var document = JsonDocument.Parse(Clean(body), new JsonDocumentOptions { MaxDepth = options.MaxDepth, AllowDuplicateProperties = false });
            Check(document.RootElement, options.GetTypeInfo(typeof(T)), "", errors);
            if (errors.Count == 0) return document.RootElement.Deserialize<T>(options)!;
        }
        catch (JsonException e)
        {
            var place = e.LineNumber is { } line ? $"第{line + 1}行第{(e.BytePositionInLine ?? 0) + 1}字节" : "开头";
            throw new ProblemException(ProblemType.BadRequest, $"请求内容不是合法的 JSON（{place}）。请检查引号、逗号、括号，以及是否有重复的字段。",
                [new ProblemError { Message = Twice(e) is { } name ? $"字段“{name}”出现了不止一次。" : $"从{place}起无法读取。", Fix = "改正后重试。", Code = "json" }]);
        }

        throw errors.TrueForAll(error => error.Code == "personal-data")
            ? new ProblemException(ProblemType.Invalid, "文字中含有个人身份信息，本次没有保存。", errors)
            : new ProblemException(ProblemType.BadRequest, $"请求内容有 {errors.Count} 处不合接口的要求。请对照接口文档改正。", errors);
    }

    /// <summary>
    /// JSON as it may be read: in UTF-8 (400 otherwise), without a mark of its order, and without what is no text (<see cref="Characters"/>), whether it
    /// stands there itself or as an escape. This is done once, before anything reads a body.
    /// </summary>
    public static ReadOnlyMemory<byte> Clean(ReadOnlyMemory<byte> body)
    {
        if (body.Span.StartsWith("\uFEFF"u8)) body = body[3..];
        var text = body.Span;
        if (!Utf8.IsValid(text)) throw new ProblemException(ProblemType.BadRequest, "请求内容不是 UTF-8 编码的 JSON。请用 UTF-8 编码后再发。");
        if (text.IndexOf((byte)'\\') < 0 && text.IndexOfAnyInRange((byte)0xEF, (byte)0xF4) < 0 && text.IndexOf((byte)0xC2) < 0) return body;
        var kept = new ArrayBufferWriter<byte>(text.Length);
        for (var i = 0; i < text.Length;)
        {
            var (length, isText) = text[i] == '\\'
                ? Escape(text[i..])
                : Rune.DecodeFromUtf8(text[i..], out var rune, out var bytes) == OperationStatus.Done
                ? (bytes, rune.IsAscii || Characters.IsText(rune.Value))
                : (1, true);
            if (isText) kept.Write(text.Slice(i, length));
            i += length;
        }

        return kept.WrittenMemory;
    }

    /// <summary>How long an escape is, a pair of surrogates taken together, and whether what it stands for may stay.</summary>
    private static (int Length, bool IsText) Escape(ReadOnlySpan<byte> text)
    {
        if (text.Length < 2) return (1, true);
        if (text[1] is (byte)'b' or (byte)'f') return (2, false);
        if (text[1] != 'u' || Unit(text) is not { } unit) return (2, true);
        if (!char.IsHighSurrogate(unit)) return (6, Characters.IsText(unit));
        return text.Length >= 12 && text[6] == '\\' && text[7] == 'u' && Unit(text[6..]) is { } low && char.IsLowSurrogate(low)
            ? (12, Characters.IsText(char.ConvertToUtf32(unit, low))) : (6, false);

        static char? Unit(ReadOnlySpan<byte> escape) =>
            escape.Length >= 6 && ushort.TryParse(escape.Slice(2, 4), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var unit) ? (char)unit
                : null;
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
                if (HoldsPersonalData(property)) CheckUnscreened(member.Value, type.Options.GetTypeInfo(property.PropertyType), place, errors);
                else Check(member.Value, type.Options.GetTypeInfo(property.PropertyType), place, errors);
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
                if (type.Type == typeof(string)) Screen(element.GetString()!, pointer, errors);
                return;
            }
            catch (Exception e) when (e is JsonException or InvalidOperationException or FormatException or NotSupportedException)
            {
                // Told below, in words.
            }
        }

        errors.Add(new ProblemError
        {
            Pointer = pointer.Length == 0
            ? "/"
            : pointer,
            Code = "kind",
            Value = Shown(element.GetRawText()),
            Message = $"这里应是{Expected(type)}。",
            Fix = "改正后重试。"
        });
    }

    /// <summary>Every text that is sent is screened, whatever it is for.</summary>
    private static void Screen(string text, string pointer, List<ProblemError> errors)
    {
        if (Characters.IsInvisible(text)) Add(errors, pointer, "invisible", "内容看不见：只有零宽字符之类。", "填写看得见的文字，或留空。");
        foreach (var (what, masked) in PersonalData.Find(text))
        {
            if (errors.Count < MostErrors)
            {
                errors.Add(new ProblemError { Pointer = pointer, Code = "personal-data", Value = masked, Message = $"含有{what}。", Fix = $"删除{what}。" });
            }
        }
    }

    private static void CheckUnscreened(JsonElement element, JsonTypeInfo type, string pointer, List<ProblemError> errors)
    {
        var found = new List<ProblemError>();
        Check(element, type, pointer, found);
        errors.AddRange(found.Where(error => error.Code != "personal-data").Take(MostErrors - errors.Count));
    }

    private static bool HoldsPersonalData(JsonPropertyInfo property) =>
        (property.AttributeProvider?.IsDefined(typeof(HoldsPersonalDataAttribute), inherit: true) ?? false)
        || (property.AssociatedParameter?.AttributeProvider?.IsDefined(typeof(HoldsPersonalDataAttribute), inherit: true) ?? false);

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
            _ when value == typeof(DateTimeOffset) => "时间，例如 2026-12-20T10:00（当地时间）或 2026-12-20T10:00:00+08:00；只写日期的，到当天结束",
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
