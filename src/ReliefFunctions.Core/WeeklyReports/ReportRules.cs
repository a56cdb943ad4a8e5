using System.Globalization;
using ReliefFunctions.Core.Campaigns;
using ReliefFunctions.Core.WeeklyReports.Forms;
using ReliefFunctions.Core.WeeklyReports.Workbooks;

namespace ReliefFunctions.Core.WeeklyReports;

/// <summary>Holds one report against the rules of its form and finds everything there is to say at once.</summary>
internal static class ReportRules
{
    /// <summary>Weeks of history the outlier warning looks at; more would slow a submission for nothing.</summary>
    public const int HistoryWeeks = 8;

    /// <summary>
    /// Errors, then warnings. <paramref name="history"/> is the counted values of the weeks before, last week first; null for a week without any.
    /// The content must have gone through <see cref="ReportContent.On"/>.
    /// </summary>
    public static IReadOnlyList<ReportProblem> Check(FormDefinition form, UnitKind kind, ReportContent content, IReadOnlyList<ReportValues?> history)
    {
        var check = new OneReport(form, kind, content, history);
        check.Required();
        check.ZeroReport();
        foreach (var rule in form.Rules) check.Apply(rule);
        return [.. check.Problems.OrderByDescending(problem => problem.Severity)];
    }

    private sealed class OneReport(FormDefinition form, UnitKind kind, ReportContent content, IReadOnlyList<ReportValues?> history)
    {
        private readonly Dictionary<string, FormField> _fields = form.FieldsFor(kind).ToDictionary(field => field.Code);
        private readonly ReportValues _values = content.Values;

        public List<ReportProblem> Problems { get; } = [];

        public void Required()
        {
            Signed(FormLayout.FilledBy, content.FilledBy);
            Signed(FormLayout.ReviewedBy, content.ReviewedBy);
            foreach (var field in _fields.Values.Where(field => field.Required && !_values[field.Code].IsFilled))
            {
                Error("required", field.Code, $"{Name(field.Code)} 未填。", field.IsText ? "请填写。" : "没有发生填 0；还没有数的，问清再填。");
            }
        }

        /// <summary>Somebody stands for the figures: the form is signed by who filled it in and by who is responsible (plan item 1.37).</summary>
        private void Signed(string name, string? who)
        {
            if (who is null) Problems.Add(ReportProblem.Error("required", $"{name}没有填。", "填写姓名。") with { Field = name });
        }

        public void ZeroReport()
        {
            var flows = _fields.Values.Where(field => field.Aggregation == Aggregation.Flow).ToList();
            if (content.ZeroReport)
            {
                foreach (var field in flows.Where(field => _values.Number(field.Code) > 0))
                {
                    Error("zero-report", field.Code, $"声明了零报告，但 {Name(field.Code)} 填了 {_values.Number(field.Code)}。", "取消零报告，或把该项改为 0。");
                }

                foreach (var stock in _fields.Values.Where(field => field.Aggregation == Aggregation.Stock && !_values[field.Code].IsFilled
                    && !Said("required", field.Code)))
                {
                    Error("zero-report-stock", stock.Code, $"{Name(stock.Code)} 未填：零报告也要报期末数。", "填期末实有数；没有变化的照抄上周的数。");
                }
            }
            else if (flows.Count > 0 && flows.All(field => _values.Number(field.Code) is 0 or null) && flows.Any(field => _values.Number(field.Code) is 0))
            {
                Warn("all-zero", null, "所有发生数都是 0 或空白，但没有声明零报告。", "本周确无工作发生的，请声明“零报告”；否则请补填。");
            }
        }

