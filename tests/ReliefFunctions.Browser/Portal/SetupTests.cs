using System.Text;
using ClosedXML.Excel;
using Microsoft.Playwright;
using ReliefFunctions.Core.Http;
using static Microsoft.Playwright.Assertions;

namespace ReliefFunctions.Browser.Portal;

/// <summary>Everything that is set up before and during a campaign, without JSON.</summary>
public class SetupTests(PortalInBrowser portal) : IClassFixture<PortalInBrowser>
{
    private const string Pages = "/setup /setup/new /setup/campaign /setup/roster /setup/channels /setup/forms /setup/policies /setup/incident-rules /setup/daily-rules /setup/people /setup/keys /setup/last-season /setup/area /setup/audit";

    private async Task<Visitor> OfficeAsync(int width = 1280, int height = 800)
    {
        var visitor = await portal.PhoneAsync(width, height);
        await portal.SignInAsync(visitor.Page, Role.CampaignOffice);
        await Expect(visitor.Page.GetByRole(AriaRole.Heading, new() { Level = 1 })).ToHaveTextAsync("报送情况");
        return visitor;
    }

    private async Task<Visitor> OperatorAsync()
    {
        var visitor = await portal.PhoneAsync(1280, 800);
        await visitor.Page.GotoAsync("/");
        await visitor.Page.GetByLabel("访问密钥").FillAsync(await portal.App.OperatorKeyAsync(null, default));
        await Button(visitor.Page, "登录").ClickAsync();
        await Expect(visitor.Page.GetByRole(AriaRole.Heading, new() { Level = 1 })).ToHaveTextAsync("运行情况");
        return visitor;
    }

    private static ILocator Button(IPage page, string name) => page.GetByRole(AriaRole.Button, new() { Name = name, Exact = true });

    private static ILocator Box(IPage page, string label) => page.GetByLabel(label, new() { Exact = true });

    private static async Task OpenAsync(IPage page, string address, string heading)
    {
        await page.GotoAsync("/app/setup/" + address);
        await Expect(page.GetByRole(AriaRole.Heading, new() { Level = 1 })).ToHaveTextAsync(heading);
        await Expect(page.GetByText("正在读取…")).ToHaveCountAsync(0);
    }

    [Theory]
    [InlineData(1280)]
    [InlineData(360)]
    public async Task Every_page_of_the_set_up_fits_and_is_accessible_read_and_edited(int width)
    {
        await using var office = await OfficeAsync(width);
        var page = office.Page;
        foreach (var address in Pages.Split(' '))
        {
            await page.GotoAsync("/app" + address);
            await Expect(page.GetByRole(AriaRole.Heading, new() { Level = 1 })).ToBeVisibleAsync();
            await office.LooksWellAsync("setup" + address.Replace('/', '-'));
            if (address is "/setup/forms" or "/setup/policies" or "/setup/incident-rules" or "/setup/daily-rules")
            {
                await page.GetByRole(AriaRole.Button, new() { NameRegex = new("^在(这一版|默认内容)上修改$") }).ClickAsync();
                await office.LooksWellAsync("setup" + address.Replace('/', '-') + "-edit");
                await Button(page, "取消").ClickAsync();
            }
        }

        await page.GotoAsync("/app/setup/roster");
        await page.GetByRole(AriaRole.Button, new() { NameRegex = new("^修改 ") }).First.ClickAsync();
        await office.LooksWellAsync("setup-roster-edit");
        await Button(page, "English").ClickAsync();
        foreach (var address in Pages.Split(' '))
        {
            await page.GotoAsync("/app" + address);
            await Expect(page.GetByRole(AriaRole.Heading, new() { Level = 1 })).ToBeVisibleAsync();
            await office.LooksWellAsync("setup-en" + address.Replace('/', '-'));
        }
    }

