using System.Globalization;
using System.Text.RegularExpressions;
using ReliefFunctions.Core.Campaigns;
using ReliefFunctions.Core.Weather;

namespace ReliefFunctions.Core.Patrols;

/// <summary>Which units a message is for.</summary>
public static partial class AlertArea
{
    /// <summary>
    /// The units, or null for the whole district. Township codes narrow a message, and so do townships named in its text, but only when every
    /// place named resolves to a unit and no word such as 等地 says that there are more. Departments and the station are never dropped.
    /// </summary>
    public static IReadOnlyList<string>? UnitsOf(WeatherAlert alert, string district, IReadOnlyList<Unit> units, PatrolPolicy policy)
    {
        var within = alert.Areas.Where(area => WeatherAlert.Touches(area, district)).Select(WeatherAlert.Prefix).ToList();
        var named = within.Count > 0 && within.All(area => area.Length > 6) ? ByCode(within, units) : ByText(alert, units, policy);
        return named is null ? null : [.. units.Where(unit => unit.Kind != UnitKind.Township || named.Contains(unit.Code)).Select(unit => unit.Code)];
    }

    private static HashSet<string>? ByCode(List<string> areas, IReadOnlyList<Unit> units)
    {
        var found = areas.Select(
            area => units.FirstOrDefault(unit => unit.Kind == UnitKind.Township && unit.Code.StartsWith(area, StringComparison.Ordinal))?.Code).ToList();
        return found.Contains(null) ? null : found.OfType<string>().ToHashSet(StringComparer.Ordinal);
    }

    private static HashSet<string>? ByText(WeatherAlert alert, IReadOnlyList<Unit> units, PatrolPolicy policy)
    {
        // Where it has happened already (目前青岩镇已降至-2℃) says nothing of where it is expected.
        var text = Observed().Replace(alert.Description ?? "", "");
        if (Except().Match(text) is { Success: true } except)
        {
            // 除青岩镇外: all the others; where the exception cannot be told, all.
            var left = ByText(alert with { Description = except.Groups["places"].Value }, units, policy);
            return left is null
                ? null
                : units.Where(unit => unit.Kind == UnitKind.Township && !left.Contains(unit.Code)).Select(unit => unit.Code).ToHashSet(StringComparer.Ordinal);
        }

        if (policy.WholeDistrictWords.Any(word => text.Contains(word, StringComparison.Ordinal))) return null;
        var names = units.Where(unit => unit.Kind == UnitKind.Township)
            .SelectMany(unit => unit.Aliases.Append(unit.Name).Append(Suffix().Replace(unit.Name, "")).Select(name => (Name: name, unit.Code)))
            .OrderByDescending(each => each.Name.Length).ToList();
        HashSet<string> found = new(StringComparer.Ordinal);
        if (Above().Match(text) is { Success: true } above)
        {
            // Whose height nobody entered may be up there too.
            var townships = units.Where(unit => unit.Kind == UnitKind.Township).ToList();
            if (townships.Exists(unit => unit.HighestPoint is null)) return null;
            var height = int.Parse(above.Groups["metres"].ValueSpan, CultureInfo.InvariantCulture);
            text = Above().Replace(text, "");
            found.UnionWith(townships.Where(unit => unit.HighestPoint >= height).Select(unit => unit.Code));
        }

        foreach (var end in Place().Matches(text).Select(match => match.Index + match.Length))
        {
            if (names.Find(each => text.AsSpan(0, end).EndsWith(each.Name, StringComparison.Ordinal)) is not { Code: { } code } known) return null;
            found.Add(code);

            // Places in a row need not all end like a township (青岩镇、高坡、孟关): the neighbours of one that does are places too.
            for (var at = end; at < text.Length && Between.Contains(text[at]); found.Add(code))
            {
                if (names.Find(each => text.AsSpan(at + 1).StartsWith(each.Name, StringComparison.Ordinal)) is not { Code: { } right } next) return null;
                (code, at) = (right, at + 1 + next.Name.Length);
            }

            for (var at = end - known.Name.Length; at > 0 && Between.Contains(text[at - 1]); found.Add(code))
            {
                if (names.Find(each => text.AsSpan(0, at - 1).EndsWith(each.Name, StringComparison.Ordinal)) is not { Code: { } left } previous) return null;
                (code, at) = (left, at - 1 - previous.Name.Length);
            }
        }

        return found.Count == 0 ? null : found;
    }

    [GeneratedRegex("(?:目前|截至|实况|过去|昨[日天夜]|今晨)[^。;；,，]*(?:已|出现|降至)[^。;；,，]*[。;；,，]?", RegexOptions.CultureInvariant)]
    private static partial Regex Observed();

    [GeneratedRegex("除(?:了)?(?<places>[^。;；,，]{2,40}?)(?:以外|之外|外)", RegexOptions.CultureInvariant)]
    private static partial Regex Except();

    [GeneratedRegex("(?:以及|[、和及与])?海拔(?:高度)?(?:在|约)?(?<metres>[0-9]{3,4})(?:米|m)(?:及|或)?(?:以上|之上)的?(?:乡镇|地区|区域|山区|路段|地带)*", RegexOptions.CultureInvariant | RegexOptions.IgnoreCase)]
    private static partial Regex Above();

    private const string Between = "、和及与";

    // Every place that ends like a township; 街道 also stands in 街道结冰, and then, as any name that does not resolve, widens to the district.
    [GeneratedRegex("镇|乡|街道", RegexOptions.CultureInvariant)]
    private static partial Regex Place();

    [GeneratedRegex("(?<=..)(?:镇|乡|街道)$", RegexOptions.CultureInvariant)]
    private static partial Regex Suffix();
}
