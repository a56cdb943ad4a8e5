using ReliefFunctions.Core.Campaigns;
using ReliefFunctions.Core.Patrols;
using ReliefFunctions.Core.Summaries;
using ReliefFunctions.Core.Summaries.Figures;
using ReliefFunctions.Core.Summaries.Inputs;
using ReliefFunctions.Core.WeeklyReports;
using ReliefFunctions.Core.WeeklyReports.Forms;

namespace ReliefFunctions.Testing;

/// <summary>An invented season of a district: every state that a report and a notice can be in stands in it.</summary>
public static class SummarySample
{
    public static readonly DateTimeOffset Generated = new(2026, 12, 22, 1, 0, 0, TimeSpan.Zero);

    public static readonly SummaryStamp Stamp = new(1, Generated, "0.1.0+test");

    public static FormDefinition Form { get; } = new()
    {
        Version = 1,
        Title = "工作进展情况调度表",
        Fields =
        [
            F("A01", "街面巡查次数", "次", "巡查"), F("A02", "其中：夜间巡查（20时至次日6时）", "次", "巡查"), F("A03", "出动巡查人员", "人次", "巡查"), F("A04", "出动车辆", "台次", "巡查"),
            F("A05", "应巡重点点位", "个", "巡查", stock: true), F("A06", "已巡重点点位（同一点位计1个）", "个", "巡查"), F("A07", "应排查村（社区）", "个", "巡查", stock: true, only: UnitKind.Township), F("A08", "已排查村（社区）", "个", "巡查", only: UnitKind.Township),
            F("B01", "首次发现流浪乞讨及露宿人员", "人次", "发现救助"), F("B02", "救助合计", "人次", "发现救助"), F("B03", "其中：入站救助（站内）", "人次", "发现救助"), F("B04", "其中：街面及避寒场所救助（站外）", "人次", "发现救助"),
            F("B05", "其中：送医救治", "人次", "发现救助"), F("B06", "仅告知劝导、未接受救助", "人次", "发现救助"), F("B07", "醉酒人员保护性约束至酒醒", "人次", "发现救助", only: UnitKind.Police), F("B08", "发现人员中：未成年人", "人次", "发现救助"),
            F("B09", "发现人员中：老年人", "人次", "发现救助"), F("B10", "发现人员中：残疾人及行动不便人员", "人次", "发现救助"), F("B11", "发现人员中：疑似精神障碍、传染病、危重病人", "人次", "发现救助"), F("B12", "发现人员中：本季重复发现", "人次", "发现救助"),
            F("B13", "护送并书面交接", "人次", "发现救助"), F("B14", "绿色通道先救助后补审", "人次", "发现救助"), F("B15", "接收其他单位移交（不计入合计）", "人次", "发现救助", only: UnitKind.Township),
            F("C01", "身份查询比对", "人次", "身份安置", only: UnitKind.Police), F("C02", "其中：查明身份", "人次", "身份安置", only: UnitKind.Police), F("C03", "联系亲属并接送返乡", "人次", "身份安置", only: UnitKind.Township), F("C04", "身份不明移送机构安置", "人次", "身份安置", only: UnitKind.Township),
            F("D01", "发放棉衣", "件", "物资场所"), F("D02", "发放棉被", "床", "物资场所"), F("D03", "发放食品", "份", "物资场所"), F("D04", "发放其他御寒防疫物品", "件", "物资场所"), F("D05", "发放救助引导卡及宣传资料", "份", "物资场所"),
            F("D06", "临时避寒场所、救助点、求助引导点（期末）", "个", "物资场所", stock: true, only: UnitKind.Township), F("D07", "避寒场所入住", "人次", "物资场所", only: UnitKind.Township),
            F("E01", "本周接到求助及线索", "件", "线索"), F("E02", "其中：截至填报已处置", "件", "线索"),
            F("F01", "排查救助、托养、医疗合作机构", "家次", "隐患", only: UnitKind.Township), F("F02", "新发现隐患", "处", "隐患", only: UnitKind.Township), F("F03", "完成整改（含以前发现）", "处", "隐患", only: UnitKind.Township), F("F04", "未整改隐患（期末）", "处", "隐患", stock: true, only: UnitKind.Township),
            F("G01", "重点人员台账在册（期末）", "人", "预防", stock: true, only: UnitKind.Township), F("G02", "走访帮扶重点人员", "人次", "预防", only: UnitKind.Township),
            F("X01", "冻、病、饿致伤亡等重大情况", "起", "重大情况"),
            new FormField { Code = "X02", Label = "本周工作、存在困难及下周安排", Group = "文字", Aggregation = Aggregation.Text, MaxLength = 500 },
            new FormField { Code = "X03", Label = "需区级协调事项", Group = "文字", Aggregation = Aggregation.Text, MaxLength = 200 },
        ],
        Headlines =
        [
            new Headline("救助人次", "人次", ["B02"]), new Headline("街面巡查人员", "人次", ["A03"]), new Headline("出动车辆", "台次", ["A04"]),
            new Headline("御寒物品、食物", "件", ["D01", "D02", "D03", "D04"]), new Headline("避寒场所、救助点、引导点", "个", ["D06"]),
        ],
    };