    [Fact]
    public async Task At_200_percent_nothing_of_the_set_up_scrolls_sideways()
    {
        await using var office = await OfficeAsync(640, 400);
        foreach (var address in Pages.Split(' '))
        {
            await office.Page.GotoAsync("/app" + address);
            await Expect(office.Page.GetByText("正在读取…")).ToHaveCountAsync(0);
            await Expect(office.Page.GetByRole(AriaRole.Heading, new() { Level = 1 })).ToBeVisibleAsync();
            Assert.True(await office.Page.EvaluateAsync<bool>("document.documentElement.scrollWidth <= document.documentElement.clientWidth"), address);
        }
    }

    [Fact]
    public async Task What_is_printed_has_the_thing_itself_and_nothing_to_click()
    {
        await using var office = await OfficeAsync();
        var page = office.Page;
        foreach (var (address, heading, issue) in new[] { ("roster", "名册", null), ("audit", "操作记录", null), ("forms", "表样", null), ("keys", "密钥", "发放"), ("people", "人员与邀请", "制作邀请") })
        {
            await OpenAsync(page, address, heading);
            if (issue is not null)
            {
                if (address == "keys") await page.GetByLabel("单位", new() { Exact = true }).SelectOptionAsync("520111101");
                await Button(page, issue).ClickAsync();
                if (address == "people") await Button(page, "确定").ClickAsync();
                await Expect(page.Locator(".key-print svg.qr path").First).ToHaveCountAsync(1);
            }

            await office.PrintsWellAsync("setup-" + address);
        }
    }

    [Fact]
    public async Task Two_clerks_who_change_the_same_channels_lose_nothing_and_see_both_sides()
    {
        await using var first = await OfficeAsync();
        await using var second = await OfficeAsync();
        const string Address = "channels?unit=520111104";
        await OpenAsync(first.Page, Address, "通知渠道");
        await Button(first.Page, "添加渠道").ClickAsync();
        await Box(first.Page, "名称").FillAsync("值班群");
        await Box(first.Page, "网址").FillAsync("https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=1");
        await Button(first.Page, "保存").ClickAsync();
        await Expect(first.Page.GetByText("已保存。")).ToBeVisibleAsync();

        await OpenAsync(second.Page, Address, "通知渠道");
        await Box(second.Page, "名称").FillAsync("第二人写的群名");
        await Box(second.Page, "本人角色（全单位的渠道不填）").FillAsync("备班");
        await Box(first.Page, "名称").FillAsync("第一人写的群名");
        await Button(first.Page, "添加渠道").ClickAsync();
        await Box(first.Page, "网址").Nth(1).FillAsync("https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=2");
        await Button(second.Page, "保存").ClickAsync();
        await Expect(second.Page.GetByText("已保存。")).ToBeVisibleAsync();
        await Button(first.Page, "保存").ClickAsync();
        await Expect(first.Page.GetByText("您的修改还在")).ToBeVisibleAsync();
        await Expect(first.Page.Locator(".warn")).ToContainTextAsync("别人改成：第二人写的群名");
        await Expect(first.Page.Locator(".warn")).ToContainTextAsync("您写的：第一人写的群名");
        await Expect(first.Page.Locator(".warn")).Not.ToContainTextAsync("备班");
        await first.LooksWellAsync("setup-channels-joined");
        await Button(first.Page, "保存").ClickAsync();
        await Expect(first.Page.GetByText("已保存。")).ToBeVisibleAsync();
        var stored = (await portal.AsAsync(Role.CampaignOffice, null, HttpMethod.Get, "../../../districts/520111/units/520111104/channels")).AsArray();
        Assert.Equal(("第一人写的群名", "备班", 2), (stored[0]!["name"]!.GetValue<string>(), stored[0]!["role"]!.GetValue<string>(), stored.Count));
    }

