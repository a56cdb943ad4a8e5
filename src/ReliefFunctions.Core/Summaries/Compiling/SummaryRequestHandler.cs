using ReliefFunctions.Core.Messaging;
using ReliefFunctions.Core.Telemetry;

namespace ReliefFunctions.Core.Summaries.Compiling;

/// <summary>Compiles what was asked for.</summary>
public sealed class SummaryRequestHandler(SummaryStore summaries, SummaryScopes scopes) : IMessageHandler
{
    /// <inheritdoc/>
    public string Source => Entities.SummaryRequests;

    /// <inheritdoc/>
    public async Task HandleAsync(BusMessage message, CancellationToken ct)
    {
        var request = message.Read<CompileSummary>();
        var scope = await scopes.FindAsync(request.Scope, request.Season, ct)
            ?? throw new UnreadableMessageException($"没有 {request.Scope} 在 {request.Season} 年度的专项行动，或该市（州）、省未登记。");
        var period = scope.Find(request.Period) ?? throw new UnreadableMessageException($"{request.Period} 不在 {scope.Partition} 的报送周和阶段之内。");
        using var step = ReliefTelemetry.Begin("compile summary")?.SetTag("relief.scope", request.Scope).SetTag("relief.period", request.Period);
        try
        {
            await summaries.CompileAsync(scope, period, request, message.RequiredOutbox, ct);
        }
        catch (Exception e) when (!ct.IsCancellationRequested)
        {
            step.Failed(e);
            ReliefTelemetry.SummariesFailed.Add(1, new KeyValuePair<string, object?>("relief.district", request.Scope));
            throw;
        }
    }
}
