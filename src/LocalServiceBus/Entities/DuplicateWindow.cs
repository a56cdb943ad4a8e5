namespace LocalServiceBus.Entities;

/// <summary>Remembers message ids for a while. Guarded by its owner's lock.</summary>
internal sealed class DuplicateWindow(TimeSpan length)
{
    /// <summary>Bounds the memory; the oldest ids are forgotten first.</summary>
    internal const int MaxIds = 500_000;

    private readonly HashSet<string> _known = new(StringComparer.Ordinal);
    private readonly Queue<(string Id, DateTime Until)> _order = new();

    /// <summary>True if the id was not seen within the window. The window starts with the first message.</summary>
    internal bool TryAdd(string id, DateTime now)
    {
        while (_order.TryPeek(out var oldest) && (oldest.Until <= now || _order.Count >= MaxIds))
        {
            _known.Remove(oldest.Id);
            _order.Dequeue();
        }

        if (!_known.Add(id)) return false;

        _order.Enqueue((id, now + length));
        return true;
    }
}