    [Fact]
    public async Task Two_clerks_at_one_roster_are_joined_and_another_units_change_is_no_hindrance()
    {
        await using var first = await OfficeAsync();
        await using var second = await OfficeAsync();
        async Task EditAsync(IPage page, string unit, string point)
        {
            await OpenAsync(page, "roster", "名册");
            await Button(page, "修改 " + unit).ClickAsync();
            await Box(page, "重点点位").FillAsync(point);
        }

        await EditAsync(first.Page, "青岩镇", "古镇北门");
        await EditAsync(second.Page, "石板镇", "石板客运站");
        await Button(second.Page, "保存").ClickAsync();
        await Expect(second.Page.GetByText("已保存。")).ToBeVisibleAsync();
        await Button(first.Page, "保存").ClickAsync();
        await Expect(first.Page.GetByText("已保存。")).ToBeVisibleAsync();

        await EditAsync(first.Page, "青岩镇", "第一人的点位");
        await EditAsync(second.Page, "青岩镇", "第二人的点位");
        await Box(second.Page, "别名").FillAsync("青岩古镇");
        await Button(second.Page, "保存").ClickAsync();
        await Expect(second.Page.GetByText("已保存。")).ToBeVisibleAsync();
        await Button(first.Page, "保存").ClickAsync();
        await Expect(first.Page.Locator(".warn")).ToContainTextAsync("别人改成：第二人的点位");
        await Expect(Box(first.Page, "重点点位")).ToHaveValueAsync("第一人的点位");
        await Expect(Box(first.Page, "别名")).ToHaveValueAsync("青岩古镇");
        await first.LooksWellAsync("setup-roster-joined");
        await Button(first.Page, "保存").ClickAsync();
        await Expect(first.Page.GetByText("已保存。")).ToBeVisibleAsync();
    }

    [Fact]
    public async Task The_season_before_is_pasted_and_a_city_gets_its_name_and_channels()
    {
        await using var desk = await OperatorAsync();
        var page = desk.Page;
        await OpenAsync(page, "last-season", "上年同期");
        await Box(page, "数据来源").FillAsync("2025年度台账");
        await page.GetByLabel("从 Excel 粘贴").FillAsync("周次\t救助人次\t最低气温\n1\t-3\t-2.5\n2\t12\t-4");
        await Button(page, "填入表格").ClickAsync();

        // Learnt before it is saved, at its place.
        await Expect(page.Locator(".fault").First).ToBeVisibleAsync();
        await desk.LooksWellAsync("setup-last-season-fault");
        await Box(page, "救助人次 1").FillAsync("3");
        await Expect(page.Locator(".fault")).ToHaveCountAsync(0);
        await Button(page, "保存").ClickAsync();
        await Expect(page.GetByText("已保存。")).ToBeVisibleAsync();
        await page.ReloadAsync();
        await Expect(Box(page, "救助人次 2")).ToHaveValueAsync("12");

        using var robot = new Receiver();
        await OpenAsync(page, "area", "市（州）、省");
        await Box(page, "名称").First.FillAsync("贵阳市");
        await Box(page, "办公室全称").FillAsync("贵阳市救助工作领导小组办公室");
        await Button(page, "保存").First.ClickAsync();
        await Expect(page.GetByText("已保存。")).ToBeVisibleAsync();
        await Button(page, "添加渠道").ClickAsync();
        await page.GetByLabel("类别").SelectOptionAsync("webhook");
        await Box(page, "网址").FillAsync(robot.Address + "city");
        await Button(page, "保存").Last.ClickAsync();
        await Expect(page.GetByText("已保存。")).ToHaveCountAsync(2);
        await Button(page, "发测试消息").ClickAsync();
        await Expect(page.GetByText("对方已收下测试消息。")).ToBeVisibleAsync();
        Assert.EndsWith("/city", Assert.Single(robot.Calls).Path, StringComparison.Ordinal);
        await desk.LooksWellAsync("setup-area-filled");
    }

