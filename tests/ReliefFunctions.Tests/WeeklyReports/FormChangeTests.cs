using System.Text;
using ReliefFunctions.Core.Campaigns;
using ReliefFunctions.Core.Http;
using ReliefFunctions.Core.Storage;
using ReliefFunctions.Core.WeeklyReports;
using ReliefFunctions.Core.WeeklyReports.Forms;
using ReliefFunctions.Core.WeeklyReports.Stages;
using ReliefFunctions.Core.WeeklyReports.Workbooks;

namespace ReliefFunctions.Tests.WeeklyReports;

/// <summary>A form that changes in the middle of the season: a new group and column, a rule over it, and one column less, by data alone.</summary>
public class FormChangeTests(AzuriteFixture azurite) : IClassFixture<AzuriteFixture>
{
    private const string Campaign = "/api/v1/campaigns/520111/2026-2027";
    private static readonly Actor Reporter = new("k1", "青岩镇信息员", Role.UnitReporter, "520111", "520111101");
    private static readonly Actor Office = new("k2", "办公室", Role.CampaignOffice, "520111");

    private static FormDefinition NewForm { get; } = Huaxi.Form with
    {
        Version = 2,
        Fields =
        [
            .. Huaxi.Form.Fields.Where(field => field.Code != "G01"),
            new FormField { Code = "H01", Label = "入户走访", LabelEn = "Home visits", Unit = "户", Group = "走访", Aggregation = Aggregation.Flow, AppliesTo = [UnitKind.Township], Required = true, Help = "含电话走访。" },
            new FormField { Code = "H02", Label = "其中独居老人", Unit = "户", Group = "走访", Aggregation = Aggregation.Flow, AppliesTo = [UnitKind.Township] },
        ],
        Rules = [.. Huaxi.Form.Rules.Where(rule => !rule.NumberFields.Contains("G01")), new AtMostRule("H02", ["H01"]) { Id = "R90" }],
    };

    private static string Report(string week) => $"{Campaign}/weeks/{week}/reports/520111101";

    /// <summary>A world in which week 50 was filed on form 1 and form 2 holds from week 51, put there over HTTP.</summary>
    private async Task<World> WorldAsync()
    {
        var world = await azurite.WorldAsync(Huaxi.Week().Due.AddHours(-2));
        async Task<Answer> SendAsync(string method, string path, Actor actor, byte[] body, string? ifMatch = null, string type = "application/json")
        {
            var answer = await world.CallAsync(method, path, actor, body, type, ifMatch is null ? null : new Dictionary<string, string> { ["If-Match"] = ifMatch });
            return answer.Status is 200 or 201 ? answer : throw new InvalidOperationException(answer.Text);
        }

        byte[] Json<T>(T value) => Encoding.UTF8.GetBytes(StoredJson.Write(value));
        var campaign = Huaxi.Campaign with { Calendar = Huaxi.Campaign.Calendar with { ProgressReportDue = new DateOnly(2027, 1, 10) } };
        await SendAsync("PUT", "/api/v1/districts/520111/forms/1", Office, Json(Huaxi.Form));
        await SendAsync("PUT", "/api/v1/districts/520111/units", Office, Json(new[] { Huaxi.Qingyan, Huaxi.Police }));
        var stored = await SendAsync("PUT", Campaign, Office, Json(campaign));
        await SendAsync("PUT", Report("2026W50"), Reporter, Huaxi.Workbook(Huaxi.Good), type: ReportEndpoints.WorkbookType);
        await SendAsync("PUT", "/api/v1/districts/520111/forms/2", Office, Json(NewForm));
        await SendAsync("PUT", Campaign, Office, Json(campaign with { Forms = [.. campaign.Forms, new FormInForce(2, new DateOnly(2026, 12, 14))] }), stored.Headers["ETag"]);
        world.Clock.SetUtcNow(Huaxi.Week("2026W51").Due.AddHours(-2));
        return world;
    }

    /// <summary>The form of week 51 as downloaded and filled in by hand: what was good last week, and the new columns.</summary>
    private static async Task<byte[]> FilledAsync(World world, params (string Code, int Value)[] more)
    {
        var form = (await world.CallAsync("GET", Report("2026W51") + "/form", Reporter)).Body;
        return Files.Saved(form, book =>
        {
            var sheet = book.Worksheet(FormLayout.Sheet);
            var rows = sheet.Column(1).CellsUsed().ToLookup(cell => cell.GetString(), cell => cell.Address.RowNumber);
            foreach (var (code, value) in Huaxi.Good.Values.Codes.Where(code => code != "G01" && Huaxi.Good.Values.Number(code) is not null).Select(code => (code, Huaxi.Good.Values.Number(code)!.Value)).Concat(more))
            {
                sheet.Cell(rows[code].Single(), 4).SetValue(code == "F04" ? 2 : value);
            }
        });
    }

