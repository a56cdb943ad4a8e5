using System.Collections.Concurrent;
using System.Text.Json.Serialization;
using ReliefFunctions.Core.Campaigns;
using ReliefFunctions.Core.Storage;

namespace ReliefFunctions.Core.Incidents;

/// <summary>The incidents of campaigns: one partition each, every decision one transaction in it; photos lie in blobs apart.</summary>
public sealed class IncidentStore(FeatureTables tables, CampaignStore campaigns, BlobStore blobs, TimeProvider clock)
{
    private static readonly TimeSpan PolicyCacheTime = CampaignStore.CacheTime;

    private readonly ConcurrentDictionary<string, (IReadOnlyList<IncidentPolicy> Policies, long ReadAt)> _policies = new(StringComparer.Ordinal);

    private FeatureTable Table => tables[IncidentFeature.Table];

    /// <summary>The policy that holds: the newest version whose first day has come; without any the standard one.</summary>
    public async Task<IncidentPolicy> PolicyAsync(Campaign campaign, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(campaign);
        if (!_policies.TryGetValue(campaign.District, out var cached) || Environment.TickCount64 - cached.ReadAt >= PolicyCacheTime.TotalMilliseconds)
        {
            List<IncidentPolicy> stored = [];
            while (await campaigns.ConfigurationAsync<IncidentPolicy>(campaign.District, IncidentPolicyRules.Kind, stored.Count + 1,
                ct) is { } next)
            {
                stored.Add(next);
            }

            _policies[campaign.District] = cached = (stored, Environment.TickCount64);
        }

        var today = LocalTime.DateOf(clock.GetUtcNow(), campaign.Zone());
        return cached.Policies.LastOrDefault(policy => policy.From is null || policy.From <= today) ?? StandardIncidentPolicy.Policy;
    }

    /// <summary>An incident, or null.</summary>
    public async Task<IncidentRow?> GetAsync(Campaign campaign, string incident, CancellationToken ct) =>
        (await Table.GetAsync<IncidentRow>(campaign.Partition, IncidentRow.Key(incident), ct))?.Value;

    /// <summary>Every incident of the season, the first one first.</summary>
    public async Task<IReadOnlyList<IncidentRow>> AllAsync(Campaign campaign, CancellationToken ct) =>
        [.. (await ListAsync<IncidentRow>(campaign.Partition, "R|", ct)).OrderBy(row => row.ReportedAt).ThenBy(row => row.Id, StringComparer.Ordinal)];

    /// <summary>Every version of an incident, in order.</summary>
    public Task<IReadOnlyList<IncidentVersion>> VersionsAsync(Campaign campaign, string incident, CancellationToken ct) =>
        ListAsync<IncidentVersion>(campaign.Partition, $"V|{incident}|", ct);

    /// <summary>One version, or null.</summary>
    public async Task<IncidentVersion?> VersionAsync(Campaign campaign, string incident, int version, CancellationToken ct) =>
        (await Table.GetAsync<IncidentVersion>(campaign.Partition, IncidentVersion.Key(incident, version), ct))?.Value;

    /// <summary>What was told of an incident, to everybody and in order; of all incidents without one.</summary>
    public Task<IReadOnlyList<IncidentNotice>> NoticesAsync(Campaign campaign, string? incident, CancellationToken ct) =>
        ListAsync<IncidentNotice>(campaign.Partition, incident is null ? "N|" : $"N|{incident}|", ct);

    /// <summary>A notice, or null.</summary>
    public async Task<IncidentNotice?> NoticeAsync(string partition, string incident, int version, string receiver, CancellationToken ct) =>
        (await Table.GetAsync<IncidentNotice>(partition, IncidentNotice.Key(incident, version, receiver), ct))?.Value;

    /// <summary>Which incidents of its districts a city was told of, the newest first.</summary>
    internal Task<IReadOnlyList<CityPointer>> CityAsync(string area, string season, CancellationToken ct) =>
        ListAsync<CityPointer>(Keys.Join(area, season), CityPointer.Prefix, ct);