        public void Apply(FormRule rule)
        {
            // A rule whose subject is not on this unit's form has nothing to say.
            switch (rule)
            {
                case SumRule sum when OnForm(sum.Total): Sum(sum); break;
                case AtMostRule atMost when OnForm(atMost.Part): AtMost(atMost); break;
                case CarryRule carry when OnForm(carry.Field): Carry(carry); break;
                case RequiredTogetherRule both when OnForm(both.Field) && OnForm(both.Text): Together(both); break;
                case ZeroWarning zero when zero.Zero.Any(OnForm): Zero(zero); break;
                case OutlierWarning outlier: Outliers(outlier); break;
                case ChangeWarning change: Changes(change); break;
            }
        }

        private void Sum(SumRule rule)
        {
            var sum = Σ(rule.Parts);
            var parts = rule.Parts.Where(OnForm).ToList();
            var shown = $"{string.Join("+", parts)}={string.Join("+", parts.Select(code => Number(code)))}={sum}";
            if (_values.Number(rule.Total) is not { } total)
            {
                if (parts.Exists(code => _values[code].IsFilled) && !Said("required", rule.Total))
                {
                    Error(rule.Id, rule.Total, $"{Name(rule.Total)} 空着，而分项已填（{shown}）。", $"填合计 {sum}。");
                }
            }
            else if (total != sum)
            {
                Error(rule.Id, rule.Total, $"{Name(rule.Total)} 填了 {total}，但 {shown}。{rule.Reason}", $"把 {rule.Total} 改为 {sum}，或核对分项。");
            }
        }

        private void AtMost(AtMostRule rule)
        {
            var (part, limit) = (Number(rule.Part), Σ(rule.Wholes));
            if (part <= limit) return;
            var wholes = rule.Wholes.Where(OnForm).ToList();
            var whole = wholes.Count == 0 ? "0" : $"{string.Join("+", wholes.Select(Name))}({limit})";
            var blank = wholes.Count > 0 && wholes.TrueForAll(code => !_values[code].IsFilled);
            Error(rule.Id, rule.Part, $"{Name(rule.Part)} 填了 {part}，大于 {whole}。{rule.Reason}",
                blank ? $"先补填 {string.Join("、", wholes)}。" : $"把 {rule.Part} 改为不超过 {limit} 的数，或核对 {string.Join("、", wholes)}。");
        }

        private void Carry(CarryRule rule)
        {
            var change = Σ(rule.Plus) - Σ(rule.Minus);
            var filled = rule.Plus.Concat(rule.Minus).Any(code => _values.Number(code) > 0);
            if (Opening(rule) is not { } opening)
            {
                if (filled && !_values[rule.Field].IsFilled) Error(rule.Id, rule.Field, $"{Name(rule.Field)} 空着，而本周有增减。", "第一次填报请填期末实有数。");
                return;
            }

            var expected = opening + change;
            var shown = $"上周 {opening}+{string.Join("+", rule.Plus)}({Σ(rule.Plus)})-{string.Join("-", rule.Minus)}({Σ(rule.Minus)})={expected}";
            if (expected < 0)
            {
                Error(rule.Id, rule.Minus[0], $"{string.Join("、", rule.Minus)} 合计 {Σ(rule.Minus)}，超过可减的数（{shown}）。{rule.Reason}", "核对本周新增数和完成数。");
            }
            else if (_values.Number(rule.Field) is { } value)
            {
                if (value != expected)
                {
                    Error(rule.Id, rule.Field, $"{Name(rule.Field)} 填了 {value}，但{shown}。{rule.Reason}", $"把 {rule.Field} 改为 {expected}；上周数有误的，先更正上周报表。");
                }
            }
            else if (!content.ZeroReport && (filled || opening > 0))
            {
                Error(rule.Id, rule.Field, $"{Name(rule.Field)} 空着，按{shown}。", $"填 {expected}。");
            }
        }

        /// <summary>The last level known, carried over weeks that left it blank; null after a week without a report.</summary>
        private int? Opening(CarryRule rule)
        {
            var since = 0;
            foreach (var week in history)
            {
                if (week is null) return null;
                if (week.Number(rule.Field) is { } level) return level + since;
                since += rule.Plus.Sum(code => week.Number(code) ?? 0) - rule.Minus.Sum(code => week.Number(code) ?? 0);
            }

            return null;
        }

