using ReliefFunctions.Core.Http;
using ReliefFunctions.Core.Storage;
using ReliefFunctions.Core.Telemetry;

namespace ReliefFunctions.Core.WeeklyReports;

/// <summary>Who hands something in, and when.</summary>
/// <param name="ByUnit">Whether it is the unit itself: then its draft has done its work.</param>
/// <param name="Audit">Actor and instant, as the trail keeps them.</param>
internal sealed record Sender(bool ByUnit, AuditEntry Audit);

/// <summary>What somebody hands in for one report, not yet read.</summary>
/// <param name="Target">The report it is for.</param>
/// <param name="Original">What came; its bytes are stored as they are.</param>
/// <param name="ContentType">As understood, not as claimed.</param>
/// <param name="Read">Understands them.</param>
internal sealed record Delivery(ReportTarget Target, UploadedFile Original, string ContentType, Func<ReadReport> Read)
{
    /// <summary>Makes of the version that the content names the one that counts; the request may name one as well.</summary>
    public Func<int?, int?> BaseVersion { get; init; } = named => named;

    /// <summary>Whether nothing is to be stored.</summary>
    public bool ValidateOnly { get; init; }
}

/// <summary>What came of it: what was understood, and the decision; no decision when there are errors.</summary>
internal sealed record Received(ReadReport Read, Decision? Decision);

/// <summary>
/// The one path of every submission, whatever it came as: what it says, the rules with the unit's history, then the decision.
/// </summary>
public sealed class ReportIntake(ReportStore store, IEnumerable<IReportQuestions> asking)
{
    /// <summary>Reads, checks, decides and stores.</summary>
    internal async Task<Received> HandInAsync(Delivery delivery, Sender sender, CancellationToken ct)
    {
        // Storage answers while the workbook is read.
        var (target, file) = (delivery.Target, delivery.Original);
        var row = store.RowAsync(target, ct);
        var before = store.HistoryAsync(target, ct);
        var known = Task.WhenAll(asking.Select(each => each.KnownAsync(target, target.Form, ct)));
        var read = delivery.Read();
        await Task.WhenAll(before, row, known);
        var (history, stands) = (await before, (await row)?.Value ?? ReportRow.Expected(target.Unit, target.Week.Key));
        if (read.Content is null) return new(read, null);

        // What was received once has its receipt, whatever became of the weeks before since: a retry is not judged anew.
        if (stands.Version > 0 && !read.HasErrors && Decide(read) is Decision.Repeated repeated) return new(read, repeated);
        read = Asked(read, await known).Checked(target, history, sender.Audit.At);
        if (read.HasErrors) return new(read, null);
        return new(read, delivery.ValidateOnly ? Decide(read)
            : await store.SubmitAsync(target, Submission(read), BinaryData.FromBytes(file.Bytes), sender.Audit, row, ct));

        Submission Submission(ReadReport read) => new(
            read.Content!, target.Form.Version, delivery.BaseVersion(read.BaseVersion),
            new OriginalFile(Keys.Hash(file.Bytes), delivery.ContentType, file.Bytes.Length, file.Name.Length > 0 ? file.Name : null), read.Problems,
                sender.ByUnit, ReliefTelemetry.Here);
        Decision Decide(ReadReport read) => ReportDecisions.Submit(target, stands, Submission(read), sender.Audit.At, sender.Audit.Actor);
    }

    /// <summary>The report with what other features ask about it: what they know at once stands beside what the form's rules find.</summary>
    private static ReadReport Asked(ReadReport read, IEnumerable<Func<ReportValues, IReadOnlyList<ReportProblem>>> known)
    {
        var more = known.SelectMany(ask => ask(read.Content!.Values)).ToList();
        return more.Count == 0 ? read : read with
        {
            Problems = [.. read.Problems, .. more.Select(problem => problem.At(problem.Field is null ? null : read.Places.GetValueOrDefault(problem.Field)))],
        };
    }
}
