namespace ReliefFunctions.Core.WeeklyReports.Forms;

/// <summary>A figure that pages and verdicts speak of, whatever the form calls its field.</summary>
public enum FieldMeaning
{
    /// <summary>街面巡查次数.</summary>
    Patrols,

    /// <summary>夜间巡查次数 (20:00–06:00).</summary>
    NightPatrols,

    /// <summary>应巡重点点位, a stock.</summary>
    PointsDue,

    /// <summary>已巡重点点位, each once.</summary>
    PointsPatrolled,

    /// <summary>重点点位巡查遍数: every round of every point.</summary>
    PointRounds,

    /// <summary>应排查村（社区）, a stock.</summary>
    VillagesDue,

    /// <summary>已排查村（社区）, each once.</summary>
    VillagesSearched,

    /// <summary>救助合计.</summary>
    Aided,

    /// <summary>站内救助.</summary>
    AidedInside,

    /// <summary>站外救助.</summary>
    AidedOutside,

    /// <summary>送医救治.</summary>
    AidedInHospital,

    /// <summary>未成年人、老年人、残疾人: to be escorted with a written handover (plan item 1.22).</summary>
    Vulnerable,

    /// <summary>护送并书面交接.</summary>
    HandedOver,

    /// <summary>查明身份（寻亲）.</summary>
    Identified,

    /// <summary>接送返乡.</summary>
    ReturnedHome,

    /// <summary>落户、移送机构安置.</summary>
    Placed,

    /// <summary>求助及线索.</summary>
    Leads,

    /// <summary>已处置的线索.</summary>
    LeadsSettled,

    /// <summary>新发现隐患.</summary>
    HazardsFound,

    /// <summary>未整改隐患, a stock.</summary>
    Hazards,

    /// <summary>重大情况.</summary>
    Incidents,

    /// <summary>需区级协调事项, words.</summary>
    Matter,
}

/// <summary>Meanings of forms that were stored before forms named them.</summary>
public static class FieldMeanings
{
    /// <summary>Those of the first weekly form.</summary>
    public static IReadOnlyDictionary<FieldMeaning, IReadOnlyList<string>> First { get; } = new Dictionary<FieldMeaning, IReadOnlyList<string>>
    {
        [FieldMeaning.Patrols] = ["A01"],
        [FieldMeaning.NightPatrols] = ["A02"],
        [FieldMeaning.PointsDue] = ["A05"],
        [FieldMeaning.PointsPatrolled] = ["A06"],
        [FieldMeaning.VillagesDue] = ["A07"],
        [FieldMeaning.VillagesSearched] = ["A08"],
        [FieldMeaning.Aided] = ["B02"],
        [FieldMeaning.AidedInside] = ["B03"],
        [FieldMeaning.AidedOutside] = ["B04"],
        [FieldMeaning.AidedInHospital] = ["B05"],
        [FieldMeaning.Vulnerable] = ["B08", "B09", "B10"],
        [FieldMeaning.HandedOver] = ["B13"],
        [FieldMeaning.Identified] = ["C02"],
        [FieldMeaning.ReturnedHome] = ["C03"],
        [FieldMeaning.Placed] = ["C04"],
        [FieldMeaning.Leads] = ["E01"],
        [FieldMeaning.LeadsSettled] = ["E02"],
        [FieldMeaning.HazardsFound] = ["F02"],
        [FieldMeaning.Hazards] = ["F04"],
        [FieldMeaning.Incidents] = ["X01"],
        [FieldMeaning.Matter] = ["X03"],
    };
}
