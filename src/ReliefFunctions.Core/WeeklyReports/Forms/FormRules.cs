using System.Text.Json;
using ReliefFunctions.Core.Http;

namespace ReliefFunctions.Core.WeeklyReports.Forms;

/// <summary>What a form must hold before a campaign may use it: codes that are codes, and rules over fields that exist.</summary>
public static class FormRules
{
    /// <summary>Everything wrong with a form for the address it was sent to.</summary>
    public static IReadOnlyList<ProblemError> Check(FormDefinition form, int version)
    {
        var errors = new List<ProblemError>();
        void Refuse(string pointer, string message, string fix) => errors.Add(new ProblemError { Pointer = pointer, Message = message, Fix = fix });

        if (form.Version != version) Refuse("/version", $"内容中的版本是 {form.Version}，地址中是 {version}。", "两处改为一致。");
        if (form.Fields.Count is 0 or > 200) Refuse("/fields", $"表样应有 1 至 200 个指标，现有 {form.Fields.Count} 个。", "增减指标。");
        for (var i = 0; i < form.Fields.Count; i++)
        {
            var field = form.Fields[i];
            if (!IsCode(field.Code)) Refuse($"/fields/{i}/code", $"指标代码“{field.Code}”不合规。", "使用一个大写字母加 1 至 9 位数字，例如 B02。");
            if (string.IsNullOrWhiteSpace(field.Label)) Refuse($"/fields/{i}/label", $"指标 {field.Code} 没有名称。", "填写名称。");
            if (!field.IsText && (field.Min < 0 || field.Min > field.Max))
            {
                Refuse($"/fields/{i}/min", $"指标 {field.Code} 的范围 {field.Min} 至 {field.Max} 不成立。", "下限不小于 0，不大于上限。");
            }

            if (field.IsText && field.MaxLength is null or <= 0 or > 5000) Refuse($"/fields/{i}/maxLength", $"文字指标 {field.Code} 没有写明字数上限。", "填写 1 至 5000。");
        }

        foreach (var code in form.Fields.GroupBy(field => field.Code).Where(group => group.Count() > 1))
        {
            Refuse("/fields", $"指标代码 {code.Key} 出现了 {code.Count()} 次。", "每个代码只用一次。");
        }

        foreach (var twice in form.Rules.GroupBy(rule => rule.Id).Where(group => group.Count() > 1))
        {
            Refuse("/rules", $"规则编号 {twice.Key} 出现了 {twice.Count()} 次。", "每个编号只用一次。");
        }

        var known = form.Fields.CodeSet();
        var numbers = form.Fields.Where(field => !field.IsText).ToList().CodeSet();
        foreach (var (rule, i) in form.Rules.Select((rule, i) => (rule, i)))
        {
            foreach (var code in Codes(rule).Where(code => !known.Contains(code)))
            {
                Refuse($"/rules/{i}", $"规则 {rule.Id} 用到了表样中没有的指标 {code}。", "改正代码，或在表样中增加该指标。");
            }

            foreach (var code in rule.NumberFields.Where(code => known.Contains(code) && !numbers.Contains(code)))
            {
                Refuse($"/rules/{i}", $"规则 {rule.Id} 把文字指标 {code} 当作数字。", "改用数字指标。");
            }

            if (rule is RequiredTogetherRule { Text: var text } && numbers.Contains(text))
            {
                Refuse($"/rules/{i}", $"规则 {rule.Id} 要求填写说明的 {text} 不是文字指标。", "改用文字指标。");
            }
        }

        var meant = form.Meanings.SelectMany(each => (each.Value ?? []).Select(code => (Meaning: each.Key, Code: code)));
        foreach (var (meaning, code) in meant.Where(each => !known.Contains(each.Code)))
        {
            Refuse($"/meanings/{JsonNamingPolicy.CamelCase.ConvertName(meaning.ToString())}", $"“{code}”不是表样中的指标。", "改正代码，或在表样中增加该指标。");
        }

        foreach (var (headline, i) in form.Headlines.Select((headline, i) => (headline, i)))
        {
            foreach (var code in headline.Fields.Where(code => !numbers.Contains(code)))
            {
                Refuse($"/headlines/{i}", $"核心数据“{headline.Label}”用到了表样中没有的数字指标 {code}。", "改正代码。");
            }
        }

        return errors;
    }

    /// <summary>By its code a column lines up across versions, so a code may leave a form and come back, but not change how it adds up.</summary>
    public static IReadOnlyList<ProblemError> CheckAgainst(FormDefinition before, FormDefinition form) =>
        [.. form.Fields.Select((field, i) => (Field: field, Index: i))
            .Where(item => before.Find(item.Field.Code) is { } was && was.Aggregation != item.Field.Aggregation).Select(item => new ProblemError
        {
            Pointer = $"/fields/{item.Index}/aggregation", Field = item.Field.Code,
            Message = $"指标 {item.Field.Code} 在第 {before.Version} 版中的累计方式不同；各版按编码汇总，同一编码不能换含义。", Fix = "改用一个没有用过的编码。",
        })];

    /// <summary>Whether a text has the shape of a field code: by it the rows of a workbook are found.</summary>
    internal static bool IsCode(string text) =>
        text.Length is >= 2 and <= 10 && char.IsAsciiLetterUpper(text[0]) && text.AsSpan(1).IndexOfAnyExceptInRange('0', '9') < 0;

    private static HashSet<string> CodeSet(this IReadOnlyList<FormField> fields) => [.. fields.Select(field => field.Code)];

    private static IEnumerable<string> Codes(FormRule rule) =>
        rule is RequiredTogetherRule together ? [together.Field, together.Text] : rule.NumberFields;
}
