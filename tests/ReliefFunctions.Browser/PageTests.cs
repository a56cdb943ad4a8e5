using Deque.AxeCore.Playwright;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Playwright;
using ReliefFunctions.Core.Http;
using ReliefFunctions.Core.Patrols;

namespace ReliefFunctions.Browser;

/// <summary>The pages that people open on a phone, in a real browser.</summary>
public class PageTests(SeasonInBrowser season) : IClassFixture<SeasonInBrowser>
{
    private const string Qingyan = "520111101", Shiban = "520111102";

    private static async Task FitsAndIsAccessibleAsync(IPage page)
    {
        Assert.True(await page.EvaluateAsync<bool>("document.documentElement.scrollWidth <= document.documentElement.clientWidth"), "The page must not scroll sideways on a phone.");
        var violations = (await page.RunAxe()).Violations;
        Assert.True(violations.Length == 0, string.Join("\n", violations.Select(violation => $"{violation.Id}: {violation.Help}")));
    }

    private static async Task ShotAsync(IPage page, string name)
    {
        if (Environment.GetEnvironmentVariable("SCREENSHOTS") is { Length: > 0 } folder) await page.ScreenshotAsync(new PageScreenshotOptions { Path = Path.Combine(folder, name + ".png"), FullPage = true });
    }

    [Fact]
    public async Task A_notice_is_seen_by_opening_its_link_and_acknowledged_by_the_button_alone()
    {
        var address = await season.NoticeAsync("01-blue.qweather.json", Qingyan, 1);
        using var preview = new HttpClient();
        Assert.Contains("签收", await preview.GetStringAsync(address), StringComparison.Ordinal);
        Assert.Null((await season.NoticeOfAsync(Qingyan, 1))!["seenAt"]);

        var page = await season.PhoneAsync();
        await page.GotoAsync(address);
        await Patience.UntilAsync(async () => (await season.NoticeOfAsync(Qingyan, 1))!["seenAt"] is not null);
        Assert.Null((await season.NoticeOfAsync(Qingyan, 1))!["acknowledgement"]);
        await Assertions.Expect(page.GetByRole(AriaRole.List)).ToContainTextAsync("物资：食品、御寒物品、救助引导卡");
        await FitsAndIsAccessibleAsync(page);
        await ShotAsync(page, "notice");

        await page.GetByLabel("签收人").FillAsync("王芳<b>");
        await page.GetByRole(AriaRole.Button, new() { Name = "签收" }).ClickAsync();
        await Assertions.Expect(page.GetByRole(AriaRole.Status)).ToContainTextAsync("由王芳<b>签收");
        Assert.Equal("王芳<b>", (await season.NoticeOfAsync(Qingyan, 1))!["acknowledgement"]!["name"]!.GetValue<string>());
        await FitsAndIsAccessibleAsync(page);
        await ShotAsync(page, "acknowledged");
        await page.ReloadAsync();
        await Assertions.Expect(page.GetByRole(AriaRole.Button)).ToHaveCountAsync(0);

        // The phone knows the name for the next notice.
        await page.GotoAsync(await season.NoticeAsync("01-blue.qweather.json", Shiban, 1));
        await Assertions.Expect(page.GetByLabel("签收人")).ToHaveValueAsync("王芳<b>");
    }

    [Fact]
    public async Task What_is_forwarded_is_read_and_cannot_be_signed()
    {
        await season.NoticeAsync("01-blue.qweather.json", Shiban, 1);
        var links = season.App.Services.GetRequiredService<NoticeLinks>();
        var link = await links.ToForwardAsync(new NoticeLink(season.Season.Campaign.District, season.Season.Campaign.Season, 1, Shiban), default);
        var page = await season.PhoneAsync();
        await page.GotoAsync(new Uri(season.App.Address, new Uri(link).AbsolutePath).ToString());
        await Assertions.Expect(page.Locator("body")).ToContainTextAsync("这是转发件，只供查看");
        await Assertions.Expect(page.GetByRole(AriaRole.Button)).ToHaveCountAsync(0);
        await FitsAndIsAccessibleAsync(page);
        await ShotAsync(page, "forwarded");
    }

    [Fact]
    public async Task A_link_that_was_altered_opens_nothing_and_says_so_in_words()
    {
        var page = await season.PhoneAsync();
        var answer = await page.GotoAsync(new Uri(season.App.Address, $"n/520111.2026.1.{Shiban}.AAAAAAAAAAAAAAAA").ToString());
        Assert.Equal(404, answer!.Status);
        await Assertions.Expect(page.Locator("body")).ToContainTextAsync("链接无效或已过期");
        await FitsAndIsAccessibleAsync(page);
        await ShotAsync(page, "bad-link");
    }

    [Fact]
    public async Task The_summarys_first_page_is_read_on_a_phone()
    {
        var address = $"{season.Season.CampaignAddress}/summaries/2026W50";
        using var office = season.Season.Client(season.App, Role.CampaignOffice);
        Assert.True((await office.SendAsync(HttpMethod.Post, address)).Ok);
        var page = await season.PhoneAsync(Role.Leader);
        await Patience.UntilAsync(async () => (await page.GotoAsync(new Uri(season.App.Address, $"{address}/latest/page").ToString()))!.Ok);
        await Assertions.Expect(page.GetByRole(AriaRole.Heading, new() { Level = 1 })).ToContainTextAsync("工作调度汇总");
        await FitsAndIsAccessibleAsync(page);
        await ShotAsync(page, "summary");
    }
}
