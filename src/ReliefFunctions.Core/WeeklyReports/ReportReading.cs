using System.Text.Json;
using ReliefFunctions.Core.Texts;
using ReliefFunctions.Core.WeeklyReports.Forms;
using ReliefFunctions.Core.WeeklyReports.Workbooks;

namespace ReliefFunctions.Core.WeeklyReports;

/// <summary>
/// What a submission says, understood as far as it can be. <see cref="Content"/> is null when the submission as a whole is refused;
/// with errors it holds what could be understood, for the marked workbook.
/// </summary>
internal sealed record ReadReport(ReportContent? Content, int? BaseVersion, IReadOnlyList<ReportProblem> Problems)
{
    /// <summary>Where each field was found.</summary>
    public IReadOnlyDictionary<string, EntryPlace> Places { get; init; } = new Dictionary<string, EntryPlace>();

    /// <summary>What was typed where it could not be understood.</summary>
    public IReadOnlyDictionary<string, string> Entered { get; init; } = new Dictionary<string, string>();

    public bool HasErrors => Problems.Any(problem => problem.Severity == ProblemSeverity.Error);

    public static ReadReport Refused(params IEnumerable<ReportProblem> problems) => new(null, null, [.. problems]);

    /// <summary>What stands in last week's column of the sheet, by field code.</summary>
    public IReadOnlyDictionary<string, RawEntry> LastWeek { get; init; } = new Dictionary<string, RawEntry>();

    /// <summary>
    /// The same with the form's rules applied and, when it is handed in at <paramref name="at"/>, with what is asked of its week; a draft is asked nothing.
    /// <paramref name="history"/> is the counted values of the weeks before, last week first; null for a week without any.
    /// </summary>
    public ReadReport Checked(ReportTarget target, IReadOnlyList<ReportValues?> history, DateTimeOffset? at = null)
    {
        if (Content is null) return this;
        var beside = SheetReading.LastWeekTyped(this, target, history.Count > 0 ? history[0] : null).ToList();
        var problems = Problems.Concat(beside).ToList();

        // An entry that was refused is blank to the rules; what they then say about that field would only confuse.
        var refused = problems.Where(problem => problem.Severity == ProblemSeverity.Error).Select(problem => problem.Field).OfType<string>().ToHashSet();
        var more = ReportRules.Check(target.Form, target.Unit.Kind, Content, history)
            .Where(problem => refused.Count == 0 || !Touches(target.Form, problem, refused))
            .Concat(at is { } now ? WeekQuestions.Of(target, Content, history, now) : [])
            .Select(problem => problem.At(problem.Field is null ? null : Places.GetValueOrDefault(problem.Field)));
        return this with { Problems = [.. problems.Concat(more).OrderByDescending(problem => problem.Severity)] };
    }

    private static bool Touches(FormDefinition form, ReportProblem problem, HashSet<string> refused) =>
        (problem.Field is not null && refused.Contains(problem.Field))
        || problem.Code is "all-zero"
        || (form.Rules.FirstOrDefault(rule => rule.Id == problem.Code) is { } rule and not (OutlierWarning or ChangeWarning)
            && rule.NumberFields.Any(refused.Contains));
}

/// <summary>Reads a submission, JSON or workbook, for one unit and week; says everything that is wrong with it at once.</summary>
internal static class ReportReading
{
    /// <summary>Of what was typed and could not be understood this much is kept, in characters, for a marked form or a draft.</summary>
    private const int LongestEntered = 500;

    /// <summary>The submitted workbook for exactly this target.</summary>
    public static ReadReport FromWorkbook(ReadOnlyMemory<byte> file, ReportTarget target)
    {
        var workbook = WorkbookReader.Read(file);
        if (workbook.Problems.Count > 0) return ReadReport.Refused(workbook.Problems);
        var mine = workbook.Forms.Where(form => IsFor(form.Token, target)).ToList();
        if (mine.Count == 0) return ReadReport.Refused(workbook.Forms.Take(5).SelectMany(form => Misdirected(form, target)));
        return Differing(mine) is { } differing ? ReadReport.Refused(differing) : FromSheet(mine[0], target);
    }