    [Fact]
    public async Task A_policy_is_tried_on_an_invented_winter_that_says_that_it_is_one()
    {
        await using var office = await OfficeAsync();
        var page = office.Page;
        await OpenAsync(page, "policies", "巡查方案");
        await page.GetByLabel("用哪个冬天的天气").SelectOptionAsync("hard");
        await Expect(page.GetByText("不是任何一年的实况")).ToBeVisibleAsync();
        await Button(page, "试算").ClickAsync();
        await Expect(page.GetByRole(AriaRole.Row, new() { NameRegex = new("^指令数 \\d\\d") })).ToBeVisibleAsync();
        await office.LooksWellAsync("setup-policies-invented");
    }

    [Fact]
    public async Task An_invitation_is_made_at_the_desk_and_redeemed_on_a_phone_and_whoever_leaves_is_out()
    {
        await using var office = await OfficeAsync();
        var page = office.Page;
        await OpenAsync(page, "people", "人员与邀请");
        await page.GetByLabel("给谁").SelectOptionAsync("520111101");
        await Button(page, "制作邀请").ClickAsync();
        await Button(page, "确定").ClickAsync();
        await Expect(page.Locator(".key-print svg.qr path")).ToHaveCountAsync(1);
        await office.LooksWellAsync("setup-invitations");
        var code = await page.Locator(".key-print code").InnerTextAsync();

        await using var phone = await portal.PhoneAsync();
        await phone.Page.GotoAsync("/i#" + code);
        await phone.Page.GetByLabel("姓名").FillAsync("王芳");
        await phone.Page.GetByRole(AriaRole.Button).First.ClickAsync();
        await Expect(phone.Page.GetByRole(AriaRole.Heading, new() { Level = 1 })).ToHaveTextAsync("要办的事");

        await page.ReloadAsync();
        var person = page.GetByRole(AriaRole.Row, new() { NameRegex = new("王芳.*离岗") });
        await Expect(person).ToContainTextAsync("青岩镇");
        await Expect(page.GetByText("已用 王芳")).ToBeVisibleAsync();
        await office.LooksWellAsync("setup-people");
        await person.GetByRole(AriaRole.Button, new() { Name = "离岗" }).ClickAsync();
        await Button(page, "确定").ClickAsync();
        await Expect(page.GetByText("已办理离岗。")).ToBeVisibleAsync();
        await phone.Page.ReloadAsync();
        await Expect(phone.Page.GetByRole(AriaRole.Heading, new() { Level = 1 })).ToHaveTextAsync("登录");
    }

    [Fact]
    public async Task A_channel_is_stored_tested_and_tells_what_the_other_side_said()
    {
        using var robot = new Receiver();
        await using var office = await OfficeAsync();
        var page = office.Page;
        await OpenAsync(page, "channels?unit=520111102", "通知渠道");
        await Expect(page.GetByText("还没有渠道。")).ToBeVisibleAsync();
        await Button(page, "添加渠道").ClickAsync();
        await page.GetByLabel("类别").SelectOptionAsync("webhook");
        await page.GetByLabel("网址").FillAsync("http://10.0.0.1/hook");
        await page.GetByLabel("接收号码").FillAsync("13800000000、");
        await Button(page, "保存").ClickAsync();

        // What is wrong stands at the box, and what was typed stays.
        await Expect(page.Locator(".fault").First).ToBeVisibleAsync();
        await Expect(page.GetByLabel("网址")).ToHaveAttributeAsync("aria-invalid", "true");
        await office.LooksWellAsync("setup-channels-fault");
        await page.GetByLabel("网址").FillAsync(robot.Address + "hook");
        await Button(page, "保存").ClickAsync();
        await Expect(page.GetByText("已保存。")).ToBeVisibleAsync();
        await Button(page, "发测试消息").ClickAsync();
        await Expect(page.GetByText("对方已收下测试消息。")).ToBeVisibleAsync();
        Assert.Equal("POST", Assert.Single(robot.Calls).Method);
        robot.Answers = _ => new Receiver.Reply(500, "库存不足");
        await Button(page, "发测试消息").ClickAsync();
        await Expect(page.GetByRole(AriaRole.Alert)).ToContainTextAsync("对方没有收下");
        await office.LooksWellAsync("setup-channels-refused");

        // Changes that are not saved are asked about once, in the page, on the way to somebody else's channels, too.
        await Box(page, "名称").FillAsync("值班群");
        await page.GetByLabel("谁的渠道").SelectOptionAsync("office");
        await Expect(page.GetByRole(AriaRole.Alertdialog)).ToBeVisibleAsync();
        await office.LooksWellAsync("setup-leaving");
        await Button(page, "留在这里").ClickAsync();
        await Expect(page.GetByLabel("谁的渠道")).ToHaveValueAsync("520111102");
        await Expect(Box(page, "名称")).ToHaveValueAsync("值班群");

        // What is not shown is kept when something else is changed.
        robot.Answers = _ => new Receiver.Reply(200, "");
        await Button(page, "保存").ClickAsync();
        await Expect(page.GetByText("已保存。")).ToBeVisibleAsync();
        await Expect(page.GetByText("…0000")).ToBeVisibleAsync();
        await Button(page, "发测试消息").ClickAsync();
        await Expect(page.GetByText("对方已收下测试消息。")).ToBeVisibleAsync();
        await Box(page, "名称").FillAsync("");
        await page.GetByRole(AriaRole.Link, new() { Name = "报送", Exact = true }).ClickAsync();
        await Button(page, "不保存，离开").ClickAsync();
        await Expect(page.GetByRole(AriaRole.Heading, new() { Level = 1 })).ToHaveTextAsync("报送情况");
    }

