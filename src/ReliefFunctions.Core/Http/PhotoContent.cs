using System.Buffers.Binary;

namespace ReliefFunctions.Core.Http;

/// <summary>A photo as it is kept.</summary>
/// <param name="ContentType">As its content says.</param>
/// <param name="Bytes">What draws it.</param>
internal sealed record Photo(string ContentType, byte[] Bytes);

/// <summary>
/// What a picture is by its content, whatever it is called, and what of it is kept: what draws it, and which way up. Where, when and by which phone it was
/// taken, thumbnails of what was cut away, and whatever hangs behind its end are left out. The three kinds that phones send and browsers show.
/// </summary>
internal static class PhotoContent
{
    public const string Jpeg = "image/jpeg", Png = "image/png", WebP = "image/webp";

    private const int Upright = 1, OrientationTag = 0x0112;

    /// <summary>Parts that draw a PNG (ISO/IEC 15948): the picture and its colours.</summary>
    private static readonly string[] PngParts = ["IHDR", "PLTE", "IDAT", "IEND", "tRNS", "gAMA", "cHRM", "sRGB", "iCCP", "cICP", "sBIT", "bKGD", "pHYs"];

    /// <summary>Parts that draw a WebP (RFC 9649).</summary>
    private static readonly string[] WebPParts = ["VP8X", "VP8 ", "VP8L", "ALPH", "ICCP", "ANIM", "ANMF"];

    private static ReadOnlySpan<byte> PngMark => [0x89, (byte)'P', (byte)'N', (byte)'G', 0x0D, 0x0A, 0x1A, 0x0A];

    /// <summary>The photo as it is kept; null for anything else, and for a photo that is cut off.</summary>
    public static Photo? Of(ReadOnlySpan<byte> file)
    {
        if (file.StartsWith((ReadOnlySpan<byte>)[0xFF, 0xD8, 0xFF])) return OfJpeg(file) is { } jpeg ? new Photo(Jpeg, jpeg) : null;
        if (file.StartsWith(PngMark)) return OfPng(file) is { } png ? new Photo(Png, png) : null;
        var isWebP = file.Length >= 12 && file.StartsWith("RIFF"u8) && file[8..12].SequenceEqual("WEBP"u8);
        return isWebP && OfWebP(file) is { } webP ? new Photo(WebP, webP) : null;
    }

    /// <summary>Segments up to the end mark (ITU-T T.81, annex B); phones hang films and depth maps behind it.</summary>
    private static byte[]? OfJpeg(ReadOnlySpan<byte> file)
    {
        var (kept, orientation, at, isDrawn) = (new MemoryStream(file.Length), Upright, 2, false);
        while (true)
        {
            if (at >= file.Length || file[at] != 0xFF) return null;
            while (at < file.Length && file[at] == 0xFF) at++;
            if (at >= file.Length) return null;
            var marker = file[at++];
            if (marker == 0xD9) break;
            if (marker is 0x01 or (>= 0xD0 and <= 0xD7)) continue;
            if (at + 2 > file.Length) return null;
            var size = BinaryPrimitives.ReadUInt16BigEndian(file[at..]);
            if (size < 2 || at + size > file.Length) return null;
            var segment = file.Slice(at, size);
            var body = segment[2..];
            at += size;
            if (marker == 0xE1 && body.StartsWith("Exif\0\0"u8)) orientation = Orientation(body[6..]);
            if (!DrawsJpeg(marker, body)) continue;
            kept.Write([0xFF, marker]);
            kept.Write(segment);
            if (marker != 0xDA) continue;
            isDrawn = true;
            var end = EndOfScan(file, at);
            if (end < 0) return null;
            kept.Write(file[at..end]);
            at = end;
        }

        if (!isDrawn) return null;
        kept.Write([0xFF, 0xD9]);
        ReadOnlySpan<byte> turned = orientation == Upright ? [] : [0xFF, 0xE1, 0, 34, .. "Exif\0\0"u8, .. Turned(orientation)];
        return [0xFF, 0xD8, .. turned, .. kept.ToArray()];
    }

    /// <summary>Frames, tables and scans; of what applications add, the density, the colours and how they are stored.</summary>
    private static bool DrawsJpeg(byte marker, ReadOnlySpan<byte> body) => marker switch
    {
        < 0xE0 => true,
        0xE0 => body.StartsWith("JFIF\0"u8),
        0xE2 => body.StartsWith("ICC_PROFILE\0"u8),
        0xEE => body.StartsWith("Adobe"u8),
        _ => false,
    };

    /// <summary>Where the next marker stands after the data of a scan; -1 when there is none.</summary>
    private static int EndOfScan(ReadOnlySpan<byte> file, int at)
    {
        while (file[at..].IndexOf((byte)0xFF) is >= 0 and var found && at + found + 1 < file.Length)
        {
            at += found;
            if (file[at + 1] is not (0 or 0xFF or (>= 0xD0 and <= 0xD7))) return at;
            at += file[at + 1] == 0xFF ? 1 : 2;
        }

        return -1;
    }

