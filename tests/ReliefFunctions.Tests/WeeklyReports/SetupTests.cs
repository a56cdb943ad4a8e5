using System.Text.Json.Nodes;
using ClosedXML.Excel;
using Microsoft.Extensions.DependencyInjection;
using ReliefFunctions.Core.Campaigns;
using ReliefFunctions.Core.Http;
using ReliefFunctions.Core.Patrols.Delivery;
using ReliefFunctions.Core.Storage;
using ReliefFunctions.Core.Texts;
using ReliefFunctions.Core.WeeklyReports;
using ReliefFunctions.Core.WeeklyReports.Forms;
using ReliefFunctions.Core.WeeklyReports.Setup;

namespace ReliefFunctions.Tests.WeeklyReports;

/// <summary>A campaign is set up with workbooks, and no line of JSON.</summary>
public class SetupTests(AzuriteFixture azurite) : IClassFixture<AzuriteFixture>
{
    private const string Roster = "/api/v1/districts/520111/roster", Fields = "/api/v1/districts/520111/forms/";
    private static readonly Actor Office = new("k2", "办公室", Role.CampaignOffice, "520111");
    private static readonly Actor Reporter = new("k1", "青岩镇信息员", Role.UnitReporter, "520111", "520111101");

    private async Task<World> WorldAsync()
    {
        var world = await azurite.WorldAsync(AnyClientTests.Monday);
        await Huaxi.SeedAsync(world);
        return world;
    }

    private static void Row(IXLWorksheet sheet, int row, params string?[] cells)
    {
        for (var i = 0; i < cells.Length; i++)
        {
            if (cells[i] is { } text) sheet.Cell(row, i + 1).SetValue<string>(text);
        }
    }

    [Fact]
    public async Task A_roster_goes_down_is_filled_in_and_comes_up_with_contacts_and_channels()
    {
        var world = await WorldAsync();
        var down = await world.CallAsync("GET", Roster, Office);
        Assert.Equal((200, ReportEndpoints.WorkbookType), (down.Status, down.Headers["Content-Type"]));
        var up = Files.Saved(down.Body, book =>
        {
            Row(book.Worksheet("单位"), 5, "520111102", "石板镇", "乡镇街道", "石板、石板哨", "2026/12/15", null, "客运站、古桥涵洞", "3");
            book.Worksheet("单位").Cell(5, 6).SetValue(new DateTime(2027, 3, 31)).Style.NumberFormat.Format = "yyyy-mm-dd";
            Row(book.Worksheet("联系人"), 2, "520111102", "王芳", "信息员", "138-1234-5678");
            Row(book.Worksheet("联系人"), 3, "520111102", "李强", "带班领导", "0851-83851000");
            Row(book.Worksheet("联系人"), 4, "520111102", "石板所", "指挥中心", "0851-83851001");
            Row(book.Worksheet("通知渠道"), 2, "520111102", "wecom-1", "企业微信", "石板值班群", "https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=1");
        });
        Assert.Equal(200, (await world.CallAsync("PUT", Roster + "?validateOnly=true", Office, up, ReportEndpoints.WorkbookType)).Status);
        Assert.Equal(3, (await world.Get<CampaignStore>().UnitsAsync("520111")).Count);
        var answer = await world.CallAsync("PUT", Roster, Office, up, ReportEndpoints.WorkbookType);
        Assert.True(answer.Status == 200, answer.Text);
        var told = answer.Json<RosterAnswer>();
        Assert.Equal((4, 3, 1), (told.Units, told.Contacts, told.Channels));
        Assert.Equal(["no-channel", "no-phone"], told.Warnings.Select(warning => warning.Code!));
        var unit = (await world.Get<CampaignStore>().UnitsAsync("520111")).Single(one => one.Code == "520111102");
        Assert.Equal((new DateOnly(2026, 12, 15), new DateOnly(2027, 3, 31), 2), (unit.Opens, unit.Closes, unit.Aliases.Count));
        Assert.Equal([new Contact("王芳", "信息员", "138-1234-5678"), new Contact("李强", "带班领导", "0851-83851000"), new Contact("石板所", "指挥中心", "0851-83851001")], unit.Contacts);
        var channel = Assert.Single(await world.Get<ChannelStore>().OfUnitAsync("520111", "520111102", default));
        Assert.Equal((ChannelKind.WeCom, "石板值班群"), (channel.Kind, channel.Name));

        // What goes down again shows no secret, and coming up as it is changes nothing.
        var again = await world.CallAsync("GET", Roster, Office);
        Assert.DoesNotContain("key=1", string.Concat(new XLWorkbook(new MemoryStream(again.Body)).Worksheets.SelectMany(sheet => sheet.CellsUsed()).Select(cell => cell.GetString())), StringComparison.Ordinal);
        Assert.Equal(200, (await world.CallAsync("PUT", Roster, Office, again.Body, ReportEndpoints.WorkbookType)).Status);
        Assert.Equal(channel, Assert.Single(await world.Get<ChannelStore>().OfUnitAsync("520111", "520111102", default)));
        Assert.Equal(403, (await world.CallAsync("GET", Roster, Reporter)).Status);
    }

