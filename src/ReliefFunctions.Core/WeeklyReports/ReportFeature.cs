using Microsoft.Extensions.DependencyInjection;
using ReliefFunctions.Core.Clocks;
using ReliefFunctions.Core.Features;
using ReliefFunctions.Core.Storage;
using ReliefFunctions.Core.WeeklyReports.Forms;
using ReliefFunctions.Core.WeeklyReports.Setup;
using ReliefFunctions.Core.WeeklyReports.Stages;

namespace ReliefFunctions.Core.WeeklyReports;

/// <summary>Weekly reports and stage reports: forms, submissions, review, reminders.</summary>
public static class ReportFeature
{
    /// <summary>Reports by campaign.</summary>
    public static TableName Table { get; } = new("Reports") { OfCampaigns = "周报" };

    /// <summary>This feature.</summary>
    public static Feature Feature { get; } = new("WeeklyReports")
    {
        Tables = [Table],
        Routes = [.. FormEndpoints.Routes, .. ReportEndpoints.Routes, .. DraftEndpoints.Routes, .. EntryEndpoints.Routes, .. SeasonEndpoints.Routes,
            .. StageEndpoints.Routes, .. SetupEndpoints.Routes],
        Parts = [new("stage", "progress（推进情况）或 final（工作总结）", "progress") { Values = ["progress", "final"] }],
        Services = (services, _) => services
            .AddSingleton<ReportStore>()
            .AddSingleton<SeasonReports>()
            .AddSingleton<ReportIntake>()
            .AddSingleton<StageStore>()
            .AddSingleton<ReminderSender>()
            .AddSingleton<IScheduledJob, ReportClock>(),
    };
}
