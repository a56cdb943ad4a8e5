namespace ReliefFunctions.Core.Weather.Text;

/// <summary>Kinds of words of a signal's text.</summary>
internal enum TokenKind
{
    /// <summary>Whatever says nothing to the grammar.</summary>
    Word,

    /// <summary>The name of an office that issues: 花溪区气象台, 省减灾委.</summary>
    Office,

    /// <summary>A date, a time of day, or both.</summary>
    Time,

    /// <summary>发布, 更新, 解除 and their like.</summary>
    Verb,

    /// <summary>升级为 and its like: what follows takes the place of what stands before.</summary>
    Becomes,

    /// <summary>寒潮.</summary>
    Type,

    /// <summary>蓝色.</summary>
    Colour,

    /// <summary>Ⅲ级, 三级.</summary>
    Grade,

    /// <summary>预警, 预警信号.</summary>
    Warning,

    /// <summary>应急响应.</summary>
    Response,

    /// <summary>A colon.</summary>
    Colon,

    /// <summary>A comma.</summary>
    Comma,

    /// <summary>、和与及: more of the same kind.</summary>
    And,

    /// <summary>An opening bracket or quotation mark.</summary>
    Open,

    /// <summary>A closing one.</summary>
    Close,

    /// <summary>The end of a sentence.</summary>
    Stop,
}

/// <summary>A word of a signal's text.</summary>
/// <param name="Kind">What it is.</param>
/// <param name="From">Its first character.</param>
/// <param name="To">The character after it.</param>
/// <param name="Text">As read.</param>
internal sealed record Token(TokenKind Kind, int From, int To, string Text)
{
    /// <summary>What a verb does.</summary>
    public AlertMessageType Action { get; init; }

    /// <summary>The colour of a colour or grade.</summary>
    public AlertLevel Level { get; init; }

    /// <summary>The time of a time; null when there is no such time (2月30日).</summary>
    public DateTimeOffset? At { get; init; }
}

/// <summary>Takes a text apart into words: one pass, the longest word first.</summary>
internal static class SignalTokens
{
    private const int LongestOffice = 32;

    private static readonly Dictionary<char, (string Word, TokenKind Kind, AlertMessageType Action, AlertLevel Level)[]> Words = Vocabulary();

    // What ends the name of an office. Those of the second line issue emergency responses.
    private static readonly string[] Offices =
    [
        "中心气象台", "气象台", "气象局", "气象站", "气象中心", "气象服务中心", "突发事件预警信息发布中心", "预警信息发布中心", "预警发布中心", "预警中心", "气象局办公室",
        "人民政府办公室", "人民政府", "减灾委员会", "减灾委", "防灾减灾救灾委员会", "安委会", "应急委员会", "应急委", "指挥部办公室", "指挥部", "应急管理局", "应急管理厅", "应急局", "应急办",
        "气象灾害防御指挥部", "领导小组办公室", "领导小组", "防指", "交通运输局", "公安局", "教育局", "住建局", "民政局", "民政厅", "综合行政执法局", "管委会",
    ];

    private static readonly Dictionary<char, string[]> OfficesByFirst = Offices.GroupBy(word => word[0])
        .ToDictionary(group => group.Key, group => group.OrderByDescending(word => word.Length).ToArray());

    // What people write before the name of an office without a stop between them.
    private static readonly string[] Before =
    [
        "所有人", "全体成员", "群成员", "如果", "一旦", "假如", "倘若", "若", "通知", "转发", "根据", "收到", "接到", "关于", "如下", "注意", "单位", "领导", "同志", "大家好", "大家", "各位", "家人们", "朋友们",
            "早上好", "上午好", "中午好", "下午好", "晚上好", "你好",
        "您好", "提醒", "今天", "今日", "刚刚", "现将", "最新", "消息", "信息", "来源", "来自", "机构", "联合", "依据", "按照", "从", "据", "转", "由", "经", "接", "自", "是", "将", "被", "在", "请",
            "了", "于",
    ];

