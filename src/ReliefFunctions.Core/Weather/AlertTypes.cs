namespace ReliefFunctions.Core.Weather;

/// <summary>The feeds' codes of signal types. A code that is not here keeps the name the feed gives, or the code itself.</summary>
public static class AlertTypes
{
    private static readonly Dictionary<string, string> Qweather = Pairs(
        "1004暴雪 1005寒潮 1006大风 1008低温冻害 1016霜冻 1021道路结冰 1027冰冻 1030低温雨雪冰冻 1033大雪 1034寒冷 1039强降温 1048降温 "
        + "1050严寒 1056低温 1057道路冰雪 1059持续低温 1081电线积冰 1086低温凝冻", digits: 4);

    // The TT of the TTLL codes of 中国天气网, 中央气象台 and Caiyun.
    private static readonly Dictionary<string, string> TwoDigits = Pairs(
        "01台风 02暴雨 03暴雪 04寒潮 05大风 06沙尘暴 07高温 08干旱 09雷电 10冰雹 11霜冻 12大雾 13霾 14道路结冰 91寒冷 95降温", digits: 2);

    /// <summary>The type's name for QWeather's code, or null.</summary>
    public static string? OfQWeather(string? code) => code is not null && Qweather.TryGetValue(code, out var name) ? name : null;

    /// <summary>The type's name for the first two digits of a TTLL code, or null.</summary>
    public static string? OfTwoDigits(string? code) => code is { Length: >= 2 } && TwoDigits.TryGetValue(code[..2], out var name) ? name : null;

    /// <summary>The level for LL: 01 蓝, 02 黄, 03 橙, 04 红.</summary>
    public static AlertLevel LevelOfTwoDigits(string? code) => code switch
    {
        "01" => AlertLevel.Blue,
        "02" => AlertLevel.Yellow,
        "03" => AlertLevel.Orange,
        "04" => AlertLevel.Red,
        _ => AlertLevel.Unknown,
    };

    /// <summary>
    /// Whether a type is cold by nature (低温冻害, 暴风雪, 雪灾, 冻雨, 凝冻 …), whatever a policy says about it: such a one never passes in silence.
    /// Hail falls from thunderstorms, and is not.
    /// </summary>
    public static bool IsCold(string typeName) =>
        Array.Exists(ColdWords, word => typeName.Replace("冰雹", "", StringComparison.Ordinal).Contains(word, StringComparison.OrdinalIgnoreCase));

    private static readonly string[] ColdWords =
        ["寒", "冻", "冰", "雪", "霜", "凝", "凌", "冷", "低温", "降温", "cold", "freez", "frost", "snow", "blizzard", "wind chill", "winter", "ice "];

    private static Dictionary<string, string> Pairs(string text, int digits) =>
        text.Split(' ').ToDictionary(pair => pair[..digits], pair => pair[digits..], StringComparer.Ordinal);
}
