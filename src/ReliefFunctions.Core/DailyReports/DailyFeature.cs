using Microsoft.Extensions.DependencyInjection;
using ReliefFunctions.Core.Campaigns;
using ReliefFunctions.Core.Clocks;
using ReliefFunctions.Core.Features;
using ReliefFunctions.Core.Incidents;
using ReliefFunctions.Core.Storage;
using ReliefFunctions.Core.WeeklyReports;

namespace ReliefFunctions.Core.DailyReports;

/// <summary>A report a day (每日一报) while orders ask for it.</summary>
public static class DailyFeature
{
    /// <summary>Reports of days by campaign.</summary>
    public static TableName Table { get; } = new("DailyReports") { OfCampaigns = "每日一报" };

    /// <summary>This feature.</summary>
    public static Feature Feature { get; } = new("DailyReports")
    {
        Uses = ["WeeklyReports", "Patrols", "Incidents"],
        Tables = [Table],
        Routes = DailyEndpoints.Routes,
        Parts = [new("day", "日期，或 today（当天）", "2026-12-17")],
        Services = (services, _) => services
            .AddSingleton<DailyStore>()
            .AddSingleton<DailyChecks>()
            .AddSingleton<IReportQuestions>(provider => provider.GetRequiredService<DailyChecks>())
            .AddSingleton<ISummaryPart>(provider => provider.GetRequiredService<DailyChecks>())
            .AddSingleton<IPatrolsReported>(provider => provider.GetRequiredService<DailyChecks>())
            .AddSingleton<IScheduledJob, DailyReportClock>(),
    };
}
