using System.Globalization;
using ReliefFunctions.Core.Campaigns;
using ReliefFunctions.Core.Summaries.Figures;
using ReliefFunctions.Core.Summaries.Inputs;
using ReliefFunctions.Core.Summaries.Sheets;
using ReliefFunctions.Core.WeeklyReports;

namespace ReliefFunctions.Tests.Summaries;

/// <summary>
/// The sheets beside 汇总表, cell by cell against the raw input: row by row with running counters, in local clock times, where the product
/// groups records and works in UTC.
/// </summary>
public class RecomputedSheetsTests
{
    private static readonly SummaryInput Input = SummarySample.Input();
    private static readonly Cells Book = Cells.Of(SummaryWorkbook.Write(SummaryRules.Compute(Input), SummarySample.Stamp));
    private static readonly List<UnitReport> Week = [.. Input.Reports.Where(report => report.Week == Input.Week)];
    private static readonly Dictionary<string, SummaryUnit> Units = Input.Units.ToDictionary(unit => unit.Code);

    [Fact]
    public void The_rates_and_every_units_line_equal_the_reports()
    {
        var rates = new Dictionary<string, int[]> { ["乡镇（街道）"] = new int[4], ["公安"] = new int[4], ["综合行政执法"] = new int[4], ["合　计"] = new int[4] };
        var start = Book.All("报送情况").Single(cell => cell is { Column: "B", Text: "单位" }).Row;
        foreach (var report in Week)
        {
            var unit = Units[report.Unit];
            var row = Book.All("报送情况").Single(cell => cell.Column == "B" && cell.Row > start && cell.Text == unit.Name).Row;
            string At(string column) => Book.Text("报送情况", column + row);
            Assert.Equal(report.Standing switch { ReportState.NotReported => "未报", ReportState.Submitted => "待审核", ReportState.Returned => "已退回", _ => "已审核" }, At("D"));
            if (report.ReceivedAt is { } received) Assert.Equal(received.UtcDateTime.AddHours(8), DateTime.FromOADate(double.Parse(At("E"), CultureInfo.InvariantCulture)), TimeSpan.FromSeconds(1));
            else Assert.Equal("", At("E"));
            Assert.Equal(report.Standing == ReportState.NotReported ? "" : $"{report.MinutesLate}", At("F"));
            Assert.Equal(($"{report.Returns}", $"{report.Reminders}"), (At("G"), At("H")));
            Assert.Equal(report.Counted is null ? ("无", "—") : ($"第{report.Counted.Version}版", report.Counted.Accepted ? "已审核" : "待审核"), (At("I"), At("J")));
            if (!report.InRate) continue;
            foreach (var rate in new[] { rates[unit.Kind switch { UnitKind.Township => "乡镇（街道）", UnitKind.Police => "公安", _ => "综合行政执法" }], rates["合　计"] })
            {
                rate[0]++;
                if (report.Counted is null) continue;
                rate[1]++;
                if (report.MinutesLate == 0) rate[2]++;
                if (!report.Counted.Accepted) rate[3]++;
            }
        }

        foreach (var (kind, rate) in rates)
        {
            var row = Book.All("报送情况").First(cell => cell.Column == "B" && cell.Text == kind).Row;
            double? At(string column) => Book.Number("报送情况", column + row);
            Assert.Equal([rate[0], rate[1], rate[2], rate[3]], new[] { At("C"), At("D"), At("F"), At("H") }.Select(number => (int)number!.Value));
            Assert.Equal([rate[1] / (double)rate[0], rate[2] / (double)rate[0], rate[3] / (double)rate[1]], new[] { At("E"), At("G"), At("I") }.Select(number => number!.Value), (a, b) => Math.Abs(a - b) < 1e-9);
        }
    }

