using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace ReliefFunctions.Browser.Portal;

/// <summary>What an operator does at the desk, whichever host serves the pages: a first campaign, and what could not be handled.</summary>
/// <param name="page">The desk's page, signed in.</param>
/// <param name="look">Looks at a page by its name.</param>
internal sealed class DeskSteps(IPage page, Func<string, Task>? look = null)
{
    private readonly Func<string, Task> _look = look ?? (_ => Task.CompletedTask);

    /// <summary>What could not be handled, each on a card of its own.</summary>
    public ILocator Cards => page.Locator("article.card.urgent");

    private ILocator Heading => page.GetByRole(AriaRole.Heading, new() { Level = 1 });

    /// <summary>A district's campaign from the template, with a first unit and its contact.</summary>
    public async Task SetUpAsync(string district, string name)
    {
        await page.GotoAsync("/app/setup/new");
        await page.GetByLabel("区划代码").FillAsync(district);
        await page.GetByLabel("区县名称").FillAsync(name);
        await page.GetByLabel("年度").FillAsync("2026-2027");
        await Button("用模板开始").ClickAsync();
        await Expect(Box("名称")).ToHaveValueAsync(name + "“寒冬送温暖”专项救助行动");
        await page.GetByLabel("值班电话").FillAsync("0851-12345678");
        await Button("建立专项行动").ClickAsync();
        await Expect(Heading).ToHaveTextAsync("设置");
        await page.GetByRole(AriaRole.Link, new() { NameRegex = new("报送单位与联系人") }).ClickAsync();
        await Button("添加单位").ClickAsync();
        await Box("代码").FillAsync(district + "101");
        await Box("单位名称").FillAsync("东风镇");
        await Button("添加联系人").ClickAsync();
        await Box("姓名 1").FillAsync("张三");
        await Box("电话 1").FillAsync("13800000000");
        await Button("保存").ClickAsync();
        await Expect(page.GetByRole(AriaRole.Row, new() { NameRegex = new("东风镇") })).ToContainTextAsync("13800000000");
    }

    /// <summary>Of two messages that nobody can read the first is dropped and the second handled again, which makes another letter of it.</summary>
    public async Task SettleLettersAsync(string holds)
    {
        await Expect(Cards).ToHaveCountAsync(2);
        await _look("operator-letters");
        await Cards.First.GetByText("内容").ClickAsync();
        await Expect(Cards.First.Locator("pre")).ToContainTextAsync(holds);
        await Cards.First.GetByLabel("丢弃的理由").FillAsync("试发的消息");
        await Button("丢弃").First.ClickAsync();
        await Button("确定").ClickAsync();
        await Expect(page.GetByText("已丢弃。")).ToBeVisibleAsync();
        await Expect(Cards).ToHaveCountAsync(1);
        var before = await Cards.First.InnerTextAsync();
        await Button("重新处理").ClickAsync();
        await Button("确定").ClickAsync();
        await Expect(page.GetByText("已放回队列。")).ToBeVisibleAsync();
        await Patience.UntilAsync(async () =>
        {
            await page.ReloadAsync();
            await page.GetByText("正在读取…").WaitForAsync(new() { State = WaitForSelectorState.Detached });
            return await Cards.CountAsync() == 1 && await Cards.First.InnerTextAsync() != before;
        });
    }

    /// <summary>What was set apart and is wrong for good is not put back, and dropped.</summary>
    /// <param name="says">What its card says, of several.</param>
    public async Task DropFromQuarantineAsync(string says)
    {
        await page.GetByLabel("决定人").FillAsync("王主任");
        await page.GetByLabel("理由").FillAsync("气象台核实为时钟有误");
        var never = Cards.Filter(new() { HasText = says });
        await never.GetByRole(AriaRole.Button, new() { Name = "放回，重新判断" }).ClickAsync();
        await Button("确定").ClickAsync();
        await Expect(page.GetByText("这一项仍不能用于决定")).ToBeVisibleAsync();
        await never.GetByRole(AriaRole.Button, new() { Name = "丢弃" }).ClickAsync();
        await Button("确定").ClickAsync();
        await Expect(page.GetByText("已丢弃。")).ToBeVisibleAsync();
    }

    private ILocator Button(string name) => page.GetByRole(AriaRole.Button, new() { Name = name, Exact = true });

    private ILocator Box(string label) => page.GetByLabel(label, new() { Exact = true });
}