    public static Campaign Campaign { get; } = Samples.Campaign with { Office = "花溪区流浪乞讨人员专项救助工作领导小组办公室", Calendar = new CampaignCalendar() };

    public static IReadOnlyList<SummaryUnit> Units { get; } =
    [
        .. new[] { "贵筑街道", "清溪街道", "溪北街道", "黄河路街道", "平桥街道", "瑞华街道", "金欣街道", "航空路街道", "小孟街道", "清浦街道", "龙山街道", "青岩镇", "石板镇", "麦坪镇", "燕楼镇", "党武街道", "孟关苗族布依族乡", "湖潮苗族布依族乡", "久安乡", "高坡苗族乡", "黔陶布依族苗族乡", "马铃布依族苗族乡" }
            .Select((name, i) => new SummaryUnit($"5201110{i + 1:D2}", name, UnitKind.Township, i)),
        new SummaryUnit("gaj", "区公安分局", UnitKind.Police, 100),
        new SummaryUnit("zfj", "区综合行政执法局", UnitKind.UrbanManagement, 101),
        new SummaryUnit("jzz", "区救助管理站", UnitKind.RescueStation, 102),
    ];

    public static IReadOnlyList<DutyOfIntensity> Duties { get; } =
        [new(PatrolIntensity.Routine, "常态", 3, 0), new(PatrolIntensity.Heightened, "加强", 7, 7), new(PatrolIntensity.Intensive, "强化", 14, 7), new(PatrolIntensity.RoundTheClock, "全天候", 21, 7)];

