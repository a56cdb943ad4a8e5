using System.Globalization;
using ReliefFunctions.Core.Campaigns;
using ReliefFunctions.Core.Http;

namespace ReliefFunctions.Core.WeeklyReports;

/// <summary>What callers read of a submission: receipts, refusals, dry runs.</summary>
internal static class ReportAnswers
{
    public static ReportReceipt Receipt(ReportPlace place, ReportState state, VersionMark mark, ReportVersion? version, int? supersededBy) => new(
        mark.Receipt, place.Campaign.District, place.Campaign.Season, place.Week.Key, place.Unit.Code, place.Unit.Name, mark.Number, state,
        LocalTime.In(mark.At, place.Campaign.Zone()), mark.MinutesLate, mark.Hash, version?.Original.Sha256, version?.Content.ZeroReport ?? false, supersededBy,
        version?.Changes ?? [], Errors(version?.Warnings ?? [], ProblemSeverity.Warning), Errors(version?.Warnings ?? [], ProblemSeverity.Note),
        version is { Content.Note: null } && version.Warnings.Any(warning => warning.Severity == ProblemSeverity.Warning));

    /// <summary><paramref name="version"/> is what it would be or is; null when it would be refused.</summary>
    public static ValidationAnswer Validation(ReadReport read, int? version) => new(
        version is not null, version, Errors(read.Problems, ProblemSeverity.Error), Errors(read.Problems, ProblemSeverity.Warning), Errors(read.Problems, ProblemSeverity.Note));

    /// <summary>Why a submission is refused, everything at once.</summary>
    public static ProblemException Refusal(ReadReport read, ReportPlace place)
    {
        var errors = Errors(read.Problems, ProblemSeverity.Error);
        if (read.Content is null && errors.Count > 0)
        {
            var type = errors[0].Code switch
            {
                "too-large" => ProblemType.TooLarge,
                "malformed" or "empty-file" => ProblemType.BadRequest,
                "not-xlsx" or "not-a-workbook" or "encrypted" or "macros" or "damaged" or "dtd" or "external-links" or "embedded-objects" => ProblemType.UnsupportedType,
                _ => ProblemType.Invalid,
            };
            return new ProblemException(type, $"{errors[0].Message}{errors[0].Fix}", errors);
        }

        return new ProblemException(ProblemType.Invalid, $"{place.Name}调度表有 {errors.Count} 处需要修改，本次没有保存。", errors)
        {
            Extensions = new Dictionary<string, object?> { ["warnings"] = Errors(read.Problems, ProblemSeverity.Warning) },
        };
    }

    /// <summary>A command that acts on something else than what stands.</summary>
    public static ProblemException Stale(ReportPlace place, ReportRow? row, Decision.Stale? stale)
    {
        var detail = stale?.Reason is { } reason ? reason
            : row?.Latest is { } latest
                ? $"{place.Name}已有第 {latest.Number} 次报送（{Local(latest.At, place.Campaign)}），您提交的不是在它的基础上更改的。请下载最新的表，核对不同之处后再提交。"
                : $"{place.Name}还没有报送，不能按更正提交。请下载空表填报。";
        return new ProblemException(ProblemType.Stale, detail)
        {
            Extensions = new Dictionary<string, object?>
            {
                ["latestVersion"] = row?.Version ?? 0,
                ["revision"] = row?.Revision ?? 0,
                ["differences"] = stale?.Differences ?? [],
            },
        };
    }

    public static IReadOnlyList<ProblemError> Errors(IReadOnlyList<ReportProblem> problems, ProblemSeverity severity) =>
        [.. problems.Where(problem => problem.Severity == severity).Select(problem => new ProblemError
        {
            Message = problem.Message,
            Fix = problem.Fix,
            Code = problem.Code,
            Sheet = problem.Sheet,
            Cell = problem.Cell,
            Field = problem.Field,
            Value = problem.Value,
            Pointer = problem.JsonPointer,
        })];

    /// <summary>An instant as people of the campaign read it.</summary>
    public static string Local(DateTimeOffset at, Campaign campaign) => LocalTime.In(at, campaign.Zone()).ToString("M月d日 HH:mm", CultureInfo.InvariantCulture);
}
