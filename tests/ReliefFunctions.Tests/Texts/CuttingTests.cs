using CsCheck;
using ReliefFunctions.Core.Texts;

namespace ReliefFunctions.Tests.Texts;

public class CuttingTests
{
    [Theory]
    [InlineData("十个字以内", 5, "十个字以内")]
    [InlineData("超过五个字的", 5, "超过五个…")]
    [InlineData("村民😀😀", 4, "村民…")]
    [InlineData("", 0, "")]
    public void What_is_too_long_ends_with_an_ellipsis(string text, int most, string expected) => Assert.Equal(expected, text.Cut(most));

    [Fact]
    public void No_cut_is_longer_than_asked_or_halves_a_character() =>
        Gen.Select(Gen.Int[0, 2].Select(i => new[] { "a", "字", "😀" }[i]).Array[0, 8].Select(parts => string.Concat(parts)), Gen.Int[1, 8]).Sample((text, most) =>
            text.Cut(most).Length <= most && !text.Cut(most).TrimEnd('…').Select(char.IsHighSurrogate).LastOrDefault());
}
