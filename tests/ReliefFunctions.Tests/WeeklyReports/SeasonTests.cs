using System.Text;
using CsCheck;
using ReliefFunctions.Core.Campaigns;
using ReliefFunctions.Core.Http;
using ReliefFunctions.Core.Texts;
using ReliefFunctions.Core.WeeklyReports;
using ReliefFunctions.Core.WeeklyReports.Workbooks;

namespace ReliefFunctions.Tests.WeeklyReports;

/// <summary>Many reports at once on real storage: batch upload, export and the way back.</summary>
public class SeasonTests(AzuriteFixture azurite) : IClassFixture<AzuriteFixture>
{
    private const string Campaign = "/api/v1/campaigns/520111/2026-2027";
    private static readonly DateTimeOffset Monday = new(2026, 12, 14, 10, 0, 0, TimeSpan.FromHours(8));
    private static readonly Actor Office = new("k2", "办公室", Role.CampaignOffice, "520111");

    private async Task<World> WorldAsync()
    {
        var world = await azurite.WorldAsync(Monday);
        await Huaxi.SeedAsync(world);
        return world;
    }

    private static byte[] Zip(Encoding? names, params (string Name, byte[] Bytes)[] files) => Files.Zip(files, names);

    private static UploadedFile File(byte[] bytes) => new("", "", bytes);

    private static byte[] Police() => Huaxi.Workbook(Huaxi.Zero(Huaxi.Police), Huaxi.Police);

    private static async Task<BatchAnswer> BatchAsync(World world, byte[] body, string query = "") =>
        (await world.CallAsync("POST", Campaign + "/reports-batch" + query, Office, body, "application/zip")).Json<BatchAnswer>();

    [Fact]
    public async Task Each_form_of_a_batch_is_received_or_refused_on_its_own()
    {
        var world = await WorldAsync();
        var zip = Zip(null,
            ("报表/青岩镇.xlsx", Huaxi.Workbook(Huaxi.Good)), ("报表/公安.xlsx", Police()), ("../../etc/错误.xlsx", Huaxi.Workbook(Huaxi.Good.With("B02", 9), week: "2026W49")),
            ("说明.docx", "PK\x03\x04x"u8.ToArray()), ("旧表.xls", [0xD0, 0xCF, 0x11, 0xE0]));
        var answer = await BatchAsync(world, zip);
        Assert.Equal((2, 0, 3), (answer.Accepted, answer.Repeated, answer.Refused));
        Assert.Equal(["公安.xlsx", "青岩镇.xlsx"], answer.Lines.Where(line => line.Accepted).Select(line => line.File).Order(StringComparer.Ordinal));
        var wrong = answer.Lines.Single(line => line.File == "错误.xlsx");
        Assert.Contains(wrong.Errors, error => error.Code == "not-now" || error.Code == "R01");
        var again = await BatchAsync(world, zip);
        Assert.Equal((0, 2, 3), (again.Accepted, again.Repeated, again.Refused));
    }

