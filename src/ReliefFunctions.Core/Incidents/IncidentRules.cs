using System.Buffers;
using System.Globalization;
using ReliefFunctions.Core.Campaigns;
using ReliefFunctions.Core.Http;
using ReliefFunctions.Core.Storage;

namespace ReliefFunctions.Core.Incidents;

/// <summary>What an incident's content must hold, what it is taken for, and how grave it is. Pure.</summary>
internal static class IncidentRules
{
    public const int LongestWhat = 300, LongestWhere = 100, LongestVillage = 50, LongestDone = 500, LongestName = 30, LongestNeeds = 200, LongestFinding = 500,
        LongestReason = 200, MostPeople = 10_000;

    /// <summary>A clock that runs ahead by less than this is not worth a refusal.</summary>
    private static readonly TimeSpan Ahead = TimeSpan.FromMinutes(5);

    /// <summary>Older findings are history and no report of something sudden; most are a mistyped year.</summary>
    private static readonly TimeSpan Oldest = TimeSpan.FromDays(60);

    /// <summary>Words before another that take it back: 无人死亡, 防止冻伤.</summary>
    private static readonly string[] Negations = ["无", "没有", "没", "未", "防", "避免", "不是", "非"];

    private static readonly SearchValues<char> ClauseEnds = SearchValues.Create("，。；！？,;!?、 \n");

    /// <summary>Everything wrong with a content, with the place of each member in a body where they lie under <paramref name="at"/>.</summary>
    public static List<ProblemError> Check(IncidentContent content, IncidentPolicy policy, IReadOnlyList<Unit> units, DateTimeOffset now, string at = "")
    {
        var errors = new List<ProblemError>();
        void Refuse(string member, string message, string fix, bool top = false) =>
            errors.Add(new ProblemError { Pointer = (top ? "" : at) + "/" + member, Message = message, Fix = fix });
        void Text(string member, string name, string? text, int longest, bool needed = false, bool top = false)
        {
            if (needed && string.IsNullOrWhiteSpace(text)) Refuse(member, $"{name}没有填。", "一句话即可。", top);
            else if (text?.Length > longest) Refuse(member, $"{name}最长 {longest} 字，现有 {text.Length} 字。", "请精简；其余的在续报里写。", top);
        }

        var isFirst = at.Length > 0;
        Text("what", "发生了什么", content.What, LongestWhat, needed: true, top: isFirst);
        Text("where", "地点", content.Where, LongestWhere, needed: true, top: isFirst);
        Text("village", "村（社区）", content.Village, LongestVillage);
        Text("done", "已采取的措施", content.Done, LongestDone);
        Text("onSpot", "现场人员", content.OnSpot, LongestName);
        Text("needs", "需要的支持", content.Needs, LongestNeeds);
        Text("finding", "核查结论", content.Finding, LongestFinding);
        if (content.Kind is { } kind && policy.Kind(kind) is null)
        {
            Refuse("kind", $"没有“{Shown(kind)}”这个类别。", $"可用：{string.Join("、", policy.Kinds.Select(each => $"{each.Code}（{each.Name}）"))}；拿不准的不填。", top: isFirst);
        }

        if (content.PlaceType is { } place && !policy.PlaceTypes.Any(each => each.Code == place))
        {
            Refuse("placeType", $"没有“{Shown(place)}”这类场所。", $"可用：{string.Join("、", policy.PlaceTypes.Select(each => $"{each.Code}（{each.Name}）"))}。");
        }

        if (content.Township is { } township && !units.Any(unit => unit.Code == township && unit.Kind == UnitKind.Township))
        {
            Refuse("township", $"没有代码为“{Shown(township)}”的乡镇（街道）。", "填写名册里的单位代码，或不填。");
        }

        if (content.OnSpotPhone is { } phone && (phone.Length is < 5 or > 20 || !phone.All(c => char.IsAsciiDigit(c) || c is '-' or '+' or ' ')))
        {
            Refuse("onSpotPhone", "现场电话应为 5 至 20 位数字。", "例如 0851-83851000。");
        }

        if (content.FoundAt > now + Ahead) Refuse("foundAt", "发现时间晚于现在。", "核对日期和时区。", top: isFirst);
        else if (content.FoundAt < now - Oldest) Refuse("foundAt", $"发现时间早于 {Oldest.TotalDays:0} 天前。", "核对年份和月份。", top: isFirst);
        People(content, Refuse, isFirst);
        return errors;
    }

