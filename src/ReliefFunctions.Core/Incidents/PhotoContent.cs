using System.Buffers.Binary;

namespace ReliefFunctions.Core.Incidents;

/// <summary>What a file is by its content, whatever it is called: the three kinds of photo that phones send and browsers show.</summary>
internal static class PhotoContent
{
    public const string Jpeg = "image/jpeg", Png = "image/png", WebP = "image/webp";

    /// <summary>The media type; null for anything else, and for a photo that is cut off.</summary>
    public static string? TypeOf(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length < 64) return null;
        if (bytes[0] == 0xFF && bytes[1] == 0xD8 && bytes[2] == 0xFF) return EndsJpeg(bytes) ? Jpeg : null;
        if (bytes.StartsWith(PngMark)) return bytes[12..16].SequenceEqual("IHDR"u8) && bytes[^12..].IndexOf("IEND"u8) >= 0 ? Png : null;
        return bytes.StartsWith("RIFF"u8) && bytes[8..12].SequenceEqual("WEBP"u8)
            && BinaryPrimitives.ReadUInt32LittleEndian(bytes[4..]) is var size && size + 8 <= (ulong)bytes.Length && size + 16 >= (ulong)bytes.Length ? WebP
                : null;
    }

    private static ReadOnlySpan<byte> PngMark => [0x89, (byte)'P', (byte)'N', (byte)'G', 0x0D, 0x0A, 0x1A, 0x0A];

    /// <summary>Some cameras pad a JPEG after its end mark.</summary>
    private static bool EndsJpeg(ReadOnlySpan<byte> bytes) => bytes.LastIndexOf([(byte)0xFF, (byte)0xD9]) is var end && end >= 0
        && bytes.Length - end <= 4096 + 2;
}
