using System.Globalization;

namespace ReliefFunctions.Core.WeeklyReports;

/// <summary>A submission that was read and checked.</summary>
/// <param name="Content">What the unit says.</param>
/// <param name="FormVersion">On which form.</param>
/// <param name="BaseVersion">The version it corrects; null for a first report.</param>
/// <param name="Original">The bytes it came as.</param>
/// <param name="Warnings">What was asked about it.</param>
/// <param name="ByUnit">Whether the unit itself hands it in: then its draft has done its work.</param>
/// <param name="Trace">The trace in which it came (W3C Trace Context), or null.</param>
internal sealed record Submission(ReportContent Content, int FormVersion, int? BaseVersion, OriginalFile Original, IReadOnlyList<ReportProblem> Warnings,
    bool ByUnit = true, string? Trace = null);

/// <summary>What comes of a command.</summary>
internal abstract record Decision
{
    private Decision()
    {
    }

    /// <summary>The row changes; <paramref name="Added"/> is the version that came in, if one did.</summary>
    public sealed record Changed(ReportRow Row, ReportVersion? Added) : Decision;

    /// <summary>
    /// It was done before; nothing changes. <paramref name="SupersededBy"/> names the version that holds now, if another one does;
    /// <paramref name="Returned"/> is the office's word when what came again is still returned.
    /// </summary>
    public sealed record Repeated(VersionMark? Mark, int? SupersededBy, ReviewComment? Returned = null) : Decision;

    /// <summary>It acts on something else than what stands; <paramref name="Reason"/> says so where it is not the report's version that differs.</summary>
    public sealed record Stale(IReadOnlyList<FieldChange> Differences, string? Reason = null) : Decision;

    /// <summary>It is not allowed now.</summary>
    public sealed record Refused(string Reason) : Decision;
}

/// <summary>
/// The life of a report, without time and storage of its own: commands name the version they act on, stale ones change nothing, repeated ones change
/// nothing.
/// </summary>
internal static class ReportDecisions
{
    /// <summary>A submission or correction.</summary>
    public static Decision Submit(ReportPlace place, ReportRow row, Submission submission, DateTimeOffset at, string actor)
    {
        var (campaign, week, _) = place;
        var hash = submission.Content.Hash(submission.FormVersion);
        if (row.Latest?.Hash == hash) return new Decision.Repeated(row.Versions[^1], null, row.State == ReportState.Returned ? row.Review : null);
        if ((submission.BaseVersion ?? 0) != row.Version)
        {
            // A delayed retry: what it says was received before, and newer data stands.
            return row.Versions.LastOrDefault(version => version.Hash == hash) is { } earlier
                ? new Decision.Repeated(earlier, row.Version)
                : new Decision.Stale(row.Latest is { } latest ? Changes(latest.Content, submission.Content) : []);
        }

        if (at < week.Opens) return new Decision.Refused($"第{week.Number}周（{week.Key}）还没有开始，{ReportAnswers.Local(week.Opens, campaign)} 起可以填报。");
        if (at > week.Lock && !(row.Unlocked is { } leave && at <= leave.Until))
        {
            return new Decision.Refused(
                $"第{week.Number}周（{week.Key}）已于 {ReportAnswers.Local(week.Lock, campaign)} 锁定。确需补报、更正的，请联系{campaign.Office}（{campaign.DutyPhone}）开通本单位的补报。");
        }

        var number = row.Version + 1;
        var added = new ReportVersion
        {
            Number = number,
            Content = submission.Content,
            Hash = hash,
            FormVersion = submission.FormVersion,
            At = at,
            By = actor,
            MinutesLate = week.MinutesLate(at),
            Receipt = string.Create(CultureInfo.InvariantCulture, $"{campaign.District}-{week.Key}-{row.Unit}-{number:D2}-{hash[..8]}").ToUpperInvariant(),
            Original = submission.Original,
            Trace = submission.Trace,
            Changes = row.Latest is { } before ? Changes(before.Content, submission.Content) : [],
            Warnings = submission.Warnings,
        };
        return new Decision.Changed(row with
        {
            State = ReportState.Submitted,
            Revision = row.Revision + 1,
            Latest = added,
            Versions = [.. row.Versions, VersionMark.Of(added)],
            Review = null,
            // Somebody else's half-typed form (a unit's, while the office types in its fax) is not thrown away.
            Draft = submission.ByUnit || row.Draft?.By == actor ? null : row.Draft,
        }, added);
    }

    /// <summary>Saves what was typed so far over the draft that it names (0 for none).</summary>
    public static Decision SaveDraft(ReportRow row, int revision, ReportDraft draft)
    {
        if (row.Draft is { } before && before.BaseVersion == draft.BaseVersion
            && before.Content.Hash(before.FormVersion) == draft.Content.Hash(draft.FormVersion)
            && before.Entered.Count == draft.Entered.Count && !before.Entered.Except(draft.Entered).Any())
        {
            return new Decision.Repeated(null, null);
        }

        return revision == (row.Draft?.Revision ?? 0)
            ? new Decision.Changed(row with { Draft = draft with { Revision = revision + 1 } }, null)
            : new Decision.Stale(row.Draft is { } other ? Changes(other.Content, draft.Content) : []);
    }

    /// <summary>Throws away the draft that it names.</summary>
    public static Decision DropDraft(ReportRow row, int revision)
    {
        if (row.Draft is not { } draft) return new Decision.Repeated(null, null);
        return draft.Revision == revision ? new Decision.Changed(row with { Draft = null }, null) : new Decision.Stale([]);
    }