    /// <summary>
    /// Stores a first report: row, version, message and audit together or not at all. Said again it is the same incident; a client's key that comes with
    /// other words names another version than what stands.
    /// </summary>
    internal Task<IncidentDecision> ReportAsync(Campaign campaign, Unit unit, IncidentReport report, IncidentContent content, string? clientKey,
        IncidentPolicy policy, IncidentCircumstances? circumstances, IncidentActor actor, AuditEntry audit, CancellationToken ct)
    {
        var (zone, said) = (campaign.Zone(), IncidentRules.Hash(report));
        var id = IncidentRules.IdOf(unit.Code, LocalTime.DateOf(content.FoundAt, zone), report, clientKey);
        var before = report.FoundAt is null && IncidentRules.Earlier(actor.At, zone) is { } day ? IncidentRules.IdOf(unit.Code, day, report, clientKey) : null;
        return Table.DecideAsync<IncidentDecision>(async () =>
        {
            foreach (var name in new[] { id, before }.OfType<string>())
            {
                if (await GetAsync(campaign, name, ct) is not { } known || (name == before && actor.At - known.ReportedAt > TimeSpan.FromHours(6))) continue;
                return (known.Marks[0].Said == said ? new IncidentDecision.Repeated(known, 1) : new IncidentDecision.Stale(known), null);
            }

            var first = IncidentDecisions.First(id, unit, content, said, policy, actor);
            first = first with { Row = first.Row with { Circumstances = circumstances } };
            var transaction = new Transaction(campaign.Partition).Insert(IncidentRow.Key(id), first.Row).Insert(IncidentVersion.Key(id, 1), first.Added!)
                .Audit(audit with { Subject = $"{id}/1" }).Send(IncidentTold.Row(campaign, first.Added!, id, actor.At), soon: true);
            return (first, transaction);
        }, ct);
    }

    /// <summary>Stores a further report upon the version it names; null when there is no such incident.</summary>
    internal Task<IncidentDecision?> UpdateAsync(Campaign campaign, string incident, IncidentUpdate update, int baseVersion, IncidentPolicy policy,
        IncidentActor actor, AuditEntry audit, CancellationToken ct) =>
        Table.DecideAsync<IncidentDecision?>(async () =>
        {
            if (await Table.GetAsync<IncidentRow>(campaign.Partition, IncidentRow.Key(incident), ct) is not { } row) return (null, null);
            var decision = IncidentDecisions.Update(row.Value, update, baseVersion, policy, actor);
            if (decision is not IncidentDecision.Changed { Added: { } added } changed) return (decision, null);
            var transaction = new Transaction(campaign.Partition).Replace(row, changed.Row).Insert(IncidentVersion.Key(incident, added.Number), added)
                .Audit(audit with { Subject = $"{incident}/{added.Number}" }).Send(IncidentTold.Row(campaign, added, incident, actor.At), soon: true);
            return (decision, transaction);
        }, ct);

    /// <summary>Takes an incident together with another, or apart from it again. Null when one of them is not there.</summary>
    internal Task<(IncidentRow Row, string? Refusal)?> JoinAsync(Campaign campaign, string incident, string? into, AuditEntry audit, CancellationToken ct) =>
        Table.DecideAsync<(IncidentRow, string?)?>(async () =>
        {
            Task<Row<IncidentRow>?> ReadAsync(string? id) =>
                id is null ? Task.FromResult<Row<IncidentRow>?>(null) : Table.GetAsync<IncidentRow>(campaign.Partition, IncidentRow.Key(id), ct);
            var (row, other) = (await ReadAsync(incident), await ReadAsync(into));
            if (row is null || (into is not null && other is null)) return (null, null);
            var now = await ReadAsync(row.Value.JoinedInto);
            var (changed, refusal) = IncidentDecisions.Join(row.Value, now?.Value, other?.Value);
            if (changed.Count == 0) return ((row.Value, refusal), null);
            var transaction = new Transaction(campaign.Partition).Audit(audit);
            foreach (var each in changed)
            {
                transaction.Replace(new[] { row, now, other }.OfType<Row<IncidentRow>>().First(read => read.Value.Id == each.Id),
                    each);
            }

            return ((changed[0], null), transaction);
        }, ct);

