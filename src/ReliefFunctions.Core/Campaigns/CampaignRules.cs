using System.Text.RegularExpressions;
using ReliefFunctions.Core.Http;
using ReliefFunctions.Core.Storage;
using ReliefFunctions.Core.Texts;

namespace ReliefFunctions.Core.Campaigns;

/// <summary>What a campaign's and a unit's data must hold before they are stored.</summary>
public static partial class CampaignRules
{
    /// <summary>Everything wrong with a campaign for the address it was sent to.</summary>
    public static IReadOnlyList<ProblemError> Check(Campaign campaign, string district, string season)
    {
        var errors = new List<ProblemError>();
        void Refuse(string pointer, string message, string fix) => errors.Add(new ProblemError { Pointer = pointer, Message = message, Fix = fix });

        if (campaign.District != district) Refuse("/district", $"内容中的区划代码是“{campaign.District}”，地址中是“{district}”。", "两处改为一致。");
        if (!District().IsMatch(campaign.District)) Refuse("/district", "区划代码应为六位数字（GB/T 2260）。", "例如花溪区为 520111。");
        if (campaign.Season != season) Refuse("/season", $"内容中的年度是“{campaign.Season}”，地址中是“{season}”。", "两处改为一致。");
        if (!Season().IsMatch(campaign.Season)
            || int.Parse(campaign.Season[5..], System.Globalization.CultureInfo.InvariantCulture) != int.Parse(campaign.Season[..4],
                System.Globalization.CultureInfo.InvariantCulture) + 1)
        {
            Refuse("/season", "年度应写作相邻两年。", "例如 2026-2027。");
        }

        if (campaign.End < campaign.Start) Refuse("/end", "结束日期早于开始日期。", "核对起止日期。");
        if (campaign.End.DayNumber - campaign.Start.DayNumber > 366) Refuse("/end", "专项行动超过一年。", "核对起止日期中的年份。");
        if (!TimeZoneInfo.TryFindSystemTimeZoneById(campaign.TimeZone, out _))
        {
            Refuse("/timeZone", $"没有“{campaign.TimeZone}”这个时区。", "使用 IANA 时区名，例如 Asia/Shanghai。");
        }

        if (campaign.Forms.Count == 0) Refuse("/forms", "没有指定表样版本。", "至少写明一个表样版本及其启用日期。");
        if (campaign.Calendar.ShortestPeriodDays is < 1 or > 6) Refuse("/calendar/shortestPeriodDays", "最短周期应在 1 至 6 天之间。", "默认 3 天。");
        return errors;
    }

    /// <summary>What a change of a campaign may not touch: the form of a week that is over, because reports were filed and counted on it.</summary>
    public static IReadOnlyList<ProblemError> Check(Campaign before, Campaign after, DateTimeOffset now)
    {
        var today = LocalTime.DateOf(now, after.Zone());
        var changed = CampaignWeeks.Of(after).Where(week => week.Last < today && before.FormVersionOn(week.First) != after.FormVersionOn(week.First))
            .Select(week => week.Key).ToList();
        return changed.Count == 0
            ? []
            : [new ProblemError
            {
                Pointer = "/forms",
                Message = $"已经结束的周（{string.Join("、", changed)}）不能换表样。",
                Fix = $"新表样的启用日期不早于 {CampaignWeeks.At(after, now)?.First ?? today:yyyy-MM-dd}。",
            }];
    }

    /// <summary>
    /// Everything wrong with a decision to prolong a campaign. It may be taken back in part, never below a week that has opened: its denominator is
    /// frozen and its reports are asked for.
    /// </summary>
    public static IReadOnlyList<ProblemError> Check(Campaign campaign, ExtensionRequest request, DateTimeOffset now)
    {
        var errors = new List<ProblemError>();
        void Refuse(string pointer, string message, string fix) => errors.Add(new ProblemError { Pointer = pointer, Message = message, Fix = fix });

        if (string.IsNullOrWhiteSpace(request.Reason) || request.Reason.Length > 200) Refuse("/reason", "须写明顺延理由，最长 200 字。", "例如：持续低温雨雪冰冻。");
        if (string.IsNullOrWhiteSpace(request.ApprovedBy) || request.ApprovedBy.Length > 30) Refuse("/approvedBy", "须写明批准人，最长 30 字。", "填写姓名或职务。");
        if (request.NewEnd < campaign.End)
        {
            Refuse("/newEnd", $"新的结束日期早于原定的 {campaign.End:yyyy-MM-dd}。", "顺延只能推后；撤回顺延请填写原定日期。");
        }
        else if (request.NewEnd.DayNumber - campaign.Start.DayNumber > 366)
        {
            Refuse("/newEnd", "顺延后专项行动超过一年。", "核对日期中的年份；跨入下一个冬天的，请设立新的专项行动。");
        }
        else
        {
            var kept = CampaignWeeks.Of(campaign with { Extension = new CampaignExtension(request.NewEnd, "", "", now) }).Select(week => week.Key).ToHashSet();
            if (CampaignWeeks.Of(campaign).LastOrDefault(week => week.Opens <= now && !kept.Contains(week.Key)) is { } opened)
            {
                Refuse("/newEnd", $"第 {opened.Number} 周（{opened.Key}，{opened.First:yyyy-MM-dd} 起）已经开始填报，不能撤到它之前。", $"结束日期不早于 {opened.Last:yyyy-MM-dd}。");
            }
        }

        return errors;
    }