    [Fact]
    public async Task A_roster_goes_up_as_a_workbook_and_what_is_wrong_is_told_by_cell()
    {
        await using var office = await OfficeAsync();
        var page = office.Page;
        await OpenAsync(page, "roster", "名册");
        var download = await page.RunAndWaitForDownloadAsync(() => page.GetByRole(AriaRole.Link, new() { Name = "下载名册（.xlsx）" }).ClickAsync());
        var file = Path.Combine(Path.GetTempPath(), Guid.NewGuid().ToString("N") + ".xlsx");
        await download.SaveAsAsync(file);
        string At(string head, int row)
        {
            using var book = new XLWorkbook(file);
            var sheet = book.Worksheets.First();
            var cell = sheet.CellsUsed(each => each.GetString().StartsWith(head, StringComparison.Ordinal)).First();
            return sheet.Cell(cell.Address.RowNumber + row, cell.Address.ColumnNumber).Address.ToString()!;
        }

        async Task ChangeAsync(string cell, string value)
        {
            using var book = new XLWorkbook(file);
            book.Worksheets.First().Cell(cell).SetValue(value);
            book.Save();
            await page.GetByLabel("上传改好的名册").SetInputFilesAsync(file);
        }

        var kind = At("类别", 1);
        string was;
        using (var book = new XLWorkbook(file)) was = book.Worksheets.First().Cell(kind).GetString();
        await ChangeAsync(kind, "动物园");
        await Expect(page.GetByRole(AriaRole.Alert)).ToContainTextAsync(kind);
        await office.LooksWellAsync("setup-roster-fault");
        await ChangeAsync(kind, was);
        await Expect(page.GetByText("检查通过")).ToBeVisibleAsync();
        await Button(page, "保存名册").ClickAsync();
        await Expect(page.GetByText("名册已保存。")).ToBeVisibleAsync();
        File.Delete(file);
    }