    /// <summary>The given number of weeks, filled by a seeded dice; the last week holds the special cases.</summary>
    public static SummaryInput Input(int weeks = 3, int seed = 7, IReadOnlyList<SummaryUnit>? units = null, PeriodKind kind = PeriodKind.Week)
    {
        units ??= Units;
        var dice = new Random(seed);
        var all = CampaignWeeks.Of(Campaign).Take(weeks).ToList();
        var last = all[^1];
        var reports = new List<UnitReport>();
        foreach (var week in all)
        {
            foreach (var (unit, i) in units.Select((unit, i) => (unit, i))) reports.Add(Report(week, unit, i, week == last, dice));
        }

        var opened = last.Opens;
        var townships = units.Where(unit => unit.Kind == UnitKind.Township).Select(unit => unit.Code).ToHashSet();
        return new SummaryInput
        {
            Heading = SummaryScope.Of(Campaign).Heading(new SummaryPeriod(kind, all)),
            PolicyVersion = 1,
            Week = last.Key,
            Weeks = all,
            Form = Form,
            Units = units,
            Reports = reports,
            Duties = Duties,
            Orders =
            [
                Order(1, 0, "专项行动开始", all[0].Opens, units, _ => 0, i => i * 7 % 50 + 5),
                Order(2, 1, "寒潮蓝色预警信号（花溪区气象台12月15日发布）", opened.AddHours(30), units, _ => 1, i => i % 11 == 4 ? null : i * 13 % 200 + 3),
                Order(3, 2, "寒潮黄色预警信号，最低气温将降至零下2℃", opened.AddHours(54), units, code => townships.Contains(code) ? 2 : 1, i => i == 19 ? null : i * 5 % 90 + 2),
                Order(4, 0, "【通联测试】", opened.AddHours(60), units, _ => 3, _ => 1) with { Test = true },
                Order(5, 1, "寒潮预警解除，次日12时前无复现条件", opened.AddHours(132), units, code => townships.Contains(code) ? 1 : 1, i => i % 9 == 0 ? null : i * 11 % 120 + 1),
            ],
            Minimums = [.. Enumerable.Range(0, (last.Last.DayNumber - all[0].First.DayNumber) + 1).Select(day => new DailyMinimum(all[0].First.AddDays(day), 6 - day % 9 * 1.1m, "Open-Meteo"))],
            Decisions =
            [
                new MatterDecision { Week = all[0].Key, Unit = units[1].Code, Owner = "区民政局", Due = new DateOnly(2026, 12, 25) },
                new MatterDecision { Week = all[0].Key, Unit = units[2].Code, Owner = "区住建局", Closed = true, ClosedInWeek = last.Key, Note = "已加装护栏。" },
            ],
        };
    }

    /// <summary>The week before one unit corrected a figure and another handed in.</summary>
    public static Summary BeforeCorrection
    {
        get
        {
            var input = Input();
            return SummaryRules.Compute(input with
            {
                Reports = [.. input.Reports.Select(report => report.Week != input.Week ? report
                    : report.Unit == Units[0].Code ? report with { Counted = report.Counted! with { Values = report.Counted.Values.With("A03", FieldValue.Of(999)) } }
                    : report.Unit == Units[12].Code ? report with { Standing = ReportState.NotReported, Counted = null, ReceivedAt = null }
                    : report)],
            });
        }
    }

    /// <summary>The second version of the form: A04 is gone, A09 has come.</summary>
    public static FormDefinition SecondForm { get; } = Form with
    {
        Version = 2,
        Fields = [.. Form.Fields.Where(field => field.Code != "A04").SelectMany(field => field.Code == "A03" ? [field, F("A09", "出动社工、志愿者", "人次", "巡查")] : new[] { field })],
        Headlines = [.. Form.Headlines.Select(headline => headline.Label == "出动车辆" ? new Headline("出动社工、志愿者", "人次", ["A09"]) : headline)],
    };

    /// <summary>A season whose last two weeks are on <see cref="SecondForm"/>.</summary>
    public static SummaryInput FormChanged(int weeks = 4, PeriodKind kind = PeriodKind.Week)
    {
        var input = Input(weeks, kind: kind);
        var second = input.Weeks[^2].Key;
        return input with
        {
            Form = SecondForm,
            EarlierForms = [Form],
            Reports = [.. input.Reports.Select((report, i) => report.Week < second || report.Counted is not { } counted ? report
                : report with { Counted = counted with { Values = new ReportValues(counted.Values.With("A09", FieldValue.Of(i % 13)).Codes.Where(code => code != "A04").Select(code => KeyValuePair.Create(code, code == "A09" ? FieldValue.Of(i % 13) : counted.Values[code]))) } })],
        };
    }

