using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using ReliefFunctions.Core.Texts;
using ReliefFunctions.Core.WeeklyReports.Forms;

namespace ReliefFunctions.Core.WeeklyReports;

/// <summary>What kind of thing was found in an entry cell or a JSON property.</summary>
internal enum EntryKind
{
    Empty,
    Number,
    Text,
    Boolean,
    Date,
    Formula,
    Fault,
}

/// <summary>An entry as found, before it is understood.</summary>
internal sealed record RawEntry(EntryKind Kind, string Text, EntryPlace Place)
{
    public double Number { get; init; }
}

/// <summary>Understands what people type: full-width digits, thousands commas, 无. Refuses what it would have to guess.</summary>
internal static partial class EntryReading
{
    /// <summary>The field's content; adds to <paramref name="problems"/> when there is something to say.</summary>
    public static FieldValue Read(FormField field, RawEntry entry, ICollection<ReportProblem> problems)
    {
        void Say(ProblemSeverity severity, string code, string message, string? fix, string? value = null) => problems.Add(
            new ReportProblem(severity, code, $"{field.Code} {field.Label}：{message}")
            {
                Field = field.Code,
                Fix = fix,
                Value = value
                ?? entry.Text.Cut(60)
            }.At(entry.Place));
        FieldValue Refuse(string code, string message, string fix)
        {
            Say(ProblemSeverity.Error, code, message, fix);
            return FieldValue.Blank;
        }

        switch (entry.Kind)
        {
            case EntryKind.Empty:
                return FieldValue.Blank;
            case EntryKind.Formula:
                return Refuse("formula", "填报单元格里是公式。", "选中该单元格，复制后“选择性粘贴—数值”，或直接键入结果。");
            case EntryKind.Fault:
                return Refuse("cell-error", $"单元格是错误值 {entry.Text.Cut(60)}。", "清除该单元格，重新键入。");
        }

        if (field.IsText) return ReadText(field.MaxLength!.Value, entry, Say);

        switch (entry.Kind)
        {
            case EntryKind.Boolean:
                return Refuse("not-a-number", "应填整数，填的是“是/否”（TRUE/FALSE）。", "改填整数，没有发生的填 0。");
            case EntryKind.Date:
                return Refuse("not-a-number", "填的内容被当作日期。", "把单元格格式设为“常规”或“数值”，再键入整数。");
        }

        double number;
        if (entry.Kind == EntryKind.Number)
        {
            number = entry.Number;
        }
        else
        {
            var text = Clean(entry.Text);
            if (text.Length == 0) return FieldValue.Blank;
            if (text is "无" or "零" or "没有" or "未发生")
            {
                Say(ProblemSeverity.Note, "read-as-zero", $"“{text}”按 0 计。", null);
                return FieldValue.Of(0);
            }

            if (text is "/" or "\\" or "-" or "--" or "—" or "——" or "–")
            {
                if (field.Required) return Refuse("not-a-number", $"必填项填了“{text}”，分不清是 0 还是未统计。", "没有发生填 0，有则填整数。");
                Say(ProblemSeverity.Note, "read-as-zero", $"“{text}”按 0 计。", null);
                return FieldValue.Of(0);
            }

            if (NotCounted().IsMatch(text))
            {
                return Refuse("not-counted", $"填的是“{text.Cut(60)}”，没有数。", "问经办人、查台账或值班记录得到数后再填；一时问不到的先保存草稿，问清再报。");
            }

            var digits = Grouped().IsMatch(text) ? text.Replace(",", "", StringComparison.Ordinal) : text;
            if (!double.TryParse(digits, NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out number)
                || !double.IsFinite(number))
            {
                return Refuse("not-a-number", $"应填整数，填的是文字“{text.Cut(60)}”。", "只填数字，不带单位和说明；没有发生的填 0。");
            }
        }

        if (number < 0) return Refuse("negative", $"不能是负数（{Shown(number)}）。", "填 0 或正整数。");
        if (number < field.Min) return Refuse("too-small", $"{Shown(number)} 小于下限 {field.Min}。", $"核对是否漏填；本项应填 {field.Min} 至 {field.Max}。");
        if (number > field.Max) return Refuse("too-large", $"{Shown(number)} 超过上限 {field.Max}。", "核对是否多打了数字；确实如此请联系领导小组办公室调整上限。");
        // Excel keeps 3 typed as 0.1+2.9 with noise in the last bits; that is still 3.
        if (Math.Abs(number - Math.Round(number)) > 1e-9) return Refuse("fraction", $"不能带小数（{Shown(number)}）。", "填整数。");
        return FieldValue.Of((int)Math.Round(number));
    }