    [Fact]
    public async Task A_form_is_edited_whole_what_is_wrong_stands_in_its_row_and_nothing_typed_is_lost()
    {
        await using var office = await OfficeAsync();
        var page = office.Page;
        await OpenAsync(page, "forms", "表样");
        await Button(page, "在这一版上修改").ClickAsync();
        await Box(page, "说明 1").FillAsync("按日志填。");
        await Button(page, "添加规则").ClickAsync();
        var rule = (await page.GetByLabel(new System.Text.RegularExpressions.Regex("^编号 \\d+$")).CountAsync()).ToString(System.Globalization.CultureInfo.InvariantCulture);
        await Box(page, "编号 " + rule).FillAsync("R99");
        await Box(page, "种类 " + rule).SelectOptionAsync("atMost");
        await page.GetByRole(AriaRole.Region, new() { Name = "校验规则" }).GetByLabel("指标 " + rule, new() { Exact = true }).FillAsync("A04");
        await Box(page, "对照的指标 " + rule).FillAsync("A03、Z99");
        await Expect(page.GetByText("A04 ≤ A03 + Z99")).ToBeVisibleAsync();
        await Button(page, "另存为第 2 版").ClickAsync();
        await Expect(page.Locator("tr.faults .fault")).ToContainTextAsync("规则 R99 用到了表样中没有的指标 Z99");
        await office.LooksWellAsync("setup-forms-fault");

        // An accident: the page is opened again, and what was typed is still there.
        await page.ReloadAsync();
        await Expect(page.GetByText("上次没有保存的修改还在")).ToBeVisibleAsync();
        await Expect(Box(page, "说明 1")).ToHaveValueAsync("按日志填。");

        // Somebody else stores the number meanwhile: it becomes the next one, and what differs is said in words.
        var theirs = (await portal.AsAsync(Role.CampaignOffice, null, HttpMethod.Get, "../../../districts/520111/forms/1")).DeepClone();
        (theirs["version"], theirs["fields"]![1]!["label"]) = (2, "其中：夜间");
        await portal.AsAsync(Role.CampaignOffice, null, HttpMethod.Put, "../../../districts/520111/forms/2", theirs);
        await Box(page, "对照的指标 " + rule).FillAsync("A03");
        await Button(page, "另存为第 2 版").ClickAsync();
        await Expect(page.GetByText("第 2 版刚由别人登记")).ToBeVisibleAsync();
        await Expect(page.GetByRole(AriaRole.Listitem).Filter(new() { HasText = "A02" })).ToContainTextAsync("其中：夜间");
        await office.LooksWellAsync("setup-forms-taken");
        await Button(page, "另存为第 3 版").ClickAsync();
        await Expect(page.GetByText("第 3 版已登记")).ToBeVisibleAsync();
        var stored = await portal.AsAsync(Role.CampaignOffice, null, HttpMethod.Get, "../../../districts/520111/forms/3");
        Assert.Equal("按日志填。", stored["fields"]![0]!["help"]!.GetValue<string>());
        var added = stored["rules"]!.AsArray().Single(each => each!["id"]!.GetValue<string>() == "R99")!;
        Assert.Equal(("atMost", "A04", "[\"A03\"]"), (added["kind"]!.GetValue<string>(), added["part"]!.GetValue<string>(), added["wholes"]!.ToJsonString()));
        await page.GetByLabel("与哪一版比较").SelectOptionAsync("1");
        await Expect(page.GetByRole(AriaRole.Listitem).Filter(new() { HasText = "R99" })).ToContainTextAsync("新增");
        await Expect(page.GetByRole(AriaRole.Listitem).Filter(new() { HasText = "A01" })).ToContainTextAsync("按日志填。");
        await page.Locator("#f-from").SelectOptionAsync(new SelectOptionValue { Index = 5 });
        await Button(page, "启用").ClickAsync();
        await Button(page, "确定").ClickAsync();
        await Expect(page.GetByText("已写入日程。")).ToBeVisibleAsync();
    }

