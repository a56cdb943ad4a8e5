namespace ReliefFunctions.Core.Messaging;

/// <summary>The bus cannot be reached, does not answer, lacks the entity, or refuses: a later attempt may find it otherwise.</summary>
public sealed class BusUnavailableException : Exception
{
    /// <summary>With what happened and the client's own exception.</summary>
    public BusUnavailableException(string message, Exception? inner = null) : base(message, inner)
    {
    }

    /// <summary>For serializers.</summary>
    public BusUnavailableException()
    {
    }

    /// <summary>With what happened.</summary>
    public BusUnavailableException(string message) : base(message)
    {
    }
}
