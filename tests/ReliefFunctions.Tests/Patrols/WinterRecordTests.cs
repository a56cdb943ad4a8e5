using System.Text.Json;
using ReliefFunctions.Core.Http;
using ReliefFunctions.Core.Patrols;
using ReliefFunctions.Core.Storage;

namespace ReliefFunctions.Tests.Patrols;

/// <summary>Last winter for a district in its first year: what a station exported and what was warned of, instead of what the feeds brought.</summary>
public class WinterRecordTests(AzuriteFixture azurite) : IClassFixture<AzuriteFixture>
{
    private const string Heads = "时间,气温（℃）,风速（m/s）,降水（mm）,降雪（cm）,天气代码";

    private static string Csv(Winter winter, string heads = Heads, double windBy = 1 / 3.6, string form = "yyyy-MM-dd HH:mm", int yearsBack = 1) =>
        string.Join("\r\n", winter.Observed(form, windBy, yearsBack).Prepend(heads));

    private static (PolicyComparison Compared, IReadOnlyList<ProblemError> Errors) Replay(string? record, string? warnings = null)
    {
        List<ProblemError> errors = [];
        var (winter, weather) = WinterRecord.Read(record, warnings, Huaxi.Campaign, errors);
        var until = LocalMidnight(winter.LastDay.AddDays(1));
        return (PolicyComparison.Of(weather, until, winter, Huaxi.Units, Huaxi.Policy, Huaxi.Policy with { Version = 2, Forecasts = [] }), errors);
    }

    private static DateTimeOffset LocalMidnight(DateOnly day) => new(day.ToDateTime(TimeOnly.MinValue), TimeSpan.FromHours(8));

    private static string OpenMeteo(Winter winter) => StoredJson.Write(new
    {
        utc_offset_seconds = 0,
        hourly_units = new { time = "iso8601", temperature_2m = "°C", wind_speed_10m = "km/h", precipitation = "mm", snowfall = "cm", weather_code = "wmo code" },
        hourly = new
        {
            time = Rows(winter).Select(row => DateTime.Parse(row[0], System.Globalization.CultureInfo.InvariantCulture).AddHours(-8).ToString("yyyy-MM-dd'T'HH:mm", System.Globalization.CultureInfo.InvariantCulture)),
            temperature_2m = Column(winter, 1),
            wind_speed_10m = Column(winter, 2),
            precipitation = Column(winter, 3),
            snowfall = Column(winter, 4),
            weather_code = Column(winter, 5),
        },
    });

    private static IEnumerable<string[]> Rows(Winter winter) => winter.Observed(yearsBack: 1).Select(row => row.Split(','));

    private static IEnumerable<double> Column(Winter winter, int column) => Rows(winter).Select(row => double.Parse(row[column], System.Globalization.CultureInfo.InvariantCulture));

    [Fact]
    public void A_mild_winter_and_a_hard_one_are_told_apart_by_what_a_station_exported()
    {
        var (mild, hard) = (Replay(Csv(Winter.Mild)).Compared, Replay(Csv(Winter.Hard)).Compared);
        Assert.Equal(new DateOnly(2025, 12, 1), mild.From);
        Assert.Equal((0, 302), (mild.Alerts, mild.Forecasts));
        Assert.True(mild.Before.UnitNights[PatrolIntensity.RoundTheClock] == 0 && hard.Before.UnitNights[PatrolIntensity.RoundTheClock] > 60, $"{mild.Before} {hard.Before}");
        Assert.InRange(mild.Before.Orders, 5, 40);
        Assert.Equal(0, mild.After.UnitNights[PatrolIntensity.Heightened]);
        Assert.NotEmpty(hard.Days);
    }

    /// <summary>However it was exported, it is the same winter.</summary>
    public static TheoryData<string, string> Exports => new()
    {
        { "tabs", Csv(Winter.Normal).Replace(',', '\t') },
        { "a mark at the beginning", "\uFEFF" + Csv(Winter.Normal) },
        { "kilometres an hour", Csv(Winter.Normal, "时间,气温(℃),风速(公里/小时),降水(毫米),降雪(厘米),天气代码", 1) },
        { "slashes and heads without units", Csv(Winter.Normal, "观测时间,温度,平均风速,小时降水,小时降雪,天气代码", 1 / 3.6, "yyyy/M/d H:mm") },
        { "numbers for times", Csv(Winter.Normal, form: "yyyyMMddHH") },
        { "Open-Meteo's CSV", "latitude,longitude,elevation,utc_offset_seconds,timezone,timezone_abbreviation\n26.4,106.6,1100.0,28800,Asia/Shanghai,CST\n\n"
            + Csv(Winter.Normal, "time,temperature_2m (°C),wind_speed_10m (km/h),precipitation (mm),snowfall (cm),weather_code (wmo code)", 1, "yyyy-MM-dd'T'HH:mm") },
        { "Open-Meteo's JSON in UTC", OpenMeteo(Winter.Normal) },
    };