    /// <summary>Keeps a photo: its bytes first, then its name in the row; the same photo again changes nothing. Null when there is no room for
    /// another.</summary>
    internal async Task<IncidentRow?> AddPhotoAsync(Campaign campaign, string incident, IncidentPhoto photo, BinaryData bytes, int most, AuditEntry audit,
        CancellationToken ct)
    {
        await blobs.PutOnceAsync(BlobStore.Photos, PhotoName(campaign, incident, photo.Sha256), bytes, photo.ContentType, ct);
        return await ChangeAsync(campaign, incident, audit, row => row.Photos.Any(known => known.Id == photo.Id) ? row
            : row.Photos.Count >= most ? null : row with { Photos = [.. row.Photos, photo], PhotosDeletedAt = null }, ct);
    }

    /// <summary>Opens a photo, or null.</summary>
    internal Task<Stream?> OpenPhotoAsync(Campaign campaign, string incident, IncidentPhoto photo, CancellationToken ct) =>
        blobs.OpenAsync(BlobStore.Photos, PhotoName(campaign, incident, photo.Sha256), ct);

    /// <summary>Deletes photos: those named, or all by rule. The bytes go first, so that nothing is left that no row names.</summary>
    internal async Task<IncidentRow?> DeletePhotosAsync(Campaign campaign, IncidentRow incident, IReadOnlyList<IncidentPhoto> photos, bool byRule,
        AuditEntry audit, CancellationToken ct)
    {
        foreach (var photo in photos) await blobs.DeleteAsync(BlobStore.Photos, PhotoName(campaign, incident.Id, photo.Sha256), ct);
        var gone = photos.Select(photo => photo.Id).ToHashSet();
        return await ChangeAsync(campaign, incident.Id, audit, row => row.Photos.Any(photo => gone.Contains(photo.Id))
            ? row with { Photos = [.. row.Photos.Where(photo => !gone.Contains(photo.Id))], PhotosDeletedAt = byRule ? audit.At : row.PhotosDeletedAt }
                : row, ct);
    }

    /// <summary>Acknowledges a notice; repeated, the first acknowledgement stands. Null when there is no such notice.</summary>
    internal Task<Outcome<IncidentNotice>?> AcknowledgeAsync(string partition, string incident, int version, string receiver,
        IncidentAcknowledgement acknowledgement, AuditEntry audit, CancellationToken ct) =>
        Table.DecideAsync<Outcome<IncidentNotice>?>(async () =>
        {
            if (await Table.GetAsync<IncidentNotice>(partition, IncidentNotice.Key(incident, version, receiver), ct) is not { } row) return (null, null);
            if (row.Value.Acknowledgement is not null) return (new Outcome<IncidentNotice>.Repeated(row.Value), null);
            var changed = row.Value with { Acknowledgement = acknowledgement };
            return (new Outcome<IncidentNotice>.Changed(changed), new Transaction(partition).Replace(row, changed).Audit(audit));
        }, ct);

    /// <summary>Writes a version's notices into the inboxes, all or none; false when another attempt did.</summary>
    internal Task<bool> WriteNoticesAsync(Campaign campaign, IReadOnlyList<IncidentNotice> notices, CancellationToken ct)
    {
        var transaction = new Transaction(campaign.Partition);
        foreach (var notice in notices) transaction.Insert(IncidentNotice.Key(notice.Incident, notice.Version, notice.Receiver), notice);
        return Table.CommitAsync(transaction, ct);
    }

    /// <summary>Writes into a city's inbox that it was told; a second time changes nothing.</summary>
    internal Task<bool> WritePointerAsync(string area, CityPointer pointer, CancellationToken ct)
    {
        var partition = Keys.Join(area, pointer.Season);
        return Table.CommitAsync(new Transaction(partition).Insert(pointer.Key, pointer), ct);
    }

    /// <summary>Marks steps of a chase as taken, and tells of them in the same transaction; false when some were taken before, and then nothing was
    /// done.</summary>
    internal Task<bool> TakeStepsAsync(Campaign campaign, IReadOnlyList<IncidentStep> steps, OutboxRow told, CancellationToken ct)
    {
        var transaction = new Transaction(campaign.Partition).Send(told);
        foreach (var step in steps) transaction.Insert(step.Key, step);
        return Table.CommitAsync(transaction, ct);
    }

