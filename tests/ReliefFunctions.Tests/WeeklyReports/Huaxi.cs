using ReliefFunctions.Core.Campaigns;
using ReliefFunctions.Core.Storage;
using ReliefFunctions.Core.WeeklyReports;
using ReliefFunctions.Core.WeeklyReports.Forms;
using ReliefFunctions.Core.WeeklyReports.Workbooks;

namespace ReliefFunctions.Tests.WeeklyReports;

/// <summary>The sample district's form, a few of its units, and workbooks made from them.</summary>
internal static class Huaxi
{
    public static FormDefinition Form { get; } = Samples.Read<FormDefinition>("form-v1.json");

    public static Campaign Campaign => Samples.Campaign;

    public static Unit Qingyan { get; } = new() { Code = "520111101", Name = "青岩镇", Kind = UnitKind.Township, Order = 1 };

    public static Unit Police { get; } = new() { Code = "police", Name = "区公安分局", Kind = UnitKind.Police, Aliases = ["区公安"], Order = 2 };

    public static Unit Station { get; } = new() { Code = "station", Name = "区救助管理站", Kind = UnitKind.RescueStation, Order = 9 };

    public static ReportingWeek Week(string key = "2026W50") => CampaignWeeks.Find(Campaign, WeekKey.Parse(key))!;

    public static ReportTarget Target(Unit? unit = null, string week = "2026W50") => new(Campaign, Week(week), unit ?? Qingyan, Form);

    /// <summary>A report of a township without a fault.</summary>
    public static ReportContent Good { get; } = Content("""
        A01=12 A02=5 A03=36 A04=10 A05=8 A06=8 A07=17 A08=17
        B01=4 B02=3 B03=1 B04=1 B05=1 B06=1 B08=0 B09=1 B13=1
        D01=2 D03=6 D06=3 E01=2 E02=2 F02=2 F03=1 F04=1 G01=9 X01=0
        """) with { FilledBy = "王芳", ReviewedBy = "李强" };

    /// <summary>A zero report without a fault: nothing happened, and the levels stand at three.</summary>
    public static ReportContent Zero(Unit? unit = null)
    {
        var kind = (unit ?? Qingyan).Kind;
        var stocks = Form.FieldsFor(kind).Where(field => field.Aggregation == Aggregation.Stock).Select(field => KeyValuePair.Create(field.Code, FieldValue.Of(3)));
        return new ReportContent { Values = new ReportValues(stocks), ZeroReport = true, FilledBy = "陈静", ReviewedBy = "周涛" }.On(Form, kind);
    }

    /// <summary>Numbers by code, such as <c>A01=12 X01=0</c>; the other fields of the unit's form are blank.</summary>
    public static ReportContent Content(string numbers, Unit? unit = null)
    {
        var values = numbers.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries).Select(pair => pair.Split('='))
            .Select(pair => KeyValuePair.Create(pair[0], FieldValue.Of(int.Parse(pair[1], System.Globalization.CultureInfo.InvariantCulture))));
        return new ReportContent { Values = new ReportValues(values) }.On(Form, (unit ?? Qingyan).Kind);
    }

    public static ReportContent With(this ReportContent content, string code, int? number) =>
        content with { Values = content.Values.With(code, number is { } n ? FieldValue.Of(n) : FieldValue.Blank) };

    public static ReportContent WithText(this ReportContent content, string code, string text) =>
        content with { Values = content.Values.With(code, FieldValue.Of(text)) };

    public static byte[] Workbook(ReportContent? content = null, Unit? unit = null, string week = "2026W50", FormFilling? filling = null) =>
        Samples.Workbook(Target(unit, week), filling ?? new FormFilling(content));

    /// <summary>Puts campaign, form and units (a township, the police and the station when none are named) into a world.</summary>
    public static async Task SeedAsync(World world, IReadOnlyList<Unit>? units = null, Campaign? campaign = null)
    {
        var (store, audit) = (world.Get<CampaignStore>(), new AuditEntry(world.Clock.GetUtcNow(), "test", "seed", "seed"));
        await store.PutAsync(campaign ?? Campaign, null, audit);
        await store.PutUnitsAsync(Campaign.District, units ?? [Qingyan, Police, Station], audit);
        await store.PutConfigurationAsync(Campaign.District, FormEndpoints.Kind, 1, Form, audit);
    }
}
