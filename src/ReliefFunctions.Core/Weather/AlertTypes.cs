namespace ReliefFunctions.Core.Weather;

/// <summary>The feeds' codes of signal types. A code that is not here keeps the name the feed gives, or the code itself.</summary>
public static class AlertTypes
{
    private static readonly Dictionary<string, string> Qweather = Pairs(
        "1001台风 1002龙卷风 1003暴雨 1004暴雪 1005寒潮 1006大风 1007沙尘暴 1008低温冻害 1009高温 1011干热风 1014雷电 1015冰雹 1016霜冻 1017大雾 1019霾 1021道路结冰 1027冰冻 1030低温雨雪冰冻 1033大雪 1034寒冷 1039强降温 1048降温 "
        + "1050严寒 1056低温 1057道路冰雪 1059持续低温 1081电线积冰 1086低温凝冻", digits: 4);

    // The TT of the TTLL codes of 中国天气网, 中央气象台 and Caiyun.
    private static readonly Dictionary<string, string> TwoDigits = Pairs(
        "01台风 02暴雨 03暴雪 04寒潮 05大风 06沙尘暴 07高温 08干旱 09雷电 10冰雹 11霜冻 12大雾 13霾 14道路结冰 91寒冷 95降温", digits: 2);

    /// <summary>
    /// The names of signals that texts are searched for, by blanks: those of the national standard, those issued locally, and those that other offices
    /// respond to. A text may name another; then what stands between the verb and the colour is the type.
    /// </summary>
    internal const string Names =
        "寒潮 强寒潮 超强寒潮 低温 持续低温 低温冻害 低温雨雪冰冻 低温凝冻 低温冰冻 低温冻雨 低温寒潮 低温霜冻 强降温 降温 大风降温 寒冷 严寒 强冷空气 冷空气 暴雪 大雪 暴风雪 雪灾 强降雪 降雪 "
        + "雨雪冰冻 雨雪 冻雨 凝冻 冰冻 霜冻 冻害 道路结冰 道路冰雪 道路积雪 积雪 路面结冰 电线积冰 电线覆冰 覆冰 冰凌 海冰 风吹雪 吹雪 "
        + "大风 海上大风 雷雨大风 陆地大风 阵风 台风 暴雨 强降雨 强降水 强对流 高温 干旱 干热风 雷电 雷暴 冰雹 大雾 浓雾 海上大雾 霾 灰霾 雾霾 沙尘暴 沙尘 强沙尘暴 浮尘 森林火险 草原火险 森林草原火险 龙卷风 "
        + "地质灾害 地质灾害气象风险 山洪 山洪灾害 山洪灾害气象风险 洪水 内涝 城市内涝 重污染天气 空气重污染 臭氧 气象灾害 自然灾害";

    /// <summary>
    /// The type's name for a code of 12379, such as <c>11B05</c> for 寒潮: its last two digits are those of QWeather's <c>10..</c>. Null for any other.
    /// </summary>
    public static string? OfEventCode(string? code) =>
        code?.Trim() is { Length: 5 } five && five.StartsWith("11B", StringComparison.OrdinalIgnoreCase) ? OfQWeather("10" + five[3..]) : null;

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
