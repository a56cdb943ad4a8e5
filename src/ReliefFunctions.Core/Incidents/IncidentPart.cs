using System.Globalization;
using ReliefFunctions.Core.Campaigns;

namespace ReliefFunctions.Core.Incidents;

/// <summary>The sheet of incidents in the summaries, and which days' summaries an incident touches.</summary>
public sealed class IncidentPart(IncidentStore incidents, CampaignStore campaigns) : ISummaryPart
{
    private static readonly IReadOnlyList<SummaryPartColumn> Columns =
    [
        new("发现时间", 13), new("单位", 18), new("类别", 10), new("程度", 7), new("情况", 34), new("地点", 22), new("人员", 18), new("状态", 9), new("已采取及结论", 34),
    ];

    /// <inheritdoc/>
    public async Task<SummaryPart?> ReadAsync(Campaign campaign, DateOnly first, DateOnly last, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(campaign);
        var rows = (await incidents.AllAsync(campaign, ct)).Where(row => DayOf(row, campaign) is var day && first <= day && day <= last).ToList();
        if (rows.Count == 0) return null;
        var (policy, units) = (await incidents.PolicyAsync(campaign, ct), await campaigns.UnitsAsync(campaign.District, ct));
        return new SummaryPart("突发情况", [], Columns,
            [.. rows.OrderBy(row => row.Content.FoundAt).ThenBy(row => row.Id, StringComparer.Ordinal).Select(row => Line(row, policy, units, campaign))]);
    }

    /// <inheritdoc/>
    public async Task<IReadOnlyList<DateOnly>> TouchedAsync(Campaign campaign, DateTimeOffset from, DateTimeOffset to, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(campaign);
        var days = new HashSet<DateOnly>();
        foreach (var id in await incidents.TouchedAsync(campaign, from, to, ct))
        {
            if (await incidents.GetAsync(campaign, id, ct) is not { } row) continue;
            days.Add(DayOf(row, campaign));

            // A correction of the day touches the day it stood on before as well.
            if (row.Marks.Any(mark => mark.Kind == IncidentReportKind.Correction))
            {
                foreach (var version in await incidents.VersionsAsync(campaign, id, ct)) days.Add(LocalTime.DateOf(version.Content.FoundAt, campaign.Zone()));
            }
        }

        return [.. days];
    }

    private static DateOnly DayOf(IncidentRow row, Campaign campaign) => LocalTime.DateOf(row.Content.FoundAt, campaign.Zone());

    private static IReadOnlyList<string> Line(IncidentRow row, IncidentPolicy policy, IReadOnlyList<Unit> units, Campaign campaign)
    {
        var content = row.Content;
        var found = LocalTime.In(content.FoundAt, campaign.Zone());
        var state = IncidentText.Name(row.State) + (row.JoinedInto is null ? "" : "（已并入另一起）");
        return
        [
            string.Create(CultureInfo.InvariantCulture, $"{found.Month}月{found.Day}日{found:HH:mm}"), row.UnitName, policy.Kind(row.Kind)?.Name ?? row.Kind,
            IncidentText.Name(row.Severity), content.What,
                IncidentText.Place(content, policy, units.FirstOrDefault(unit => unit.Code == content.Township)?.Name),
            IncidentText.People(content), state, string.Join("；", new[] { content.Done, content.Finding }.OfType<string>()),
        ];
    }
}
