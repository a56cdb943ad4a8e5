using System.Globalization;
using System.Text.Json;
using ClosedXML.Excel;
using ReliefFunctions.Core.Campaigns;
using ReliefFunctions.Core.Storage;
using ReliefFunctions.Core.WeeklyReports;
using ReliefFunctions.Core.WeeklyReports.Forms;
using ReliefFunctions.Core.WeeklyReports.Workbooks;
using ReliefFunctions.LocalHost.Demo;

namespace ReliefFunctions.EndToEnd.SampleSeason;

/// <summary>
/// Invents the sample season's weekly forms and its timetable. The figures follow from a unit's code and the week's number alone,
/// so that making them again makes the same: set UPDATE_SAMPLES=1 and run the tests to write the files anew.
/// </summary>
internal sealed class SeasonFiles
{
    public const string Late = "520111207", Missing = "520111209", Mistaken = "520111102", Zero = "520111205", Corrected = "520111101";

    private static readonly TimeSpan China = TimeSpan.FromHours(8);

    public SeasonFiles(string samples)
    {
        Campaign = Read<Campaign>(samples, "campaign.json");
        Units = Read<IReadOnlyList<Unit>>(samples, "units.json");
        Form = Read<FormDefinition>(samples, "form-v1.json");
        Weeks = [.. CampaignWeeks.Of(Campaign).Take(6)];
        Build(Read<IReadOnlyList<SeasonStep>>(samples, "incident.json"));
    }

    public Campaign Campaign { get; }

    public IReadOnlyList<Unit> Units { get; }

    public FormDefinition Form { get; }

    public IReadOnlyList<ReportingWeek> Weeks { get; }

    /// <summary>Workbooks by path under the sample folder.</summary>
    public SortedDictionary<string, byte[]> Workbooks { get; } = new(StringComparer.Ordinal);

    /// <summary>What the office will count in the end, by week and unit; the missing report is not there.</summary>
    public Dictionary<(WeekKey Week, string Unit), ReportValues> Counted { get; } = [];

    public List<SeasonStep> Steps { get; } = [];

    private void Build(IReadOnlyList<SeasonStep> incident)
    {
        foreach (var (week, i) in Weeks.Select((week, i) => (week, i)))
        {
            var due = week.Due.ToOffset(China);
            var minute = 0;
            foreach (var unit in Units)
            {
                var path = $"reports/{week.Key}/{unit.Code}.xlsx";
                if (unit.Code == Missing && i == 1) continue;
                var content = Content(unit, i);
                Counted[(week.Key, unit.Code)] = content.Values;
                var at = due.AddHours(-6).AddMinutes(2 * minute++);
                if (unit.Code == Late && i == 0) at = due.AddHours(16).AddMinutes(30);

                if (unit.Code == Mistaken && i == 1)
                {
                    var mistaken = $"reports/{week.Key}/{unit.Code}-mistakes.xlsx";
                    Workbooks[mistaken] = WithMistakes(Workbook(unit, week, content));
                    Report(at.AddMinutes(-20), unit, week, mistaken, "refused", "文字、负数、小数、公式、合计不符：逐格指出，什么都没有保存");
                }

                Workbooks[path] = Workbook(unit, week, content);
                Report(at, unit, week, path, unit.Code == Late && i == 0 ? "late" : "accepted", null);

                if (unit.Code == Corrected && i == 2)
                {
                    var corrected = content with { Values = content.Values.With("A03", FieldValue.Of(content.Values.Number("A03")!.Value + 6)).With("D05", FieldValue.Of(content.Values.Number("D05")!.Value + 20)) };
                    var second = $"reports/{week.Key}/{unit.Code}-corrected.xlsx";
                    Workbooks[second] = Workbook(unit, week, corrected, baseVersion: 1);
                    Counted[(week.Key, unit.Code)] = corrected.Values;
                    Report(due.AddMinutes(-10), unit, week, second, "accepted", "更正：出动人员、引导卡");
                }
            }

            Steps.Add(new SeasonStep(week.FirstCompile.ToOffset(China).AddMinutes(1)) { Summary = week.Key });
            Steps.Add(new SeasonStep(week.Lock.ToOffset(China).AddMinutes(1)) { Summary = week.Key });
        }

        Steps.Add(new SeasonStep(new DateTimeOffset(2026, 12, 1, 8, 35, 0, China)) { Order = "routine", Note = "行动开始：常态巡查" });
        Alert(15, 10, 2, "01-blue.qweather.json", "heightened", "寒潮蓝色（和风天气）");
        Alert(15, 10, 9, "02-blue.cap.xml", "heightened", "同一条蓝色预警经另一渠道到达：合并，不重复发令");
        Alert(15, 15, 0, "03-exercise-red.cap.xml", "heightened", "演练电报：谁也不通知");
        Alert(16, 9, 3, "04-yellow.cap.xml", "intensive", "升级为黄色");
        Alert(16, 20, 33, "05-orange.cap.xml", "roundTheClock", "升级为橙色");
        Alert(18, 8, 33, "06-cancel.cap.xml", null, "解除：到正午复评后才降级");
        foreach (var (at, file) in new[]
        {
            (At(7, 8, 10), "07-forecast-1207"), (At(14, 8, 10), "08-forecast-1214"), (At(16, 21, 5), "09-forecast-1216"), (At(18, 8, 20), "10-forecast-1218"), (At(21, 8, 10), "11-forecast-1221"),
            (At(28, 8, 10), "12-forecast-1228"), (At(31, 8, 10).AddDays(4), "13-forecast-0104"),
        })
        {
            Steps.Add(new SeasonStep(at) { Alert = $"alerts/{file}.open-meteo.json", Note = "逐日最低气温预报" });
        }

        // In the middle of the cold wave the leader asks: the week is running, and nobody is accused.
        Steps.Add(new SeasonStep(At(17, 10, 0)) { Summary = Weeks[2].Key, Note = "寒潮途中临时编制：本周进行中" });
        Steps.Add(new SeasonStep(At(18, 12, 5)) { Order = "intensive", Note = "解除后各项条件到正午仍不成立：全天候之后先强化一天" });
        Steps.Add(new SeasonStep(At(19, 12, 5)) { Order = "routine", Note = "强化一天后没有新的预警和低温预报：降回常态" });

        // One frostbite from the first report to the finding, and the reports of three days.
        Steps.AddRange(incident);
        Steps.Add(new SeasonStep(At(17, 16, 20)) { Daily = "daily/2026-12-17.json", Note = "全天候期间每日一报；没有情况的一键零报告" });
        Steps.Add(new SeasonStep(At(17, 17, 31)) { Note = "办公室收到当天汇总表和未报单位的催报名单" });
        Steps.Add(new SeasonStep(At(18, 16, 20)) { Daily = "daily/2026-12-18.json", Note = "当天中午已转强化，上半天仍是全天候：还要报" });
        Steps.Add(new SeasonStep(At(19, 16, 20)) { Daily = "daily/2026-12-19.json", Note = "已不要求；三个乡镇自愿报" });
        Steps.Sort((left, right) => left.At.CompareTo(right.At));
    }