    [Fact]
    public async Task A_policy_is_edited_whole_tried_on_last_winter_and_put_to_use()
    {
        await using var office = await OfficeAsync();
        var page = office.Page;
        await OpenAsync(page, "policies", "巡查方案");
        await Button(page, "在这一版上修改").ClickAsync();
        await Box(page, "蓝 1").SelectOptionAsync("intensive");
        await Box(page, "橙 1").SelectOptionAsync("heightened");
        await Box(page, "怎样算 3").SelectOptionAsync("sameDayBy");
        await Box(page, "逾时下达的，分钟 3").FillAsync("45");
        await page.GetByLabel("强化通知").FillAsync("没有地址的通知");
        await Button(page, "另存为第 2 版").ClickAsync();
        await Expect(page.Locator(".fault").Filter(new() { HasText = "颜色升高，强度不能降低" })).ToBeVisibleAsync();
        await Expect(page.Locator(".fault").Filter(new() { HasText = "文本没有 {链接}" })).ToBeVisibleAsync();
        await Expect(Box(page, "橙 1")).ToHaveAttributeAsync("aria-invalid", "true");
        await office.LooksWellAsync("setup-policies-fault");
        await Box(page, "橙 1").SelectOptionAsync("roundTheClock");
        await page.GetByLabel("强化通知").FillAsync("【强化巡查】{单位}：{原因}。请{签收时限}前签收：{链接}。");

        // Last winter, in a district's first year: what the station exported.
        await page.GetByLabel("用哪个冬天的天气").SelectOptionAsync("own");
        var record = new StringBuilder("时间,气温（℃）,风速（m/s）\n");
        for (var at = new DateTime(2025, 12, 1); at < new DateTime(2026, 1, 10); at = at.AddHours(1)) record.Append(System.Globalization.CultureInfo.InvariantCulture, $"{at:yyyy-MM-dd HH:mm},{6 + (at.Hour % 3)},2\n");
        await page.GetByLabel("逐时实况").SetInputFilesAsync(new FilePayload { Name = "实况.csv", MimeType = "application/octet-stream", Buffer = Encoding.UTF8.GetBytes(record.ToString()) });
        await page.GetByLabel("当时的预警原文").FillAsync("花溪区气象台2025年12月15日9时发布寒潮蓝色预警信号：预计未来48小时最低气温下降8℃以上。");
        await Button(page, "试算").ClickAsync();
        await Expect(page.GetByRole(AriaRole.Heading, new() { NameRegex = new("^与现用方案比较（2025-12-01") })).ToBeVisibleAsync(new() { Timeout = 30_000 });
        await Expect(page.GetByRole(AriaRole.Row, new() { NameRegex = new("^12月15日") })).ToContainTextAsync("强化");
        await page.EvaluateAsync("document.getElementById('w-which').scrollIntoView()");
        await office.LooksWellAsync("setup-policies-tried");
        await Button(page, "另存为第 2 版").ClickAsync();
        await Expect(page.GetByText("第 2 版已登记")).ToBeVisibleAsync();
        await Expect(page.GetByRole(AriaRole.Listitem).Filter(new() { HasText = "S1" })).ToContainTextAsync("加强");
        await Button(page, "启用这一版").ClickAsync();
        await Button(page, "确定").ClickAsync();
        await Expect(page.GetByText("已启用。")).ToBeVisibleAsync();
        var stored = await portal.AsAsync(Role.CampaignOffice, null, HttpMethod.Get, "../../../districts/520111/policies/2");
        Assert.Equal("""{"sameDayBy":"18:00:00","laterMinutes":45}""", stored["duties"]!["intensive"]!["acknowledge"]!.ToJsonString());
    }

