using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using ReliefFunctions.Core.Http;

namespace ReliefFunctions.Core.WeeklyReports;

/// <summary>What stands in one field. Zero, blank and missing are three things.</summary>
public enum FieldValueKind
{
    /// <summary>The field is not on the unit's form, or was not handed in at all.</summary>
    Missing,

    /// <summary>The field is on the form and was left empty.</summary>
    Blank,

    /// <summary>A number, 0 included.</summary>
    Number,

    /// <summary>Words.</summary>
    Text,
}

/// <summary>The content of one field; the default value is <see cref="FieldValueKind.Missing"/>.</summary>
public readonly record struct FieldValue
{
    private readonly int _number;
    private readonly string? _text;

    private FieldValue(FieldValueKind kind, int number, string? text) => (Kind, _number, _text) = (kind, number, text);

    /// <summary>Which of the four it is.</summary>
    public FieldValueKind Kind { get; }

    /// <summary>The number, or null when it holds none.</summary>
    public int? Number => Kind == FieldValueKind.Number ? _number : null;

    /// <summary>The words, or null when it holds none.</summary>
    public string? Text => Kind == FieldValueKind.Text ? _text : null;

    /// <summary>Whether the field holds a number or words.</summary>
    public bool IsFilled => Kind is FieldValueKind.Number or FieldValueKind.Text;

    /// <summary>An empty field.</summary>
    public static FieldValue Blank => new(FieldValueKind.Blank, 0, null);

    /// <summary>A number.</summary>
    public static FieldValue Of(int number) => new(FieldValueKind.Number, number, null);

    /// <summary>Words; empty words are a blank.</summary>
    public static FieldValue Of(string text) => text.Length == 0 ? Blank : new(FieldValueKind.Text, 0, text);

    /// <summary>As a person reads it; blank and missing are the empty string.</summary>
    public override string ToString() => Number?.ToString(CultureInfo.InvariantCulture) ?? _text ?? "";
}

/// <summary>
/// The values of one report by field code. As JSON an object in code order: a number, a string, or null for a blank; missing fields do not stand there.
/// </summary>
[JsonConverter(typeof(ReportValuesJson))]
[JsonShape("""{"type":"object","description":"按指标代码：数字、文字，或 null（空白）","additionalProperties":{"type":["integer","string","null"]},"examples":[{"A01":12,"B02":0,"X02":"热线接听 3 次"}]}""")]
public sealed class ReportValues : IEquatable<ReportValues>
{
    private readonly string[] _codes;
    private readonly FieldValue[] _values;

    /// <summary>Takes the values given; missing ones are left out, a code that stands twice is an error of the caller.</summary>
    public ReportValues(IEnumerable<KeyValuePair<string, FieldValue>> values)
    {
        var there = values.Where(pair => pair.Value.Kind != FieldValueKind.Missing).ToList();
        _codes = [.. there.Select(pair => pair.Key)];
        _values = [.. there.Select(pair => pair.Value)];
        Array.Sort(_codes, _values, StringComparer.Ordinal);
        for (var i = 1; i < _codes.Length; i++)
        {
            if (_codes[i] == _codes[i - 1]) throw new ArgumentException($"{_codes[i]} stands twice.", nameof(values));
        }
    }

    /// <summary>No values.</summary>
    public static ReportValues Empty { get; } = new([]);

    /// <summary>The content of a field; <see cref="FieldValueKind.Missing"/> when it is not there.</summary>
    public FieldValue this[string code] => Array.BinarySearch(_codes, code, StringComparer.Ordinal) is >= 0 and var at ? _values[at] : default;

    /// <summary>The codes that are there, blanks included, in ordinal order.</summary>
    public IEnumerable<string> Codes => _codes;

    /// <summary>The same for one who asks for a form's fields in turn: looked for first behind the one before, which mostly spares the search.</summary>
    internal FieldValue Next(string code, ref int at)
    {
        if (at < _codes.Length && _codes[at] == code) return _values[at++];
        var found = Array.BinarySearch(_codes, code, StringComparer.Ordinal);
        at = found < 0 ? ~found : found + 1;
        return found < 0 ? default : _values[found];
    }

    /// <summary>The number in a field; null for blank, missing and words.</summary>
    public int? Number(string code) => this[code].Number;

    /// <summary>The words in a field; null for blank, missing and numbers.</summary>
    public string? Text(string code) => this[code].Text;

    /// <summary>The same values with one set.</summary>
    public ReportValues With(string code, FieldValue value) => new(Pairs.Where(pair => pair.Key != code).Append(new(code, value)));

    /// <summary>The codes whose content differs between the two, in ordinal order.</summary>
    public static IReadOnlyList<FieldChange> Changes(ReportValues before, ReportValues after) =>
        [.. before.Codes.Union(after.Codes).Order(StringComparer.Ordinal)
            .Where(code => before[code] != after[code])
            .Select(code => new FieldChange(code, before[code].ToString(), after[code].ToString()))];

    /// <inheritdoc/>
    public bool Equals(ReportValues? other) => other is not null && _codes.AsSpan().SequenceEqual(other._codes)
        && _values.AsSpan().SequenceEqual(other._values);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as ReportValues);

    /// <inheritdoc/>
    public override int GetHashCode() => Pairs.Aggregate(_codes.Length, (hash, pair) => HashCode.Combine(hash, pair.Key, pair.Value));

    private IEnumerable<KeyValuePair<string, FieldValue>> Pairs => _codes.Zip(_values, KeyValuePair.Create);

    internal void WriteTo(Utf8JsonWriter writer)
    {
        writer.WriteStartObject();
        foreach (var (code, value) in Pairs)
        {
            if (value.Number is { } number) writer.WriteNumber(code, number);
            else if (value.Text is { } text) writer.WriteString(code, text);
            else writer.WriteNull(code);
        }

        writer.WriteEndObject();
    }

    private sealed class ReportValuesJson : JsonConverter<ReportValues>
    {
        public override ReportValues Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
        {
            if (reader.TokenType != JsonTokenType.StartObject) throw new JsonException("Values are an object of field codes.");
            var values = new Dictionary<string, FieldValue>(StringComparer.Ordinal);
            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                var code = reader.GetString()!;
                reader.Read();
                var value = reader.TokenType switch
                {
                    JsonTokenType.Null => FieldValue.Blank,
                    JsonTokenType.String => FieldValue.Of(reader.GetString()!),
                    JsonTokenType.Number when reader.TryGetInt32(out var number) => FieldValue.Of(number),
                    _ => throw new JsonException($"{code} is neither a whole number, nor words, nor null."),
                };
                if (!values.TryAdd(code, value)) throw new JsonException($"{code} stands twice.");
            }

            return new ReportValues(values);
        }

        public override void Write(Utf8JsonWriter writer, ReportValues value, JsonSerializerOptions options) => value.WriteTo(writer);
    }
}

/// <summary>One field of a correction: what stood there and what stands there now, as a person reads it.</summary>
public sealed record FieldChange(string Field, string Before, string After);