    /// <summary>The unit has looked at the warnings of a version: the figures stand.</summary>
    public static Decision Confirm(ReportRow row, int version, DateTimeOffset at, string actor)
    {
        if (row.Latest is null) return new Decision.Refused("该单位本周还没有报送，没有需要确认的提示。");
        if (version != row.Version) return OtherVersion(row);
        return row.Confirmed?.Version == version
            ? new Decision.Repeated(null, null)
            : new Decision.Changed(row with { Revision = row.Revision + 1, Confirmed = new WarningsConfirmed(version, actor, at) }, null);
    }

    /// <summary>The office accepts a version. <paramref name="revision"/> is needed only to take back what it said of that version before.</summary>
    public static Decision Accept(ReportRow row, int version, int? revision, string? comment, DateTimeOffset at, string actor)
    {
        if (row.Latest is not { } latest) return new Decision.Refused("该单位本周还没有报送，无法审核。");
        if (version != row.Version) return OtherVersion(row);
        if (row.State == ReportState.Accepted) return new Decision.Repeated(null, null);
        if (SaidOtherwise(row, revision) is { } stale) return stale;
        return new Decision.Changed(row with
        {
            State = ReportState.Accepted,
            Revision = row.Revision + 1,
            EarlierAccepted = row.Accepted ?? row.EarlierAccepted,
            Accepted = latest,
            Review = new ReviewComment(version, comment, actor, at),
        }, null);
    }

    /// <summary>
    /// The office returns a version, saying why. An accepted version that is returned counts no longer. For <paramref name="revision"/> see
    /// <see cref="Accept"/>.
    /// </summary>
    public static Decision Return(ReportRow row, int version, int? revision, string comment, DateTimeOffset at, string actor)
    {
        if (row.Latest is null) return new Decision.Refused("该单位本周还没有报送，无法退回。");
        if (version != row.Version) return OtherVersion(row);
        if (row.State == ReportState.Returned && row.Review?.Comment == comment) return new Decision.Repeated(null, null);
        if (SaidOtherwise(row, revision) is { } stale) return stale;
        var acceptedIsReturned = row.Accepted?.Number == version;
        return new Decision.Changed(row with
        {
            State = ReportState.Returned,
            Revision = row.Revision + 1,
            Accepted = acceptedIsReturned ? row.EarlierAccepted : row.Accepted,
            EarlierAccepted = acceptedIsReturned ? null : row.EarlierAccepted,
            Review = new ReviewComment(version, comment, actor, at),
        }, null);
    }

    /// <summary>
    /// The office lets one unit submit after the lock. Changing that leave, or taking it back (an end that has passed), names the
    /// <paramref name="revision"/> that was read.
    /// </summary>
    public static Decision Unlock(ReportRow row, LockWaiver leave, int? revision)
    {
        if (row.Unlocked is { } before)
        {
            if (before with { By = leave.By } == leave) return new Decision.Repeated(null, null);
            if (revision != row.Revision) return new Decision.Stale([], $"本周已开通过补报（理由：{before.Reason}）。要改期限或理由，请先看周报现在的内容（按接口调用的，写明读取时的“revision”）。");
        }

        return new Decision.Changed(row with { Revision = row.Revision + 1, Unlocked = leave }, null);
    }

    /// <summary>A stamped scan comes in. One that another has replaced is known by its content and does not come back: it was delayed on the way.</summary>
    public static Decision Attach(ReportRow row, StampedScan scan)
    {
        if (row.Scan?.File.Sha256 == scan.File.Sha256 || row.EarlierScans.Contains(scan.File.Sha256)) return new Decision.Repeated(null, null);
        IReadOnlyList<string> earlier = row.Scan is { } before ? [.. row.EarlierScans, before.File.Sha256] : row.EarlierScans;
        return new Decision.Changed(row with { Revision = row.Revision + 1, Scan = scan with { Version = row.Version }, EarlierScans = earlier }, null);
    }

    private static Decision.Stale OtherVersion(ReportRow row) => new([], $"现在是第 {row.Version} 次报送，您审核的是另一次。请读取最新内容后再审核。");

    /// <summary>
    /// The office has already said something else of this version. Only somebody who has read that may say otherwise: a command that was delayed
    /// on the way names no revision, or an old one, and must not bring back what was taken back since.
    /// </summary>
    private static Decision.Stale? SaidOtherwise(ReportRow row, int? revision) => row.Review is not { } said || revision == row.Revision
        ? null
        : new([], $"第 {said.Version} 次报送已{(row.State == ReportState.Accepted ? "审核通过" : $"退回（{said.Comment}）")}。要改变意见，请先看周报现在的内容（按接口调用的，写明读取时的“revision”）。");

    private static List<FieldChange> Changes(ReportContent before, ReportContent after)
    {
        var changes = ReportValues.Changes(before.Values, after.Values).ToList();
        void Compare(string field, string? was, string? now)
        {
            if (was != now) changes.Add(new FieldChange(field, was ?? "", now ?? ""));
        }

        Compare("zeroReport", before.ZeroReport ? "是" : "否", after.ZeroReport ? "是" : "否");
        Compare("filledBy", before.FilledBy, after.FilledBy);
        Compare("reviewedBy", before.ReviewedBy, after.ReviewedBy);
        Compare("note", before.Note, after.Note);
        return changes;
    }
}