    private static DateTimeOffset At(int december, int hour, int minute) => new(2026, 12, december, hour, minute, 0, China);

    private void Alert(int day, int hour, int minute, string file, string? order, string note) =>
        Steps.Add(new SeasonStep(At(day, hour, minute)) { Alert = "alerts/" + file, Order = order, Note = note, Unanswered = order == "heightened" ? [] : [Late] });

    private void Report(DateTimeOffset at, Unit unit, ReportingWeek week, string file, string expect, string? note) =>
        Steps.Add(new SeasonStep(at) { Report = new SeasonReport(unit.Code, week.Key, file, expect), Note = note });

    private ReportContent Content(Unit unit, int week)
    {
        var random = new Random(int.Parse(Keys.Hash(unit.Code)[..6], NumberStyles.HexNumber, CultureInfo.InvariantCulture) * 10 + week);
        var cold = week == 2;
        var zero = unit.Code == Zero && week == 3;
        int Up(int most) => random.Next(most + 1);
        var (patrols, fields) = (cold ? 15 + Up(8) : 4 + Up(4), Form.FieldsFor(unit.Kind).ToDictionary(field => field.Code));
        var v = new Dictionary<string, int> { ["A01"] = patrols, ["A02"] = cold ? 8 + Up(4) : 1 + Up(2), ["A03"] = patrols * (2 + Up(1)), ["A04"] = patrols / 2 + Up(patrols / 2) };
        v["A05"] = 4 + unit.Order % 7;
        v["A06"] = Math.Min(v["A05"], 3 + Up(6));
        v["A07"] = 6 + unit.Order % 9;
        v["A08"] = Math.Min(v["A07"], 4 + Up(8));
        v["B03"] = Up(cold ? 3 : 1);
        v["B04"] = fields.ContainsKey("B04") ? Up(cold ? 5 : 2) : 0;
        v["B05"] = Up(5) == 0 ? 1 : 0;
        v["B02"] = v["B03"] + v["B04"] + v["B05"];
        v["B06"] = Up(3);
        v["B07"] = fields.ContainsKey("B07") ? Up(3) : 0;
        v["B01"] = v["B02"] + v["B06"] + v["B07"];
        v["B13"] = v["B03"] + v["B05"] > 0 ? 1 + Up(v["B03"] + v["B05"] - 1) : 0;
        v["B08"] = v["B13"] > 0 ? Math.Min(v["B01"], Up(1)) : 0;
        v["B09"] = v["B13"] > 0 ? Math.Min(v["B01"], Up(2)) : 0;
        v["B10"] = v["B13"] > 0 ? Math.Min(v["B01"], Up(1)) : 0;
        v["B11"] = Math.Min(v["B01"], v["B05"]);
        v["B12"] = Math.Min(v["B01"], Up(1));
        v["B14"] = cold ? Math.Min(v["B02"], Up(2)) : 0;
        v["B15"] = unit.Kind == UnitKind.RescueStation ? 2 + Up(4) : Up(1);
        v["C01"] = 2 + Up(5);
        v["C02"] = Math.Min(v["C01"], 1 + Up(3));
        v["C03"] = Up(1);
        v["C04"] = 0;
        v["D01"] = v["B04"] * 2;
        v["D02"] = v["B04"];
        v["D03"] = v["B04"] * 3 + v["B03"];
        v["D04"] = v["B02"];
        v["D05"] = 20 + Up(30);
        v["D06"] = 1 + unit.Order % 3;
        v["D07"] = cold ? Up(3) : 0;
        v["E01"] = Up(4);
        v["E02"] = Math.Min(v["E01"], Up(4));
        v["F01"] = Up(1);
        v["F02"] = HazardsFound(unit, week);
        v["F03"] = HazardsMended(unit, week);
        v["F04"] = HazardsLeft(unit, week);
        v["G01"] = 3 + unit.Order % 8;
        v["G02"] = Up(5);
        v["X01"] = 0;
        if (zero)
        {
            foreach (var field in fields.Values.Where(field => field.Aggregation == Aggregation.Flow)) v[field.Code] = 0;
            v["F04"] = HazardsLeft(unit, week - 1);
        }

        var values = fields.Values.Where(field => !field.IsText).Select(field => KeyValuePair.Create(field.Code, FieldValue.Of(v[field.Code]))).ToList();
        values.Add(new("X02", zero ? FieldValue.Of("本周未发现露宿人员,无新增工作。") : FieldValue.Of(cold ? "寒潮期间昼夜巡查,重点点位每日两遍;下周恢复常态巡查,继续走访重点人员。" : "按计划分时段巡查,整体平稳;下周继续排查废弃房屋和桥梁涵洞。")));
        values.Add(new("X03", FieldValue.Of(unit.Code == "520111-jiuzhu" && cold ? "寒潮期间站内床位趋紧,请区级协调增设临时避寒场所。" : "无")));
        return new ReportContent { Values = new ReportValues(values), ZeroReport = zero, FilledBy = "信息员", ReviewedBy = "负责人", Note = cold || week == 3 ? "寒潮周巡查加密,数据属实。" : null };
    }

