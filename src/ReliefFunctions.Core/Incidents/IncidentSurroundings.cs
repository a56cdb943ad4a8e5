using Microsoft.Extensions.Logging;
using ReliefFunctions.Core.Campaigns;
using ReliefFunctions.Core.Patrols;
using ReliefFunctions.Core.WeeklyReports;
using ReliefFunctions.Core.WeeklyReports.Forms;

namespace ReliefFunctions.Core.Incidents;

/// <summary>Who knows of patrols later than the last weekly report registers one as a service.</summary>
public interface IPatrolsReported
{
    /// <summary>The last patrols that a unit reported by a local day, in words, and the day they are of; null when it reported none.</summary>
    Task<(DateOnly Day, string Words)?> LastAsync(Campaign campaign, string unit, DateOnly day, CancellationToken ct);
}

/// <summary>What was in force where an incident is reported: order, temperature, and the last patrols there. It never keeps a report from being
/// stored.</summary>
public sealed partial class IncidentSurroundings(
    PatrolStore patrols, PatrolRecords records, ReportStore reports, IEnumerable<IPatrolsReported> reported, ILogger<IncidentSurroundings> log)
{
    private const int WeeksBack = 4;

    /// <summary>Reads it for the township of an incident, else for the unit that reports it; null when storage does not say in time.</summary>
    public async Task<IncidentCircumstances?> ReadAsync(Campaign campaign, string unit, DateTimeOffset at, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(campaign);
        try
        {
            using var patience = CancellationTokenSource.CreateLinkedTokenSource(ct);
            patience.CancelAfter(TimeSpan.FromSeconds(3));
            var day = LocalTime.DateOf(at, campaign.Zone());
            var (state, minimum, patrol) = (patrols.StateAsync(campaign, patience.Token), MinimumAsync(campaign, day, patience.Token),
                LastPatrolAsync(campaign, unit, day, at, patience.Token));
            await Task.WhenAll(state, minimum, patrol);
            var orders = await state;
            var intensity = orders.Units.TryGetValue(unit, out var own) ? own : orders.Units.Values.DefaultIfEmpty().Max();
            var policy = await patrols.StoredPolicyAsync(campaign, patience.Token);
            var known = await minimum;
            return new IncidentCircumstances
            {
                Order = orders.Revision > 0 ? orders.Revision : null,
                Intensity = policy?.Duties.GetValueOrDefault(intensity)?.Name ?? intensity.ToString(),
                Minimum = known?.Celsius,
                MinimumSource = known?.Source,
                LastPatrol = await patrol,
            };
        }
        catch (Exception e) when (e is not OperationCanceledException || !ct.IsCancellationRequested)
        {
            NotRead(log, campaign.Partition, unit, e);
            return null;
        }
    }

    private async Task<NotedMinimum?> MinimumAsync(Campaign campaign, DateOnly day, CancellationToken ct) =>
        (await records.ForecastAsync(campaign, ct)).FirstOrDefault(minimum => minimum.Day == day)
        ?? (await records.WarnedAsync(campaign, ct)).LastOrDefault(minimum => minimum.Day <= day && minimum.Day >= day.AddDays(-1));

    private async Task<string?> LastPatrolAsync(Campaign campaign, string unit, DateOnly day, DateTimeOffset at, CancellationToken ct)
    {
        foreach (var each in reported)
        {
            if (await each.LastAsync(campaign, unit, day, ct) is var (of, words)) return $"{of:M月d日}{words}";
        }

        foreach (var week in CampaignWeeks.Of(campaign).Where(week => week.Opens <= at).OrderByDescending(week => week.Number).Take(WeeksBack))
        {
            if (await reports.GetAsync(campaign, week.Key, unit, ct) is not { Counted: { } counted }
                || await reports.FormAsync(campaign, week, ct) is not { } form)
            {
                continue;
            }

            int? Number(FieldMeaning meaning) => form.FieldsOf(meaning).Select(code => counted.Content.Values.Number(code)).OfType<int>()
                .ToList() is { Count: > 0 } some
                ? some.Sum() : null;
            if (Number(FieldMeaning.Patrols) is > 0 and var done)
            {
                return $"第{week.Number}周（{week.First:M月d日}—{week.Last:M月d日}）报巡查{done}次{(Number(FieldMeaning.NightPatrols) is { } night ? $"、夜间{night}次" : "")}";
            }
        }

        return null;
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "What was in force at an incident of {Unit} in {Campaign} could not be read; the incident is stored without it.")]
    private static partial void NotRead(ILogger log, string campaign, string unit, Exception e);
}