    [Theory]
    [MemberData(nameof(Exports))]
    public void One_winter_is_one_winter_however_it_was_exported(string how, string record)
    {
        var (expected, (compared, errors)) = (Replay(Csv(Winter.Normal)).Compared, Replay(record));
        Assert.True(errors.Count == 0, how + string.Join(" ", errors.Select(error => error.Message)));
        Assert.Equal(StoredJson.Write(expected.Before.UnitNights), StoredJson.Write(compared.Before.UnitNights));
        Assert.Equal(expected.Before.Orders, compared.Before.Orders);
    }

    [Theory]
    [InlineData("", "找不到")]
    [InlineData("时间,风速\n2025-12-01 00:00,3", "找不到")]
    [InlineData("{\"hourly\":{\"time\":[]}}", "找不到")]
    [InlineData("{\"hourly\":[1,2]", "找不到")]
    [InlineData("{\"daily\":{\"time\":[\"2025-12-01\"],\"temperature_2m_min\":[1]}}", "找不到")]
    [InlineData("时间,气温\n", "没有一行")]
    [InlineData("时间,气温\n昨天,3\n2025-13-41 00:00,3", "没有一行")]
    [InlineData("时间,气温\n2025-12-01 00:00,冷", "没有一行")]
    [InlineData("时间,气温\n2025-12-01 00:00,3\n12月2日,3\n12月3日,3", "认不出")]
    [InlineData("时间,气温\n2024-12-01 00:00,3\n2025-12-01 00:00,3", "超过 300 天")]
    [InlineData("\"时间,气温\n2024-12-01 00:00,3", "找不到")]
    public void What_cannot_be_read_is_told_with_the_way_to_mend_it(string record, string said)
    {
        var errors = record.Length == 0 ? Replay(" ,").Errors : Replay(record).Errors;
        Assert.Contains(errors, error => error.Pointer == "/record" && error.Message.Contains(said, StringComparison.Ordinal) && error.Fix!.Length > 0);
    }

    [Fact]
    public void Warnings_of_then_are_replayed_at_the_time_they_were_issued_and_what_is_none_is_told_by_its_paragraph()
    {
        const string said = """
            花溪区气象台2026年1月14日9时30分发布寒潮黄色预警信号：预计未来24小时最低气温下降10℃以上。

            花溪区气象台1月16日10时解除寒潮黄色预警信号。

            白云区气象台2026年1月14日9时30分发布寒潮红色预警信号：预计未来24小时最低气温下降16℃以上。
            """;
        var (compared, errors) = Replay(null, said);
        Assert.Empty(errors);
        Assert.Equal((2, new DateOnly(2025, 12, 1)), (compared.Alerts, compared.From));
        Assert.Equal(new DateOnly(2026, 1, 14), compared.Before.Given.Select(order => DateOnly.FromDateTime(order.IssuedAt.ToOffset(TimeSpan.FromHours(8)).DateTime)).First(day => day.Month == 1));
        Assert.True(compared.Before.UnitNights[PatrolIntensity.Intensive] > 0);

        var refused = Replay(null, "花溪区气象台2026年1月14日9时30分发布寒潮黄色预警信号：预计未来24小时最低气温下降10℃以上。\n\n今天天气真好").Errors;
        Assert.StartsWith("第 2 段", Assert.Single(refused).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_office_names_a_season_or_sends_a_record_and_stored_winters_are_listed()
    {
        var world = await PatrolWorld.StartAsync(azurite, "12-15 10:02");
        await world.PlayAsync("12-15 10:02", "02-blue.cap.xml");
        var winters = await world.GetAsync<List<WinterLine>>("/policy/winters");
        Assert.Equal(("2026-2027", 1, 0), (Assert.Single(winters).Season, winters[0].Alerts, winters[0].Forecasts));
        Assert.Equal(200, (await world.PostAsync("/policy/compare", """{"after":1,"season":"2026-2027"}""")).Status);
        var unknown = await world.PostAsync("/policy/compare", """{"after":1,"season":"2019-2020"}""");
        Assert.Equal((422, "/season"), (unknown.Status, unknown.Json<JsonElement>().GetProperty("errors")[0].GetProperty("pointer").GetString()));
        var other = Huaxi.Policy with { Version = 2, Forecasts = [] };
        var tried = await world.PostAsync("/policy/compare", StoredJson.Write(new ComparisonRequest { Policy = other, Record = Csv(Winter.Normal) }));
        Assert.True(tried.Status == 200, tried.Text);
        Assert.Equal((302, new DateOnly(2025, 12, 1), new DateOnly(2026, 4, 30)), (tried.Json<PolicyComparison>().Forecasts, tried.Json<PolicyComparison>().From, tried.Json<PolicyComparison>().To));
        Assert.Equal(422, (await world.PostAsync("/policy/compare", """{"after":1,"record":"x"}""")).Status);
    }
}
