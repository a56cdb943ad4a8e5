using System.Buffers.Binary;
using Amqp;
using Amqp.Framing;
using Amqp.Types;

namespace LocalServiceBus.Wire;

/// <summary>
/// Reads encoded AMQP values (OASIS AMQP 1.0 part 1). Everything from a peer is measured here before the codec decodes
/// it: the codec recurses without a limit and trusts sizes, so a hostile frame could exhaust the stack or the memory.
/// </summary>
internal static class AmqpEncoding
{
    private const int MaxDepth = 32;
    private const byte Described = 0x00;
    private const byte SmallULong = 0x53;
    private const byte ULong = 0x80;

    static AmqpEncoding()
    {
        // The codec registers its described types when the first one is made.
        _ = new Open();
    }

    /// <summary>Bytes taken by the value that <paramref name="data"/> starts with.</summary>
    /// <exception cref="FormatException">The encoding is broken or nested too deeply.</exception>
    internal static int Measure(ReadOnlySpan<byte> data, int depth = 0)
    {
        if (depth > MaxDepth) throw new FormatException($"Values are nested more than {MaxDepth} deep.");

        if (data.IsEmpty) throw new FormatException("A value is cut off.");

        var code = data[0];
        if (code == Described)
        {
            var descriptor = Measure(data[1..], depth + 1);
            return 1 + descriptor + Measure(data[(1 + descriptor)..], depth + 1);
        }

        var length = 1 + MeasureBody(code, data[1..], depth);
        return length <= data.Length ? length : throw new FormatException("A value is cut off.");
    }

    private static int MeasureBody(byte code, ReadOnlySpan<byte> body, int depth)
    {
        switch (code >> 4)
        {
            case 0x4: return 0;
            case 0x5: return 1;
            case 0x6: return 2;
            case 0x7: return 4;
            case 0x8: return 8;
            case 0x9: return 16;
            case 0xA: return 1 + ReadSize(body, 1);
            case 0xB: return 4 + ReadSize(body, 4);
            case 0xC or 0xD:
                {
                    var width = code >> 4 == 0xC ? 1 : 4;
                    var content = Content(body, width, out var count);
                    var used = 0;
                    for (var i = 0; i < count; i++)
                    {
                        used += Measure(content[used..], depth + 1);
                    }

                    if (used != content.Length || ((code & 0xF) == 1 && count % 2 != 0))
                    {
                        throw new FormatException("A list or map has a wrong size or count.");
                    }

                    return 2 * width + used;
                }

            case 0xE or 0xF:
                {
                    var width = code >> 4 == 0xE ? 1 : 4;
                    var content = Content(body, width, out var count);
                    MeasureArray(content, count, depth + 1);
                    return 2 * width + content.Length;
                }

            default:
                throw new FormatException($"0x{code:X2} is no format code.");
        }
    }

    private static void MeasureArray(ReadOnlySpan<byte> content, int count, int depth)
    {
        if (content.IsEmpty) throw new FormatException("An array has no constructor.");

        var start = 0;
        while (content[start] == Described)
        {
            start += 1 + Measure(content[(start + 1)..], depth + 1);
            if (start >= content.Length || ++depth > MaxDepth) throw new FormatException("An array's constructor is cut off.");
        }

        var code = content[start++];
        // Elements without bytes would let a few bytes stand for gigabytes.
        if (code >> 4 == 0x4 && count > content.Length) throw new FormatException("An array has more elements than bytes.");

        for (var i = 0; i < count; i++)
        {
            start += MeasureBody(code, content[start..], depth + 1);
            if (start > content.Length) throw new FormatException("An array is cut off.");
        }

        if (start != content.Length) throw new FormatException("An array has a wrong size or count.");
    }

    private static ReadOnlySpan<byte> Content(ReadOnlySpan<byte> body, int width, out int count)
    {
        var size = ReadSize(body, width);
        if (size < width || width + size > body.Length) throw new FormatException("A list, map or array is cut off.");

        count = ReadSize(body[width..], width);
        return body.Slice(2 * width, size - width);
    }

    private static int ReadSize(ReadOnlySpan<byte> body, int width)
    {
        if (body.Length < width) throw new FormatException("A size is cut off.");

        var size = width == 1 ? body[0] : BinaryPrimitives.ReadUInt32BigEndian(body);
        return size <= 64 * 1024 * 1024 ? (int)size : throw new FormatException("A size is beyond every limit.");
    }

    /// <summary>Decodes the value at the start of <paramref name="data"/>, which is measured first.</summary>
    /// <exception cref="FormatException">The encoding is broken, or a field has a wrong type.</exception>
    internal static object? Decode(ReadOnlyMemory<byte> data, out int length)
    {
        length = Measure(data.Span);
        var bytes = Segment(data);
        try
        {
            return Encoder.ReadObject(new ByteBuffer(bytes.Array!, bytes.Offset, length, length));
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            throw new FormatException("A value does not fit its type: " + e.Message, e);
        }
    }

    /// <summary>The code of a section's descriptor (0x70 header … 0x78 footer) and the section's length.</summary>
    internal static ulong SectionCode(ReadOnlySpan<byte> data, out int length)
    {
        length = Measure(data);
        if (data[0] != Described) throw new FormatException("A message section has no descriptor.");

        return data[1] switch
        {
            SmallULong => data[2],
            ULong => BinaryPrimitives.ReadUInt64BigEndian(data[2..]),
            _ => throw new FormatException("A message section's descriptor is not a number."),
        };
    }

    internal static ReadOnlyMemory<byte> Encode(RestrictedDescribed section)
    {
        var buffer = new ByteBuffer(128, true);
        section.Encode(buffer);
        return buffer.Buffer.AsMemory(buffer.Offset, buffer.Length);
    }

    internal static void Append(ByteBuffer buffer, ReadOnlySpan<byte> bytes)
    {
        buffer.ValidateWrite(bytes.Length);
        bytes.CopyTo(buffer.Buffer.AsSpan(buffer.WritePos));
        buffer.Append(bytes.Length);
    }

    internal static ArraySegment<byte> Segment(ReadOnlyMemory<byte> data) =>
        System.Runtime.InteropServices.MemoryMarshal.TryGetArray(data, out var segment)
            ? segment
            : throw new InvalidOperationException("Frames are read into arrays.");
}
