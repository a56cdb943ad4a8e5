using System.Globalization;
using ReliefFunctions.Core.Campaigns;

namespace ReliefFunctions.Core.WeeklyReports;

/// <summary>A submission that was read and checked.</summary>
/// <param name="Content">What the unit says.</param>
/// <param name="FormVersion">On which form.</param>
/// <param name="BaseVersion">The version it corrects; null for a first report.</param>
/// <param name="Original">The bytes it came as.</param>
/// <param name="Warnings">What was asked about it.</param>
/// <param name="ByUnit">Whether the unit itself hands it in: then its draft has done its work.</param>
internal sealed record Submission(ReportContent Content, int FormVersion, int? BaseVersion, OriginalFile Original, IReadOnlyList<ReportProblem> Warnings, bool ByUnit = true);

/// <summary>What comes of a command.</summary>
internal abstract record Decision
{
    private Decision()
    {
    }

    /// <summary>The row changes; <paramref name="Added"/> is the version that came in, if one did.</summary>
    public sealed record Changed(ReportRow Row, ReportVersion? Added) : Decision;

    /// <summary>It was done before; nothing changes. <paramref name="SupersededBy"/> names the version that holds now, if another one does.</summary>
    public sealed record Repeated(VersionMark? Mark, int? SupersededBy) : Decision;

    /// <summary>It names a version that is not the latest.</summary>
    public sealed record Stale(IReadOnlyList<FieldChange> Differences) : Decision;

    /// <summary>It is not allowed now.</summary>
    public sealed record Refused(string Reason) : Decision;
}

/// <summary>The life of a report, without time and storage of its own: commands name the version they act on, stale ones change nothing, repeated ones change nothing.</summary>
internal static class ReportDecisions
{
    /// <summary>A submission or correction.</summary>
    public static Decision Submit(Campaign campaign, ReportingWeek week, ReportRow row, Submission submission, DateTimeOffset at, string actor)
    {
        var hash = submission.Content.Hash(submission.FormVersion);
        if (row.Latest?.Hash == hash) return new Decision.Repeated(row.Versions[^1], null);
        if ((submission.BaseVersion ?? 0) != row.Version)
        {
            // A delayed retry: what it says was received before, and newer data stands.
            return row.Versions.LastOrDefault(version => version.Hash == hash) is { } earlier
                ? new Decision.Repeated(earlier, row.Version)
                : new Decision.Stale(row.Latest is { } latest ? Changes(latest.Content, submission.Content) : []);
        }

        if (at < week.Opens) return new Decision.Refused($"第{week.Number}周（{week.Key}）还没有开始，{Local(week.Opens, campaign)} 起可以填报。");
        if (at > week.Lock && !(row.Unlocked is { } leave && at <= leave.Until))
        {
            return new Decision.Refused($"第{week.Number}周（{week.Key}）已于 {Local(week.Lock, campaign)} 锁定。确需补报、更正的，请联系{campaign.Office}（{campaign.DutyPhone}）开通本单位的补报。");
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
            Changes = row.Latest is { } before ? Changes(before.Content, submission.Content) : [],
            Warnings = submission.Warnings,
        };
        return new Decision.Changed(row with
        {
            State = ReportState.Submitted,
            Revision = row.Revision + 1,
            Latest = added,
            Versions = [.. row.Versions, new VersionMark(number, hash, at, added.MinutesLate, added.Receipt)],
            Review = null,
            // Somebody else's half-typed form (a unit's, while the office types in its fax) is not thrown away.
            Draft = submission.ByUnit || row.Draft?.By == actor ? null : row.Draft,
        }, added);
    }

    /// <summary>Saves what was typed so far over the draft that it names (0 for none).</summary>
    public static Decision SaveDraft(ReportRow row, int revision, ReportDraft draft)
    {
        if (row.Draft is { } before && before.BaseVersion == draft.BaseVersion && before.Content.Hash(before.FormVersion) == draft.Content.Hash(draft.FormVersion)
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
        if (version != row.Version) return new Decision.Stale([]);
        return row.Confirmed?.Version == version
            ? new Decision.Repeated(null, null)
            : new Decision.Changed(row with { Revision = row.Revision + 1, Confirmed = new WarningsConfirmed(version, actor, at) }, null);
    }

    /// <summary>The office accepts a version.</summary>
    public static Decision Accept(ReportRow row, int version, string? comment, DateTimeOffset at, string actor)
    {
        if (row.Latest is not { } latest) return new Decision.Refused("该单位本周还没有报送，无法审核。");
        if (version != row.Version) return new Decision.Stale([]);
        if (row.State == ReportState.Accepted) return new Decision.Repeated(null, null);
        return new Decision.Changed(row with
        {
            State = ReportState.Accepted,
            Revision = row.Revision + 1,
            EarlierAccepted = row.Accepted ?? row.EarlierAccepted,
            Accepted = latest,
            Review = new ReviewComment(version, comment, actor, at),
        }, null);
    }

    /// <summary>The office returns a version, saying why. An accepted version that is returned counts no longer.</summary>
    public static Decision Return(ReportRow row, int version, string comment, DateTimeOffset at, string actor)
    {
        if (row.Latest is null) return new Decision.Refused("该单位本周还没有报送，无法退回。");
        if (version != row.Version) return new Decision.Stale([]);
        if (row.State == ReportState.Returned && row.Review?.Comment == comment) return new Decision.Repeated(null, null);
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

    /// <summary>The office lets one unit submit after the lock, or takes that back (an end that has passed).</summary>
    public static Decision Unlock(ReportRow row, LockWaiver leave) =>
        row.Unlocked == leave ? new Decision.Repeated(null, null) : new Decision.Changed(row with { Revision = row.Revision + 1, Unlocked = leave }, null);

    /// <summary>A stamped scan comes in.</summary>
    public static Decision Attach(ReportRow row, StampedScan scan) =>
        row.Scan?.File == scan.File ? new Decision.Repeated(null, null) : new Decision.Changed(row with { Revision = row.Revision + 1, Scan = scan }, null);

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

    private static string Local(DateTimeOffset at, Campaign campaign) => LocalTime.In(at, campaign.Zone()).ToString("M月d日 HH:mm", CultureInfo.InvariantCulture);
}
