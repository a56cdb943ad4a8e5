using ReliefFunctions.Core.Campaigns;
using ReliefFunctions.Core.WeeklyReports.Forms;

namespace ReliefFunctions.Core.WeeklyReports;

/// <summary>One unit's report of one week: what an address of a report names.</summary>
/// <param name="Campaign">The campaign.</param>
/// <param name="Week">One of its weeks.</param>
/// <param name="Unit">A unit of its district that exists in that week.</param>
public record ReportPlace(Campaign Campaign, ReportingWeek Week, Unit Unit)
{
    /// <summary>Where its row lies in the campaign's partition.</summary>
    internal string RowKey => ReportRow.Key(Week.Key, Unit.Code);

    /// <summary>As the audit trail names it.</summary>
    internal string Subject => $"{Week.Key}/{Unit.Code}";

    /// <summary>As people name it, such as 青岩镇第2周.</summary>
    internal string Name => $"{Unit.Name}第{Week.Number}周";
}

/// <summary>The same with the form on which it is filed.</summary>
internal sealed record ReportTarget(Campaign Campaign, ReportingWeek Week, Unit Unit, FormDefinition Form) : ReportPlace(Campaign, Week, Unit);