    /// <summary>Everything wrong with a list of units.</summary>
    public static IReadOnlyList<ProblemError> Check(IReadOnlyList<Unit> units)
    {
        var errors = new List<ProblemError>();
        if (units.Count is 0 or > Transaction.MaxRows - 1)
        {
            errors.Add(new ProblemError { Pointer = "", Message = $"一次可登记 1 至 {Transaction.MaxRows - 1} 个单位，收到 {units.Count} 个。", Fix = "分批提交。" });
        }

        for (var i = 0; i < units.Count; i++)
        {
            if (!UnitCode().IsMatch(units[i].Code))
            {
                errors.Add(new ProblemError { Pointer = $"/{i}/code", Value = units[i].Code, Message = "单位代码只能用字母、数字和连字符，最长 32 位。", Fix = "乡镇街道建议使用九位区划代码。" });
            }

            if (units[i].Code is "office" or "leader")
            {
                errors.Add(new ProblemError
                {
                    Pointer = $"/{i}/code",
                    Value = units[i].Code,
                    Message = "office 和 leader 是办公室、领导的渠道代码，不能作单位代码。",
                    Fix = "换一个代码。",
                });
            }

            if (string.IsNullOrWhiteSpace(units[i].Name) || units[i].Name.Length > 50)
            {
                errors.Add(new ProblemError { Pointer = $"/{i}/name", Message = "单位名称不能为空，最长 50 字。", Fix = "填写全称。" });
            }

            if (units[i].HighestPoint is < 0 or > 9000)
            {
                errors.Add(new ProblemError { Pointer = $"/{i}/highestPoint", Message = "最高海拔应为 0 至 9000 米。", Fix = "填写米数，或留空。" });
            }

            errors.AddRange(units[i].Contacts.SelectMany((contact, j) => Check(contact, $"/{i}/contacts/{j}")));
            if (units[i].Closes < units[i].Opens) errors.Add(new ProblemError { Pointer = $"/{i}/closes", Message = "撤销日期早于设立日期。", Fix = "核对日期。" });
        }

        foreach (var twice in units.GroupBy(unit => unit.Code).Where(group => group.Count() > 1))
        {
            errors.Add(new ProblemError { Pointer = "", Value = twice.Key, Message = $"单位代码 {twice.Key} 出现了 {twice.Count()} 次。", Fix = "每个单位只列一次。" });
        }

        return errors;
    }

    private static IEnumerable<ProblemError> Check(Contact contact, string pointer)
    {
        if (string.IsNullOrWhiteSpace(contact.Name) || contact.Name.Length > 30)
        {
            yield return new ProblemError { Pointer = pointer + "/name", Message = "联系人须写明姓名，最长 30 字。", Fix = "只填姓名；没有这个人的，移除这一行。" };
        }

        if (string.IsNullOrWhiteSpace(contact.Role) || contact.Role.Length > 20)
        {
            yield return new ProblemError { Pointer = pointer + "/role", Message = "联系人须写明职责，最长 20 字。", Fix = "例如信息员、备班、带班领导、分管领导。" };
        }

        if (contact.Phone is { Length: > 0 } phone && !PhoneNumber.Is(phone))
        {
            yield return new ProblemError
            {
                Pointer = pointer + "/phone",
                Message = $"电话“{phone.Cut(30)}”不对：手机应为 11 位，座机应带区号。",
                Fix = "核对号码；一格只填一个号码。",
            };
        }
    }

    [GeneratedRegex(@"^\d{6}\z", RegexOptions.ECMAScript)]
    private static partial Regex District();

    [GeneratedRegex(@"^\d{4}-\d{4}\z", RegexOptions.ECMAScript)]
    private static partial Regex Season();

    [GeneratedRegex(@"^[A-Za-z0-9-]{1,32}\z")]
    private static partial Regex UnitCode();
}
