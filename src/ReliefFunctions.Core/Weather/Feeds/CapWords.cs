namespace ReliefFunctions.Core.Weather.Feeds;

/// <summary>The words of CAP 1.2 for status and message type, in XML and in JSON.</summary>
internal static class CapWords
{
    /// <summary>A status; a number is none, although the enumeration would take one.</summary>
    public static AlertStatus Status(string? word) =>
        word is { Length: > 0 } && char.IsAsciiLetter(word[0]) && Enum.TryParse<AlertStatus>(word, ignoreCase: true, out var status) ? status : AlertStatus.Unknown;

    /// <summary>A message type; Ack, Error and unknown ones act on nothing.</summary>
    public static AlertMessageType MessageType(string? word) => word?.ToUpperInvariant() switch
    {
        "ALERT" => AlertMessageType.Alert,
        "UPDATE" => AlertMessageType.Update,
        "CANCEL" => AlertMessageType.Cancel,
        _ => AlertMessageType.Other,
    };
}