    /// <summary>The words of a text.</summary>
    public static List<Token> Of(SignalCharacters characters, SignalTimes times)
    {
        var text = characters.Text;
        List<Token> tokens = [];
        var word = -1;
        for (var at = 0; at < text.Length;)
        {
            if (Match(text, at, times) is not { } token)
            {
                // The name of an office may hold a type of weather: 气象灾害防御指挥部.
                var from = word >= 0 ? word : at;
                for (var last = tokens.Count - 1; last >= 0 && tokens[last].Kind is TokenKind.Type or TokenKind.Word && tokens[last].To == from; last--)
                {
                    from = tokens[last].From;
                }

                if (Office(text, at, from, characters) is { } office)
                {
                    while (tokens.Count > 0 && tokens[^1].From >= office.From) tokens.RemoveAt(tokens.Count - 1);
                    if (tokens.Count > 0 && tokens[^1].To > office.From)
                    {
                        tokens[^1] = tokens[^1] with { To = office.From, Text = text[tokens[^1].From..office.From] };
                    }

                    if (word >= 0 && office.From > word) tokens.Add(new Token(TokenKind.Word, word, office.From, text[word..office.From]));
                    (word, at) = (-1, office.To);
                    tokens.Add(office);
                    continue;
                }

                if (word < 0) word = at;
                at++;
                continue;
            }

            if (word >= 0) tokens.Add(new Token(TokenKind.Word, word, at, text[word..at]));
            (word, at) = (-1, token.To);
            tokens.Add(token);
        }

        if (word >= 0) tokens.Add(new Token(TokenKind.Word, word, text.Length, text[word..]));
        return tokens;
    }

    private static Token? Match(string text, int at, SignalTimes times)
    {
        var c = text[at];
        switch (c)
        {
            case ':': return new Token(TokenKind.Colon, at, at + 1, ":");
            case ',': return new Token(TokenKind.Comma, at, at + 1, ",");
            case '。' or ';' or '!' or '?': return new Token(TokenKind.Stop, at, at + 1, c.ToString());
            case '(' or '[' or '【' or '〔' or '“' or '"' or '「' or '《' or '{' or '\'' or '‘': return new Token(TokenKind.Open, at, at + 1, c.ToString());
            case ')' or ']' or '】' or '〕' or '”' or '」' or '》' or '}' or '’': return new Token(TokenKind.Close, at, at + 1, c.ToString());
        }

        if (times.At(text, at) is { } time) return time;
        if (!Words.TryGetValue(c, out var candidates)) return null;
        foreach (var (word, kind, action, level) in candidates)
        {
            if (!text.AsSpan(at).StartsWith(word, StringComparison.Ordinal)) continue;

            // The station's own word ends in two verbs' neighbours: 发布中心 is no 发布, 气象 of 气象灾害 is a type only before a response.
            if (word == "发布" && text.AsSpan(at + 2).StartsWith("中心", StringComparison.Ordinal)) return null;

            // A colour of one character is one only where a signal is: 红 of 红旗 is none.
            if (kind == TokenKind.Colour && word.Length == 1 && !IsColour(text, at)) return null;
            return new Token(kind, at, at + word.Length, word) { Action = action, Level = level };
        }

        return null;
    }

    private static bool IsColour(string text, int at) =>
        at + 1 == text.Length || "预警升降变至到转)]】,。:;\"”".Contains(text[at + 1], StringComparison.Ordinal);

