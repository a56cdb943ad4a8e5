using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;

namespace ReliefFunctions.Core.Storage;

/// <summary>
/// Storage keys are joined with <c>|</c> from parts that are checked here, so that nothing typed by a person can leave its place in a key.
/// </summary>
public static partial class Keys
{
    /// <summary>
    /// Returns <paramref name="value"/> when it may stand in a key, else throws <see cref="ArgumentException"/>: the edge must have refused it before.
    /// </summary>
    public static string Part(string value) =>
        IsPart(value) ? value : throw new ArgumentException($"“{value}” cannot stand in a storage key.", nameof(value));

    /// <summary>
    /// Whether a value may stand in a key: letters, digits, <c>. _ : -</c>, 1 to 128 characters, and not dots alone, which would climb out of a blob's
    /// path.
    /// </summary>
    public static bool IsPart(string? value) => value is not null && Allowed().IsMatch(value);

    /// <summary>A key of checked parts.</summary>
    public static string Join(params ReadOnlySpan<string> parts)
    {
        foreach (var part in parts) Part(part);
        return string.Join('|', parts!);
    }

    /// <summary>SHA-256 of foreign text as 64 hex digits: foreign identifiers enter keys only so.</summary>
    public static string Hash(string foreign) => Hash(Encoding.UTF8.GetBytes(foreign));

    /// <summary>SHA-256 as 64 lower-case hex digits.</summary>
    public static string Hash(ReadOnlySpan<byte> bytes) => Convert.ToHexStringLower(SHA256.HashData(bytes));

    /// <summary>Sorts the newest first: what is left of the largest tick count, 19 digits.</summary>
    public static string Inverted(DateTimeOffset at) =>
        (DateTimeOffset.MaxValue.UtcTicks - at.UtcTicks).ToString("D19", System.Globalization.CultureInfo.InvariantCulture);

    [GeneratedRegex(@"^(?!\.+$)[A-Za-z0-9._:-]{1,128}\z", RegexOptions.CultureInvariant)]
    private static partial Regex Allowed();
}
