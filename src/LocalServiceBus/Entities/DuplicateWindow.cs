namespace LocalServiceBus.Entities;

/// <summary>Remembers message ids for a while. Guarded by its owner's lock.</summary>
internal sealed class DuplicateWindow(TimeSpan length)
{
    /// <summary>Bounds the memory; the oldest ids are forgotten first.</summary>
    internal const int MaxIds = 500_000;

    private readonly HashSet<string> known = new(StringComparer.Ordinal);
    private readonly Queue<(string Id, DateTime Until)> order = new();

    /// <summary>True if the id was not seen within the window. The window starts with the first message.</summary>
    internal bool TryAdd(string id, DateTime now)
    {
        while (order.TryPeek(out var oldest) && (oldest.Until <= now || order.Count >= MaxIds))
        {
            known.Remove(oldest.Id);
            order.Dequeue();
        }

        if (!known.Add(id))
        {
            return false;
        }

        order.Enqueue((id, now + length));
        return true;
    }
}