        private void Together(RequiredTogetherRule rule)
        {
            if (Number(rule.Field) > 0 && _values.Text(rule.Text) is null or "无")
            {
                Error(rule.Id, rule.Text, $"{Name(rule.Field)} 填了 {Number(rule.Field)},{Name(rule.Text)} 必须说明。", rule.Reason);
            }
        }

        private void Zero(ZeroWarning rule)
        {
            if (Σ(rule.When) == 0 || Σ(rule.Zero) > 0) return;
            var zero = rule.Zero.Where(OnForm).ToList();
            Warn(rule.Id, zero[0], $"{string.Join("+", rule.When.Where(OnForm))}={Σ(rule.When)}，而 {string.Join("、", zero)} 为 0 或空白。{rule.Reason}",
                "核对；情况属实的在“情况说明”中写明。");
        }

        private void Outliers(OutlierWarning rule)
        {
            foreach (var code in rule.Fields.Where(OnForm))
            {
                if (_values.Number(code) is not { } value) continue;
                var past = history.Take(HistoryWeeks).Select(week => week?.Number(code)).OfType<int>().Order().ToArray();
                if (past.Length < 4) continue;
                var median = Median(past);
                // Winter counts are small and full of zeros: the spread is taken as at least that of a Poisson count, or one rescue after quiet weeks would
                // always be an outlier.
                var spread = Math.Max(Median([.. past.Select(x => Math.Abs(x - median)).Order()]), Math.Max(1, Math.Sqrt(median)));
                if (Math.Abs(value - median) >= 10 && 0.6745 * Math.Abs(value - median) / spread > rule.Threshold)
                {
                    Warn(rule.Id, code, $"{Name(code)} 填了 {value}，以往 {past.Length} 周的中位数是 {median.ToString("0.#", CultureInfo.InvariantCulture)}。{rule.Reason}",
                        "核对；情况属实的在“情况说明”中写明。");
                }
            }
        }

        private void Changes(ChangeWarning rule)
        {
            foreach (var code in rule.Fields.Where(OnForm))
            {
                if (_values.Number(code) is not { } value || (history.Count > 0 ? history[0] : null)?.Number(code) is not { } last) continue;
                var (low, high) = (Math.Min(value, last), Math.Max(value, last));
                if (high - low >= rule.AtLeast && high > (long)rule.Factor * low)
                {
                    Warn(rule.Id, code, $"{Name(code)} 由上周的 {last} 变为 {value}。{rule.Reason}", "核对；情况属实的在“情况说明”中写明。");
                }
            }
        }

        private static double Median(IReadOnlyList<double> sorted) =>
            sorted.Count % 2 == 1 ? sorted[sorted.Count / 2] : (sorted[sorted.Count / 2 - 1] + sorted[sorted.Count / 2]) / 2;

        private static double Median(int[] sorted) => Median([.. sorted.Select(x => (double)x)]);

        private bool OnForm(string code) => _fields.ContainsKey(code);

        private int Number(string code) => _values.Number(code) ?? 0;

        private int Σ(IEnumerable<string> codes) => codes.Sum(Number);

        private string Name(string code) => _fields.TryGetValue(code, out var field) ? $"{code} {field.Label}" : code;

        private bool Said(string code, string field) => Problems.Exists(problem => problem.Code == code && problem.Field == field);

        private void Error(string code, string field, string message, string? fix) => Add(ProblemSeverity.Error, code, field, message, fix);

        private void Warn(string code, string? field, string message, string? fix) => Add(ProblemSeverity.Warning, code, field, message, fix);

        private void Add(ProblemSeverity severity, string code, string? field, string message, string? fix) =>
            Problems.Add(new ReportProblem(severity, code, message) { Field = field, Fix = fix, Value = field is null ? null : _values[field].ToString() });
    }
}