    [Fact]
    public void Every_orders_line_equals_its_notices()
    {
        var seen = 0;
        foreach (var order in Input.Orders.Where(order => !order.Test))
        {
            var row = Book.All("寒潮响应").First(cell => cell.Column == "A" && cell.Text.StartsWith($"第{order.Revision}号", StringComparison.Ordinal)).Row;
            var (given, taken, timely, slowest) = (0, 0, 0, ("", -1));
            var minutes = new List<int>();
            foreach (var notice in order.Notices)
            {
                given++;
                if (notice.AcknowledgedAt is not { } at) continue;
                taken++;
                if (notice.AcknowledgeBy is null || at <= notice.AcknowledgeBy) timely++;
                var minute = (int)((at - order.IssuedAt).Ticks / TimeSpan.TicksPerMinute);
                minutes.Add(minute);
                if (minute > slowest.Item2) slowest = (Units[notice.Unit].Name, minute);
            }

            minutes.Sort();
            Assert.Equal([given, taken, timely], "FGH".Select(column => (int)Book.Number("寒潮响应", $"{column}{row}")!.Value));
            Assert.Equal(minutes.Count % 2 == 1 ? minutes[minutes.Count / 2] : (minutes[minutes.Count / 2 - 1] + minutes[minutes.Count / 2]) / 2.0, Book.Number("寒潮响应", $"I{row}"));
            var alone = minutes.Count > 1 && minutes[^1] > minutes[^2];
            Assert.Equal(alone ? $"{slowest.Item1}（{slowest.Item2}）" : "—", Book.Text("寒潮响应", $"J{row}"));
            seen++;
        }

        Assert.Equal(4, seen);
        Assert.Equal(100, Book.All("签收明细").Count(cell => cell.Column == "C" && cell.Row > 3));
    }

    [Fact]
    public void Required_patrols_are_walked_day_by_day_and_reported_ones_are_those_of_the_form()
    {
        foreach (var report in Week)
        {
            // By the wall clock: what was in force at eight in the evening of each day.
            var (perDay, night) = (0.0, 0.0);
            for (var evening = new DateTime(2026, 12, 14, 20, 0, 0); evening < new DateTime(2026, 12, 21); evening = evening.AddDays(1))
            {
                var level = 0;
                foreach (var order in Input.Orders)
                {
                    if (!order.Test && order.IssuedAt.UtcDateTime.AddHours(8) <= evening) level = (int)order.Units.Single(each => each.Unit == report.Unit).Intensity;
                }

                perDay += new[] { 3, 7, 14, 21 }[level];
                night += level == 0 ? 0 : 7;
            }

            var row = Book.All("应巡实巡").Single(cell => cell.Column == "A" && cell.Row > 3 && cell.Text == Units[report.Unit].Name).Row;
            string Reported(string code) => report.Counted is null ? "未报" : report.Counted.Values.Number(code)?.ToString(CultureInfo.InvariantCulture) ?? "空白";
            Assert.Equal([$"{Math.Floor(perDay / 7)}", Reported("A01"), $"{Math.Floor(night / 7)}", Reported("A02")], "DEFG".Select(column => Book.Text("应巡实巡", $"{column}{row}")));
            var (patrols, nights) = (report.Counted?.Values.Number("A01"), report.Counted?.Values.Number("A02"));
            var met = patrols < Math.Floor(perDay / 7) || nights < Math.Floor(night / 7) ? "未达标"
                : patrols is null || (nights is null && night > 0) ? "无法核定" : "达标";
            Assert.Equal(met, Book.Text("应巡实巡", $"B{row}"));
        }
    }

    [Fact]
    public void The_trend_equals_the_reports_and_temperatures_of_each_week()
    {
        var shelters = new Dictionary<string, int>();
        for (var i = 0; i < Input.Weeks.Count; i++)
        {
            var week = Input.Weeks[i];
            var (expected, reported, onTime) = (0, 0, 0);
            var sums = new Dictionary<string, int>();
            foreach (var report in Input.Reports)
            {
                if (report.Week != week.Key) continue;
                if (report.InRate) (expected, reported, onTime) = (expected + 1, reported + (report.Counted is null ? 0 : 1), onTime + (report.Counted is not null && report.MinutesLate == 0 ? 1 : 0));
                if (report.Counted?.Values.Number("D06") is { } open) shelters[report.Unit] = open;
                foreach (var code in report.Counted?.Values.Codes ?? []) sums[code] = sums.GetValueOrDefault(code) + (report.Counted!.Values.Number(code) ?? 0);
            }

            double? At(string column) => Book.Number("趋势", $"{column}{4 + i}");
            Assert.Equal([expected, reported, onTime, sums["B02"], sums["A01"], sums["A03"], sums["A04"], sums["D01"] + sums["D02"] + sums["D03"] + sums["D04"], shelters.Values.Sum()],
                new[] { "C", "D", "F", "H", "I", "K", "L", "M", "N" }.Select(column => (int)At(column)!.Value));
            Assert.Equal(reported / (double)expected, At("E")!.Value, 9);
            Assert.Equal(onTime / (double)expected, At("G")!.Value, 9);
            var coldest = decimal.MaxValue;
            foreach (var minimum in Input.Minimums) if (minimum.Day >= week.First && minimum.Day <= week.Last && minimum.Celsius < coldest) coldest = minimum.Celsius;
            Assert.Equal((double)coldest, At("J")!.Value, 9);
        }
    }
}
