using System.Net.Sockets;
using Azure;

namespace ReliefFunctions.Core.Telemetry;

/// <summary>
/// A failure as it may stand in a log: its kind and where it happened. The message of an exception may quote what somebody wrote, a name or a number; only
/// those of storage and the network, which quote nobody, are kept.
/// </summary>
internal sealed class Unquoted : Exception
{
    private readonly string _text;

    private Unquoted(Exception e) : base(Said(e)) => _text = $"{Said(e)}\n{e.StackTrace}{(e.InnerException is { } inner ? $"\n ---> {Of(inner)}" : "")}";

    /// <summary>The failure without what it may quote.</summary>
    public static Exception Of(Exception e) => e is Unquoted ? e : new Unquoted(e);

    /// <inheritdoc/>
    public override string ToString() => _text;

    private static string Said(Exception e) =>
        e is RequestFailedException or HttpRequestException or SocketException or TimeoutException ? $"{e.GetType().FullName}: {e.Message}" : e.GetType().FullName!;
}
