using ReliefFunctions.Core.Storage;
using ReliefFunctions.Core.Texts;

namespace ReliefFunctions.Core.Campaigns;

/// <summary>What a reporting unit (报送单位) is; the form's fields and the notice's last sentence depend on it.</summary>
public enum UnitKind
{
    /// <summary>乡、镇、街道.</summary>
    Township,

    /// <summary>公安分局.</summary>
    Police,

    /// <summary>综合行政执法局（城管）.</summary>
    UrbanManagement,

    /// <summary>救助管理站: gets notices and files its own figures, outside of the reporting rate (plan item 1.37 names the reporters).</summary>
    RescueStation,

    /// <summary>Any other department that a campaign makes report (plan item 3.11).</summary>
    Department,
}

/// <summary>Somebody of a unit who can be reached.</summary>
/// <param name="Name">As written in the contact list.</param>
/// <param name="Role">信息员, 备班, 带班领导 or 分管领导: the steps of an escalation, in this order.</param>
/// <param name="Phone">For the call list; never sent to a browser without the office's role.</param>
public sealed record Contact(string Name, string Role, [property: HoldsPersonalData] string? Phone = null)
{
    /// <summary>Fills in the forms.</summary>
    public const string Reporter = "信息员";

    /// <summary>Called first.</summary>
    public const string StandBy = "备班";

    /// <summary>Leads the shift.</summary>
    public const string ShiftLeader = "带班领导";

    /// <summary>Answers for the unit.</summary>
    public const string Leader = "分管领导";
}

/// <summary>A unit that must report (报送单位).</summary>
[Audited]
public sealed record Unit
{
    /// <summary>Letters, digits and hyphens; unique in the district. For a 乡/镇/街道 its division code, such as <c>520111101</c>.</summary>
    public required string Code { get; init; }

    /// <summary>The full name, such as 青岩镇.</summary>
    public required string Name { get; init; }

    /// <summary>What the unit is.</summary>
    public required UnitKind Kind { get; init; }

    /// <summary>Other names by which forms, alerts and people call it (区公安 for 区公安分局).</summary>
    public IReadOnlyList<string> Aliases { get; init; } = [];

    /// <summary>First day on which the unit must report; null for the whole campaign.</summary>
    public DateOnly? Opens { get; init; }

    /// <summary>Last day on which the unit must report; null for the whole campaign.</summary>
    public DateOnly? Closes { get; init; }

    /// <summary>Whom to reach, the first one first.</summary>
    public IReadOnlyList<Contact> Contacts { get; init; } = [];

    /// <summary>Key points (重点点位) named in notices.</summary>
    public IReadOnlyList<string> KeyPoints { get; init; } = [];

    /// <summary>
    /// The highest inhabited place in metres above sea level: a warning for 海拔1300米以上 is for those who reach so high. Null when nobody said so.
    /// </summary>
    public int? HighestPoint { get; init; }

    /// <summary>Position in lists; units with the same one follow their code.</summary>
    public int Order { get; init; }

    /// <summary>Whether the unit stands in the reporting rate.</summary>
    public bool CountsInReportingRate => Kind != UnitKind.RescueStation;

    /// <summary>Whether the unit exists on any day from <paramref name="from"/> to <paramref name="to"/>, both included.</summary>
    public bool IsOpen(DateOnly from, DateOnly to) => (Opens is null || Opens <= to) && (Closes is null || Closes >= from);
}