    private static FieldValue ReadText(int maxLength, RawEntry entry, Action<ProblemSeverity, string, string, string?, string?> say)
    {
        var text = Prose(entry.Text);
        if (text.Length == 0) return FieldValue.Blank;
        var length = new StringInfo(text).LengthInTextElements;
        if (length > maxLength)
        {
            say(ProblemSeverity.Error, "too-long", $"共 {length} 字，超过 {maxLength} 字。", $"压缩到 {maxLength} 字以内，详细材料另附。", null);
            return FieldValue.Blank;
        }

        foreach (var (what, masked) in PersonalData.Find(text))
        {
            say(ProblemSeverity.Error, "personal-data", $"含有{what}（{masked}）。调度表只报汇总情况，不得出现个人身份信息。", $"删除{what}；确需报告个案的，通过救助台账或重大情况渠道报送。", masked);
        }

        return FieldValue.Of(text);
    }

    /// <summary>A name or a note of at most <paramref name="maxLength"/> characters; null when empty or refused.</summary>
    public static string? ReadNote(string label, int maxLength, RawEntry entry, ICollection<ReportProblem> problems)
    {
        if (entry.Kind is EntryKind.Formula or EntryKind.Fault)
        {
            problems.Add(ReportProblem.Error("formula", $"{label}：单元格里是公式或错误值。", "直接键入文字。").At(entry.Place));
            return null;
        }

        return ReadText(maxLength, entry, (severity, code, message, fix, value) =>
            problems.Add(new ReportProblem(severity, code, $"{label}：{message}") { Fix = fix, Value = value }.At(entry.Place))).Text;
    }

    /// <summary>Whether words are a number and nothing else.</summary>
    public static bool IsFigure(string text)
    {
        if (text.Length > 24) return false;
        var clean = Clean(text);
        return clean.Length > 0 && double.TryParse(clean, NumberStyles.Float | NumberStyles.AllowThousands, CultureInfo.InvariantCulture, out var number)
            && double.IsFinite(number);
    }

    /// <summary>One line as a person means it: full-width forms folded, blanks of every kind removed.</summary>
    public static string Clean(string text)
    {
        var folded = new StringBuilder(text.Length);
        foreach (var c in Characters.Clean(text).Normalize(NormalizationForm.FormKC))
        {
            if (!char.IsWhiteSpace(c) && !char.IsControl(c) && CharUnicodeInfo.GetUnicodeCategory(c) != UnicodeCategory.Format) folded.Append(c);
        }

        return folded.ToString();
    }

    /// <summary>Prose with line ends made plain and without what is no text.</summary>
    private static string Prose(string text) =>
        Characters.Clean(text).Replace("\r\n", "\n", StringComparison.Ordinal).Replace('\r', '\n').Replace("\uFFFD", "", StringComparison.Ordinal)
            .Normalize(NormalizationForm.FormC).Trim();

    private static string Shown(double number) => number.ToString("0.####", CultureInfo.InvariantCulture);


    [GeneratedRegex(
        @"^(?:(?:未|没|没有|无法|待|暂|暂无|暂未|尚未|还没|还未|正在)(?:统计|汇总|核实|核对|上报|掌握|了解|数据|数字|补报|补充|确定)|暂无|不详|不明|不清|不知|未知|待定|待查|待补|待填|同上|见附|详见|略\z|N/?A\z|TBD|\?+\z|\.{2,}\z|\*+\z)",
        RegexOptions.CultureInvariant | RegexOptions.IgnoreCase)]
    private static partial Regex NotCounted();

    [GeneratedRegex(@"^[+-]?\d{1,3}(,\d{3})+(\.\d+)?\z", RegexOptions.CultureInvariant | RegexOptions.ECMAScript)]
    private static partial Regex Grouped();
}
