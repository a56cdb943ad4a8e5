using Azure;
using ReliefFunctions.Core.Http;
using ReliefFunctions.Core.Storage;

namespace ReliefFunctions.Core.Access;

/// <summary>
/// The trail of refusals and of files taken, by the division of whoever acted; what nobody known did is the operator's to read. Refusals are kept within
/// bounds: the first of its kind by the same caller in an hour, and so many of an hour in all, so that no attack can fill the table.
/// </summary>
internal sealed class AccessTrail(FeatureTables tables, TimeProvider clock) : IAccessTrail
{
    /// <summary>What an entry is called.</summary>
    public const string Refused = "access.refused", Taken = "file.taken";

    /// <summary>Refusals that one instance keeps of an hour, of those who are known and of those who are not.</summary>
    public const int MostInAnHour = 500;

    private const string Prefix = "trail|";

    private readonly HashSet<(string Caller, string Subject, string Why)> _kept = [];
    private readonly Lock _turn = new();
    private (long Hour, int Known, int Unknown) _count;

    private FeatureTable Table => tables[AccessFeature.Table];

    /// <summary>Where the trail of a division lies: of all of them, and of those who are not known, in partitions of their own.</summary>
    public static string Partition(string? scope) => Prefix + (scope switch { null => "unknown", "" => "everywhere", _ => scope });

    /// <inheritdoc/>
    public async Task RefusedAsync(string subject, Actor? actor, string address, ProblemType why, string correlationId)
    {
        if (!IsToKeep(actor?.Id ?? address, actor is not null, subject, why.Code)) return;
        var detail = actor is null ? $"{why.Code}，来自 {address}" : why.Code;
        try
        {
            await WriteAsync(actor, Refused, subject, detail, null, correlationId);
        }
        catch (RequestFailedException)
        {
            // The refusal itself stands; storage that is away is told by everything else.
        }
    }

    /// <inheritdoc/>
    public Task TakenAsync(string subject, string? unit, Actor actor, string correlationId) =>
        WriteAsync(actor, Taken, subject, null, unit, correlationId);

    private Task<bool> WriteAsync(Actor? actor, string what, string subject, string? detail, string? unit, string correlationId)
    {
        var partition = Partition(actor?.Scope);
        var entry = new AuditEntry(clock.GetUtcNow(), actor?.Id ?? "unknown", what, subject, detail, correlationId) { Name = actor?.Name, Unit = unit ?? actor?.Unit };
        return Table.CommitAsync(new Transaction(partition).Audit(entry));
    }

    private bool IsToKeep(string caller, bool isKnown, string subject, string why)
    {
        var hour = clock.GetUtcNow().ToUnixTimeSeconds() / 3600;
        lock (_turn)
        {
            if (_count.Hour != hour)
            {
                _count = (hour, 0, 0);
                _kept.Clear();
            }

            if ((isKnown ? _count.Known : _count.Unknown) >= MostInAnHour || !_kept.Add((caller, subject, why))) return false;
            _count = isKnown ? _count with { Known = _count.Known + 1 } : _count with { Unknown = _count.Unknown + 1 };
            return true;
        }
    }
}