    /// <summary>A big district: 60 units with names and words as long as they come, and a unit that fills in zeros alone.</summary>
    public static SummaryInput Big()
    {
        IReadOnlyList<SummaryUnit> units = [.. Enumerable.Range(0, 57).Select(i => new SummaryUnit($"52011{i:D4}", i % 3 == 0 ? $"第{i + 1}布依族苗族乡人民政府（经济技术开发区管委会）" : $"{i + 1}号街道", UnitKind.Township, i)), .. Units.TakeLast(3)];
        var input = Input(units: units);
        var (work, matter) = (string.Concat(Enumerable.Repeat("对辖区桥梁涵洞、废弃房屋、地下通道、车站码头开展拉网式排查；", 17))[..500], string.Concat(Enumerable.Repeat("老旧车站候车室夜间不开放，请协调铁路部门。", 10))[..200]);
        return input with
        {
            Reports = [.. input.Reports.Select((report, i) => report.Counted is not { } counted || i % 4 > 0 ? report
                : report with { Counted = counted with { Values = i % 12 > 0 ? counted.Values.With("X02", FieldValue.Of(work)).With("X03", FieldValue.Of(matter)) : new ReportValues(counted.Values.Codes.Select(code => KeyValuePair.Create(code, counted.Values[code].Text is null ? FieldValue.Of(0) : FieldValue.Of("无")))) } })],
            Outlook = work[..200],
        };
    }

    /// <summary>A hundred units of which every fourth has a name as long as they come.</summary>
    public static SummaryInput LongNames()
    {
        var input = Hundred();
        return input with { Units = [.. input.Units.Select((unit, i) => i % 4 == 1 ? unit with { Name = $"兴义市则戎镇第{i + 1}社区综合行政执法大队联合值守点" } : unit)] };
    }

    /// <summary>
    /// A hundred units of usual names with everything on one page: a version that is corrected, grave events in many units, six orders, a season before, a
    /// long outlook.
    /// </summary>
    public static SummaryInput Hundred()
    {
        IReadOnlyList<SummaryUnit> units = [.. Enumerable.Range(0, 97).Select(i => new SummaryUnit($"52011{i:D4}", i % 5 == 0 ? $"第{i + 1}布依族苗族乡" : $"第{i + 1}街道", UnitKind.Township, i, $"王{i}")), .. Units.TakeLast(3)];
        var input = Input(4, units: units);
        var last = new SeasonFigures("2025-2026", "台账", [.. Enumerable.Range(1, 4).Select(week => new WeekOfSeason(week, Form.Headlines.ToDictionary(headline => headline.Label, _ => 1_000L * week)))]);
        return input with
        {
            Heading = input.Heading with { Name = "黔西南布依族苗族自治州兴义市", Office = "黔西南布依族苗族自治州兴义市流浪乞讨人员专项救助工作领导小组办公室" },
            LastSeason = last,
            Reports = [.. input.Reports.Select((report, i) => report.Week != input.Week || report.Counted is not { } counted || i % 9 > 0 ? report
                : report with { Counted = counted with { Values = counted.Values.With("X01", FieldValue.Of(2)).With("X03", FieldValue.Of(string.Concat(Enumerable.Repeat("老旧车站候车室夜间不开放，请协调。", 10)))) } })],
            Outlook = string.Concat(Enumerable.Repeat("加密夜间巡查，逐点排查桥梁涵洞；", 20))[..200],
            Previous = BeforeCorrection,
        };
    }

    /// <summary>Three districts of a city, of which the last has no summary of the week; the second one's form knows nothing of G02.</summary>
    public static AreaInput Area(int weeks = 3, PeriodKind kind = PeriodKind.Week)
    {
        var city = new SummaryHeading { Scope = "5201", Name = "贵阳市", Season = Campaign.Season, CampaignName = "贵阳市“寒冬送温暖”专项救助行动", Office = "贵阳市流浪乞讨人员专项救助工作领导小组办公室", TimeZone = Campaign.TimeZone, Kind = kind };
        DistrictPart Part(string code, string name, int seed, FormDefinition form)
        {
            var input = Input(weeks, seed, kind: kind);
            return new DistrictPart(code, name, new SummaryDocument(Stamp, SummaryRules.Compute(input with { Heading = input.Heading with { Scope = code, Name = name }, Form = form })));
        }

        return new AreaInput
        {
            Heading = city,
            Period = new SummaryPeriod(kind, kind == PeriodKind.Week ? [Input(weeks).Weeks[^1]] : Input(weeks).Weeks),
            Districts = [Part("520111", "花溪区", 7, Form), Part("520112", "乌当区", 8, Form with { Fields = [.. Form.Fields.Where(field => field.Code != "G02")] }), new DistrictPart("520113", "白云区", null) { Expected = 24 }],
            Outlook = "各区县加密夜间巡查。",
        };
    }

