namespace ReliefFunctions.Core.Weather.Text;

/// <summary>One thing that a text does: an office issues, changes or lifts one signal.</summary>
/// <param name="Action">Issues, updates or lifts.</param>
/// <param name="Kind">A signal, or an emergency response.</param>
/// <param name="Type">寒潮; of a response with 应急响应 at its end.</param>
/// <param name="Level">The colour; Unknown when none is named.</param>
/// <param name="LevelText">A colour that is none of the four.</param>
/// <param name="Issuer">The office; empty when none is named.</param>
/// <param name="At">When; null when no time is named.</param>
/// <param name="BadTime">A time that is none, as written (2月30日).</param>
/// <param name="Starts">从…起: when it takes effect.</param>
/// <param name="From">Where its sentence begins, in the text as read.</param>
/// <param name="To">Where its body begins.</param>
internal sealed record SignalAct(
    AlertMessageType Action, AlertKind Kind, string Type, AlertLevel Level, string? LevelText, string Issuer, DateTimeOffset? At, string? BadTime,
    DateTimeOffset? Starts, int From, int To);

/// <summary>What looks like a signal and was read as none.</summary>
/// <param name="From">Where it begins.</param>
/// <param name="To">Behind its end.</param>
/// <param name="Why">In Chinese.</param>
/// <param name="Incomplete">Whether something is missing in it; else it speaks of a signal and gives none.</param>
internal sealed record LeftOver(int From, int To, string Why, bool Incomplete = false);

/// <summary>What a text does, and what in it looks like a signal and is none.</summary>
internal sealed record SignalParse(IReadOnlyList<SignalAct> Acts, IReadOnlyList<LeftOver> Left, IReadOnlyList<Token> Tokens);

/// <summary>
/// The grammar of signal texts. A sentence is a row of offices, times, verbs and signals in whatever order stations use them: 机构 时间 动作 信号,
/// 时间 机构 动作 信号, 信号 … 机构 时间 发布, 从…起…升级为…, a title without a verb. The verb that stands before a signal governs it; one that follows
/// directly (已解除) too. What is denied, supposed or explained does nothing, and is told.
/// </summary>
internal static class SignalGrammar
{
    private static readonly string[] Denials = ["网传", "谣言", "辟谣", "不实", "虚假", "误传", "流传", "传言", "传闻", "是否", "什么是", "何为", "科普", "怎么"];

    private static readonly string[] Conditions =
        ["如果", "一旦", "假如", "倘若", "若", "凡是", "如", "当", "可能", "或将", "有望", "拟", "视情", "适时", "及时", "随时", "计划", "考虑", "未", "没有", "不", "无", "会", "待"];

    private static readonly string[] Ifs = ["如果", "一旦", "假如", "倘若", "凡是"];

    private static readonly string[] Explanations = ["标准", "的标准", "含义", "的含义", "是指", "指的是", "分为", "图标", "定义", "的定义", "及以上", "以上", "等级分", "分四级", "表示", "时,",
        "期间", "条件", "的条件"];

    private static readonly string[] OtherProducts = ["预报", "公报", "消息", "提示", "快报", "专报", "报告", "提醒", "通报", "实况", "周报"];

    private static readonly string[] Fillers = ["现已", "已经", "已", "现", "现在", "予以", "被", "全部", "正式", "自动", "随之", "即", "起", "也"];

    /// <summary>The type of a response that names none.</summary>
    internal const string Nameless = "应急响应";

    /// <summary>Reads what a text does.</summary>
    public static SignalParse Parse(SignalCharacters characters, SignalTimes times)
    {
        var tokens = SignalTokens.Of(characters, times);
        List<SignalAct> acts = [];
        List<LeftOver> left = [];
        var reader = new Reader(tokens, characters, times, acts, left);
        reader.Run();
        return new SignalParse(Once(acts), left, tokens);
    }

