using System.Text;
using ReliefFunctions.Core.Campaigns;
using ReliefFunctions.Core.Http;
using ReliefFunctions.Core.WeeklyReports.Forms;

namespace ReliefFunctions.Tests.Http;

public class JsonBodyTests
{
    private sealed record Body(string Name, int Count, UnitKind Kind, DateOnly? Day, IReadOnlyList<string> Words, string? Note, bool Urgent = false)
    {
        public int Twice => Count * 2;
    }

    [Fact]
    public void What_fits_is_read_and_what_may_be_left_out_is_left_out()
    {
        var body = Read<Body>("\uFEFF{\"name\":\"青岩镇\",\"count\":3,\"KIND\":\"township\",\"words\":[\"a\"],\"day\":null,\"twice\":7}");
        Assert.Equal(("青岩镇", 3, 6, UnitKind.Township, null, false), (body.Name, body.Count, body.Twice, body.Kind, body.Day, body.Urgent));
    }

    [Fact]
    public void Everything_wrong_is_told_at_once_with_its_place_and_how_to_mend_it()
    {
        var problem = Refused<Body>("""{"name":null,"count":"三","kind":"village","day":"明天","words":["a",null,7],"urgent":"yes","no/te":1}""");
        Assert.Equal(ProblemType.BadRequest, problem.Type);
        Assert.Equal(["/name", "/count", "/kind", "/day", "/words/1", "/words/2", "/urgent", "/no~1te"], problem.Errors.Select(error => error.Pointer));
        Assert.Contains("township", problem.Errors[2].Message, StringComparison.Ordinal);
        Assert.Contains("例如 2026-12-20", problem.Errors[3].Message, StringComparison.Ordinal);
        Assert.Contains("note", problem.Errors[^1].Fix, StringComparison.Ordinal);
        Assert.All(problem.Errors, error => Assert.NotNull(error.Fix));
    }

    [Fact]
    public void Every_missing_member_is_named()
    {
        Assert.Equal(["缺少“name”。", "缺少“count”。", "缺少“kind”。", "缺少“words”。"], Refused<Body>("{}").Errors.Select(error => error.Message));
    }

    [Fact]
    public void A_body_of_several_forms_is_checked_by_the_form_it_names()
    {
        Assert.Equal("/rules/1/parts/0", Assert.Single(Refused<FormDefinition>("""
            {"version":1,"title":"表","fields":[],"rules":[{"kind":"atMost","id":"R1","part":"A02","wholes":["A01"]},{"kind":"sum","id":"R2","total":"B01","parts":[1]}]}
            """).Errors).Pointer);
    }

    [Theory]
    [InlineData("{", "第1行第2字节")]
    [InlineData("{\n\"name\" 1}", "第2行第8字节")]
    [InlineData("", "第1行第1字节")]
    [InlineData("""{"name":"a","name":"b"}""", "“name”出现了不止一次")]
    [InlineData("""{"name":"a",}""", "第1行第13字节")]
    [InlineData("""{"name":NaN}""", "第1行第9字节")]
    [InlineData("""{/**/"name":"a"}""", "第1行第2字节")]
    [InlineData("{'name':1}", "第1行第2字节")]
    [InlineData("{} {}", "第1行第4字节")]
    public void What_is_no_JSON_says_where(string text, string place)
    {
        var problem = Refused<Body>(text);
        var error = Assert.Single(problem.Errors);
        Assert.Contains(place, problem.Message + error.Message, StringComparison.Ordinal);
        Assert.Null(error.Value);
    }

    [Fact]
    public void A_list_without_end_of_errors_ends()
    {
        Assert.Equal(50, Refused<List<Body>>($"[{string.Join(',', Enumerable.Repeat("{}", 1000))}]").Errors.Count);
        Assert.Contains("合法的 JSON", Refused<Body>(string.Concat(Enumerable.Repeat("{\"name\":", 5000))).Message, StringComparison.Ordinal);
    }

    private static T Read<T>(string text) => JsonBody.Read<T>(Encoding.UTF8.GetBytes(text));

    private static ProblemException Refused<T>(string text) => Assert.Throws<ProblemException>(() => Read<T>(text));
}
