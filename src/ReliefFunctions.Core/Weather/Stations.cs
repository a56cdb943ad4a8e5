using System.Text.RegularExpressions;
using ReliefFunctions.Core.Campaigns;

namespace ReliefFunctions.Core.Weather;

/// <summary>Whose station an office is, by the places in its name.</summary>
public static partial class Stations
{
    /// <summary>
    /// Whether an office is of another district, or of a city or province that does not lie above the campaign's (<see cref="Campaign.Above"/>). One that names
    /// no place, and the national ones, are of nowhere else.
    /// </summary>
    public static bool IsForeign(string issuer, Campaign campaign, IReadOnlyList<Campaign> all)
    {
        if (issuer.StartsWith("中央", StringComparison.Ordinal) || issuer.StartsWith("国家", StringComparison.Ordinal)
            || issuer.StartsWith("中国", StringComparison.Ordinal))
        {
            return false;
        }

        var own = Bare(campaign.DistrictName);
        if (own.Length >= 2 && issuer.Contains(own, StringComparison.Ordinal)) return false;
        if (Places().Match(issuer) is not { Success: true } match) return false;
        var (province, city, county) = (match.Groups["province"].Value, match.Groups["city"].Value, match.Groups["county"].Value);
        if (county.Length > 0) return true;
        var lowest = city.Length > 0 ? city : province;
        if (lowest.Length == 0) return false;

        // 清镇市 is a city of a district's rank; another campaign of that name tells it from a city above.
        if (all.Any(other => other.District != campaign.District && Bare(other.DistrictName) == Bare(lowest))) return true;
        return campaign.Above.Count > 0 && !campaign.Above.Any(above => Bare(above) == Bare(lowest));
    }

    private static string Bare(string place) => place.Length > 2 && "省市区县旗州盟".Contains(place[^1], StringComparison.Ordinal) ? place[..^1] : place;

    [GeneratedRegex("^(?<province>[^省市区县旗州盟]{2,8}(?:省|自治区))?(?<city>[^省市区县旗盟]{1,12}(?:市|州|盟|地区))?(?<county>[^省市区县旗]{1,12}(?:区|县|旗|市))?",
        RegexOptions.CultureInvariant)]
    private static partial Regex Places();
}