    /// <summary>A heading and the text under it say one thing; the one that names its time stays.</summary>
    private static List<SignalAct> Once(List<SignalAct> acts)
    {
        List<SignalAct> once = [];
        foreach (var act in acts)
        {
            var at = once.FindIndex(each => each.Action == act.Action && each.Kind == act.Kind && each.Type == act.Type && each.Level == act.Level
                && (each.Issuer == act.Issuer || each.Issuer.EndsWith(act.Issuer, StringComparison.Ordinal)
                    || act.Issuer.EndsWith(each.Issuer, StringComparison.Ordinal)
                    || (each.At is null && act.Issuer.Length > 0 && each.Issuer.Length > 0 && act.Issuer.Contains(each.Issuer[..^1], StringComparison.Ordinal)))
                && (each.At == act.At || each.At is null || act.At is null));
            if (at < 0)
            {
                once.Add(act);
            }
            else if (once[at].At is null && act.At is not null)
            {
                once[at] = act with { From = Math.Min(once[at].From, act.From), Issuer = act.Issuer.Length > 0 ? act.Issuer : once[at].Issuer };
            }
        }

        return once;
    }

    /// <summary>One or several types of one colour, in brackets or not, before or after it.</summary>
    private sealed record Phrase(IReadOnlyList<string> Types, AlertLevel Level, string? LevelText, AlertKind Kind, bool HasColour, int From, int To, int Next);

    /// <summary>A signal and what is done with it; null while no verb says so.</summary>
    private sealed record Found(Phrase Phrase, AlertMessageType? Action);