    private static byte[]? OfPng(ReadOnlySpan<byte> file)
    {
        var (kept, orientation, at, isDrawn) = (new MemoryStream(file.Length), Upright, PngMark.Length, false);
        kept.Write(PngMark);
        while (true)
        {
            if (at + 12 > file.Length || BinaryPrimitives.ReadUInt32BigEndian(file[at..]) is var size && size > file.Length - at - 12) return null;
            var type = System.Text.Encoding.Latin1.GetString(file.Slice(at + 4, 4));
            var whole = file.Slice(at, (int)size + 12);
            if ((at == PngMark.Length) != (type == "IHDR")) return null;
            at += whole.Length;
            if (type == "eXIf") orientation = Orientation(whole[8..^4]);
            isDrawn |= type == "IDAT";
            if (type == "IEND" && orientation != Upright) kept.Write(PngPart("eXIf"u8, Turned(orientation)));
            if (PngParts.Contains(type)) kept.Write(whole);
            if (type == "IEND") return isDrawn ? kept.ToArray() : null;
        }
    }

    private static byte[] PngPart(ReadOnlySpan<byte> type, ReadOnlySpan<byte> data)
    {
        byte[] part = [0, 0, 0, 0, .. type, .. data, 0, 0, 0, 0];
        BinaryPrimitives.WriteInt32BigEndian(part, data.Length);
        BinaryPrimitives.WriteUInt32BigEndian(part.AsSpan()[^4..], Crc32(part.AsSpan()[4..^4]));
        return part;
    }

    /// <summary>As PNG reckons it (ISO/IEC 15948, annex D).</summary>
    private static uint Crc32(ReadOnlySpan<byte> bytes)
    {
        var crc = uint.MaxValue;
        foreach (var each in bytes)
        {
            crc ^= each;
            for (var bit = 0; bit < 8; bit++) crc = (crc & 1) == 0 ? crc >> 1 : (crc >> 1) ^ 0xEDB88320;
        }

        return ~crc;
    }

    private static byte[]? OfWebP(ReadOnlySpan<byte> file)
    {
        const byte HasExif = 0x08, HasXmp = 0x04;
        var (kept, orientation, at, isDrawn, flags) = (new MemoryStream(file.Length), Upright, 12, false, -1);
        var end = BinaryPrimitives.ReadUInt32LittleEndian(file[4..]) + 8L;
        if (end > file.Length) return null;
        kept.Write(file[..12]);
        while (at + 8 <= end)
        {
            var size = BinaryPrimitives.ReadUInt32LittleEndian(file[(at + 4)..]);
            if (size > end - at - 8) return null;
            var type = System.Text.Encoding.Latin1.GetString(file.Slice(at, 4));
            var data = file.Slice(at + 8, (int)size);
            var padded = (int)Math.Min(8 + size + (size & 1), end - at);
            if (type == "EXIF") orientation = Orientation(data.StartsWith("Exif\0\0"u8) ? data[6..] : data);
            isDrawn |= type is "VP8 " or "VP8L" or "ANMF";
            if (type == "VP8X" && size > 0) flags = (int)kept.Position + 8;
            if (WebPParts.Contains(type)) kept.Write(file.Slice(at, padded));
            at += padded;
        }

        if (!isDrawn) return null;
        var isTurned = orientation != Upright && flags >= 0;
        if (isTurned) kept.Write([.. "EXIF"u8, 26, 0, 0, 0, .. Turned(orientation)]);
        var bytes = kept.ToArray();
        BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(4), bytes.Length - 8);
        if (flags >= 0) bytes[flags] = (byte)((bytes[flags] & ~(HasExif | HasXmp)) | (isTurned ? HasExif : 0));
        return bytes;
    }

    /// <summary>Which way up a picture is to be shown (Exif 2.32, 4.6.4 A), 1 to 8; 1 where nothing sensible says so.</summary>
    private static int Orientation(ReadOnlySpan<byte> tiff)
    {
        var isLittle = tiff.StartsWith("II*\0"u8);
        if (tiff.Length < 14 || !(isLittle || tiff.StartsWith("MM\0*"u8))) return Upright;
        var first = isLittle ? BinaryPrimitives.ReadUInt32LittleEndian(tiff[4..]) : BinaryPrimitives.ReadUInt32BigEndian(tiff[4..]);
        if (first > tiff.Length - 2) return Upright;
        var at = (int)first + 2;
        for (var left = Number(tiff[(int)first..], isLittle); left > 0 && at + 12 <= tiff.Length; left--, at += 12)
        {
            if (Number(tiff[at..], isLittle) != OrientationTag) continue;
            return Number(tiff[(at + 8)..], isLittle) is >= 1 and <= 8 and var orientation ? orientation : Upright;
        }

        return Upright;
    }

    private static int Number(ReadOnlySpan<byte> at, bool isLittle) =>
        isLittle ? BinaryPrimitives.ReadUInt16LittleEndian(at) : BinaryPrimitives.ReadUInt16BigEndian(at);

    /// <summary>A directory of one entry, which says which way up.</summary>
    private static byte[] Turned(int orientation) =>
        [.. "II*\0"u8, 8, 0, 0, 0, 1, 0, 0x12, 0x01, 3, 0, 1, 0, 0, 0, (byte)orientation, 0, 0, 0, 0, 0, 0, 0];
}
