using System.Globalization;
using ReliefFunctions.Core.Campaigns;
using ReliefFunctions.Core.Http;

namespace ReliefFunctions.Core.WeeklyReports;

/// <summary>What callers read of a submission: receipts, refusals, dry runs.</summary>
internal static class ReportAnswers
{
    /// <summary>The receipt of a version of a report that stands as <paramref name="row"/> says.</summary>
    public static ReportReceipt Receipt(ReportPlace place, ReportRow row, VersionMark mark, ReportVersion? version)
    {
        var isLatest = row.Version == mark.Number;
        return new ReportReceipt(
            mark.Receipt, place.Campaign.District, place.Campaign.Season, place.Week.Key, place.Unit.Code, place.Unit.Name, mark.Number, row.State,
            LocalTime.In(mark.At, place.Campaign.Zone()), mark.MinutesLate, mark.Hash, version?.Original.Sha256, version?.Content.ZeroReport ?? false,
            isLatest ? null : row.Version, version?.Changes ?? [], Errors(version?.Warnings ?? [], ProblemSeverity.Warning),
            Errors(version?.Warnings ?? [], ProblemSeverity.Note),
            version is { Content.Note: null } && version.Warnings.Any(warning => warning.Severity == ProblemSeverity.Warning))
        {
            Returned = isLatest && row is { State: ReportState.Returned, Review: { } review } ? StillReturned(mark.Number, review) : null,
            FileName = version?.Original.Name,
        };
    }

    /// <summary>What somebody reads who sends again what was returned.</summary>
    public static string StillReturned(int version, ReviewComment review) =>
        $"第 {version} 次报送已被退回（{review.Comment}），现在仍是退回状态；内容没有改动的，再传一次也不算更正。请按退回原因改好后重新报送。";

    /// <summary><paramref name="version"/> is what it would be or is; null when it would be refused.</summary>
    public static ValidationAnswer Validation(ReadReport read, int? version) => new(
        version is not null, version, Errors(read.Problems, ProblemSeverity.Error), Errors(read.Problems, ProblemSeverity.Warning),
            Errors(read.Problems, ProblemSeverity.Note));

    /// <summary>Why a submission is refused, everything at once.</summary>
    public static ProblemException Refusal(ReadReport read, ReportPlace place)
    {
        var errors = Errors(read.Problems, ProblemSeverity.Error);
        if (read.Content is null && errors.Count > 0)
        {
            return new ProblemException(TypeOf(errors[0].Code!), $"{errors[0].Message}{errors[0].Fix}", errors);
        }

        return new ProblemException(ProblemType.Invalid, $"{place.Name}调度表有 {errors.Count} 处需要修改，本次没有保存。", errors)
        {
            Extensions = new Dictionary<string, object?> { ["warnings"] = Errors(read.Problems, ProblemSeverity.Warning) },
        };
    }

    /// <summary>The kind of refusal of a file that is refused as a whole.</summary>
    public static ProblemType TypeOf(string code) => code switch
    {
        "too-large" => ProblemType.TooLarge,
        "malformed" or "empty-file" => ProblemType.BadRequest,
        "not-xlsx" or "not-a-workbook" or "encrypted" or "macros" or "damaged" or "dtd" or "external-links" or "embedded-objects" =>
            ProblemType.UnsupportedType,
        _ => ProblemType.Invalid,
    };

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