    private sealed class Reader(List<Token> tokens, SignalCharacters characters, SignalTimes times, List<SignalAct> acts,
        List<LeftOver> left)
    {
        private readonly List<(Phrase Phrase, int From)> _titles = [];
        private Token? _office;
        private Token? _time;
        private int _start = -1;
        private bool _listing;

        public void Run()
        {
            for (var at = 0; at < tokens.Count;) at = Sentence(at);

            // A title that no office stands by, above or below it.
            foreach (var (title, _) in _titles) left.Add(new LeftOver(title.From, title.To, "没有写明哪个单位发布或解除", Incomplete: true));
        }

        /// <summary>Reads a sentence, or the part of one before or after a colon, and answers where the next begins.</summary>
        private int Sentence(int from)
        {
            var to = from;
            while (to < tokens.Count && tokens[to].Kind != TokenKind.Stop) to++;
            var denied = Array.Exists(Denials, word => Words(from, to).Contains(word, StringComparison.Ordinal))
                || (to < tokens.Count && tokens[to].Text == "?");
            var (verb, office, time, starts, prefix) = ((Token?)null, (Token?)null, (Token?)null, (Token?)null, from);
            var (becomes, otherProduct, reported) = (false, false, (Token?)null);
            List<Found> found = [];
            var at = from;
            while (at < to)
            {
                var token = tokens[at];
                if (PhraseAt(at, to) is { } phrase)
                {
                    if (denied || otherProduct || IsExplained(phrase, to) || IsIf(from, at) || (verb is not null && IsSupposed(from, verb)))
                    {
                        left.Add(new LeftOver(phrase.From, phrase.To, otherProduct ? "是预报、提示等文字里提到的" : "像是否认、假设或对标准的说明"));
                        (at, verb, becomes) = (phrase.Next, null, false);
                        continue;
                    }

                    if (becomes && found.Count > 0)
                    {
                        var before = found[^1];
                        var types = phrase.Types.Count == 0 || phrase.Types is [Nameless] ? before.Phrase.Types : phrase.Types;
                        found[^1] = new Found(before.Phrase with { Types = [.. before.Phrase.Types.Except(types)] }, AlertMessageType.Cancel);
                        found.Add(new Found(phrase with { Types = types, Kind = phrase.Types.Count > 0 ? phrase.Kind : before.Phrase.Kind },
                            AlertMessageType.Update));
                    }
                    else if (phrase.Types.Count > 0)
                    {
                        found.Add(new Found(phrase, becomes ? AlertMessageType.Update : verb?.Action));
                    }

                    (at, becomes) = (phrase.Next, false);

                    // 寒潮黄色预警信号已(于10时)解除, and not …,解除大风蓝色预警信号.
                    if (found.Count > 0 && PostVerb(at, to) is { } post && (post.Verb.Action != AlertMessageType.Alert || found[^1].Action is null))
                    {
                        for (var each = found.Count - 1; each >= 0 && (each == found.Count - 1 || found[each].Action is null); each--)
                        {
                            found[each] = found[each] with { Action = post.Verb.Action };
                        }

                        (office, time, at) = (office ?? post.Office, time ?? post.Time, post.Next);
                    }

                    continue;
                }

                switch (token.Kind)
                {
                    case TokenKind.Office when found.Count > 0 && found.TrueForAll(each => each.Action is null) && Signature(at, to) is { } signed:
                        // 【寒潮黄色预警】…(花溪区气象台12月15日10时发布).
                        found = [.. found.Select(each => each with { Action = signed.Verb?.Action ?? AlertMessageType.Alert })];
                        (office, time, at) = (token, time ?? signed.Time, signed.Next);
                        continue;
                    case TokenKind.Office when found.Exists(each => each.Action is not null):
                        // After a signal another office begins another one, unless it only signs.
                        if (Signature(at, to) is not null && office is null)
                        {
                            office = token;
                        }
                        else if (Signature(at, to) is null)
                        {
                            Emit(found, office, time ?? Now(starts), starts, prefix, token.From);
                            (found, verb, time, starts, prefix, office) = ([], null, null, null, at, token);
                        }

                        break;
                    case TokenKind.Office:
                        // 花溪区气象台、花溪区应急管理局联合发布: the first is the issuer.
                        if (office is null || at == from || tokens[at - 1].Kind is not (TokenKind.And or TokenKind.Comma)) office = token;
                        _listing = false;
                        break;
                    case TokenKind.Time when at + 1 < to && tokens[at + 1].Kind == TokenKind.Verb && StartsWith(at + 2, to, "的"):
                        // 解除1日9时发布的: the time of what is lifted; where nothing is lifted, of what was issued.
                        reported ??= token;
                        at++;
                        break;
                    case TokenKind.Time when StartsWith(at + 1, to, "起") && at > from && tokens[at - 1].Text is [.., '从' or '自']:
                        starts ??= token;
                        break;
                    case TokenKind.Time when found.Count == 0 || (office is not null && ReferenceEquals(tokens[at - 1], office))
                        || IsBefore(at, to, TokenKind.Verb):
                        time ??= token;
                        break;
                    case TokenKind.Verb when !StartsWith(at + 1, to, "的"):
                        verb = token.Text == "将" && verb is not null ? verb : token;
                        otherProduct = token.Action == AlertMessageType.Alert && at + 2 < to && tokens[at + 1] is { Kind: TokenKind.Word } product
                            && tokens[at + 2].Kind == TokenKind.Colon
                            && Array.Exists(OtherProducts, word => product.Text.EndsWith(word, StringComparison.Ordinal));
                        break;
                    case TokenKind.Becomes:
                        becomes = found.Count > 0 || (office is not null && !IsSupposed(from, token));
                        if (!becomes && PhraseAt(at + 1 < to ? at + 1 : at, to) is { } supposed)
                        {
                            left.Add(new LeftOver(supposed.From, supposed.To, "像是否认、假设或对标准的说明"));
                            at = supposed.Next;
                            continue;
                        }

                        break;
                    case TokenKind.Word when found.Count > 0 && verb is not null && token.Text is [.., '为'] && at + 1 < to
                        && tokens[at + 1].Kind is TokenKind.Type or TokenKind.Colour:
                        becomes = true;
                        break;
                    case TokenKind.Warning when verb?.Action == AlertMessageType.Alert:
                        _listing = true;
                        break;
                    case TokenKind.Colon when found.Exists(each => each.Action is not null):
                        // The body begins: what it names was or may be, unless it says otherwise in a sentence of its own.
                        to = at;
                        continue;
                }

                at++;
            }

            if (reported is not null && office is not null && found.Count > 0 && found.TrueForAll(each => each.Action is null))
            {
                // 收到花溪区气象台1日8时发布的寒潮黄色预警信号: who passes it on does nothing with it.
                found = [.. found.Select(each => each with { Action = AlertMessageType.Alert })];
                time ??= reported;
            }

            if (_listing) found = [.. found.Select(each => each with { Action = each.Action ?? AlertMessageType.Alert })];
            if (office is not null && found.Count > 0 && found.TrueForAll(each => each.Action is null) && IsTitle(office, found[0].Phrase))
            {
                found = [.. found.Select(each => each with { Action = AlertMessageType.Alert })];
            }

            if (found.Count == 0 && _titles.Count > 0
                && ((office is not null && Signature(tokens.IndexOf(office), to) is not null)
                    || (office is null && verb is not null && time is not null && to - from < 4)))
            {
                // A signature below its titles: 花溪区气象台12月15日10时发布, or the name alone.
                found = [.. _titles.Select(title => new Found(title.Phrase, verb?.Action ?? AlertMessageType.Alert))];
                prefix = Math.Min(prefix, _titles[0].From);
                _titles.Clear();
            }

            if (found.Count == 0 && office is not null && Signature(tokens.IndexOf(office), to) is not null)
            {
                // A signature below what was read without an office.
                for (var each = 0; each < acts.Count; each++)
                {
                    if (acts[each].Issuer.Length == 0) acts[each] = acts[each] with { Issuer = office.Text, At = acts[each].At ?? time?.At };
                }
            }

            Emit(found, office, time ?? Now(starts), starts, prefix, to < tokens.Count ? tokens[to].From : int.MaxValue);
            if (found.Count == 0 && acts.Count == 0 && office is not null)
            {
                // What stands alone above a signal belongs to it: 花溪区气象台 in a line of its own.
                (_office, _time, _start) = (office, time, _start < 0 ? Begin(from, office, time) : _start);
            }

            return to + 1;
        }

        /// <summary>从…起 is when it was issued, too, where nothing else says so and it has passed.</summary>
        private Token? Now(Token? starts) => starts is { At: { } at } && at <= times.Received.AddHours(1) ? starts : null;

        private void Emit(List<Found> found, Token? office, Token? time, Token? starts, int from, int body)
        {
            var (issuer, at) = (office ?? _office, time ?? (office is null || _titles.Count > 0 ? _time : null));
            var start = Begin(from, office, time);
            var any = false;
            foreach (var (phrase, action) in found)
            {
                if (action is null)
                {
                    if (IsHeading(from, phrase)) _titles.Add((phrase, from));
                    else if (phrase.HasColour) left.Add(new LeftOver(phrase.From, phrase.To, "没有写明发布、更新还是解除", Incomplete: true));
                    continue;
                }

                any = true;
                foreach (var type in phrase.Types)
                {
                    acts.Add(new SignalAct(action.Value, phrase.Kind, type, phrase.Level, phrase.LevelText, issuer?.Text
                        ?? PlaceBefore(from, phrase.From), at?.At,
                        at is { At: null } ? at.Text : null, starts?.At, Math.Min(start, phrase.From), Math.Min(phrase.To, Math.Max(body, phrase.From))));
                }
            }

            if (any) (_office, _time, _start) = (issuer, at, -1);
        }

        /// <summary>A heading begins its line or sentence: 寒潮黄色预警信号, 【寒潮黄色预警】, 一、寒潮黄色预警信号.</summary>
        private bool IsHeading(int from, Phrase phrase)
        {
            if (!phrase.HasColour) return false;
            if (characters.IsLineStart(phrase.From)) return true;
            var at = from;
            while (at < tokens.Count && tokens[at].From < phrase.From
                && (tokens[at].Kind is TokenKind.Open or TokenKind.And || tokens[at] is { Kind: TokenKind.Word, Text.Length: <= 6 }))
            {
                at++;
            }

            return at < tokens.Count && tokens[at].From >= phrase.From;
        }

        /// <summary>贵州省贵阳市花溪区发布…: the titles of 中国天气网 name the place alone.</summary>
        private string PlaceBefore(int from, int to)
        {
            for (var at = from; at < tokens.Count && tokens[at].From < to; at++)
            {
                if (tokens[at].Kind != TokenKind.Verb) continue;
                var before = at - 1;
                while (before >= from && tokens[before].Kind is TokenKind.Time or TokenKind.Comma) before--;
                if (before < from || tokens[before].Kind != TokenKind.Word) return "";
                var word = tokens[before].Text.TrimEnd('于', '在');
                return word.Length is >= 2 and <= 20 && "省市区县旗州盟".Contains(word[^1], StringComparison.Ordinal)
                    && word.All(c => c is >= '\u4E00' and <= '\u9FFF') ? word : "";
            }

            return "";
        }

        private int Begin(int from, Token? office, Token? time)
        {
            var start = from < tokens.Count ? tokens[from].From : 0;
            if (_start >= 0 && _start < start) return _start;
            var head = Math.Min(office?.From ?? int.MaxValue, time?.From ?? int.MaxValue);
            return head == int.MaxValue ? start : Math.Max(start, head);
        }

        private bool IsTitle(Token office, Phrase phrase)
        {
            var at = tokens.IndexOf(office) + 1;
            while (at < tokens.Count && tokens[at].From < phrase.From && tokens[at].Kind is TokenKind.Time or TokenKind.Open or TokenKind.Close
                or TokenKind.Comma)
            {
                at++;
            }

            return at < tokens.Count && tokens[at].From >= phrase.From;
        }

        /// <summary>An office that signs: with a time or a verb or both after it, and then nothing more in its sentence or line.</summary>
        private (Token? Time, Token? Verb, int Next)? Signature(int at, int to)
        {
            if (at < 0) return null;
            var (next, time, verb) = (at + 1, (Token?)null, (Token?)null);
            while (next < to && (tokens[next].Kind is TokenKind.Comma or TokenKind.Time or TokenKind.Verb || tokens[next].Text is "于" or "已" or "已于"))
            {
                if (tokens[next].Kind == TokenKind.Time) time ??= tokens[next];
                if (tokens[next].Kind == TokenKind.Verb) verb ??= tokens[next];
                next++;
            }

            return next >= to || tokens[next].Kind == TokenKind.Close || characters.IsLineStart(tokens[next].From) ? (time, verb, next) : null;
        }

        private bool IsBefore(int at, int to, TokenKind kind) => at + 1 < to && tokens[at + 1].Kind == kind;

        private string Words(int from, int to) => from >= to ? "" : characters.Text[tokens[from].From..tokens[to - 1].To];

        private bool StartsWith(int at, int to, string word) => at < to && at < tokens.Count && tokens[at].Text.StartsWith(word, StringComparison.Ordinal);

        /// <summary>What is said of the signal itself, and not by it: 标准, 是指, 分为.</summary>
        private bool IsExplained(Phrase phrase, int to)
        {
            var at = phrase.Next;
            if (at >= to || tokens[at].From >= characters.Text.Length) return false;
            if (tokens[at].Kind is TokenKind.Close) at++;
            if (at >= to) return false;
            var rest = characters.Text.AsSpan(tokens[at].From);
            foreach (var word in Explanations)
            {
                if (rest.StartsWith(word, StringComparison.Ordinal)) return true;
            }

            return false;
        }

        /// <summary>Whether a verb is denied or supposed: 未发布, 如发布, 可能升级.</summary>
        private bool IsSupposed(int from, Token verb)
        {
            var at = tokens.IndexOf(verb);
            if (at <= 0) return false;
            for (var back = at - 1; back >= from && tokens[back].Kind is TokenKind.Word or TokenKind.Verb or TokenKind.Time; back--)
            {
                if (tokens[back].Kind != TokenKind.Word) continue;
                var word = tokens[back].Text;
                if (Array.Exists(Conditions, condition => word.EndsWith(condition, StringComparison.Ordinal)
                    && !(condition == "会" && word.EndsWith("委会", StringComparison.Ordinal))))
                {
                    return true;
                }

                if (word.StartsWith("如果", StringComparison.Ordinal) || word.StartsWith("一旦", StringComparison.Ordinal)) return true;
                return false;
            }

            return false;
        }

        private bool IsIf(int from, int to)
        {
            for (var at = from; at < to; at++)
            {
                if (tokens[at].Kind == TokenKind.Word && Array.Exists(Ifs, word => tokens[at].Text.Contains(word, StringComparison.Ordinal))) return true;
            }

            return false;
        }

        private (Token Verb, Token? Office, Token? Time, int Next)? PostVerb(int at, int to)
        {
            var (office, time) = ((Token?)null, (Token?)null);
            if (at < to && tokens[at].Kind == TokenKind.Comma) at++;
            for (; at < to; at++)
            {
                var token = tokens[at];
                if (token.Kind == TokenKind.Verb && token.Text != "将")
                {
                    var follows = at + 1 < to
                        && (PhraseAt(at + 1, to) is not null
                            || (StartsWith(at + 1, to, "的") && !StartsWith(at + 1, to, "的通") && !StartsWith(at + 1, to, "的公")));
                    return follows ? null : (token, office, time, at + 1);
                }

                if (token.Kind == TokenKind.Time) time = token;
                else if (token.Kind == TokenKind.Office) office = token;
                else if (token.Kind is not (TokenKind.Verb or TokenKind.Word) || (token.Kind == TokenKind.Word && !IsFiller(token.Text))) return null;
            }

            return null;
        }

        private static bool IsFiller(string word)
        {
            while (word.Length > 0)
            {
                if (word is "于" or "由" or "在" or "已于" or "已由") return true;
                if (Array.Find(Fillers, filler => word.StartsWith(filler, StringComparison.Ordinal)) is not { } found) return false;
                word = word[found.Length..];
            }

            return true;
        }

        /// <summary>A signal that begins here: 寒潮黄色预警信号, 黄色寒潮预警, 寒潮预警信号(黄色), 寒潮Ⅲ级预警, 寒潮、大风蓝色预警; or a bare colour; or a response.</summary>
        private Phrase? PhraseAt(int at, int to)
        {
            if (Response(at, to) is { } response) return response;
            var start = at;
            List<string> types = [];
            if (tokens[at].Kind is TokenKind.Colour or TokenKind.Grade)
            {
                // 黄色寒潮预警; a bare colour only after 由 and 为.
                var next = TypesAt(at + 1, to, types);
                if (types.Count > 0)
                {
                    return tokens[at].Kind == TokenKind.Colour && EndOf(next, to) is var end && (end > next || IsObject(at, next, to))
                        ? Make(types, tokens[at], start, end) : null;
                }

                return Make([], tokens[at], start, EndOf(at + 1, to));
            }

            var after = TypesAt(at, to, types);
            if (types.Count == 0 || (after < to && tokens[after].Kind == TokenKind.Word)) after = Unknown(at, to, types, after);
            if (types.Count == 0) return null;
            if (after < to && tokens[after].Kind is TokenKind.Colour or TokenKind.Grade)
            {
                // 寒潮黄色 alone is a signal where more of them follow (寒潮黄色、道路结冰橙色预警信号), and where 预警 does.
                var end = EndOf(after + 1, to);
                if (end > after + 1 || IsSeries(after + 1, to) || (tokens[after].Kind == TokenKind.Colour && IsObject(start, after + 1, to)))
                    return Make(types, tokens[after], start, end);
                return null;
            }

            var warned = after;
            while (warned < to && tokens[warned].Kind == TokenKind.Warning) warned++;
            if (warned < to && tokens[warned].Kind == TokenKind.Word && tokens[warned].Text is "信号" or "等级" or "级别") warned++;

            // 寒潮预警信号(黄色), 寒潮(黄色)预警, 寒潮预警:黄色.
            if (warned + 1 < to && tokens[warned].Kind is TokenKind.Open or TokenKind.Colon && tokens[warned + 1].Kind is TokenKind.Colour or TokenKind.Grade
                && (warned > after || tokens[warned].Kind == TokenKind.Open))
            {
                var end = warned + 2;
                if (end < to && tokens[end].Kind == TokenKind.Warning) end++;
                if (end < to && tokens[end].Kind == TokenKind.Close) end++;
                return EndOf(end, to) is var over && (warned > after || over > end || tokens[warned].Kind == TokenKind.Open)
                    ? Make(types, tokens[warned + 1], start, over) : null;
            }

            if (warned == after) return null;
            if (warned < to && tokens[warned].Kind is TokenKind.Colour or TokenKind.Grade && EndOf(warned + 1, to) is var coloured)
            {
                return Make(types, tokens[warned], start, coloured);
            }

            return new Phrase(types, AlertLevel.Unknown, null, AlertKind.Signal, false, tokens[start].From, tokens[warned - 1].To, warned);
        }

        /// <summary>发布黄色寒潮： what a verb governs needs no 预警.</summary>
        private bool IsObject(int start, int next, int to) =>
            start > 0 && tokens[start - 1].Kind is TokenKind.Verb or TokenKind.Becomes
                && (next >= to || tokens[next].Kind is TokenKind.Colon or TokenKind.Close or TokenKind.Comma);

        private Phrase Make(List<string> types, Token colour, int start, int next) =>
            new([.. types], colour.Level, colour.Level == AlertLevel.Unknown
                ? colour.Text
                : null, AlertKind.Signal, true, tokens[start].From, tokens[next - 1].To, next);

        /// <summary>Types in a row: 寒潮、大风 and 寒潮和道路结冰; two that touch (寒潮大风) are two.</summary>
        private int TypesAt(int at, int to, List<string> types)
        {
            while (at < to && types.Count < 16 && tokens[at].Kind == TokenKind.Type)
            {
                if (types.Count == 0 || tokens[at].Text is not ("气象灾害" or "自然灾害")) types.Add(tokens[at].Text);
                at++;
                if (at + 1 < to && tokens[at].Kind == TokenKind.And && tokens[at + 1].Kind == TokenKind.Type) at++;
            }

            return at;
        }

        /// <summary>What stands between a verb and a colour is a type, though nobody told us of it: 发布渔场大风浪橙色预警.</summary>
        private int Unknown(int at, int to, List<string> types, int otherwise)
        {
            if (at == 0 || tokens[at - 1].Kind is not (TokenKind.Verb or TokenKind.Open or TokenKind.Becomes)) return otherwise;
            var next = at;
            while (next < to && tokens[next].Kind is TokenKind.Word or TokenKind.Type) next++;
            if (next == at || next >= to || tokens[next].Kind != TokenKind.Colour || tokens[next - 1].Kind != TokenKind.Word || EndOf(next + 1, to) == next + 1)
            {
                return otherwise;
            }

            var name = characters.Text[tokens[at].From..tokens[next].From];
            if (name.Length is < 2 or > 12 || !name.All(c => c is >= '\u4E00' and <= '\u9FFF')) return otherwise;
            types.Clear();
            types.Add(name);
            return next;
        }

        private bool IsSeries(int at, int to)
        {
            if (at >= to || tokens[at].Kind != TokenKind.And) return false;
            List<string> types = [];
            var next = TypesAt(at + 1, to, types);
            return types.Count > 0 && next < to && tokens[next].Kind is TokenKind.Colour or TokenKind.Grade;
        }

        /// <summary>The end of a signal: 预警信号, and in brackets its grade.</summary>
        private int EndOf(int at, int to)
        {
            if (at + 1 < to && tokens[at] is { Kind: TokenKind.Word, Text: "气象" or "气象风险" or "风险" } && tokens[at + 1].Kind == TokenKind.Warning) at++;
            while (at < to && (tokens[at].Kind == TokenKind.Warning || (tokens[at] is { Kind: TokenKind.Word, Text: "信号" }))) at++;
            if (at + 2 < to && tokens[at].Kind == TokenKind.Open && tokens[at + 1].Kind is TokenKind.Grade or TokenKind.Colour)
            {
                for (var close = at + 2; close < Math.Min(to, at + 8); close++)
                {
                    if (tokens[close].Kind == TokenKind.Close) return EndOf(close + 1, to);
                }
            }

            if (at + 1 < to && tokens[at].Kind == TokenKind.Close && tokens[at - 1].Kind == TokenKind.Warning) return at + 1;
            return at;
        }

        /// <summary>启动低温雨雪冰冻灾害Ⅲ级应急响应, 应急响应由Ⅳ级提升至Ⅲ级, 气象灾害(寒潮)四级应急响应.</summary>
        private Phrase? Response(int at, int to)
        {
            if (tokens[at].Kind is not (TokenKind.Type or TokenKind.Grade or TokenKind.Response)
                && !(tokens[at].Kind == TokenKind.Word && at > 0 && tokens[at - 1].Kind is TokenKind.Verb or TokenKind.Becomes))
            {
                return null;
            }

            List<string> types = [];
            var (end, level) = (at, (Token?)null);
            for (; end < Math.Min(to, at + 9); end++)
            {
                var token = tokens[end];
                if (token.Kind == TokenKind.Response)
                {
                    // The grade may follow: 应急响应Ⅳ级, 应急响应由Ⅳ级提升至Ⅲ级.
                    var next = end + 1;
                    while (next < to && level is null && tokens[next].Kind is TokenKind.Open or TokenKind.Colon) next++;
                    if (level is null && next < to && tokens[next].Kind is TokenKind.Grade or TokenKind.Colour)
                    {
                        level = tokens[next];
                        end = next + (next + 1 < to && tokens[next + 1].Kind == TokenKind.Close ? 1 : 0);
                    }

                    var type = types.Find(AlertTypes.IsCold) ?? types.LastOrDefault() ?? Named(at, end);
                    return new Phrase([type + Nameless], level?.Level
                        ?? AlertLevel.Unknown, null, AlertKind.Response, level is not null, tokens[at].From, tokens[end].To, end + 1);
                }

                if (token.Kind == TokenKind.Type) types.Add(token.Text);
                else if (token.Kind == TokenKind.Grade) level = token;
                else if (token.Kind is TokenKind.Open or TokenKind.Close or TokenKind.And) continue;
                else if (token.Kind != TokenKind.Word || token.Text.Length > 12) return null;
            }

            return null;
        }

        private string? Named(int from, int to) =>
            tokens.Skip(from).Take(to - from).FirstOrDefault(token => token.Kind == TokenKind.Word)?.Text is { } word
                ? word.Replace("灾害", "", StringComparison.Ordinal).Replace("突发", "", StringComparison.Ordinal) is { Length: > 0 } name ? name : null : null;
    }
}