    /// <summary>Two forms of one unit and week that do not say the same: nobody here knows which one is meant.</summary>
    public static ReportProblem? Differing(IReadOnlyList<SheetForm> forms)
    {
        if (forms.Skip(1).FirstOrDefault(form => !form.SaysTheSame(forms[0])) is not { } other) return null;
        var codes = forms[0].Entries.Keys.Union(other.Entries.Keys)
            .Where(code => forms[0].Entries.GetValueOrDefault(code)?.Text != other.Entries.GetValueOrDefault(code)?.Text).ToList();
        var where = codes.Count == 0 ? "" : $"，不同之处：{string.Join("、", codes.Take(8))}{(codes.Count > 8 ? $"等 {codes.Count} 项" : "")}";
        return ReportProblem.Error("two-forms", $"有 {forms.Count} 张同一单位同一周的调度表（“{string.Join("”“", forms.Select(form => form.Sheet))}”），内容不一样{where}。",
            "核对后只保留正确的一张，删除其余的，再上传。").At(new EntryPlace(other.Sheet, codes.Count > 0 ? other.Entries.GetValueOrDefault(codes[0])?.Place.Cell : null, null));
    }

    private static bool IsFor(FormToken token, ReportTarget target) =>
        token.District == target.Campaign.District && token.Season == target.Campaign.Season && token.Week == target.Week.Key
        && token.Unit == target.Unit.Code && token.FormVersion == target.Form.Version;

    /// <summary>Why a form is not the one asked for, each difference by itself.</summary>
    public static IEnumerable<ReportProblem> Misdirected(SheetForm form, ReportTarget target)
    {
        var token = form.Token;
        const string Download = "请下载本单位本周的空表，把内容填进去再上传。";
        ReportProblem Wrong(string code, string message) => ReportProblem.Error(code, message, Download) with { Sheet = form.Sheet };
        if (token.District != target.Campaign.District)
        {
            yield return Wrong("wrong-district", $"这是区划 {token.District} 的调度表，不是{target.Campaign.DistrictName}（{target.Campaign.District}）的。");
        }

        if (token.Season != target.Campaign.Season) yield return Wrong("wrong-season", $"这是 {token.Season} 年度的调度表，现在填报的是 {target.Campaign.Season} 年度。");
        if (token.Unit != target.Unit.Code) yield return Wrong("wrong-unit", $"这是单位 {token.Unit} 的调度表，不是{target.Unit.Name}（{target.Unit.Code}）的。");
        if (token.Week != target.Week.Key) yield return Wrong("wrong-week", $"这是 {token.Week} 周的调度表，现在填报的是第{target.Week.Number}周（{target.Week.Key}）。");
        if (token.FormVersion != target.Form.Version) yield return Wrong("wrong-form-version", $"这是第 {token.FormVersion} 版表样，本周使用第 {target.Form.Version} 版。");
    }

    /// <summary>One recognised sheet.</summary>
    public static ReadReport FromSheet(SheetForm sheet, ReportTarget target)
    {
        var problems = new List<ReportProblem>();
        foreach (var code in sheet.Repeated)
        {
            problems.Add(ReportProblem.Error("repeated", $"编码 {code} 出现在多行，填的内容不同。", "只保留一行。") with
            {
                Field = code,
                Sheet = sheet.Sheet,
                Cell = sheet.Entries[code].Place.Cell
            });
        }

        foreach (var field in target.Form.FieldsFor(target.Unit.Kind).Where(field => !sheet.Entries.ContainsKey(field.Code)))
        {
            problems.Add(ReportProblem.Error("row-missing", $"表内找不到 {field.Code} {field.Label} 这一行（编码列被删除或改动）。",
                "请下载空表重新填写，不要删除行或改动编码列。") with
            { Field = field.Code, Sheet = sheet.Sheet });
        }

        var onForm = target.Form.FieldsFor(target.Unit.Kind).Select(field => field.Code).Concat(FormLayout.HeaderKeys).ToHashSet();
        foreach (var (code, entry) in sheet.Entries.Where(entry => !onForm.Contains(entry.Key) && entry.Value.Kind != EntryKind.Empty))
        {
            problems.Add(Foreign(code, entry.Text).At(entry.Place));
        }

        SheetReading.Compare(sheet, target, problems);
        return Understand(target, sheet.Entries, sheet.Token.BaseVersion, problems) with { LastWeek = sheet.LastWeek };
    }

