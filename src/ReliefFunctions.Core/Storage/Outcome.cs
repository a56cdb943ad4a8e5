namespace ReliefFunctions.Core.Storage;

/// <summary>What came of a command, as a value: stores decide, endpoints say it in words.</summary>
public abstract record Outcome<T>
{
    private Outcome(T stands) => Stands = stands;

    /// <summary>What stands after it.</summary>
    public T Stands { get; }

    /// <summary>Done; <paramref name="Value"/> is what stands now.</summary>
    public sealed record Changed(T Value) : Outcome<T>(Value);

    /// <summary>It was done before; nothing changes.</summary>
    public sealed record Repeated(T Value) : Outcome<T>(Value);

    /// <summary>It names another version than what stands.</summary>
    public sealed record Stale(T Current) : Outcome<T>(Current);

    /// <summary>It is not allowed, whatever version it names.</summary>
    public sealed record Refused(T Current) : Outcome<T>(Current);
}
