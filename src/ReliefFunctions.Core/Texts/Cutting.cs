namespace ReliefFunctions.Core.Texts;

/// <summary>Shortens what people wrote to where it must fit.</summary>
internal static class Cutting
{
    /// <summary>At most <paramref name="most"/> characters, an ellipsis among them when something was cut; a character outside of the BMP is never halved.</summary>
    public static string Cut(this string text, int most) => text.Length <= most ? text : text.First(most - 1) + "…";

    /// <summary>The first characters without a mark that something follows, for where an ellipsis counts as content.</summary>
    public static string First(this string text, int most) =>
        text.Length <= most ? text : text[..(most > 0 && char.IsHighSurrogate(text[most - 1]) ? most - 1 : most)];
}
