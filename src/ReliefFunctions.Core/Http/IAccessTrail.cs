namespace ReliefFunctions.Core.Http;

/// <summary>Keeps what an audit asks for beside decisions, which keep their own trail: who was refused, and who took which file.</summary>
public interface IAccessTrail
{
    /// <summary>Keeps a refusal, within bounds; never throws for what storage does. Null for an actor who is not known.</summary>
    Task RefusedAsync(string subject, Actor? actor, string address, ProblemType why, string correlationId);

    /// <summary>Keeps that a file is taken, before the first byte of it goes out.</summary>
    Task TakenAsync(string subject, string? unit, Actor actor, string correlationId);
}
