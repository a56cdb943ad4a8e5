using System.Text;
using System.Text.Json;

namespace ReliefFunctions.Core.Weather.Feeds;

/// <summary>What a payload is by its first characters.</summary>
internal enum PayloadKind
{
    /// <summary>Plain text.</summary>
    Text,

    /// <summary>XML.</summary>
    Xml,

    /// <summary>JSON, also as a script (<c>var alarminfo={…};</c>, <c>callback({…})</c>).</summary>
    Json,
}

/// <summary>
/// A payload, decoded once: UTF-8, UTF-16 and the GB encodings (GB2312, GBK, GB18030), by byte order mark, declaration and content. JSON is parsed once, in
/// bounds, and a lone
/// surrogate in it (<c>\ud800</c>) costs that character and not the feed.
/// </summary>
internal sealed class Payload : IDisposable
{
    private const int DeepestJson = 32;

    private static readonly Encoding Strict = new UTF8Encoding(false, throwOnInvalidBytes: true);
    private static readonly Encoding Gb = MakeGb();

    private readonly JsonDocument? _document;

    private Payload(string text, PayloadKind kind, JsonDocument? document = null) => (Text, Kind, _document) = (text, kind, document);

    /// <summary>The whole text, without a byte order mark.</summary>
    public string Text { get; }

    /// <summary>What it is.</summary>
    public PayloadKind Kind { get; }

    /// <summary>The JSON; undefined when it is none.</summary>
    public JsonElement Json => _document?.RootElement ?? default;

    /// <summary>The bounded tree of the XML, read when it is first asked for; null when it is none.</summary>
    public XmlTree? Xml => Kind == PayloadKind.Xml ? field ??= XmlTree.Read(Text) : null;

    /// <summary>Decodes a payload; throws <see cref="AlertPayloadException"/> for what is empty, no text, or broken JSON.</summary>
    public static Payload Of(ReadOnlyMemory<byte> bytes)
    {
        if (Binary(bytes.Span) is { } kind) throw new AlertPayloadException("unknown-format", $"这是{kind}，读不出文字。请把预警原文的文字复制后贴入，例如：{SignalText.Example}");
        var text = Decode(bytes.Span);
        var start = 0;
        while (start < text.Length && (char.IsWhiteSpace(text[start]) || text[start] is '\uFEFF' or '\0')) start++;
        if (start == text.Length) throw new AlertPayloadException("unknown-format", "内容为空。请发送 CAP 1.2 XML、和风天气 v1 JSON 或预警信号原文。");
        if (text[start] == '<' && !IsMarkedText(text.AsSpan(start))) return new Payload(text[start..], PayloadKind.Xml);
        if (text[start] == '{' || (text[start] == '[' && IsJsonArray(text.AsSpan(start)))) return Parsed(text[start..]);
        return Script(text.AsSpan(start)) is { } script ? Parsed(script) : new Payload(text[start..], PayloadKind.Text);
    }

    /// <inheritdoc/>
    public void Dispose() => _document?.Dispose();

    private static Payload Parsed(string text)
    {
        try
        {
            return new Payload(text, PayloadKind.Json,
                JsonDocument.Parse(WithoutLoneSurrogates(text),
                    new JsonDocumentOptions { MaxDepth = DeepestJson, AllowTrailingCommas = true, CommentHandling = JsonCommentHandling.Skip }));
        }
        catch (JsonException error)
        {
            throw new AlertPayloadException("malformed-json", $"不是完整的 JSON（第 {error.LineNumber + 1} 行）。请检查是否被截断。", error);
        }
    }

    /// <summary>[转发]花溪区气象台… is a text.</summary>
    private static bool IsJsonArray(ReadOnlySpan<char> text)
    {
        var rest = text[1..].TrimStart();
        return rest.IsEmpty || rest[0] is '{' or '[' or ']' or '"' or '-' || char.IsAsciiDigit(rest[0]) || rest.StartsWith("null", StringComparison.Ordinal);
    }