    [Fact]
    public async Task A_new_column_needs_no_code_from_the_template_to_the_stage_report()
    {
        var world = await WorldAsync();
        var wrong = await world.CallAsync("PUT", Report("2026W51"), Reporter, await FilledAsync(world, ("H01", 4), ("H02", 5)), ReportEndpoints.WorkbookType);
        Assert.Contains("R90", wrong.Text, StringComparison.Ordinal);
        var blank = await world.CallAsync("PUT", Report("2026W51"), Reporter, await FilledAsync(world), ReportEndpoints.WorkbookType);
        Assert.Contains("H01 入户走访 未填", blank.Text, StringComparison.Ordinal);
        Assert.Equal(201, (await world.CallAsync("PUT", Report("2026W51"), Reporter, await FilledAsync(world, ("H01", 4), ("H02", 1)), ReportEndpoints.WorkbookType)).Status);

        var lines = (await world.CallAsync("GET", Campaign + "/reports-export?format=csv", Office)).Text.Split("\r\n");
        Assert.EndsWith("H01,H02,X01,X02,X03", lines[0], StringComparison.Ordinal);
        var figures = (await world.CallAsync("GET", Campaign + "/stage-reports/progress/520111101", Reporter)).Json<StageRow>().Figures!;
        int? Season(string code) => figures.Figures.SingleOrDefault(figure => figure.Field == code)?.Value;

        // Lined up by code: the new column, one that runs through, and the one that the new form has dropped.
        Assert.Equal((4, 72, 9), (Season("H01"), Season("A03"), Season("G01")));
    }

    [Fact]
    public async Task A_code_keeps_its_meaning_in_every_later_form()
    {
        var world = await WorldAsync();
        var other = NewForm with { Version = 3, Fields = [.. NewForm.Fields, Huaxi.Form.Find("G01")! with { Aggregation = Aggregation.Flow }] };
        Task<Answer> PutFormAsync(FormDefinition form) => world.CallAsync("PUT", "/api/v1/districts/520111/forms/3", Office, Encoding.UTF8.GetBytes(StoredJson.Write(form)));
        var refused = await PutFormAsync(other);
        Assert.Equal(422, refused.Status);
        Assert.Contains("G01 在第 1 版中", refused.Text, StringComparison.Ordinal);
        Assert.Equal(200, (await PutFormAsync(other with { Fields = [.. NewForm.Fields, Huaxi.Form.Find("G01")!] })).Status);
    }

    [Fact]
    public async Task Old_weeks_keep_their_form_and_a_correction_of_one_uses_it()
    {
        var world = await WorldAsync();
        await world.CallAsync("PUT", Report("2026W50") + "/lock-waiver", Office, """{"until":"2026-12-31T18:00:00+08:00","reason":"更正"}"""u8.ToArray());
        var old = (await world.CallAsync("GET", Report("2026W50") + "/form", Reporter)).Body;
        Assert.Equal((1, 9), (WorkbookReader.Read(old).Forms.Single().Token.FormVersion, (int)WorkbookReader.Read(old).Forms.Single().Entries["G01"].Number));
        var corrected = await world.CallAsync("PUT", Report("2026W50"), Reporter, Huaxi.Workbook(filling: new(Huaxi.Good.With("A03", 40), BaseVersion: 1)), ReportEndpoints.WorkbookType);
        Assert.Equal(201, corrected.Status);
        Assert.Equal(1, (await world.CallAsync("GET", Report("2026W50"), Reporter)).Json<ReportView>().FormVersion);
    }

    [Fact]
    public async Task The_old_form_for_a_week_of_the_new_one_is_refused_with_what_to_do()
    {
        var world = await WorldAsync();
        var answer = await world.CallAsync("PUT", Report("2026W51"), Reporter, Huaxi.Workbook(Huaxi.Good, week: "2026W51"), ReportEndpoints.WorkbookType);
        Assert.Equal(422, answer.Status);
        Assert.Contains("第 1 版表样，本周使用第 2 版", answer.Text, StringComparison.Ordinal);
        Assert.Contains("请下载本单位本周的空表", answer.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_week_that_is_over_does_not_change_its_form()
    {
        var world = await WorldAsync();
        var stored = await world.CallAsync("GET", Campaign, Office);
        var changed = stored.Json<Campaign>() with { Forms = [new FormInForce(2, new DateOnly(2026, 12, 1))] };
        var answer = await world.CallAsync("PUT", Campaign, Office, Encoding.UTF8.GetBytes(StoredJson.Write(changed)), headers: new Dictionary<string, string> { ["If-Match"] = stored.Headers["ETag"] });
        Assert.Equal(422, answer.Status);
        Assert.Contains("2026W49", answer.Text, StringComparison.Ordinal);
    }
}
