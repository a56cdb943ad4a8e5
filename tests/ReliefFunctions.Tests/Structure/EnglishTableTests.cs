using System.Text.Json.Serialization.Metadata;
using System.Text.RegularExpressions;
using ReliefFunctions.Core;
using ReliefFunctions.Core.Http;
using ReliefFunctions.Core.Storage;
using ReliefFunctions.Core.Texts;

namespace ReliefFunctions.Tests.Structure;

/// <summary>Every Chinese text of the product that a person may read has its English.</summary>
public partial class EnglishTableTests
{
    private static readonly string Core = Path.Combine(Repository.Root, "src", "ReliefFunctions.Core");

    /// <summary>Sources whose Chinese is no message: beginnings of paths, with the reason.</summary>
    private static readonly (string Path, string Why)[] Chinese =
    [
        ("Weather/Text/", "the grammar of signals: what is read, not said"),
        ("Weather/SignalText.cs", "the grammar of signals; what it refuses is in the table"),
        ("Weather/AlertTypes.cs", "names of alerts as issuers write them"),
        ("Weather/AlertEpisodes.cs", "names of issuers as they write them"),
        ("Weather/Stations.cs", "names of divisions as issuers write them"),
        ("Weather/Feeds/XmlTree.cs", "what it refuses is in the table"),
        ("Summaries/Sheets/", "sheets of the workbook, an official document in Chinese"),
        ("Summaries/Publishing/Bulletin.cs", "the bulletin, an official document in Chinese"),
        ("WeeklyReports/Workbooks/FormToken.cs", "the form's hidden code and the words of its sheet"),
        ("WeeklyReports/Workbooks/WorkbookForm.cs", "the form's sheets, an official document in Chinese"),
        ("WeeklyReports/Workbooks/NumberFormat.cs", "formats of cells as spreadsheets write them"),
        ("WeeklyReports/Stages/StageDocument.cs", "the stage report's document, in Chinese"),
        ("Patrols/AlertArea.cs", "the grammar of areas: what is read, not said"),
        ("Texts/English.cs", "how a day is written in Chinese"),
        ("Texts/PersonalData.cs", "numerals as people write them"),
    ];

    [Fact]
    public void Every_text_for_people_has_its_English()
    {
        var missing = Directory.GetFiles(Core, "*.cs", SearchOption.AllDirectories).Order(StringComparer.Ordinal)
            .Select(file => (Path: Path.GetRelativePath(Core, file).Replace('\\', '/'), File: file))
            .Where(file => !Build().IsMatch(file.Path) && !Chinese.Any(one => file.Path.StartsWith(one.Path, StringComparison.Ordinal)))
            .SelectMany(file => ChineseTexts.Of(File.ReadAllText(file.File)).Select(text => (file.Path, text.Line, text.Template)))
            .DistinctBy(text => text.Template).Where(text => !IsSaid(text.Template)).GroupBy(text => text.Path.Split('/')[0]).ToList();
        Assert.True(missing.Count == 0, $"These texts have no English. Put the lines below into the file named above them and say each in English behind the arrow; “=” says that a text stays Chinese (data, a name, a format), and CONTRIBUTING.md tells the rest.\n"
            + string.Concat(missing.Select(folder => $"\nsrc/ReliefFunctions.Core/{folder.Key}/English.txt\n{string.Concat(folder.Select(text => $"{text.Template} ⇒ \n"))}")));
    }

    /// <summary>Entries for texts that are put together of a label and its measure, a number and a heading: as a whole they stand nowhere.</summary>
    private static readonly HashSet<string> Composed =
    [
        "{0}（台次）", "{0}（件）", "{0}（个）", "{0:u}第{1:n}号指令超时{2:u}", "{0:u}（第{1:n}号指令）", "五、单位状态", "本周发生重大情况{0:n}起（{1}）",
        "补上时间，例如 2026-12-20T10:00（当地时间）或 2026-12-20T10:00:00+08:00；只写日期的，到当天结束", "{0}：含有{1}（{2}）。调度表只报汇总情况，不得出现个人身份信息", "{0}：共 {1} 字，超过 {2} 字",
        "这里应是时间，例如 2026-12-20T10:00（当地时间）或 2026-12-20T10:00:00+08:00；只写日期的，到当天结束",
    ];

    /// <summary>What nobody says any more goes from the table: each run of Chinese of an entry stands in the sources, or in the sample's form and policy.</summary>
    [Fact]
    public void No_entry_outlives_its_text()
    {
        var said = string.Join('\n', Directory.GetFiles(Core, "*.cs", SearchOption.AllDirectories).Where(file => !Build().IsMatch(Path.GetRelativePath(Core, file).Replace('\\', '/')))
            .SelectMany(file => ChineseTexts.Of(File.ReadAllText(file)).Select(text => text.Template).Append(File.ReadAllText(file)))
            .Concat(Directory.GetFiles(Path.Combine(Repository.Root, "samples"), "*.json", SearchOption.AllDirectories).Select(file => Regex.Unescape(File.ReadAllText(file).Replace("\\\"", "”", StringComparison.Ordinal)))));
        var gone = new English(English.Lines()).Entries.Where(entry => entry.English != entry.Chinese && !Composed.Contains(entry.Chinese)).Select(entry => entry.Chinese)
            .Where(chinese => Words().Matches(Regex.Replace(chinese, @"\{\d+(?::[^}]*)?\}", "\n")).Any(run => !said.Contains(run.Value.Trim('。'), StringComparison.Ordinal))).ToList();
        Assert.True(gone.Count == 0, "These stand in an English.txt and nowhere else; strike them out:\n" + string.Join('\n', gone));
    }

