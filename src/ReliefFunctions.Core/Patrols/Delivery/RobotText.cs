using System.Globalization;
using System.Text;
using ReliefFunctions.Core.Texts;

namespace ReliefFunctions.Core.Patrols.Delivery;

/// <summary>
/// How much one message holds. WeCom counts the bytes of the text; DingTalk and Feishu count the whole body, so that what JSON escapes counts as it goes out.
/// Plain text is sent everywhere, never markdown: WeChat, in which many read WeCom, shows none.
/// </summary>
internal static class RobotText
{
    /// <summary>WeCom: bytes of a text.</summary>
    public const int WeComBytes = 2048;

    /// <summary>DingTalk: bytes of a body.</summary>
    public const int DingTalkBytes = 20_000;

    /// <summary>Feishu: bytes of a body (30 KB).</summary>
    public const int FeishuBytes = 30 * 1024;

    /// <summary>More parts than this are a flood and no message; the last says that there is more.</summary>
    public const int MostParts = 5;

    /// <summary>What stands around the text in a body: names, braces, a signature.</summary>
    private const int Around = 256;

    /// <summary>Such as （2/3）.</summary>
    private const int Numbering = 16;

    private const string Rest = "\n……其余请登录系统查看。";

    /// <summary>The messages that a text goes out in: one where it fits, else numbered parts, split between whole lines, sentences and names.</summary>
    public static IReadOnlyList<string> Parts(ChannelKind kind, string text)
    {
        var (most, size) = kind switch
        {
            ChannelKind.WeCom => (WeComBytes, TextFit.Utf8),
            ChannelKind.DingTalk => (DingTalkBytes - Around, (Func<Rune, int>)Escaped),
            ChannelKind.Feishu => (FeishuBytes - Around, Escaped),
            _ => (int.MaxValue, TextFit.Utf8),
        };
        if (text.EnumerateRunes().Sum(rune => (long)size(rune)) <= most) return [text];
        var parts = TextFit.Split(text, most - Numbering - (Rest.Length * 3), size).ToList();
        if (parts.Count > MostParts) parts = [.. parts.Take(MostParts - 1), parts[MostParts - 1] + Rest];
        return [.. parts.Select((part, index) => string.Create(CultureInfo.InvariantCulture, $"{part}（{index + 1}/{parts.Count}）"))];
    }

    /// <summary>Bytes of a rune in a JSON string that escapes only what it must.</summary>
    private static int Escaped(Rune rune) => rune.Value switch
    {
        '"' or '\\' or '\n' or '\r' or '\t' or '\b' or '\f' => 2,
        < 0x20 or 0x7f or 0x2028 or 0x2029 => 6,
        _ => rune.Utf8SequenceLength,
    };
}