    /// <summary>An office whose name ends here, from where it begins: after the last stop, word of a greeting, or line.</summary>
    private static Token? Office(string text, int at, int from, SignalCharacters characters)
    {
        if (!OfficesByFirst.TryGetValue(text[at], out var endings)) return null;
        if (Array.Find(endings, ending => text.AsSpan(at).StartsWith(ending, StringComparison.Ordinal)) is not { } suffix) return null;
        var to = at + suffix.Length;
        if (to < text.Length && text[to] is '网' or '长' or '员') return null;
        from = Math.Max(from, at - LongestOffice);

        // A new line begins a new name, unless the name itself was broken: 花溪|区气象台.
        for (var each = at; each > from; each--)
        {
            if (characters.IsLineStart(each) && at - each >= 2)
            {
                from = each;
                break;
            }
        }

        var name = text.AsSpan(from, at - from);
        foreach (var word in Before)
        {
            if (name.LastIndexOf(word, StringComparison.Ordinal) is var found and >= 0
                && !(word.Length == 1 && (name.Length - found < 4 || IsName(name[found..]))))
            {
                from += found + word.Length;
                name = text.AsSpan(from, at - from);
            }
        }

        // Figures, signs and Latin letters belong to no name.
        for (var each = at - 1; each >= from; each--)
        {
            if (text[each] is >= '\u4E00' and <= '\u9FFF') continue;
            from = each + 1;
            break;
        }

        return new Token(TokenKind.Office, from, to, text[from..to]);
    }

    // Places that begin like a word of a sentence.
    private static bool IsName(ReadOnlySpan<char> name) =>
        name.StartsWith("自流井", StringComparison.Ordinal) || name.StartsWith("自由", StringComparison.Ordinal) || name.StartsWith("经济", StringComparison.Ordinal)
        || name.StartsWith("经开", StringComparison.Ordinal) || name.StartsWith("自治", StringComparison.Ordinal);

    private static Dictionary<char, (string, TokenKind, AlertMessageType, AlertLevel)[]> Vocabulary()
    {
        List<(string Word, TokenKind Kind, AlertMessageType Action, AlertLevel Level)> all = [];
        void Add(string words, TokenKind kind, AlertMessageType action = AlertMessageType.Other, AlertLevel level = AlertLevel.Unknown) =>
            all.AddRange(words.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(word => (word, kind, action, level)));

        Add(AlertTypes.Names, TokenKind.Type);
        Add("发布 发出 签发 启动 改发 改为发布 联合发布 发布了", TokenKind.Verb, AlertMessageType.Alert);
        Add("继续发布 持续发布 更新发布 变更发布 升级发布 降级发布 重新发布 再次发布 更新 变更 升级 降级 升格 续发 维持 继续维持 延续 延长 更正 提升 降低 调整 将 更改", TokenKind.Verb, AlertMessageType.Update);
        Add("解除 取消 撤销 撤回 终止 结束 停止 废止 失效 宣布解除 发布解除 替代 代替 取代", TokenKind.Verb, AlertMessageType.Cancel);
        Add("升级为 降级为 变更为 调整为 更新为 升级到 升级至 降级至 降级到 提升为 提升至 提升到 升格为 转为 改为 降低为 降低至 降为 升为 升至 更改为 变更发布为 更新发布为 升级发布为 应为 更正为 调整至 调整到", TokenKind.Becomes,
            AlertMessageType.Update);
        Add("蓝色 蓝", TokenKind.Colour, level: AlertLevel.Blue);
        Add("黄色 黄", TokenKind.Colour, level: AlertLevel.Yellow);
        Add("橙色 橙", TokenKind.Colour, level: AlertLevel.Orange);
        Add("红色 红", TokenKind.Colour, level: AlertLevel.Red);
        Add("白色 紫色 黑色", TokenKind.Colour);
        Add("IV级 四级 4级 Ⅳ级", TokenKind.Grade, level: AlertLevel.Blue);
        Add("III级 三级 3级", TokenKind.Grade, level: AlertLevel.Yellow);
        Add("II级 二级 2级", TokenKind.Grade, level: AlertLevel.Orange);
        Add("I级 一级 1级", TokenKind.Grade, level: AlertLevel.Red);
        Add("预警信号 预警信息 预警 警报", TokenKind.Warning);
        Add("应急响应 应急预案响应", TokenKind.Response);
        Add("、 和 与 及 以及", TokenKind.And);
        return all.GroupBy(each => each.Word[0]).ToDictionary(group => group.Key, group => group.OrderByDescending(each => each.Word.Length).ToArray());
    }
}