    /// <summary>The steps of chases that were taken, by key.</summary>
    internal async Task<IReadOnlySet<string>> StepsTakenAsync(Campaign campaign, CancellationToken ct) =>
        (await ListAsync<IncidentStep>(campaign.Partition, "E|", ct)).Select(step => step.Key).ToHashSet(StringComparer.Ordinal);

    /// <summary>Writes into the trail who looked at what; it changes no incident.</summary>
    internal Task<bool> RecordAsync(Campaign campaign, AuditEntry audit, CancellationToken ct) =>
        Table.CommitAsync(new Transaction(campaign.Partition).Audit(audit), ct);

    /// <summary>Ends the message's outbox row: everything was told.</summary>
    internal Task EndAsync(OutboxReference reference, CancellationToken ct) => Table.DeleteOutboxRowAsync(reference, ct);

    /// <summary>The local days of whose incidents something changed between two instants, by the audit trail.</summary>
    internal async Task<IReadOnlySet<string>> TouchedAsync(Campaign campaign, DateTimeOffset from, DateTimeOffset to, CancellationToken ct)
    {
        var touched = new HashSet<string>(StringComparer.Ordinal);
        await foreach (var entry in Table.AuditAsync(campaign.Partition, from, to, ct))
        {
            if (entry.What.StartsWith("incident.", StringComparison.Ordinal)) touched.Add(entry.Subject.Split('/')[0]);
        }

        return touched;
    }

    /// <summary><paramref name="change"/> answers the row itself for no change, and null for what is refused.</summary>
    private Task<IncidentRow?> ChangeAsync(Campaign campaign, string incident, AuditEntry audit, Func<IncidentRow, IncidentRow?> change,
        CancellationToken ct) =>
        Table.DecideAsync<IncidentRow?>(async () =>
        {
            if (await Table.GetAsync<IncidentRow>(campaign.Partition, IncidentRow.Key(incident), ct) is not { } row) return (null, null);
            var changed = change(row.Value);
            return changed is null || ReferenceEquals(changed, row.Value) ? (changed, null)
                : (changed, new Transaction(campaign.Partition).Replace(row, changed).Audit(audit));
        }, ct);

    private async Task<IReadOnlyList<T>> ListAsync<T>(string partition, string prefix, CancellationToken ct)
    {
        List<T> found = [];
        await foreach (var row in Table.PrefixAsync<T>(partition, prefix, ct)) found.Add(row.Value);
        return found;
    }

    private static string PhotoName(Campaign campaign, string incident, string sha256) =>
        $"{Keys.Part(campaign.District)}/{Keys.Part(campaign.Season)}/{Keys.Part(incident)}/{sha256}";
}

/// <summary>A line of a city's inbox; <c>I|{inverted time}|…</c> in the city's partition. What stands lies with the district.</summary>
internal sealed record CityPointer(string District, string Season, string Incident, int Version, DateTimeOffset At)
{
    public const string Prefix = "I|";

    public string Key => $"{Prefix}{Keys.Inverted(At)}|{District}|{Incident}|{Version}";
}

/// <summary>A step of a chase that was taken; <c>E|{incident}|{what}|{step}</c>.</summary>
/// <param name="Incident">The incident.</param>
/// <param name="What">The notice or report that was late: <c>n{version}-{receiver}</c>, <c>f{version}</c> or <c>z{version}</c>.</param>
/// <param name="Step">Its place in the chain, from 1; 0 for a reminder before.</param>
/// <param name="Role">Whom to call.</param>
/// <param name="DueAt">When it fell due, UTC.</param>
/// <param name="TakenAt">When it was taken, UTC.</param>
/// <param name="ByOffice">Whether the office itself calls; only for the words of the moment.</param>
internal sealed record IncidentStep(string Incident, string What, int Step, string Role, DateTimeOffset DueAt, DateTimeOffset TakenAt,
    [property: JsonIgnore] bool ByOffice = false)
{
    public string Key => string.Create(System.Globalization.CultureInfo.InvariantCulture, $"E|{Incident}|{What}|{Step}");
}