    /// <summary>The JSON body: <c>{"values": {"A01": 3}, "baseVersion": 1, "zeroReport": false, "filledBy": "…", "reviewedBy": "…", "note": "…"}</c>.</summary>
    public static ReadReport FromJson(ReadOnlyMemory<byte> body, ReportTarget target)
    {
        try
        {
            using var document = JsonDocument.Parse(body, new JsonDocumentOptions { MaxDepth = 8 });
            return FromJson(document.RootElement, target);
        }
        catch (JsonException malformed)
        {
            return ReadReport.Refused(ReportProblem.Error("malformed", $"请求正文不是合法的 JSON（第 {malformed.LineNumber + 1} 行）。", "检查引号、逗号和括号。"));
        }
    }

    /// <summary>The same from a part of a larger document.</summary>
    public static ReadReport FromJson(JsonElement root, ReportTarget target)
    {
        if (root.ValueKind != JsonValueKind.Object) return ReadReport.Refused(ReportProblem.Error("malformed", "请求正文应是一个 JSON 对象。"));
        var problems = new List<ReportProblem>();
        var entries = new Dictionary<string, RawEntry>(StringComparer.Ordinal);
        int? baseVersion = null;
        void Malformed(string pointer, string message) => problems.Add(ReportProblem.Error("malformed", message) with { JsonPointer = pointer });
        foreach (var property in root.EnumerateObject())
        {
            var pointer = $"/{Escape(property.Name)}";
            switch (property.Name)
            {
                case "values" when property.Value.ValueKind == JsonValueKind.Object:
                    ReadValues(property.Value, target, entries, problems);
                    break;
                case "baseVersion" when property.Value.ValueKind == JsonValueKind.Null: break;
                case "baseVersion" when property.Value.ValueKind == JsonValueKind.Number && property.Value.TryGetInt32(out var version)
                    && version > 0:
                    baseVersion = version; break;
                case "zeroReport" when property.Value.ValueKind is JsonValueKind.True or JsonValueKind.False:
                    entries[FormLayout.ZeroReport] = new RawEntry(EntryKind.Text, property.Value.GetBoolean() ? "是" : "否", new EntryPlace(null, null, pointer));
                    break;
                case "filledBy" or "reviewedBy" or "note" when property.Value.ValueKind is JsonValueKind.String or JsonValueKind.Null:
                    entries[property.Name switch { "filledBy" => FormLayout.FilledBy, "reviewedBy" => FormLayout.ReviewedBy, _ => FormLayout.Note }] =
                        new RawEntry(EntryKind.Text, Words(property.Value), new EntryPlace(null, null, pointer));
                    break;
                case "values" or "baseVersion" or "zeroReport" or "filledBy" or "reviewedBy" or "note":
                    Malformed(pointer, $"“{property.Name}”的类型不对。");
                    break;
                default:
                    Malformed(pointer, $"不认识的属性“{property.Name.First(40)}”。");
                    break;
            }
        }

        foreach (var (name, property) in new[] { (FormLayout.FilledBy, "/filledBy"), (FormLayout.ReviewedBy, "/reviewedBy") })
        {
            entries.TryAdd(name, new RawEntry(EntryKind.Empty, "", new EntryPlace(null, null, property)));
        }

        if (!root.TryGetProperty("values", out _) && !root.TryGetProperty("zeroReport", out _)) Malformed("/values", "缺少“values”。");
        return Understand(target, entries, baseVersion, problems);
    }

