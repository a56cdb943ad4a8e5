using System.Globalization;
using System.Text;

namespace ReliefFunctions.Core.Texts;

/// <summary>A person's name as somebody typed it on a page.</summary>
internal static class PersonName
{
    /// <summary>Longest name, in characters.</summary>
    public const int Longest = 30;

    /// <summary>The name as it is kept: no control characters, nothing that is not seen, no blanks around it; empty when nothing of it is left.</summary>
    public static string Clean(string? typed)
    {
        var kept = new StringBuilder();
        foreach (var rune in Characters.Clean(typed ?? "").EnumerateRunes())
        {
            if (Characters.IsSeen(rune)) kept.Append(rune);
            else if (Rune.IsWhiteSpace(rune) && kept.Length > 0 && kept[^1] != ' ') kept.Append(' ');
        }

        return kept.ToString().Trim();
    }

    /// <summary>Why a cleaned name may not stand under a notice, in Chinese with how to mend it; null when it may.</summary>
    public static string? Refusal(string name) =>
        name.Length == 0 || !name.EnumerateRunes().Any(Rune.IsLetter) ? "请填写签收人姓名：签收要写明是谁，空白或看不见的字符不算。"
        : new StringInfo(name).LengthInTextElements > Longest || name.Length > 2 * Longest ? $"姓名最长 {Longest} 字，请只写签收人姓名。"
        : PersonalData.Find(name) is { Count: > 0 } found ? $"姓名里有{found[0].What}（{found[0].Masked}），请只写姓名。"
        : null;
}
