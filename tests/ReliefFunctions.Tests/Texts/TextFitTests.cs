using System.Globalization;
using System.Text;
using CsCheck;
using ReliefFunctions.Core.Messaging;
using ReliefFunctions.Core.Texts;

namespace ReliefFunctions.Tests.Texts;

public class TextFitTests
{
    private const string Family = "👨‍👩‍👧";
    private const string Rare = "𠮷";

    [Theory]
    [InlineData("青岩镇", 3, "青岩镇")]
    [InlineData("青岩镇镇", 3, "青岩…")]
    [InlineData(Family + Family, 12, Family + "…")]
    [InlineData(Rare + Rare + Rare, 4, Rare + "…")]
    [InlineData("é́é́é́", 5, "é́é́…")]
    [InlineData("🇨🇳🇨🇳🇨🇳", 7, "🇨🇳…")]
    [InlineData("两个字", 1, "两")]
    public void A_text_is_cut_between_graphemes(string text, int most, string cut) => Assert.Equal(cut, TextFit.Cut(text, most));

    [Theory]
    [InlineData("青岩镇", 9, "青岩镇")]
    [InlineData("青岩镇镇", 11, "青岩…")]
    [InlineData(Rare + Rare, 7, Rare + "…")]
    [InlineData("ab" + Family, 19, "ab…")]
    public void Bytes_are_counted_as_they_go_out(string text, int most, string cut)
    {
        Assert.Equal(cut, TextFit.CutBytes(text, most));
        Assert.True(Encoding.UTF8.GetByteCount(cut) <= most);
    }

    [Fact]
    public void A_list_is_parted_between_lines_and_names()
    {
        Assert.Equal(["青岩镇、石板镇、", "高坡乡、马铃乡"], TextFit.Split("青岩镇、石板镇、高坡乡、马铃乡", 26));
        Assert.Equal(["一、青岩镇", "二、石板镇"], TextFit.Split("一、青岩镇\n二、石板镇", 20));
        Assert.Equal(["预警已发布。", "请各单位签收"], TextFit.Split("预警已发布。请各单位签收", 24));
        Assert.Equal(["一二", "三四", "五"], TextFit.Split("一二三四五", 6));
        Assert.Empty(TextFit.Split("", 6));
    }

    [Theory]
    [InlineData(3, "青岩镇、石板镇、高坡乡")]
    [InlineData(2, "青岩镇、石板镇等3家")]
    public void Names_stay_whole_and_are_counted(int most, string shown) => Assert.Equal(shown, TextFit.Names(["青岩镇", "石板镇", "高坡乡"], most, "家"));

    [Fact]
    public void Whatever_the_text_nothing_exceeds_its_bounds_and_nothing_is_lost_in_parts()
    {
        string[] pieces = ["青", "a", Family, Rare, "é", "\ud800", "、", "\n", "。", " ", "🇨🇳", new string('\u0301', 40)];
        Gen.Select(Gen.Int[0, pieces.Length - 1].Array[0, 40], Gen.Int[4, 60]).Sample((chosen, most) =>
        {
            var text = string.Concat(chosen.Select(index => pieces[index]));
            Assert.True(TextFit.Cut(text, most).Length <= most);
            Assert.True(Encoding.UTF8.GetByteCount(TextFit.CutBytes(text, most)) <= most);
            var parts = TextFit.Split(text, most);
            Assert.All(parts, part => Assert.True(Encoding.UTF8.GetByteCount(part) <= most));
            static string Dense(string some) => string.Concat(some.Where(c => !char.IsWhiteSpace(c)));
            Assert.Equal(Dense(text), Dense(string.Concat(parts)));
        }, iter: 500);
    }

    [Fact]
    public void A_dead_letter_says_no_more_than_the_bus_takes()
    {
        var long_ = string.Concat(Enumerable.Repeat(Family, 1000));
        var dead = Assert.IsType<Disposition.DeadLetterDisposition>(Disposition.DeadLetter(long_, long_));
        foreach (var text in new[] { dead.Reason, dead.Description })
        {
            Assert.InRange(text.Length, 4080, 4096);
            Assert.EndsWith("…", text, StringComparison.Ordinal);
            Assert.DoesNotContain(text.EnumerateRunes(), rune => rune == Rune.ReplacementChar);
            Assert.Equal(Family, StringInfo.GetNextTextElement(text));
        }
    }
}
