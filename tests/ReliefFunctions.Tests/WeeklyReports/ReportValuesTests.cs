using System.Text;
using CsCheck;
using ReliefFunctions.Core.Storage;
using ReliefFunctions.Core.Texts;
using ReliefFunctions.Core.WeeklyReports;

namespace ReliefFunctions.Tests.WeeklyReports;

public class ReportValuesTests
{
    private static readonly string[] Scraps = ["寒冬", "\"\\\n", "=1+1", "@<>&'|", "😀", "７"];
    private static readonly Gen<FieldValue> AnyValue = Gen.OneOf(Gen.Const(FieldValue.Blank), Gen.Int[0, 1_000_000].Select(n => FieldValue.Of(n)), Gen.Int[0, Scraps.Length - 1].Array[1, 8].Select(picks => FieldValue.Of(string.Concat(picks.Select(pick => Scraps[pick])))));
    private static readonly Gen<Dictionary<string, FieldValue>> AnyValues = Gen.Dictionary(Gen.Select(Gen.Char['A', 'G'], Gen.Int[1, 20], (c, n) => $"{c}{n:D2}"), AnyValue)[0, 30];

    [Fact]
    public void Zero_blank_and_missing_are_three_things()
    {
        var values = new ReportValues([new("A01", FieldValue.Of(0)), new("A02", FieldValue.Blank)]);
        Assert.Equal([FieldValueKind.Number, FieldValueKind.Blank, FieldValueKind.Missing], new[] { "A01", "A02", "A03" }.Select(code => values[code].Kind));
        Assert.Equal("""{"A01":0,"A02":null}""", StoredJson.Write(values));
        Assert.Equal(values, StoredJson.Read<ReportValues>(StoredJson.Write(values)));
    }

    [Fact]
    public void Values_come_back_from_storage_as_they_were() =>
        AnyValues.Sample(values => StoredJson.Read<ReportValues>(StoredJson.Write(new ReportValues(values))).Equals(new ReportValues(values)));

    [Fact]
    public void The_order_of_entry_does_not_change_the_hash() =>
        AnyValues.Sample(values => new ReportContent { Values = new ReportValues(values) }.Hash(1) == new ReportContent { Values = new ReportValues(values.Reverse()) }.Hash(1));

    [Fact]
    public void Whatever_a_reader_would_see_changes_the_hash()
    {
        var hashes = new[]
        {
            Huaxi.Good, Huaxi.Good.With("A01", 13), Huaxi.Good.With("B10", 0), Huaxi.Good.WithText("X03", "无"), Huaxi.Good with { ReviewedBy = "赵敏" },
            Huaxi.Good with { ZeroReport = true }, Huaxi.Good with { Note = "属实" }, Huaxi.Good with { Note = "属实", FilledBy = null },
        }.Select(content => content.Hash(1)).Append(Huaxi.Good.Hash(2));
        Assert.Equal(9, hashes.Distinct().Count());
    }

    [Theory]
    [InlineData("联系人身份证110101199003074257，请核对", true)] // check digit does not fit
    [InlineData("联系人身份证11010119900307425８", true)]
    [InlineData("身份证 11010519491231002X 已核", true)]
    [InlineData("身份证１１０１０５１９４９１２３１００２Ｘ", true)]
    [InlineData("110105 19491231 002x", true)]
    [InlineData("流水号2110105194912310029", false)] // 19 digits
    [InlineData("电话13812345678", true)]
    [InlineData("电话138-1234-5678", true)]
    [InlineData("+86 138 1234 5678", true)]
    [InlineData("１３８１２３４５６７８", true)]
    [InlineData("值班电话0851-83851234", false)]
    [InlineData("发放棉衣12812345678件", false)]
    [InlineData("编号138123456789", false)]
    public void Identity_and_mobile_numbers_are_found_and_masked(string text, bool found)
    {
        var personal = PersonalData.Find(text);
        Assert.Equal(found, personal.Count > 0);
        Assert.All(personal, item => Assert.Contains("****", item.Masked, StringComparison.Ordinal));
    }

    [Fact]
    public void Canonical_json_is_the_same_bytes_for_the_same_content() =>
        Assert.Equal(
            """{"filledBy":"王芳","values":{"A01":3,"X02":"“好”"},"zeroReport":false}""",
            Encoding.UTF8.GetString(new ReportContent { FilledBy = "王芳", Values = new ReportValues([new("X02", FieldValue.Of("“好”")), new("A01", FieldValue.Of(3))]) }.ToCanonicalJson()));
}