    /// <summary>A text that came with a page's marks around it (&lt;p&gt;花溪区气象台…&lt;/p&gt;) is a text.</summary>
    private static bool IsMarkedText(ReadOnlySpan<char> text)
    {
        foreach (var tag in (ReadOnlySpan<string>)["p", "br", "div", "span", "b", "strong", "font", "h1", "h2", "h3"])
        {
            if (text.Length > tag.Length + 1 && text[1..].StartsWith(tag, StringComparison.OrdinalIgnoreCase) && text[tag.Length + 1] is '>' or ' ' or '/')
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>The JSON of <c>var alarminfo={…};</c>, <c>alarminfo=[…]</c> and <c>callback({…})</c>, or null.</summary>
    private static string? Script(ReadOnlySpan<char> text)
    {
        var from = text[..Math.Min(text.Length, 120)].IndexOfAny('{', '[');
        if (from <= 0) return null;
        var head = text[..from].TrimEnd();
        if (head.IsEmpty || head[^1] is not ('=' or '(')) return null;
        foreach (var c in head)
        {
            if (!char.IsAsciiLetterOrDigit(c) && !char.IsWhiteSpace(c) && c is not ('_' or '$' or '.' or '=' or '(' or '/' or '*')) return null;
        }

        var to = text.LastIndexOf(text[from] == '{' ? '}' : ']');
        return to > from ? text[from..(to + 1)].ToString() : null;
    }

    /// <summary>Replaces escapes of half a character: a parser takes them, and every reader of the string throws.</summary>
    internal static string WithoutLoneSurrogates(string text)
    {
        if (!text.Contains("\\u", StringComparison.Ordinal)) return text;
        StringBuilder? mended = null;
        var copied = 0;
        for (var at = text.IndexOf('\\', StringComparison.Ordinal); at >= 0 && at + 1 < text.Length; at = at < text.Length ? text.IndexOf('\\', at) : -1)
        {
            if (text[at + 1] != 'u')
            {
                at += 2;
                continue;
            }

            if (Escape(text, at) is not { } code || code is < 0xD800 or > 0xDFFF)
            {
                at += 2;
            }
            else if (code < 0xDC00 && Escape(text, at + 6) is >= 0xDC00 and <= 0xDFFF)
            {
                at += 12;
            }
            else
            {
                mended ??= new StringBuilder(text.Length);
                mended.Append(text, copied, at - copied).Append("\\ufffd");
                copied = at += 6;
            }
        }

        return mended is null ? text : mended.Append(text, copied, text.Length - copied).ToString();
    }

    private static int? Escape(string text, int at) =>
        at + 6 <= text.Length && text[at] == '\\' && text[at + 1] == 'u'
        && int.TryParse(text.AsSpan(at + 2, 4), System.Globalization.NumberStyles.AllowHexSpecifier, System.Globalization.CultureInfo.InvariantCulture,
            out var code) ? code : null;

    private static string Decode(ReadOnlySpan<byte> bytes)
    {
        if (bytes.StartsWith("\uFEFF"u8)) bytes = bytes[3..];
        else if (bytes is [0xFF, 0xFE, ..]) return Encoding.Unicode.GetString(bytes[2..]);
        else if (bytes is [0xFE, 0xFF, ..]) return Encoding.BigEndianUnicode.GetString(bytes[2..]);
        else if (bytes is [(byte)'<' or (byte)'{' or (byte)'[', 0, ..]) return Encoding.Unicode.GetString(bytes);
        else if (bytes is [0, (byte)'<' or (byte)'{' or (byte)'[', ..]) return Encoding.BigEndianUnicode.GetString(bytes);

        // Some GB text is by chance valid UTF-8, so what an XML declaration says goes first.
        if (Declares(bytes, "gb"u8)) return Gb.GetString(bytes);
        try
        {
            return Strict.GetString(bytes);
        }
        catch (DecoderFallbackException)
        {
            return Gb.GetString(bytes);
        }
    }

    private static bool Declares(ReadOnlySpan<byte> bytes, ReadOnlySpan<byte> encoding)
    {
        var head = bytes[..Math.Min(bytes.Length, 200)].TrimStart(" \t\r\n"u8);
        if (!head.StartsWith("<?xml"u8)) return false;
        var end = head.IndexOf("?>"u8);
        var declaration = Encoding.ASCII.GetString(end < 0 ? head : head[..end]);
        var at = declaration.IndexOf("encoding", StringComparison.OrdinalIgnoreCase);
        return at >= 0 && declaration.AsSpan(at + 8).TrimStart(" =\"'").StartsWith(Encoding.ASCII.GetString(encoding), StringComparison.OrdinalIgnoreCase);
    }

    private static string? Binary(ReadOnlySpan<byte> bytes) => bytes switch
    {
        [(byte)'%', (byte)'P', (byte)'D', (byte)'F', ..] => " PDF 文件",
        [(byte)'P', (byte)'K', 3, 4, ..] => "压缩包或 Word、Excel 文件",
        [0xD0, 0xCF, 0x11, 0xE0, ..] => "旧版 Word、Excel 文件",
        [0x89, (byte)'P', (byte)'N', (byte)'G', ..] or [0xFF, 0xD8, 0xFF, ..] or [(byte)'G', (byte)'I', (byte)'F', (byte)'8', ..] => "图片",
        [0x1F, 0x8B, ..] => " gzip 压缩文件",
        _ => null,
    };

    private static Encoding MakeGb()
    {
        Encoding.RegisterProvider(CodePagesEncodingProvider.Instance);
        return Encoding.GetEncoding("GB18030");
    }
}