    private static FormField F(string code, string label, string unit, string group, bool stock = false, UnitKind? only = null) =>
        new() { Code = code, Label = label, Unit = unit, Group = group, Aggregation = stock ? Aggregation.Stock : Aggregation.Flow, AppliesTo = only is { } kind ? [kind] : [] };

    private static UnitReport Report(ReportingWeek week, SummaryUnit unit, int i, bool last, Random dice)
    {
        var values = new Dictionary<string, FieldValue>();
        foreach (var field in Form.FieldsFor(unit.Kind))
        {
            if (field.IsText)
            {
                values[field.Code] = field.Code == "X02"
                    ? FieldValue.Of("本周组织力量对辖区桥梁涵洞、废弃房屋、车站周边开展巡查，发现露宿人员均已告知劝导；夜间值守人手偏紧，下周继续加强夜间巡查。")
                    : FieldValue.Of(i == 1 && week.Number == 1 ? "桥下空间夜间照明不足，请区住建部门协调增设。" : i == 2 && week.Number == 1 ? "车站北侧护栏缺失。" : last && i == 3 ? "=HYPERLINK(\"http://x\",\"点我\")" : "无");
            }
            else
            {
                values[field.Code] = dice.Next(12) == 0 && field.Code != "X01" ? FieldValue.Blank : FieldValue.Of(field.Code switch { "X01" => last && i == 5 ? 1 : 0, "A01" => dice.Next(3, 22), "A02" => dice.Next(0, 9), "A03" => dice.Next(10, 160), _ => dice.Next(0, 14) });
            }
        }

        var late = last && i == 4 ? 95 : last && i == 5 ? 1 : 0;
        var received = week.Due.AddHours(-20 + i % 9).AddMinutes(late == 0 ? 0 : 20 * 60 - i % 9 * 60 + late);
        var report = new UnitReport
        {
            Week = week.Key,
            Unit = unit.Code,
            InRate = unit.Kind != UnitKind.RescueStation,
            Standing = ReportState.Accepted,
            ReceivedAt = received,
            MinutesLate = late,
            Reminders = late > 0 ? 2 : 0,
            Counted = new CountedReport(1, new string((char)('a' + i % 6), 60) + $"{week.Number * 37 % 10000:D4}", true, received, new ReportValues(values)),
        };
        return !last ? report : i switch
        {
            6 => report with { Standing = ReportState.NotReported, ReceivedAt = null, Counted = null, Reminders = 3 },
            7 => report with { Standing = ReportState.Returned, Returns = 1, ReturnReason = "B02与B03、B04、B05之和不符，请核对。", Counted = null },
            8 => report with { Standing = ReportState.Returned, Returns = 2, ReturnReason = "点位数与台账不符。", Counted = report.Counted! with { Version = 2 } },
            9 or 10 or 22 => report with { Standing = ReportState.Submitted, Counted = report.Counted! with { Accepted = false, Version = i == 10 ? 3 : 1 } },
            _ => report,
        };
    }

    private static OrderOfWeek Order(int revision, int level, string reason, DateTimeOffset issued, IReadOnlyList<SummaryUnit> units, Func<string, int> levelOf, Func<int, int?> acknowledgedAfter) => new()
    {
        Revision = revision,
        Reason = reason,
        IssuedAt = issued,
        Units = [.. units.Select(unit => new UnitIntensity(unit.Code, (PatrolIntensity)levelOf(unit.Code)))],
        Notices = [.. units.Select((unit, i) => new NoticeOfOrder(unit.Code, (PatrolIntensity)levelOf(unit.Code), level == 0 ? null : issued.AddMinutes(level == 2 ? 60 : 120), acknowledgedAfter(i) is { } minutes ? issued.AddMinutes(minutes) : null, i % 7 == 3))],
    };
}
