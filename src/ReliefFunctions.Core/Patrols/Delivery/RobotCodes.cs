using System.Globalization;
using System.Text;
using System.Text.Json;
using ReliefFunctions.Core.Texts;

namespace ReliefFunctions.Core.Patrols.Delivery;

/// <summary>What became of a call to a channel.</summary>
public enum ChannelFate
{
    /// <summary>The other side took the message.</summary>
    Taken,

    /// <summary>It may take it later: tried again.</summary>
    ForNow,

    /// <summary>Nobody knows: tried again a few times, so that the office hears of it soon.</summary>
    Unknown,

    /// <summary>It never will, as long as nobody changes the channel: given up at once.</summary>
    ForGood,
}

/// <summary>What became of a call to a channel.</summary>
/// <param name="Fate">What to do about it.</param>
/// <param name="Error">In Chinese, with the robot's own words; null when the message was taken.</param>
/// <param name="After">How long the other side asks to be left alone; null when it does not say.</param>
public sealed record ChannelAnswer(ChannelFate Fate, string? Error = null, TimeSpan? After = null)
{
    /// <summary>The message was taken.</summary>
    public static ChannelAnswer Taken { get; } = new(ChannelFate.Taken);
}

/// <summary>
/// What the codes of the three robots mean, from their makers' public documents. Robots say in the body whether they took a message, whatever their HTTP status
/// is; a code that stands in no table is <see cref="ChannelFate.Unknown"/>.
/// </summary>
internal static class RobotCodes
{
    private const string NewAddress = "网址已失效或机器人不在群里，请在群里重新添加机器人，再更新渠道网址。";
    private const string Signature = "签名、关键词或 IP 校验没有通过，请核对渠道密钥，并在机器人的安全设置里放行。";
    private const string Words = "内容没有通过对方的审核，请改用电话。";
    private const string Bug = "请求不合对方的格式，请找系统管理员。";

    /// <summary>Longest quotation of a robot.</summary>
    private const int LongestWords = 120;

    private static readonly TimeSpan Minute = TimeSpan.FromMinutes(1);

    /// <summary>DingTalk mutes a robot for ten minutes that exceeded its rate.</summary>
    private static readonly TimeSpan Muted = TimeSpan.FromMinutes(10);

    private static readonly Dictionary<ChannelKind, Dictionary<int, (string? ForGood, TimeSpan? After)>> Known = new()
    {
        [ChannelKind.WeCom] = new()
        {
            [-1] = (null, null), // busy
            [6000] = (null, null), // data changed meanwhile
            [45009] = (null, Minute), // rate
            [45011] = (null, Minute), // rate
            [45033] = (null, Minute), // concurrency
            [40001] = (NewAddress, null),
            [40014] = (NewAddress, null),
            [41001] = (NewAddress, null),
            [42001] = (NewAddress, null),
            [93000] = (NewAddress, null), // the webhook's address is invalid, or the robot was removed
            [93004] = (NewAddress, null), // the robot is disabled
            [93008] = (NewAddress, null), // not in the group
            [40008] = (Bug, null),
            [40035] = (Bug, null),
            [40058] = (Bug, null),
            [44004] = (Bug, null), // empty text
            [45002] = (Bug, null), // too long
            [47001] = (Bug, null), // malformed
            [48002] = (Signature, null),
            [60020] = (Signature, null), // address not on the list
            [301002] = (Signature, null),
        },
        [ChannelKind.DingTalk] = new()
        {
            [-1] = (null, null),
            [90002] = (null, Minute),
            [90018] = (null, Minute),
            [130101] = (null, Muted), // over 20 a minute
            [302033] = (null, Muted),
            [410100] = (null, Muted),
            [310000] = (Signature, null), // keyword, signature, timestamp or address
            [300001] = (NewAddress, null), // no such token
            [300005] = (NewAddress, null),
            [400013] = (NewAddress, null), // the group was dissolved
            [400101] = (NewAddress, null), // no such token
            [400102] = (NewAddress, null), // the robot is disabled
            [400106] = (NewAddress, null), // no such robot
            [404] = (NewAddress, null),
            [40014] = (NewAddress, null),
            [88] = (NewAddress, null), // authorisation
            [33012] = (Bug, null),
            [40035] = (Bug, null),
            [43004] = (Bug, null),
            [400105] = (Bug, null), // kind of message
            [430101] = (Words, null), // link
            [430102] = (Words, null), // text
            [430103] = (Words, null), // picture
            [430104] = (Words, null), // content
        },
        [ChannelKind.Feishu] = new()
        {
            [1500] = (null, null), // internal
            [2200] = (null, null), // internal
            [11232] = (null, Minute), // rate
            [11233] = (null, Minute),
            [230020] = (null, Minute),
            [99991400] = (null, Minute), // rate
            [19001] = (NewAddress, null), // no such webhook
            [19002] = (Bug, null),
            [19021] = (Signature, null), // signature or timestamp
            [19022] = (Signature, null), // address not on the list
            [19024] = (Signature, null), // keyword
            [99991401] = (Signature, null),
            [9499] = (Bug, null), // malformed or too long
            [230001] = (Bug, null),
            [230025] = (Bug, null), // too long
            [230002] = (NewAddress, null), // not in the group
            [230022] = (Words, null),
            [230028] = (Words, null),
        },
    };