    [Fact]
    public async Task Everything_wrong_with_a_roster_is_told_at_once_with_sheet_and_cell()
    {
        var world = await WorldAsync();
        var down = await world.CallAsync("GET", Roster, Office);
        var up = Files.Saved(down.Body, book =>
        {
            var units = book.Worksheet("单位");
            units.Cell(2, 3).SetValue<string>("乡镇");
            Row(units, 5, "a b", "新区", "公安", null, "明天");
            Row(units, 6, "police", "再来一个", "公安");
            Row(units, 7, "x1", null, "公安", "找王芳13812345678");
            var contacts = book.Worksheet("联系人");
            Row(contacts, 2, "nobody", "王芳", "信息员", "1381234567");
            Row(contacts, 3, "police", "王芳 13812345678", "班长");
            Row(book.Worksheet("通知渠道"), 2, "police", "w", "微信", null, "http://127.0.0.1/");
        });
        var answer = await world.CallAsync("PUT", Roster, Office, up, ReportEndpoints.WorkbookType);
        Assert.Equal(422, answer.Status);
        var errors = answer.Json<JsonObject>()["errors"]!.AsArray().Select(error => $"{error!["sheet"]} {error["cell"]} {error["code"]}").ToList();
        foreach (var expected in new[] { "单位 C2 choice", "单位 A5 invalid", "单位 E5 not-a-day", "单位 A6 repeated", "单位 B7 required", "单位 D7 personal-data", "联系人 A2 unit", "联系人 D2 phone", "联系人 B3 personal-data", "通知渠道 C2 choice", "通知渠道 E2 channel" })
        {
            Assert.Contains(expected, errors);
        }

        Assert.Equal(3, (await world.Get<CampaignStore>().UnitsAsync("520111")).Count);
        Assert.Equal(415, (await world.CallAsync("PUT", Roster, Office, "x"u8.ToArray(), ReportEndpoints.WorkbookType)).Status);
        Assert.Equal(422, (await world.CallAsync("PUT", Roster, Office, Huaxi.Workbook(), ReportEndpoints.WorkbookType)).Status);
    }

    [Theory]
    [InlineData("13812345678", true)]
    [InlineData("138 1234 5678", true)]
    [InlineData("＋86 138-1234-5678", true)]
    [InlineData("0851-83851000", true)]
    [InlineData("（0851）8385 1000转801", true)]
    [InlineData("83851000", true)]
    [InlineData("12345", true)]
    [InlineData("400-123-4567", true)]
    [InlineData("669988", true)]
    [InlineData("1381234567", false)]
    [InlineData("138123456789", false)]
    [InlineData("12812345678", false)]
    [InlineData("无", false)]
    [InlineData("13812345678、13912345678", false)]
    public void A_phone_is_a_number_that_can_be_called(string text, bool right) => Assert.Equal(right, PhoneNumber.Is(text));

    [Fact]
    public async Task A_forms_fields_go_down_and_come_up_as_a_new_version_with_the_rules_of_the_one_before()
    {
        var world = await WorldAsync();
        var down = await world.CallAsync("GET", Fields + "1/fields", Office);
        Assert.Equal(200, down.Status);
        var last = Huaxi.Form.Fields.Count + 1;
        var up = Files.Saved(down.Body, book => Row(book.Worksheet("指标"), last + 1, "D08", "发放毛毯", null, "条", "物资场所", "发生数", "乡镇街道、公安", "否", "否", null, "0", "500", "只填本周发出的。"));
        var stored = await world.CallAsync("PUT", Fields + "2/fields", Office, up, ReportEndpoints.WorkbookType);
        Assert.True(stored.Status == 200, stored.Text);
        var form = (await world.Get<CampaignStore>().ConfigurationAsync<FormDefinition>("520111", FormEndpoints.Kind, 2))!;
        Assert.Equal(StoredJson.Write(Huaxi.Form with { Version = 2 }), StoredJson.Write(form with { Fields = [.. form.Fields.SkipLast(1)] }));
        var added = form.Fields[^1];
        Assert.Equal(("发放毛毯", Aggregation.Flow, 500), (added.Label, added.Aggregation, added.Max));
        Assert.Equal([UnitKind.Township, UnitKind.Police], added.AppliesTo);

        var wrong = Files.Saved(down.Body, book =>
        {
            var sheet = book.Worksheet("指标");
            sheet.Cell(2, 1).SetValue<string>("a1");
            sheet.Cell(3, 6).SetValue<string>("期末数");
            sheet.Cell(4, 11).SetValue<string>("很少");
            sheet.Cell(5, 7).SetValue<string>("街道");
        });
        var refused = await world.CallAsync("PUT", Fields + "3/fields", Office, wrong, ReportEndpoints.WorkbookType);
        Assert.Equal(422, refused.Status);
        Assert.Superset(new HashSet<string> { "A2 form", "K4 not-a-number", "G5 choice" }, refused.Json<JsonObject>()["errors"]!.AsArray().Select(error => $"{error!["cell"]} {error["code"]}").ToHashSet());
        Assert.Equal(409, (await world.CallAsync("PUT", Fields + "1/fields", Office, up, ReportEndpoints.WorkbookType)).Status);
    }
}
