using System.Globalization;
using ClosedXML.Excel;
using ReliefFunctions.Core.Campaigns;
using ReliefFunctions.Core.Http;
using ReliefFunctions.Core.Texts;
using ReliefFunctions.Core.WeeklyReports.Forms;
using ReliefFunctions.Core.WeeklyReports.Workbooks;

namespace ReliefFunctions.Core.WeeklyReports.Setup;

/// <summary>A form's fields as a workbook, one in each row; rules and headlines are shown beside them and kept from the version that it starts from.</summary>
internal static class FormTable
{
    private const string Code = "编码", Label = "指标名称", LabelEn = "英文名称", Measure = "计量单位", Group = "分组", Adds = "累计方式", Kinds = "填报单位", Required = "必填",
        Prefilled = "预填上周", Longest = "字数上限", Least = "最小值", Most = "最大值", Help = "填报说明";

    private static readonly (string Name, Aggregation Value)[] Aggregations = [("发生数", Aggregation.Flow), ("期末数", Aggregation.Stock), ("文字", Aggregation.Text)];

    private static readonly (string Name, UnitKind Kind)[] UnitKinds =
        [("乡镇街道", UnitKind.Township), ("公安", UnitKind.Police), ("城管", UnitKind.UrbanManagement), ("救助站", UnitKind.RescueStation),
            ("其他部门", UnitKind.Department)];

    private static readonly TableSheet Fields = new("指标",
        new(Code, 8, "一个大写字母加数字；各版按编码汇总，用过的编码不能换含义。", true), new(Label, 40, "印在表上的名称。", true), new(LabelEn, 24, "可不填。"), new(Measure, 10, "例如 人次；文字指标不填。"),
        new(Group, 12, "表上的分组标题。", true), new(Adds, 10, "发生数各周相加，期末数取最后一周。", true, [.. Aggregations.Select(one => one.Name)]),
            new(Kinds, 24, "谁填这一项，用顿号隔开；留空为全部。"),
        new(Required, 8, "是或否。", Choices: ["是", "否"]), new(Prefilled, 10, "是或否：把上周的数预填在格里。", Choices: ["是", "否"]), new(Longest, 10, "文字指标必填。"),
            new(Least, 8, "默认 0。"), new(Most, 10, "默认 1000000。"), new(Help, 60, "怎样填。"));

    public static byte[] Write(FormDefinition form)
    {
        using var book = new XLWorkbook();
        book.Style.Font.FontName = "宋体";
        book.Style.Font.FontSize = 10;
        static string? Text(int? number) => number?.ToString(CultureInfo.InvariantCulture);
        Fields.Write(book, form.Fields.Select(field => (IReadOnlyList<string?>)
        [
            field.Code, field.Label, field.LabelEn, field.Unit, field.Group, Aggregations.First(one => one.Value == field.Aggregation).Name,
            string.Join('、', field.AppliesTo.Select(kind => UnitKinds.First(one => one.Kind == kind).Name)), field.Required
                ? "是"
                : "否", field.Prefilled
                ? "是"
                : "否",
            Text(field.MaxLength), field.IsText ? null : Text(field.Min), field.IsText ? null : Text(field.Max), field.Help,
        ]));
        var rules = book.AddWorksheet("规则（只读）");
        rules.Column(1).Width = 10;
        rules.Column(2).Width = 100;
        foreach (var (rule, row) in form.Rules.Select((rule, i) => (rule, i + 1)))
        {
            rules.Cell(row, 1).SetValue<string>(rule.Id);
            rules.Cell(row, 2).SetValue<string>($"{string.Join("、", rule.NumberFields)}：{rule.Reason}");
        }

        using var output = new MemoryStream();
        book.SaveAs(output);
        return output.ToArray();
    }

    /// <summary>The form of a workbook: its fields, and everything else from <paramref name="before"/>. What is wrong is told by cell.</summary>
    public static FormDefinition Read(IReadOnlyList<SheetCells> sheets, int version, FormDefinition? before, List<ProblemError> errors)
    {
        var rows = Fields.Read(sheets, errors).Where(row => row.Text(Code) is not null).ToList();
        var form = new FormDefinition
        {
            Version = version,
            Title = before?.Title ?? "工作进展情况调度表",
            Fields = [.. rows.Select(row => Field(row, before?.Find(row.Text(Code)!)))],
            Rules = before?.Rules ?? [],
            Headlines = before?.Headlines ?? [],
            Meanings = MeaningsOf(before, [.. rows.Select(row => row.Text(Code)!)]),
        };
        foreach (var problem in FormRules.Check(form, version))
        {
            var parts = problem.Pointer?.Split('/') ?? [];
            if (parts is [_, "fields", var index, var member])
            {
                var head = member switch { "code" => Code, "label" => Label, "maxLength" => Longest, _ => Least };
                rows[int.Parse(index, CultureInfo.InvariantCulture)].Refuse(head, "form", problem.Message, problem.Fix ?? "");
            }
            else
            {
                errors.Add(problem with { Sheet = "指标" });
            }
        }

        foreach (var (row, head) in rows.SelectMany(row => new[] { Label, LabelEn, Group, Help }.Select(head => (row, head))))
        {
            foreach (var (what, _) in PersonalData.Find(row.Text(head) ?? "")) row.Refuse(head, "personal-data", $"{head}含有{what}。", $"删除{what}。");
        }

        return form;
    }

    /// <summary>What the fields that remain mean to summaries and pages.</summary>
    private static Dictionary<FieldMeaning, IReadOnlyList<string>> MeaningsOf(FormDefinition? before, HashSet<string> codes) =>
        (before?.Meanings ?? new Dictionary<FieldMeaning, IReadOnlyList<string>>())
            .ToDictionary(meaning => meaning.Key, meaning => (IReadOnlyList<string>)[.. meaning.Value.Where(codes.Contains)]);

    private static FormField Field(TableRow row, FormField? before)
    {
        var kinds = new List<UnitKind>();
        foreach (var name in row.List(Kinds))
        {
            if (UnitKinds.FirstOrDefault(kind => kind.Name == name) is { Name: not null } kind) kinds.Add(kind.Kind);
            else row.Refuse(Kinds, "choice", $"没有“{name.Cut(30)}”这类单位。", $"可用的是{string.Join("、", UnitKinds.Select(one => one.Name))}；留空为全部。");
        }

        var aggregation = Aggregations.FirstOrDefault(one => one.Name == row.Text(Adds)).Value;
        var field = before ?? new FormField { Code = row.Text(Code)!, Label = "", Group = "", Aggregation = aggregation };
        return field with
        {
            Label = row.Text(Label) ?? "",
            LabelEn = row.Text(LabelEn),
            Unit = row.Text(Measure) ?? "",
            Group = row.Text(Group) ?? "",
            Aggregation = aggregation,
            AppliesTo = kinds,
            Required = row.IsYes(Required),
            Prefilled = row.IsYes(Prefilled),
            MaxLength = row.Number(Longest),
            Min = row.Number(Least) ?? 0,
            Max = row.Number(Most) ?? 1_000_000,
            Help = row.Text(Help),
        };
    }
}