    /// <summary>Every code in the tables, for their tests and documents.</summary>
    internal static IEnumerable<(ChannelKind Kind, int Code, bool ForGood)> All =>
        Known.SelectMany(kind => kind.Value.Select(code => (kind.Key, code.Key, code.Value.ForGood is not null)));

    /// <summary>What a robot's answer means; null when it is not the robot's JSON.</summary>
    public static ChannelAnswer? Read(DeliveryChannel channel, string body)
    {
        if (Parse(body) is not var (codes, said) || codes.Count == 0) return null;
        if (codes.Find(code => code != 0) is not (not 0 and var code)) return ChannelAnswer.Taken;
        var quoted = Quote(channel, said);
        var error = $"机器人拒收（{code.ToString(CultureInfo.InvariantCulture)}{(quoted.Length > 0 ? $"“{quoted}”" : "")}）。";
        if (!Known[channel.Kind].TryGetValue(code, out var known)) return new ChannelAnswer(ChannelFate.Unknown, error);
        return known.ForGood is { } mend ? new ChannelAnswer(ChannelFate.ForGood, error + mend) : new ChannelAnswer(ChannelFate.ForNow, error, known.After);
    }

    /// <summary>The codes, <c>errcode</c> of WeCom and DingTalk, <c>code</c> and <c>StatusCode</c> of Feishu, and the words beside them.</summary>
    private static (List<int> Codes, string Said)? Parse(string body)
    {
        try
        {
            using var document = JsonDocument.Parse(body, new JsonDocumentOptions { MaxDepth = 16 });
            var root = document.RootElement;
            if (root.ValueKind != JsonValueKind.Object) return null;
            List<int> codes = [];
            foreach (var name in new[] { "errcode", "code", "StatusCode" })
            {
                if (!root.TryGetProperty(name, out var value)) continue;
                if (int.TryParse(value.ToString(), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var code)) codes.Add(code);
            }

            string Said(string name) => root.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString()! : "";
            return (codes, string.Join(' ', new[] { Said("errmsg"), Said("msg"), Said("sub_msg") }.Where(words => words.Length > 0).Distinct()));
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            return null;
        }
    }

    /// <summary>A robot's words as they may be shown: on one line, cut, and without the channel's secrets, which some robots repeat.</summary>
    private static string Quote(DeliveryChannel channel, string said)
    {
        foreach (var secret in Secrets(channel)) said = said.Replace(secret, "…", StringComparison.OrdinalIgnoreCase);
        var line = new StringBuilder(said.Length);
        foreach (var rune in said.EnumerateRunes()) line.Append(Rune.IsControl(rune) || Rune.IsWhiteSpace(rune) ? " " : rune.ToString());
        return TextFit.Cut(line.ToString().Trim(), LongestWords);
    }

    private static IEnumerable<string> Secrets(DeliveryChannel channel)
    {
        if (channel.Secret is { Length: > 0 } secret) yield return secret;
        if (!Uri.TryCreate(channel.Url, UriKind.Absolute, out var uri)) yield break;
        var parts = uri.Query.TrimStart('?').Split('&').Select(pair => pair.Split('=', 2)[^1]).Append(uri.Segments[^1].Trim('/'));
        foreach (var part in parts.Where(part => part.Length >= 8)) yield return part;
    }
}