    [Fact]
    public async Task Rules_of_incidents_and_of_the_report_a_day_begin_with_the_standard()
    {
        await using var office = await OfficeAsync();
        var page = office.Page;
        await OpenAsync(page, "incident-rules", "重大情况报送规则");
        await Button(page, "在默认内容上修改").ClickAsync();
        await Button(page, "添加类别").ClickAsync();
        var kinds = page.GetByRole(AriaRole.Region, new() { Name = "情况类别" });
        await kinds.GetByLabel("代码 11").FillAsync("lost");
        await kinds.GetByLabel("名称 11").FillAsync("犬伤");
        await Button(page, "另存为第 1 版").ClickAsync();
        await Expect(kinds.GetByLabel("代码 11")).ToHaveAttributeAsync("aria-invalid", "true");
        await Expect(page.Locator(".fault").Filter(new() { HasText = "代码重复" })).ToBeVisibleAsync();
        await kinds.GetByLabel("代码 11").FillAsync("dog");
        await kinds.GetByLabel("判断用的词语 11").FillAsync("犬伤、被狗咬");
        await kinds.GetByRole(AriaRole.Button, new() { Name = "上移 11" }).ClickAsync();
        await Button(page, "另存为第 1 版").ClickAsync();
        await Expect(page.GetByText("第 1 版已登记")).ToBeVisibleAsync();
        await Patience.UntilAsync(async () => (await portal.AsAsync(Role.CampaignOffice, null, HttpMethod.Get, "incident-rules"))["kinds"]![9]!["code"]!.GetValue<string>() == "dog");

        await OpenAsync(page, "daily-rules", "每日一报规则");
        await Button(page, "在默认内容上修改").ClickAsync();
        await page.GetByLabel("当日截止").FillAsync("16:00");
        await Box(page, "与周报的哪个数核对 4").SelectOptionAsync("villagesSearched");
        await Button(page, "另存为第 1 版").ClickAsync();
        await Expect(page.GetByText("第 1 版已登记")).ToBeVisibleAsync();
        await Patience.UntilAsync(async () => (await portal.AsAsync(Role.CampaignOffice, null, HttpMethod.Get, "daily-report-rules"))["dueTime"]!.GetValue<string>() == "16:00:00");
    }

    [Fact]
    public async Task Two_who_change_the_campaign_at_once_keep_both_changes()
    {
        await using var office = await OfficeAsync();
        var page = office.Page;
        await OpenAsync(page, "campaign", "专项行动与日程");
        await page.GetByLabel("值班电话").FillAsync("0851-11111111");
        await page.GetByLabel("简报报头").FillAsync("我写的报头");
        using var client = portal.Season.Client(portal.App, Role.CampaignOffice);
        var read = await client.SendAsync(HttpMethod.Get, portal.Season.CampaignAddress);
        var theirs = read.Json!.DeepClone();
        (theirs["office"], theirs["bulletinHead"]) = ("花溪区救助办公室", "别人写的报头");
        using var http = new HttpClient { BaseAddress = portal.App.Address };
        using var put = new HttpRequestMessage(HttpMethod.Put, portal.Season.CampaignAddress) { Content = new StringContent(theirs.ToJsonString(), Encoding.UTF8, "application/json") };
        put.Headers.TryAddWithoutValidation("If-Match", await ETagAsync(http));
        put.Headers.Authorization = new("Bearer", portal.Season.Keys.First(key => key.Role == Role.CampaignOffice).Secret);
        using var stored = await http.SendAsync(put);
        Assert.True(stored.IsSuccessStatusCode, await stored.Content.ReadAsStringAsync());

        await Button(page, "保存").ClickAsync();
        await Expect(page.GetByText("您的修改还在")).ToBeVisibleAsync();
        await Expect(page.Locator(".warn")).ToContainTextAsync("别人改成：别人写的报头");
        await Expect(page.GetByLabel("办公室", new() { Exact = true })).ToHaveValueAsync("花溪区救助办公室");
        await office.LooksWellAsync("setup-campaign-joined");
        await Button(page, "保存").ClickAsync();
        await Expect(page.GetByText("已保存。")).ToBeVisibleAsync();
        var now = (await client.SendAsync(HttpMethod.Get, portal.Season.CampaignAddress)).Json!;
        Assert.Equal(("0851-11111111", "花溪区救助办公室", "我写的报头"), (now["dutyPhone"]!.GetValue<string>(), now["office"]!.GetValue<string>(), now["bulletinHead"]!.GetValue<string>()));
    }

    private async Task<string> ETagAsync(HttpClient http)
    {
        using var get = new HttpRequestMessage(HttpMethod.Get, portal.Season.CampaignAddress);
        get.Headers.Authorization = new("Bearer", portal.Season.Keys.First(key => key.Role == Role.CampaignOffice).Secret);
        using var answer = await http.SendAsync(get);
        return answer.Headers.ETag!.ToString();
    }
}
