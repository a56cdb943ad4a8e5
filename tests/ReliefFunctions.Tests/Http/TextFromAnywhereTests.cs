using System.Text;
using ReliefFunctions.Core.Http;
using ReliefFunctions.Core.Texts;

namespace ReliefFunctions.Tests.Http;

public class TextFromAnywhereTests
{
    private static readonly TimeZoneInfo Guiyang = TimeZoneInfo.FindSystemTimeZoneById("Asia/Shanghai");

    private sealed record Body(string? Note = null, DateTimeOffset? Until = null, [property: HoldsPersonalData] string? Phone = null, IReadOnlyList<string>? Words = null);

    private static Body Read(string json) => JsonBody.Read<Body>(Encoding.UTF8.GetBytes(json), Guiyang);

    [Theory]
    [InlineData("平稳", "平稳")]
    [InlineData(@"平\ud83d稳", "平稳")]
    [InlineData(@"平\ude00稳", "平稳")]
    [InlineData(@"\ud83d\ude00", "😀")]
    [InlineData(@"\ud83d\u4e2d", "中")]
    [InlineData(@"a\ufffeb\uffffc\ufdd0d", "abcd")]
    [InlineData(@"\ud83f\udffe", "")]
    [InlineData("a\uFFFEb\uFDEFc\U0001FFFFd", "abcd")]
    [InlineData(@"\u0000\u0001a\b\f\u007f\u0085", "a")]
    [InlineData(@"第一行\n\t第二行\r", "第一行\n\t第二行\r")]
    [InlineData(@"C:\\ud83d", @"C:\ud83d")]
    [InlineData(@"\\\ud83d\\", @"\\")]
    [InlineData(@"\""\/", "\"/")]
    public void What_is_no_text_is_left_out_once(string written, string read) => Assert.Equal(read, Read($$"""{"note":"{{written}}"}""").Note);

    [Theory]
    [InlineData(new byte[] { 0xBB, 0xA8, 0xCF, 0xAA })]
    [InlineData(new byte[] { 0xED, 0xA0, 0xBD })]
    [InlineData(new byte[] { 0xC0, 0x80 })]
    [InlineData(new byte[] { 0xE4, 0xB8 })]
    public void What_is_not_UTF_8_is_refused_in_words(byte[] bytes)
    {
        var problem = Assert.Throws<ProblemException>(() => JsonBody.Read<Body>((byte[])[.. "{\"note\":\""u8, .. bytes, .. "\"}"u8]));
        Assert.Equal(ProblemType.BadRequest, problem.Type);
        Assert.Contains("UTF-8", problem.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("2026-12-18T18:00:00+08:00", "2026-12-18T18:00:00+08:00")]
    [InlineData("2026-12-18T10:00:00Z", "2026-12-18T10:00:00+00:00")]
    [InlineData("2026-12-18T18:00:00", "2026-12-18T18:00:00+08:00")]
    [InlineData("2026-12-18T18:00", "2026-12-18T18:00:00+08:00")]
    [InlineData("2026-12-18 18:00", "2026-12-18T18:00:00+08:00")]
    [InlineData("2026-12-18 9:30", "2026-12-18T09:30:00+08:00")]
    [InlineData("2026-12-18T18:00:00.5", "2026-12-18T18:00:00.5+08:00")]
    [InlineData("2026-12-18", "2026-12-18T23:59:59+08:00")]
    public void A_time_without_a_zone_is_the_campaigns_and_a_day_lasts_to_its_end(string written, string read)
    {
        var until = Read($$"""{"until":"{{written}}"}""").Until!.Value;
        var expected = DateTimeOffset.Parse(read, System.Globalization.CultureInfo.InvariantCulture);
        Assert.Equal((expected, expected.Offset), (until, until.Offset));
    }

    [Theory]
    [InlineData("\"明天\"")]
    [InlineData("\"18:00\"")]
    [InlineData("\"2026-13-01\"")]
    [InlineData("\"12/18/2026\"")]
    [InlineData("\"0001-01-01\"")]
    [InlineData("1797300000")]
    public void What_is_no_time_is_told(string written) => Assert.Equal("/until", Assert.Single(Assert.Throws<ProblemException>(() => Read($$"""{"until":{{written}}}""")).Errors).Pointer);

    [Fact]
    public void Every_text_is_screened_but_where_somebody_is_reached()
    {
        Assert.Equal("13812345678", Read("""{"phone":"13812345678"}""").Phone);
        var problem = Assert.Throws<ProblemException>(() => Read("""{"note":"找王芳 138-1234-5678","words":["好","110105194912310021"]}"""));
        Assert.Equal(ProblemType.Invalid, problem.Type);
        Assert.Equal(["/note", "/words/1"], problem.Errors.Select(error => error.Pointer));
    }

    [Theory]
    [InlineData("attachment; filename=\"form.xlsx\"", "form.xlsx")]
    [InlineData("form-data; name=\"file\"; filename=青岩镇.xlsx", "青岩镇.xlsx")]
    [InlineData("form-data; name=\"file\"; filename=\"青岩镇 周报.xlsx\"", "青岩镇 周报.xlsx")]
    [InlineData("form-data; filename=\"x.xlsx\"; filename*=UTF-8''%E9%9D%92%E5%B2%A9%E9%95%87.xlsx", "青岩镇.xlsx")]
    [InlineData("form-data; filename*=utf-8'zh-CN'%E5%91%A8%E6%8A%A5.xlsx; filename=\"x\"", "周报.xlsx")]
    [InlineData("form-data; filename*=GB18030''%D6%DC%B1%A8.xlsx", "周报.xlsx")]
    [InlineData("form-data; filename=\"=?UTF-8?B?5ZGo5oqlLnhsc3g=?=\"", "周报.xlsx")]
    [InlineData("form-data; filename=\"=?utf-8?Q?=E5=91=A8=E6=8A=A5_1.xlsx?=\"", "周报 1.xlsx")]
    [InlineData("form-data; filename=\"=?GBK?B?1tyxqA==?=.xlsx\"", "周报.xlsx")]
    [InlineData("form-data; filename=\"=?UTF-8?B?5ZGo?= =?UTF-8?B?5oqlLnhsc3g=?=\"", "周报.xlsx")]
    [InlineData("form-data; filename=\"=?UTF-8?B?###?=\"", "###")]
    [InlineData("form-data; filename=\"=?nonsense?B?5ZGo5oqlLnhsc3g=?=\"", "周报.xlsx")]
    [InlineData("form-data; filename=\"C:\\\\报表\\\\周报.xlsx\"", "周报.xlsx")]
    [InlineData("form-data; filename=\"../../etc/passwd\"", "passwd")]
    [InlineData("form-data; filename=\"a\\\"b.xlsx\"", "a\"b.xlsx")]
    [InlineData("form-data; filename=\"周\u202E报\u0000.xlsx\"", "周报.xlsx")]
    [InlineData("form-data; filename=\"王芳13812345678.xlsx\"", "（含手机号）")]
    [InlineData("form-data; name=\"file\"", "")]
    [InlineData("", "")]
    public void A_files_name_is_understood_however_the_client_writes_it(string header, string name) => Assert.Equal(name, RequestBody.NameOf(header));
}
