using System.Globalization;
using System.Text.RegularExpressions;

namespace ReliefFunctions.Tests.Security;

/// <summary>What <c>docs/security.md</c> claims is shown by tests that exist, and no item of the standard is left out.</summary>
public partial class SecurityDocumentTests
{
    /// <summary>The items of OWASP ASVS 5.0 of levels 1 and 2, by section: the items that level 3 alone asks for come last in theirs, so that counts suffice.</summary>
    private const string Items = "1.1:2 1.2:9 1.3:11 1.4:3 1.5:2 2.1:3 2.2:3 2.3:4 2.4:1 3.2:2 3.3:4 3.4:6 3.5:5 3.7:2 4.1:3 4.2:1 4.3:2 4.4:4 5.1:1 5.2:3 5.3:2 5.4:3 "
        + "6.1:3 6.2:12 6.3:4 6.4:4 6.5:5 6.6:3 6.8:4 7.1:3 7.2:4 7.3:2 7.4:5 7.5:2 7.6:2 8.1:2 8.2:3 8.3:1 8.4:1 9.1:3 9.2:4 10.1:2 10.2:2 10.3:4 10.4:11 10.5:5 10.6:2 10.7:3 "
        + "11.1:2 11.2:3 11.3:3 11.4:4 11.5:1 11.6:1 12.1:3 12.2:2 12.3:4 13.1:1 13.2:5 13.3:2 13.4:5 14.1:2 14.2:4 14.3:3 15.1:3 15.2:3 15.3:7 16.1:1 16.2:5 16.3:4 16.4:3 16.5:3 17.1:1 17.2:4 17.3:2";

    private static readonly string Text = File.ReadAllText(Path.Combine(Repository.Root, "docs", "security.md"));

    [Fact]
    public void Every_test_that_the_document_names_exists()
    {
        var folder = Path.Combine(Repository.Root, "tests");
        var tests = Directory.EnumerateFiles(folder, "*.cs", SearchOption.AllDirectories).Where(file => !Build().IsMatch(file))
            .SelectMany(file => Method().Matches(File.ReadAllText(file))).Select(match => match.Groups[1].Value).ToHashSet();
        var named = Named().Matches(Text).Select(match => match.Groups[1].Value).Distinct().ToList();
        Assert.True(named.Count > 60);
        Assert.Empty(named.Except(tests));
    }

    [Fact]
    public void Every_item_of_ASVS_5_of_level_2_stands_in_the_document_once()
    {
        var items = Items.Split(' ').Select(section => section.Split(':'))
            .SelectMany(section => Enumerable.Range(1, int.Parse(section[1], CultureInfo.InvariantCulture)).Select(item => $"V{section[0]}.{item}")).ToList();
        Assert.Equal(253, items.Count);
        var lines = Text.Split('\n').Where(line => line.StartsWith("| V", StringComparison.Ordinal)).ToList();
        var told = lines.SelectMany(line => line.Split('|')[1].Trim().Split(", ")).SelectMany(each => each.Split('–') is [var from, var to]
            ? items.SkipWhile(item => item != from).Take(items.IndexOf(to) - items.IndexOf(from) + 1) : [each]).ToList();
        Assert.Equal(items.Order(StringComparer.Ordinal), told.Order(StringComparer.Ordinal));
        Assert.All(lines, line =>
        {
            var cells = line.Split('|').Select(cell => cell.Trim()).ToList();
            Assert.True(cells[3].Length > 0, line);
            Assert.True(cells[2] != "适用" || Named().IsMatch(cells[4]), $"Without a test: {line}");
        });
    }

    [Theory]
    [InlineData("身份鉴别")]
    [InlineData("访问控制")]
    [InlineData("安全审计")]
    [InlineData("数据完整性")]
    [InlineData("数据保密性")]
    [InlineData("剩余信息保护")]
    [InlineData("个人信息保护")]
    [InlineData("备份恢复")]
    public void Every_control_point_of_GB_T_22239_stands_in_the_document(string point) => Assert.Contains($"| {point}", Text, StringComparison.Ordinal);

    [GeneratedRegex("`([A-Z][A-Za-z0-9]*(?:_[A-Za-z0-9]+){2,})`")]
    private static partial Regex Named();

    [GeneratedRegex(@"public (?:async )?(?:Task|void) (\w+)\(")]
    private static partial Regex Method();

    [GeneratedRegex(@"[\\/](bin|obj|node_modules)[\\/]")]
    private static partial Regex Build();
}
