using System.Buffers.Binary;
using System.Text;
using ReliefFunctions.Core.Http;

namespace ReliefFunctions.Tests.Http;

/// <summary>What of a photo is kept: the picture and which way up, never where it was taken.</summary>
public class PhotoContentTests
{
    private const string Where = "26.4107N106.6702E";

    private static readonly byte[] Scan = [0xFF, 0xDA, 0, 8, 1, 1, 0, 0, 63, 0, 0x12, 0xFF, 0x00, 0x34, 0xFF, 0xD0, 0x56, 0xFF, 0xFF, 0x00, 0x78];

    private static readonly byte[] Frame = [0xFF, 0xC0, 0, 11, 8, 0, 8, 0, 8, 1, 1, 0x11, 0];

    private static readonly byte[] End = [0xFF, 0xD9];

    /// <summary>A small JPEG whose parts are those of a real one.</summary>
    internal static byte[] Jpeg { get; } = [0xFF, 0xD8, .. Segment(0xE0, "JFIF\0\u0001\u0001\0\0\u0001\0\u0001\0\0"), .. Frame, .. Scan, .. End];

    public static TheoryData<string, byte[]> Telling => new()
    {
        { "Exif of a phone", [0xFF, 0xD8, .. Exif(1), .. Frame, .. Scan, .. End] },
        { "Exif behind fill bytes", [0xFF, 0xD8, 0xFF, 0xFF, .. Exif(1), .. Frame, .. Scan, .. End] },
        { "XMP", [0xFF, 0xD8, .. Segment(0xE1, "http://ns.adobe.com/xap/1.0/\0" + Where), .. Frame, .. Scan, .. End] },
        { "IPTC", [0xFF, 0xD8, .. Segment(0xED, "Photoshop 3.0\0" + Where), .. Frame, .. Scan, .. End] },
        { "a comment", [0xFF, 0xD8, .. Segment(0xFE, Where), .. Frame, .. Scan, .. End] },
        { "a maker's own segment", [0xFF, 0xD8, .. Segment(0xE5, Where), .. Frame, .. Scan, .. End] },
        { "a thumbnail in JFXX", [0xFF, 0xD8, .. Segment(0xE0, "JFXX\0" + Where), .. Frame, .. Scan, .. End] },
        { "a film behind the end", [.. Jpeg, .. Encoding.ASCII.GetBytes(Where), .. new byte[9000]] },
        { "between two scans", [0xFF, 0xD8, .. Frame, .. Scan, .. Segment(0xFE, Where), .. Scan, .. End] },
        { "PNG text", Png(("tEXt", Text("Location\0" + Where))) },
        { "PNG packed text", Png(("zTXt", Text(Where)), ("iTXt", Text(Where)), ("tIME", Text(Where))) },
        { "PNG Exif", Png(("eXIf", [.. Tiff(1), .. Text(Where)])) },
        { "PNG, behind the end", [.. Png(), .. Encoding.ASCII.GetBytes(Where)] },
        { "WebP Exif", WebP(0x08, ("EXIF", [.. Tiff(1), .. Text(Where)])) },
        { "WebP XMP", WebP(0x04, ("XMP ", Text(Where))) },
        { "WebP, behind the end", [.. WebP(0), .. Encoding.ASCII.GetBytes(Where)] },
    };