    private static void People(IncidentContent content, Action<string, string, string, bool> refuse, bool isFirst)
    {
        if (content.HowMany is < 0 or > MostPeople) refuse("howMany", $"涉及人数应在 0 至 {MostPeople} 之间。", "不知道的先填 0，续报里补。", isFirst);
        (string Member, string Name, int? Count)[] states =
        [
            ("safe", "平安", content.Safe), ("slight", "轻伤轻症", content.Slight), ("hospitalised", "送医", content.Hospitalised), ("critical", "危重", content.Critical),
            ("dead", "死亡", content.Dead), ("missing", "失联", content.Missing),
        ];
        foreach (var (member, name, count) in states.Where(state => state.Count is < 0 or > MostPeople))
        {
            refuse(member, $"{name}人数 {count} 不对，应在 0 至 {MostPeople} 之间。", "没有的填 0，不知道的不填。", false);
        }

        // Those in danger are some of those in hospital, or lie where they were found.
        var apart = states.Where(state => state.Member != "critical").Sum(state => (long)(state.Count ?? 0));
        if (apart > content.HowMany && content.HowMany >= 0)
        {
            refuse("howMany", $"涉及 {content.HowMany} 人，而平安、轻伤轻症、送医、死亡、失联合计 {apart} 人。", $"把涉及人数改为不少于 {apart}，或核对各项。", isFirst);
        }

        if (content.Critical > content.HowMany) refuse("critical", $"危重 {content.Critical} 人，多于涉及的 {content.HowMany} 人。", "核对人数。", false);
    }

    /// <summary>The kind: as named, else by the words, else the last of the policy.</summary>
    public static (IncidentKind Kind, bool Guessed) KindOf(IncidentContent content, IncidentPolicy policy) =>
        policy.Kind(content.Kind) is { } named ? (named, false)
        : (policy.Kinds.FirstOrDefault(kind => kind.Words.Any(word => Says(content.What, word))) ?? policy.Kinds[^1], true);

    /// <summary>How grave: by kind, by people, and by words of a death as long as nobody has said how many died.</summary>
    public static IncidentSeverity SeverityOf(IncidentContent content, IncidentPolicy policy)
    {
        var severity = KindOf(content, policy).Kind.Severity;
        foreach (var rule in policy.Severities.Where(rule => CountOf(content, rule.State) >= rule.AtLeast)) severity = Max(severity, rule.Severity);
        return content.Dead is null && policy.DeathWords.Any(word => Says(content.What, word) || Says(content.Done, word)) ? IncidentSeverity.Grave : severity;
    }

    /// <summary>Whether a text says a word and does not take it back in the same clause.</summary>
    public static bool Says(string? text, string word)
    {
        for (var at = text?.IndexOf(word, StringComparison.Ordinal) ?? -1; at >= 0; at = text!.IndexOf(word, at + word.Length, StringComparison.Ordinal))
        {
            var before = text!.AsSpan(Math.Max(0, at - 6), Math.Min(6, at));
            if (before.LastIndexOfAny(ClauseEnds) is >= 0 and var clause) before = before[(clause + 1)..];
            if (!IsTakenBack(before)) return true;
        }

        return false;
    }

    private static bool IsTakenBack(ReadOnlySpan<char> before)
    {
        foreach (var negation in Negations)
        {
            if (before.Contains(negation, StringComparison.Ordinal)) return true;
        }

        return false;
    }

    /// <summary>The receivers of a version: whoever was told once is told on, and who is to be told by how grave it is now.</summary>
    public static IReadOnlyList<IncidentReceiver> Receivers(IncidentRow row, int version, IncidentPolicy policy)
    {
        var gravest = row.Marks.Where(mark => mark.Number <= version).Max(mark => mark.Severity);
        return [.. policy.Receivers.Where(receiver => receiver.From <= gravest)];
    }

    /// <summary>Minutes past a deadline, both to the minute; 0 when in time.</summary>
    public static int MinutesLate(DateTimeOffset at, DateTimeOffset? due) =>
        due is not { } by || at <= by ? 0 : (int)Math.Min(int.MaxValue, (at.UtcTicks / TimeSpan.TicksPerMinute) - (by.UtcTicks / TimeSpan.TicksPerMinute));

    /// <summary>
    /// The name of a new incident: the local day, the unit, and what is said. Said again, or with the same key of the client, it has the same name; what names
    /// no time of finding and comes again soon after midnight has that of the day before (see <see cref="Earlier"/>).
    /// </summary>
    public static string IdOf(string unit, DateOnly day, IncidentReport report, string? clientKey)
    {
        var said = clientKey is { Length: > 0 } ? $"key|{clientKey}" : StoredJson.Write(report);
        return string.Create(CultureInfo.InvariantCulture, $"{day:MMdd}-{unit}-{Keys.Hash($"{day:yyyy}|{unit}|{said}")[..8]}");
    }

    /// <summary>The day before, when a report that comes now may repeat one of last night.</summary>
    public static DateOnly? Earlier(DateTimeOffset now, TimeZoneInfo zone) =>
        LocalTime.In(now, zone).Hour < 6 ? LocalTime.DateOf(now, zone).AddDays(-1) : null;

    public static string Hash(IncidentReport report) => Keys.Hash(StoredJson.Write(report));

    public static string Hash(IncidentUpdate update) => Keys.Hash(StoredJson.Write(update with { BaseVersion = null }));

    private static int? CountOf(IncidentContent content, PeopleCount which) => which switch
    {
        PeopleCount.Hospitalised => content.Hospitalised,
        PeopleCount.Critical => content.Critical,
        PeopleCount.Dead => content.Dead,
        PeopleCount.Missing => content.Missing,
        _ => content.HowMany,
    };

    private static IncidentSeverity Max(IncidentSeverity one, IncidentSeverity other) => one > other ? one : other;

    private static string Shown(string text) => Texts.TextFit.Cut(text, 40);
}
