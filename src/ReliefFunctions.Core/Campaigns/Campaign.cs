using System.Text.Json.Serialization;
using ReliefFunctions.Core.Storage;
using ReliefFunctions.Core.Texts;

namespace ReliefFunctions.Core.Campaigns;

/// <summary>
/// One winter in one district (专项行动): calendar, form and policy versions. Units are kept beside it, because they outlive a season.
/// </summary>
[Audited]
public sealed record Campaign
{
    /// <summary>The zone where none is named.</summary>
    public const string DefaultTimeZone = "Asia/Shanghai";

    /// <summary>GB/T 2260 code of the district, such as <c>520111</c>.</summary>
    public required string District { get; init; }

    /// <summary>The district's name, such as 花溪区.</summary>
    public required string DistrictName { get; init; }

    /// <summary>
    /// The cities and provinces above it, such as 贵阳市 and 贵州省: the warnings of their stations are for the district, too. Where none is named, any city's and
    /// province's warning that is pasted is taken for one.
    /// </summary>
    public IReadOnlyList<string> Above { get; init; } = [];

    /// <summary>The two years of the winter, such as <c>2026-2027</c>.</summary>
    public required string Season { get; init; }

    /// <summary>The campaign's full name.</summary>
    public required string Name { get; init; }

    /// <summary>The campaign office (领导小组办公室).</summary>
    public required string Office { get; init; }

    /// <summary>What stands in red over the bulletin (发文机关标志, GB/T 9704-2012), such as 花溪区“寒冬送温暖”工作简报; null for a bulletin without a red head.</summary>
    public string? BulletinHead { get; init; }

    /// <summary>The office's duty phone, as printed in notices.</summary>
    [HoldsPersonalData]
    public required string DutyPhone { get; init; }

    /// <summary>The documents on which the campaign rests, with their 文号 (plan item 1.02).</summary>
    public IReadOnlyList<string> Basis { get; init; } = [];

    /// <summary>First day (plan item 1.12).</summary>
    public required DateOnly Start { get; init; }

    /// <summary>Last day as planned (plan item 1.12); see <see cref="Extension"/>.</summary>
    public required DateOnly End { get; init; }

    /// <summary>IANA time zone of every local time.</summary>
    public string TimeZone { get; init; } = DefaultTimeZone;

    /// <summary>When weeks end, fall due, lock and are compiled.</summary>
    public CampaignCalendar Calendar { get; init; } = new();

    /// <summary>Which version of the weekly form holds from which day, earliest first.</summary>
    public required IReadOnlyList<FormInForce> Forms { get; init; }

    /// <summary>The version of the patrol policy in force.</summary>
    public required int PolicyVersion { get; init; }

    /// <summary>The decision that moved the end (视情顺延, plan item 3.16), if there is one.</summary>
    public CampaignExtension? Extension { get; init; }

    /// <summary>The last day, with the extension.</summary>
    public DateOnly LastDay => Extension is { } extension && extension.NewEnd > End ? extension.NewEnd : End;

    /// <summary>The name of the campaign's partition in every feature's table: <c>520111|2026-2027</c>.</summary>
    public string Partition => $"{District}|{Season}";

    /// <summary>Whether it stands for a city or province (<see cref="Areas"/>) and is no campaign.</summary>
    [JsonIgnore]
    public bool IsArea => District.Length < 6;

    /// <summary>The city and the province that it lies in, as places of the same season and zone: what is told there is kept under their codes.</summary>
    public IEnumerable<Campaign> Areas() => [this with { District = District[..4] }, this with { District = District[..2] }];

    /// <summary>The campaign's time zone.</summary>
    public TimeZoneInfo Zone() => TimeZoneInfo.FindSystemTimeZoneById(TimeZone);

    /// <summary>The form version for a period that begins on <paramref name="day"/>.</summary>
    public int FormVersionOn(DateOnly day) =>
        Forms.Where(form => form.From <= day).OrderBy(form => form.From).LastOrDefault()?.Version ?? Forms.OrderBy(form => form.From).First().Version;
}

/// <summary>From which day a version of the weekly form holds.</summary>
public sealed record FormInForce(int Version, DateOnly From);

/// <summary>
/// The decision to prolong the campaign on special disastrous weather (视情顺延, plan item 3.16). Report weeks, reminders, compiles and the patrol clock
/// follow <see cref="Campaign.LastDay"/> and so move with it; the fixed dates of the stage reports (plan item 1.38) do not.
/// </summary>
/// <param name="NewEnd">The last day from now on.</param>
/// <param name="Reason">Why.</param>
/// <param name="ApprovedBy">The person who approved it.</param>
/// <param name="DecidedAt">When it was recorded, UTC.</param>
public sealed record CampaignExtension(DateOnly NewEnd, string Reason, string ApprovedBy, DateTimeOffset DecidedAt)
{
    /// <summary>Whether two records are one decision, whenever each was recorded.</summary>
    public bool IsSameDecision(CampaignExtension other) => this with { DecidedAt = other.DecidedAt } == other;
}

/// <summary>A decision to prolong the campaign, or to change the one before.</summary>
public sealed record ExtensionRequest
{
    /// <summary>The last day from now on.</summary>
    public required DateOnly NewEnd { get; init; }

    /// <summary>Why, at most 200 characters.</summary>
    public required string Reason { get; init; }

    /// <summary>The person who approved it, at most 30 characters.</summary>
    public required string ApprovedBy { get; init; }
}