    [Fact]
    public async Task A_workbook_of_many_forms_is_a_batch_too_and_a_dry_run_stores_nothing()
    {
        var world = await WorldAsync();
        using var police = new ClosedXML.Excel.XLWorkbook(new MemoryStream(Police()));
        var both = Files.Saved(Huaxi.Workbook(Huaxi.Good), book => police.Worksheet(FormLayout.Sheet).CopyTo(book, "公安"));
        Assert.Equal(2, (await BatchAsync(world, both, "?validateOnly=true")).Accepted);
        Assert.Empty(await world.Get<ReportStore>().SeasonAsync(Huaxi.Campaign));
        Assert.Equal(["520111101", "police"], (await BatchAsync(world, both)).Lines.Select(line => line.Unit!).Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Names_in_GBK_are_read_right()
    {
        Encoding.RegisterProvider(CodePagesEncodingProvider.Instance);
        var files = BatchArchive.Open(File(Zip(Encoding.GetEncoding("GBK"), ("花溪区/青岩镇.xlsx", [1]))), new UnpackingBudget());
        Assert.Equal("青岩镇.xlsx", files.Single().Name);
        Assert.Equal("青岩镇.xlsx", BatchArchive.Open(File(Zip(Encoding.UTF8, ("青岩镇.xlsx", [1]))), new UnpackingBudget()).Single().Name);
    }

    [Fact]
    public void A_batch_has_one_budget_however_it_is_nested()
    {
        var forms = Enumerable.Range(0, 8).Select(i => ($"{i}.xlsx", Huaxi.Workbook(Huaxi.Good))).ToArray();
        var budget = new UnpackingBudget { BytesLeft = 300_000, PartsLeft = UnpackingBudget.BatchParts };
        var read = BatchArchive.Open(File(Zip(null, forms)), budget).Select(file => file.Problem?.Code ?? string.Concat(WorkbookReader.Read(file.Bytes, budget).Problems.Select(problem => problem.Code))).ToList();
        Assert.Equal("", read[0]);
        Assert.Equal("too-large", read[^1]);
    }

    [Theory]
    [InlineData("csv", "text/csv")]
    [InlineData("json", "application/json")]
    public async Task What_was_exported_comes_back_unchanged_and_a_change_in_it_is_a_correction(string format, string type)
    {
        var world = await WorldAsync();
        var content = Huaxi.Good.WithText("X02", "=1+1, \"引号\"\n第二行").WithText("X03", "'撇号") with { Note = "-减号" };
        var store = world.Get<ReportStore>();
        await world.CallAsync("PUT", Campaign + "/weeks/2026W50/reports/520111101", Office, Huaxi.Workbook(content), ReportEndpoints.WorkbookType);
        await world.CallAsync("PUT", Campaign + "/weeks/2026W50/reports/police", Office, Police(), ReportEndpoints.WorkbookType);
        await world.CallAsync("POST", Campaign + "/weeks/2026W50/reports/police/accept", Office, """{"version":1}"""u8.ToArray());
        var export = await world.CallAsync("GET", $"{Campaign}/reports-export?format={format}", Office);
        Assert.StartsWith(type, export.Headers["Content-Type"], StringComparison.Ordinal);
        if (format == "csv") Assert.Equal([0xEF, 0xBB, 0xBF], export.Body[..3]);

        async Task<BatchAnswer> ImportAsync(byte[] body, string query = "") => (await world.CallAsync("POST", Campaign + "/reports-import" + query, Office, body, type)).Json<BatchAnswer>();
        var same = await ImportAsync(export.Body);
        Assert.Equal((0, 2, 0), (same.Accepted, same.Repeated, same.Refused));
        Assert.Equal(ReportState.Accepted, (await store.GetAsync(Huaxi.Campaign, WeekKey.Parse("2026W50"), "police"))!.State);

        var changed = Encoding.UTF8.GetBytes(export.Text.Replace("李强", "赵敏", StringComparison.Ordinal));
        Assert.Equal(1, (await ImportAsync(changed, "?validateOnly=true")).Accepted);
        Assert.Equal(1, (await ImportAsync(changed)).Accepted);
        var row = (await store.GetAsync(Huaxi.Campaign, WeekKey.Parse("2026W50"), "520111101"))!;
        Assert.Equal((2, "赵敏", content.Values.Text("X02")), (row.Version, row.Latest!.Content.ReviewedBy, row.Latest.Content.Values.Text("X02")));
        Assert.Equal(1, (await ImportAsync(Encoding.UTF8.GetBytes(export.Text.Replace("李强", "钱伟", StringComparison.Ordinal)))).Refused);
    }

    [Fact]
    public async Task Files_that_are_no_export_are_refused_with_what_to_do()
    {
        var world = await WorldAsync();
        Task<Answer> Import(byte[] body) => world.CallAsync("POST", Campaign + "/reports-import", Office, body, "text/csv");
        Assert.Equal(400, (await Import("a,b\n1,2\n"u8.ToArray())).Status);
        Assert.Equal(400, (await Import("\"a"u8.ToArray())).Status);
        Assert.Equal(415, (await Import([0xBB, 0xA8, 0xCF, 0xAA])).Status);
        Assert.Equal(400, (await world.CallAsync("GET", Campaign + "/reports-export?format=xml", Office)).Status);
    }

    [Fact]
    public void What_export_escaped_is_unescaped_exactly_once() =>
        Gen.String[Gen.Char["'=+-@＝＋－＠\tab花"], 0, 8].Sample(text => Csv.Unescape(Csv.Escape(text)) == text && (text.Length == 0 || "=+-@\t\r＝＋－＠".IndexOf(Csv.Escape(text)[0], StringComparison.Ordinal) < 0));

    [Fact]
    public void A_table_reads_back_whatever_stands_in_its_cells() =>
        Gen.String[Gen.Char["'=,\"\n花 x"], 1, 12].Sample(text =>
        {
            var line = SeasonLine.Of(ReportRow.Expected(Huaxi.Qingyan, WeekKey.Parse("2026W50"))) with { Note = text };
            var records = SeasonTable.Read(Encoding.UTF8.GetString(SeasonTable.Write([line])[3..]))!;
            return records.Count == 2 && records[1][11] == text;
        });
}