    [Fact]
    public void What_is_excepted_is_there() => Assert.All(Chinese, one => Assert.True(Path.Exists(Path.Combine(Core, one.Path)), $"{one.Path} ({one.Why}) is gone: strike it out."));

    /// <summary>Members of answers that have such a name say something, and the product mostly says it.</summary>
    private static readonly HashSet<string> Saying = ["message", "fix", "notes", "title", "text", "why", "reason", "short", "explanation", "readAs", "intensityName", "levelName", "stateName", "severityName", "kindName", "lastError", "error"];

    /// <summary>Where people wrote what stands there, or a policy or form that is read to be changed and sent back.</summary>
    private static readonly HashSet<string> Written =
    [
        "CampaignExtension.reason", "LockWaiver.reason", "DeadLetterDecision.reason", "DeadLetterLine.reason", "OfficeAnswer.reason", "PatrolOverride.reason", "ProposalDecision.reason", "Withdrawal.reason",
        "MatterLine.text", "DecisionRow.text", "WeekOutlook.text", "PatrolPolicy.title", "PolicyRun.title", "SummaryVersion.title", "RequiredTogetherRule.text",
        "SignalRule.reason", "OutlierWarning.reason", "ZeroWarning.reason", "SumRule.reason", "AtMostRule.reason", "CarryRule.reason", "ChangeWarning.reason", "FormRule.reason", "RequiredTogetherRule.reason",
        "FormDefinition.title", "IncidentPolicy.title", "DailyPolicy.title", "IncidentVersion.reason", "DeliveryEntry.text", "OrderFigures.reason",
    ];

    [Fact]
    public void Every_text_of_an_answer_is_said_in_English_or_is_what_somebody_wrote()
    {
        var seen = new HashSet<Type>();
        var texts = AllFeatures.Routes.Select(route => route.Response).OfType<Type>().SelectMany(type => Texts(type, seen)).Where(text => !text.IsForPeople && Saying.Contains(text.Member)).ToList();
        var unknown = texts.Select(text => $"{text.Type}.{text.Member}").Distinct().Where(text => !Written.Contains(text)).Order(StringComparer.Ordinal).ToList();
        Assert.True(unknown.Count == 0, $"Mark these members with [ForPeople] if the product words them, or add them to {nameof(Written)} if people do:\n\"{string.Join("\", \"", unknown)}\"");
    }

    /// <summary>What is read in English and sent back must still be what it was.</summary>
    [Fact]
    public void No_text_that_is_sent_in_is_said_in_another_language_on_its_way_out()
    {
        var seen = new HashSet<Type>();
        Assert.DoesNotContain(AllFeatures.Routes.Select(route => route.Request).OfType<Type>().SelectMany(type => Texts(type, seen)), text => text.IsForPeople && text.IsSettable);
    }

    private static IEnumerable<(string Type, string Member, bool IsForPeople, bool IsSettable)> Texts(Type type, HashSet<Type> seen)
    {
        var info = StoredJson.Options.GetTypeInfo(Nullable.GetUnderlyingType(type) ?? type);
        if (!seen.Add(info.Type)) return [];
        var inner = (info.ElementType is { } element ? [element] : Array.Empty<Type>()).Concat(info.PolymorphismOptions?.DerivedTypes.Select(derived => derived.DerivedType) ?? []).SelectMany(held => Texts(held, seen));
        if (info.Kind != JsonTypeInfoKind.Object) return inner;
        return inner.Concat(info.Properties.Where(property => property.Get is not null).SelectMany(property =>
            property.PropertyType == typeof(string) || typeof(IEnumerable<string>).IsAssignableFrom(property.PropertyType)
                ? [(info.Type.Name, property.Name, Language.IsForPeople(property), property.Set is not null || property.AssociatedParameter is not null)]
                : Texts(property.PropertyType, seen)));
    }

    /// <summary>Whether a template stands in the table, or is put together of what does.</summary>
    private static bool IsSaid(string template) => Said.Contains(English.Entry.Ended(template)) || !English.HasHan(English.Of(Hole().Replace(template, "7").Replace("\\n", "\n", StringComparison.Ordinal)));

    private static HashSet<string> Said { get; } = [.. new English(English.Lines()).Entries.Select(entry => Regex.Replace(entry.Chinese, @"(\{\d+):[^}]+\}", "$1}"))];

    [GeneratedRegex(@"\{\d+\}")]
    private static partial Regex Hole();

    /// <summary>Runs of Chinese, its punctuation with them; a code, a number or a date among them may be filled in.</summary>
    [GeneratedRegex(@"[\u3000-\u9FFF\uFF00-\uFFEF“”·—…]+")]
    private static partial Regex Words();

    [GeneratedRegex(@"^(bin|obj)/")]
    private static partial Regex Build();
}
