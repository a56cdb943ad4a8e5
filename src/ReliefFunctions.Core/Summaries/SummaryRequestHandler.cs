using ReliefFunctions.Core.Campaigns;
using ReliefFunctions.Core.Messaging;

namespace ReliefFunctions.Core.Summaries;

/// <summary>Compiles what was asked for.</summary>
public sealed class SummaryRequestHandler(SummaryStore summaries, CampaignStore campaigns) : IMessageHandler
{
    /// <inheritdoc/>
    public string Source => Entities.SummaryRequests;

    /// <inheritdoc/>
    public async Task HandleAsync(BusMessage message, CancellationToken ct)
    {
        var request = message.Read<CompileSummary>(CompileSummary.Schema);
        var campaign = (await campaigns.GetAsync(request.District, request.Season, ct))?.Value
            ?? throw new UnreadableMessageException($"没有 {request.District} 在 {request.Season} 年度的专项行动。");
        var week = CampaignWeeks.Find(campaign, request.Week)
            ?? throw new UnreadableMessageException($"{request.Week} 不在 {campaign.Partition} 的报送周之内。");
        await summaries.CompileAsync(campaign, week, request, message.RequiredOutbox, ct);
    }
}