    [Theory]
    [MemberData(nameof(Telling))]
    public void What_tells_where_a_photo_was_taken_is_left_out(string what, byte[] file)
    {
        Assert.True(Contains(file, Where), what);
        var photo = PhotoContent.Of(file);
        Assert.NotNull(photo);
        Assert.False(Contains(photo.Bytes, Where), what);

        // What is kept is a photo, and of it nothing more is left out: the same photo sent twice is one.
        Assert.Equal(photo.Bytes, PhotoContent.Of(photo.Bytes)!.Bytes);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    [InlineData(6)]
    [InlineData(8)]
    [InlineData(0)]
    [InlineData(9)]
    public void Which_way_up_it_is_shown_stays(int orientation)
    {
        foreach (var file in new[]
        {
            (byte[])[0xFF, 0xD8, .. Exif(orientation), .. Frame, .. Scan, .. End], [0xFF, 0xD8, .. Exif(orientation, isLittle: false), .. Frame, .. Scan, .. End],
            Png(("eXIf", Tiff(orientation))), WebP(0x08, ("EXIF", [.. "Exif\0\0"u8, .. Tiff(orientation)])),
        })
        {
            var kept = PhotoContent.Of(file)!.Bytes;
            var expected = orientation is > 1 and <= 8;
            var at = kept.AsSpan().IndexOf((ReadOnlySpan<byte>)[0x12, 0x01, 3, 0, 1, 0, 0, 0]);
            Assert.Equal(expected, at > 0);
            if (expected) Assert.Equal(orientation, kept[at + 8]);
        }
    }

    [Fact]
    public void What_draws_a_photo_is_kept_byte_for_byte()
    {
        byte[] coloured = [0xFF, 0xD8, .. Segment(0xE2, "ICC_PROFILE\0colours"), .. Segment(0xEE, "Adobe\0d\0\0\0\0\0\0"), .. Segment(0xDB, "table"), .. Frame, .. Scan, .. Scan, .. End];
        Assert.Equal(coloured, PhotoContent.Of(coloured)!.Bytes);
        Assert.Equal(Jpeg, PhotoContent.Of(Jpeg)!.Bytes);
        var png = Png(("sRGB", [0]), ("pHYs", new byte[9]));
        Assert.Equal(png, PhotoContent.Of(png)!.Bytes);
        var webP = WebP(0, ("ALPH", [1, 2, 3]));
        Assert.Equal(webP, PhotoContent.Of(webP)!.Bytes);
    }

    [Fact]
    public void A_photo_that_is_cut_off_anywhere_is_none()
    {
        foreach (var file in new[] { Jpeg, Png(), WebP(0) })
        {
            for (var length = 0; length < file.Length; length++) Assert.Null(PhotoContent.Of(file.AsSpan(0, length)));
        }
    }

    [Theory]
    [InlineData("<html><img src=x></html>")]
    [InlineData("%PDF-1.7")]
    [InlineData("GIF89a")]
    [InlineData("\0\0\0 ftypheic")]
    [InlineData("")]
    public void Anything_else_is_no_photo(string text) => Assert.Null(PhotoContent.Of(Encoding.Latin1.GetBytes(text)));

    [Fact]
    public void Bytes_changed_at_random_never_throw()
    {
        var random = new Random(7);
        foreach (var (_, file) in Telling.Select(row => ((string)row[0], (byte[])row[1])))
        {
            for (var i = 0; i < 300; i++)
            {
                var changed = file.ToArray();
                for (var j = 0; j < 3; j++) changed[random.Next(changed.Length)] = (byte)random.Next(256);
                PhotoContent.Of(changed);
            }
        }
    }

    private static byte[] Exif(int orientation, bool isLittle = true) =>
        [.. Segment(0xE1, [.. "Exif\0\0"u8, .. Tiff(orientation, isLittle), .. Encoding.ASCII.GetBytes(Where)])];

    /// <summary>A directory of two entries: an image's width, and which way up.</summary>
    private static byte[] Tiff(int orientation, bool isLittle = true) => isLittle
        ? [.. "II*\0"u8, 8, 0, 0, 0, 2, 0, 0, 1, 3, 0, 1, 0, 0, 0, 64, 0, 0, 0, 0x12, 1, 3, 0, 1, 0, 0, 0, (byte)orientation, 0, 0, 0, 0, 0, 0, 0]
        : [.. "MM\0*"u8, 0, 0, 0, 8, 0, 2, 1, 0, 0, 3, 0, 0, 0, 1, 0, 64, 0, 0, 1, 0x12, 0, 3, 0, 0, 0, 1, 0, (byte)orientation, 0, 0, 0, 0, 0, 0];

    private static byte[] Segment(byte marker, string body) => Segment(marker, Encoding.Latin1.GetBytes(body));

    private static byte[] Segment(byte marker, byte[] body) => [0xFF, marker, (byte)((body.Length + 2) >> 8), (byte)(body.Length + 2), .. body];

    private static byte[] Text(string text) => Encoding.ASCII.GetBytes(text);

    private static byte[] Png(params (string Type, byte[] Data)[] parts)
    {
        static byte[] Part(string type, byte[] data)
        {
            var length = new byte[4];
            BinaryPrimitives.WriteInt32BigEndian(length, data.Length);
            return [.. length, .. Encoding.ASCII.GetBytes(type), .. data, 0, 0, 0, 0];
        }

        return [0x89, .. "PNG\r\n"u8, 0x1A, 0x0A, .. Part("IHDR", new byte[13]), .. parts.SelectMany(part => Part(part.Type, part.Data)), .. Part("IDAT", [1, 2]), .. Part("IEND", [])];
    }

    private static byte[] WebP(byte flags, params (string Type, byte[] Data)[] parts)
    {
        static byte[] Part(string type, byte[] data)
        {
            var length = new byte[4];
            BinaryPrimitives.WriteInt32LittleEndian(length, data.Length);
            return [.. Encoding.ASCII.GetBytes(type), .. length, .. data, .. new byte[data.Length % 2]];
        }

        byte[] body = [.. "WEBP"u8, .. Part("VP8X", [flags, 0, 0, 0, 7, 0, 0, 7, 0, 0]), .. parts.SelectMany(part => Part(part.Type, part.Data)), .. Part("VP8 ", [1, 2, 3, 4])];
        var size = new byte[4];
        BinaryPrimitives.WriteInt32LittleEndian(size, body.Length);
        return [.. "RIFF"u8, .. size, .. body];
    }

    private static bool Contains(byte[] file, string text) => file.AsSpan().IndexOf(Encoding.ASCII.GetBytes(text)) >= 0;
}
