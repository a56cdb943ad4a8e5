using System.Globalization;
using ReliefFunctions.Core.Summaries.Figures;
using ReliefFunctions.Core.Summaries.Sentences;

namespace ReliefFunctions.Tests.Summaries;

/// <summary>The table of sentences, case by case, against a file that an office clerk has read. After an intended change: <c>UPDATE_GOLDEN=1</c>.</summary>
public class PhraseTests
{
    private static readonly Summary Base = SummaryRules.Compute(SummarySample.Input());

    [Fact]
    public void Every_sentence_reads_as_it_was_agreed()
    {
        var lines = new List<string>();
        void Say(string what, string text) => lines.Add($"{what}\t{text}");
        HeadlineFigure Figure(long total, long? last) => new("救助人次", "人次", total, last, total);
        foreach (var (name, figure) in new[]
        {
            ("up", Figure(90, 37)), ("down", Figure(37, 90)), ("same", Figure(37, 37)), ("from nothing", Figure(5, 0)), ("to nothing", Figure(0, 5)), ("first week", Figure(5, null)),
            ("thousands", Figure(12_345, 1_000)), ("a little", Figure(1_001, 1_000)),
        })
        {
            Say($"figure, {name}", Phrases.Figure(figure, Phrases.Change(figure)));
            Say($"figure in a table, {name}", Phrases.ShortChange(Base, figure));
        }

        ReportingFigures Reports(int expected, int reported, int onTime, int accepted, params string[] pending) => Base.Reporting with { Expected = expected, Reported = reported, OnTime = onTime, Accepted = accepted, Pending = pending };
        foreach (var (name, reporting) in new[]
        {
            ("none", Reports(24, 0, 0, 0)), ("one", Reports(24, 1, 1, 0)), ("several", Reports(24, 22, 20, 19)), ("all, some late", Reports(24, 24, 22, 24)), ("all", Reports(24, 24, 24, 24)),
            ("running", Reports(24, 3, 3, 0, "青岩镇")), ("nobody asked", Reports(0, 0, 0, 0)),
        })
        {
            Say($"reports, {name}", Phrases.Reporting(Base with { Reporting = reporting }));
            Say($"unaccepted, {name}", Phrases.Unaccepted(Base with { Reporting = reporting }));
        }

        foreach (var (name, before) in new (string, WeekBefore?)[] { ("none", null), ("nobody", new(2, 24, 0, 7)), ("few", new(2, 24, 9, 7)), ("other length", new(1, 24, 24, 6)), ("fair", new(2, 24, 24, 7)) })
        {
            Say($"week before, {name}", Phrases.Caveat(Base with { Before = before }));
        }

        IncidentFigures Grave(long total, long season, int none, int unconfirmed) => new(total, season, none, unconfirmed, total > 0 ? [new NamedCount("瑞华街道", total)] : []);
        foreach (var (name, figures) in new[] { ("one", Grave(1, 1, 22, 2)), ("more before", Grave(1, 3, 22, 2)), ("none", Grave(0, 0, 25, 0)), ("none, some silent", Grave(0, 1, 20, 5)), ("all silent", Grave(0, 0, 0, 25)) })
        {
            Say($"grave events, {name}", Phrases.Incidents(Base with { Incidents = figures }));
        }

        foreach (var (met, failed, unknown) in new[] { (21, 0, 0), (0, 21, 0), (0, 0, 21), (16, 5, 0), (16, 0, 1), (15, 5, 1), (0, 0, 0) })
        {
            DutyLine Line(Verdict verdict) => Base.Duties[0] with { Verdict = verdict };
            var duties = Enumerable.Repeat(Line(Verdict.Met), met).Concat(Enumerable.Repeat(Line(Verdict.NotMet), failed)).Concat(Enumerable.Repeat(Line(Verdict.Unknown), unknown));
            Say($"execution, {met} {failed} {unknown}", Phrases.Execution(Base with { Duties = [.. duties] }));
        }

        foreach (var kind in Enum.GetValues<ConcernKind>())
        {
            var one = new ConcernLine(kind, "u", "高坡苗族乡", 3, 8) { Orders = kind is ConcernKind.Unsigned or ConcernKind.LateSignature or ConcernKind.NotFollowed ? [3, 4] : [], Superseded = true };
            Say($"concern, {kind}", $"{Phrases.Heading(kind, [one])}：{Phrases.Of(one)}；请{Phrases.Request(kind)}");
            if (kind is ConcernKind.Missing or ConcernKind.Late) Say($"concern over weeks, {kind}", Phrases.Of(one with { Weeks = [1, 7, 8, 9, 10, 19] }));
        }

        foreach (var degrees in new[] { -4m, -0.5m, 0m, 5.25m }) Say(string.Create(CultureInfo.InvariantCulture, $"degrees, {degrees}"), Phrases.Degrees(degrees));
        foreach (var (name, kinds) in new (string, ChangeKind[])[] { ("added", [ChangeKind.Added]), ("corrected and added", [ChangeKind.Added, ChangeKind.Corrected]), ("state", [ChangeKind.State]), ("whole", [ChangeKind.Whole]), ("nothing", []) })
        {
            Say($"version, {name}", Phrases.Changed(Base with { Changes = [.. kinds.Select(kind => new ChangeLine(kind == ChangeKind.Corrected ? "青岩镇" : "高坡苗族乡", "通知签收", "20/22", "21/22") { Kind = kind })] }, 2));
        }

        foreach (var weeks in new[] { 0, 3 }) Say($"matter open {weeks} weeks", Phrases.Open(Base, Base.Matters[0] with { WeekNumber = Base.WeekNumber - weeks }));
        foreach (var numbers in new int[][] { [], [7], [7, 8], [7, 8, 9], [1, 7, 8, 9, 11] }) Say($"run {string.Join(' ', numbers)}", Ranges.Of(numbers));

        var file = Path.Combine(Repository.Root, "tests", "ReliefFunctions.Tests", "Summaries", "Golden", "phrases.txt");
        if (Environment.GetEnvironmentVariable("UPDATE_GOLDEN") is not null) File.WriteAllLines(file, lines);
        Assert.Equal(File.ReadAllLines(file), lines);

        // Half-width marks have no place in Chinese sentences.
        Assert.All(lines, line => Assert.DoesNotMatch(@"[\u4e00-\u9fff][,;:!?()]|[,;:!?()][\u4e00-\u9fff]", line.Split('\t')[1]));
    }
}