    private static int HazardsFound(Unit unit, int week) => (unit.Order + week) % 3 == 0 ? 1 : 0;

    private static int HazardsMended(Unit unit, int week) => week > 0 && HazardsFound(unit, week - 1) == 1 && !IsZero(unit, week) ? 1 : 0;

    /// <summary>What week 3's zero report leaves undone stays open.</summary>
    private static int HazardsLeft(Unit unit, int week)
    {
        var left = unit.Order % 4;
        for (var i = 1; i <= week; i++) left += (IsZero(unit, i) ? 0 : HazardsFound(unit, i)) - HazardsMended(unit, i);
        return left + (week >= 0 ? HazardsFound(unit, 0) : 0);
    }

    private static bool IsZero(Unit unit, int week) => unit.Code == Zero && week == 3;

    private byte[] Workbook(Unit unit, ReportingWeek week, ReportContent content, int? baseVersion = null) =>
        Samples.Workbook(new ReportTarget(Campaign, week, unit, Form), new FormFilling(content, baseVersion));

    /// <summary>What clerks really do to a form: text, a minus sign, a fraction, a formula, a total that does not add up.</summary>
    private static byte[] WithMistakes(byte[] workbook) => Files.Saved(workbook, book =>
    {
        var sheet = book.Worksheet(FormLayout.Sheet);
        IXLCell Entry(string code) => sheet.Column(FormLayout.CodeColumn).CellsUsed().Single(cell => cell.GetString() == code).WorksheetRow().Cell(FormLayout.EntryColumn);
        Entry("A01").SetValue("约十次");
        Entry("A04").SetValue(-3);
        Entry("D01").SetValue(2.5);
        Entry("D05").FormulaA1 = "10+20";
        Entry("B01").SetValue(99);
    });

    private static T Read<T>(string folder, string file) => JsonSerializer.Deserialize<T>(File.ReadAllBytes(Path.Combine(folder, file)), StoredJson.Strict)!;
}
