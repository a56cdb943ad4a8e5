using ReliefFunctions.Core.Campaigns;
using ReliefFunctions.Core.Http;
using ReliefFunctions.Core.Patrols;

namespace ReliefFunctions.Core.DailyReports;

/// <summary>What comes of a report of a day.</summary>
internal abstract record DailyDecision
{
    private DailyDecision()
    {
    }

    /// <summary>The row changes.</summary>
    public sealed record Changed(DailyRow Row) : DailyDecision;

    /// <summary>It was received before, as that version.</summary>
    public sealed record Repeated(DailyRow Row, int Version) : DailyDecision;

    /// <summary>It corrects another version than the latest.</summary>
    public sealed record Stale(DailyRow Row) : DailyDecision;
}

/// <summary>Who owes a report of a day, what it must hold, and what it replaces. Pure.</summary>
internal static class DailyRules
{
    public const int LongestText = 200, LongestName = 30, Most = 100_000;

    /// <summary>For so many days a report that was missed can be handed in.</summary>
    public const int DaysBack = 14;

    /// <summary>When the report of a day is due, UTC.</summary>
    public static DateTimeOffset Due(DateOnly day, DailyPolicy policy, Campaign campaign) => LocalTime.ToUtc(day, policy.DueTime, campaign.Zone());

    /// <summary>
    /// The units that owe a report of a day: those whose patrols were ordered hard enough at any time from midnight on, as far as the order left them time
    /// until the report is due. It follows from the orders alone, and so is the same whenever it is asked.
    /// </summary>
    public static IReadOnlySet<string> Owing(IReadOnlyList<PatrolOrder> orders, IReadOnlyList<Unit> units, DateOnly day, DailyPolicy policy, Campaign campaign)
    {
        if (day < campaign.Start || day > campaign.LastDay) return new HashSet<string>();
        var from = LocalTime.ToUtc(day, TimeOnly.MinValue, campaign.Zone());
        var until = Due(day, policy, campaign).AddMinutes(-policy.NoticeMinutes);
        var issued = orders.Where(order => order.Drill is null && order.IssuedAt <= until).OrderBy(order => order.Revision).ToList();
        var inForce = issued.FindLastIndex(order => order.IssuedAt <= from);
        var hard = issued.Skip(Math.Max(0, inForce)).SelectMany(order => order.Units.Where(pair => pair.Value >= policy.FromIntensity).Select(pair => pair.Key))
            .ToHashSet(StringComparer.Ordinal);
        return units.Where(unit => hard.Contains(unit.Code) && unit.IsOpen(day, day)).Select(unit => unit.Code).ToHashSet(StringComparer.Ordinal);
    }

    /// <summary>
    /// What a request says, and everything that is wrong with it. A zero report is 0 in every flow, and keeps the levels of the last report; otherwise a
    /// number left out is an error, because nothing is not 0.
    /// </summary>
    public static (DailyContent Content, IReadOnlyList<ProblemError> Errors) Read(DailyRequest request, DailyPolicy policy, DailyContent? last, string name)
    {
        var errors = new List<ProblemError>();
        void Refuse(string pointer, string message, string fix, string? field = null) =>
            errors.Add(new ProblemError { Pointer = pointer, Message = message, Fix = fix, Field = field });
        foreach (var code in request.Values.Keys.Where(code => policy.Field(code) is not { IsText: false }))
        {
            Refuse($"/values/{Shown(code)}", $"没有“{Shown(code)}”这个数字项目。", $"可用：{string.Join("、", policy.Fields.Where(field => !field.IsText).Select(field => field.Code))}。");
        }

        foreach (var code in request.Texts.Keys.Where(code => policy.Field(code) is not { IsText: true }))
        {
            Refuse($"/texts/{Shown(code)}", $"没有“{Shown(code)}”这个文字项目。", "核对项目代码。");
        }

        var (values, texts) = (new Dictionary<string, int>(StringComparer.Ordinal), new Dictionary<string, string>(StringComparer.Ordinal));
        foreach (var field in policy.Fields.Where(field => !field.IsText))
        {
            var given = request.Values.GetValueOrDefault(field.Code);
            var pointer = $"/values/{field.Code}";
            if (given is < 0 or > Most) Refuse(pointer, $"{field.Label}填了 {given}，应在 0 至 {Most} 之间。", "核对后重填。", field.Code);
            else if (request.ZeroReport && !field.Stock && given > 0) Refuse(pointer, $"声明了零报告，但{field.Label}填了 {given}。", "取消零报告，或把该项改为 0。", field.Code);
            else if (given is { } value) values[field.Code] = value;
            else if (request.ZeroReport && !field.Stock) values[field.Code] = 0;
            else if (request.ZeroReport && last?.Values.TryGetValue(field.Code, out var level) == true) values[field.Code] = level;
            else if (!request.ZeroReport) Refuse(pointer, $"{field.Label}没有填。", "没有发生填 0。", field.Code);
        }

        foreach (var field in policy.Fields.Where(field => field.IsText))
        {
            if (request.Texts.GetValueOrDefault(field.Code)?.Trim() is not { Length: > 0 } text) continue;
            if (text.Length > LongestText) Refuse($"/texts/{field.Code}", $"{field.Label}最长 {LongestText} 字，现有 {text.Length} 字。", "请精简。", field.Code);
            texts[field.Code] = text;
        }

        var filledBy = request.FilledBy?.Trim() is { Length: > 0 } who ? who : name;
        if (request.FilledBy?.Length > LongestName) Refuse("/filledBy", $"填报人最长 {LongestName} 字。", "只写姓名。");
        return (new DailyContent { Values = values, Texts = texts, ZeroReport = request.ZeroReport, FilledBy = filledBy }, errors);
    }

    /// <summary>A report upon the version it names; the same said again, late or twice, changes nothing.</summary>
    public static DailyDecision Submit(DailyRow? row, DateOnly day, Unit unit, DailyContent content, string said, int? baseVersion, DateTimeOffset? due,
        DateTimeOffset at,
        string by)
    {
        if (row?.Versions.LastOrDefault(version => version.Said == said) is { } same
            && (same.Number == row.Latest.Number || baseVersion != row.Latest.Number))
        {
            return new DailyDecision.Repeated(row, same.Number);
        }

        if ((baseVersion ?? 0) != (row?.Latest.Number ?? 0) || row?.Versions.Count >= DailyRow.MostVersions) return new DailyDecision.Stale(row!);
        var late = due is { } until && at > until
            ? (int)Math.Min(int.MaxValue, (at.UtcTicks / TimeSpan.TicksPerMinute) - (until.UtcTicks / TimeSpan.TicksPerMinute)) : 0;
        var added = new DailyVersion((row?.Latest.Number ?? 0) + 1, at, by, late, said, content);
        return new DailyDecision.Changed(row is null ? new DailyRow { Day = day, Unit = unit.Code, UnitName = unit.Name, Versions = [added] }
            : row with { Versions = [.. row.Versions, added] });
    }

    /// <summary>What days come to against the figure of the weekly form: more than it, or, with every day of the week reported, other than it.</summary>
    public static bool Differs(long days, long week, bool everyDay) => days > week || (everyDay && days != week);

    private static string Shown(string code) => Texts.TextFit.Cut(code, 20);
}
