using System.Buffers;
using System.Security.Cryptography;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using ReliefFunctions.Core.Campaigns;
using ReliefFunctions.Core.WeeklyReports.Forms;

namespace ReliefFunctions.Core.WeeklyReports;

/// <summary>Everything a unit says in one report: the values and who stands for them.</summary>
public sealed record ReportContent
{
    /// <summary>By field code; holds every field of the unit's form.</summary>
    public required ReportValues Values { get; init; }

    /// <summary>Whether the unit declares that nothing happened (零报告): every flow is 0.</summary>
    public bool ZeroReport { get; init; }

    /// <summary>填报人.</summary>
    public string? FilledBy { get; init; }

    /// <summary>审核人.</summary>
    public string? ReviewedBy { get; init; }

    /// <summary>The unit's explanation of warnings (情况说明).</summary>
    public string? Note { get; init; }

    /// <summary>
    /// The same content with exactly the fields of the form: those not handed in are blank, and on a zero report the empty flows are 0.
    /// Stocks stay as handed in, because a level is not zero when nothing happens.
    /// </summary>
    public ReportContent On(FormDefinition form, UnitKind kind)
    {
        var values = form.FieldsFor(kind).Select(field =>
        {
            var value = Values[field.Code];
            if (value.IsFilled) return new KeyValuePair<string, FieldValue>(field.Code, value);
            return new(field.Code, ZeroReport && field.Aggregation == Aggregation.Flow ? FieldValue.Of(0) : FieldValue.Blank);
        });
        return this with { Values = new ReportValues(values) };
    }

    /// <summary>The content as UTF-8 JSON in one fixed form: equal content has equal bytes.</summary>
    public byte[] ToCanonicalJson()
    {
        var buffer = new ArrayBufferWriter<byte>(1024);
        using (var writer = new Utf8JsonWriter(buffer, new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
        {
            writer.WriteStartObject();
            if (FilledBy is not null) writer.WriteString("filledBy", FilledBy);
            if (Note is not null) writer.WriteString("note", Note);
            if (ReviewedBy is not null) writer.WriteString("reviewedBy", ReviewedBy);
            writer.WritePropertyName("values");
            Values.WriteTo(writer);
            writer.WriteBoolean("zeroReport", ZeroReport);
            writer.WriteEndObject();
        }

        return buffer.WrittenSpan.ToArray();
    }

    /// <summary>SHA-256 of the canonical form and the form version, lower-case hex: the same hash is the same report.</summary>
    public string Hash(int formVersion) =>
        Convert.ToHexStringLower(SHA256.HashData([.. Encoding.ASCII.GetBytes($"weekly-report/1|form {formVersion}|"), .. ToCanonicalJson()]));
}