    private static void ReadValues(JsonElement values, ReportTarget target, Dictionary<string, RawEntry> entries, List<ReportProblem> problems)
    {
        foreach (var property in values.EnumerateObject())
        {
            var place = new EntryPlace(null, null, $"/values/{Escape(property.Name)}");
            var value = property.Value;
            var field = target.Form.Find(property.Name);
            if (field is null || !target.Form.FieldsFor(target.Unit.Kind).Contains(field))
            {
                if (value.ValueKind != JsonValueKind.Null) problems.Add(Foreign(property.Name, value.ToString()).At(place));
                continue;
            }

            var entry = value.ValueKind switch
            {
                JsonValueKind.Null => new RawEntry(EntryKind.Empty, "", place),
                JsonValueKind.Number => new RawEntry(EntryKind.Number, value.GetRawText(), place) { Number = value.GetDouble() },
                JsonValueKind.True or JsonValueKind.False => new RawEntry(EntryKind.Boolean, value.GetRawText(), place),
                _ => new RawEntry(EntryKind.Text, Words(value), place),
            };
            if (!entries.TryAdd(property.Name, entry))
            {
                problems.Add(ReportProblem.Error("repeated", $"字段 {property.Name} 出现了两次。", "只保留一个。").At(place) with { Field = property.Name });
            }
        }
    }

    /// <summary>From entries to content; shared by workbooks, JSON and imports.</summary>
    public static ReadReport Understand(ReportTarget target, IReadOnlyDictionary<string, RawEntry> entries, int? baseVersion, List<ReportProblem> problems)
    {
        var values = new Dictionary<string, FieldValue>(StringComparer.Ordinal);
        var entered = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var field in target.Form.FieldsFor(target.Unit.Kind))
        {
            if (!entries.TryGetValue(field.Code, out var entry)) continue;
            var before = problems.Count;
            values[field.Code] = EntryReading.Read(field, entry, problems);
            if (problems.Skip(before).Any(problem => problem.Severity == ProblemSeverity.Error))
            {
                entered[field.Code] = entry.Kind == EntryKind.Formula ? "" : entry.Text.Cut(LongestEntered);
            }
        }

        var zero = EntryReading.Clean(entries.GetValueOrDefault(FormLayout.ZeroReport)?.Text ?? "");
        if (zero is not ("" or "是" or "否"))
        {
            problems.Add(ReportProblem.Error("zero-report", $"零报告一栏填的是“{zero.First(20)}”。", "请选“是”或“否”。").At(entries[FormLayout.ZeroReport].Place));
        }

        string? Name(string key, int longest) => entries.TryGetValue(key, out var entry) ? EntryReading.ReadNote(key, longest, entry, problems) : null;
        var content = new ReportContent
        {
            Values = new ReportValues(values),
            ZeroReport = zero == "是",
            FilledBy = Name(FormLayout.FilledBy, FormLayout.LongestName),
            ReviewedBy = Name(FormLayout.ReviewedBy, FormLayout.LongestName),
            Note = Name(FormLayout.Note, FormLayout.LongestNote),
        };
        return new ReadReport(content.On(target.Form, target.Unit.Kind), baseVersion, problems)
        {
            Places = entries.ToDictionary(entry => entry.Key, entry => entry.Value.Place),
            Entered = entered,
        };
    }

    /// <summary>What is wrong with entries that were kept as typed.</summary>
    public static IReadOnlyList<ReportProblem> Misunderstood(ReportTarget target, IReadOnlyDictionary<string, string> entered)
    {
        var problems = new List<ReportProblem>();
        foreach (var field in target.Form.FieldsFor(target.Unit.Kind).Where(field => entered.ContainsKey(field.Code)))
        {
            EntryReading.Read(field, new RawEntry(EntryKind.Text, entered[field.Code], new EntryPlace(null, null, $"/values/{field.Code}")), problems);
        }

        return problems;
    }

    private static ReportProblem Foreign(string code, string text)
    {
        var shown = code.First(20);
        return ReportProblem.Error("not-on-form", $"“{shown}”不在本单位的表上，却填了内容。", "删除该项；确需填报的请联系领导小组办公室。") with { Field = shown, Value = text.Cut(60) };
    }

    private static string Words(JsonElement value)
    {
        try
        {
            return value.ValueKind switch { JsonValueKind.String => value.GetString()!, JsonValueKind.Null => "", _ => value.GetRawText() };
        }
        catch (InvalidOperationException)
        {
            // A lone surrogate escape: text that no person typed and no store keeps.
            return "";
        }
    }

    private static string Escape(string name) => name.First(40).Replace("~", "~0", StringComparison.Ordinal).Replace("/", "~1", StringComparison.Ordinal);
}
