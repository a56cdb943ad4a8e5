using ReliefFunctions.Core.Campaigns;
using ReliefFunctions.Core.Messaging;
using ReliefFunctions.Core.Telemetry;

namespace ReliefFunctions.Core.Patrols;

/// <summary>
/// Writes an order into the inboxes of the units it changes, in chunks of one transaction each; the last chunk ends the order's outbox row.
/// A chunk that another attempt wrote is refused whole and passed over, so a crash at any point loses no notice and repeats none.
/// </summary>
public sealed class PatrolOrderHandler(PatrolStore patrols, CampaignStore campaigns, NoticeLinks links, TimeProvider clock) : IMessageHandler
{
    /// <summary>Two rows for each unit, one for the messages and one for the order's outbox row make 100.</summary>
    public const int UnitsPerChunk = 49;

    /// <summary>
    /// An order that takes longer to reach the inboxes gives its units the whole time to acknowledge from then on: nobody is called for what he could not
    /// read.
    /// </summary>
    public static readonly TimeSpan Prompt = TimeSpan.FromMinutes(1);

    /// <inheritdoc/>
    public string Source => Entities.PatrolOrders;

    /// <inheritdoc/>
    public async Task HandleAsync(BusMessage message, CancellationToken ct)
    {
        var issued = message.Read<PatrolOrderIssued>();
        var campaign = (await campaigns.GetAsync(issued.District, issued.Season, ct))?.Value
            ?? throw new UnreadableMessageException($"没有 {issued.District} 在 {issued.Season} 年度的专项行动。");
        var order = await patrols.OrderAsync(campaign, issued.Revision, ct)
            ?? throw new UnreadableMessageException($"没有第 {issued.Revision} 号巡查指令。");
        var policy = await patrols.PolicyAsync(campaign with { PolicyVersion = order.PolicyVersion }, ct);
        var units = (await campaigns.UnitsAsync(campaign.District, ct)).ToDictionary(unit => unit.Code, StringComparer.Ordinal);

        // In the order's own sequence, so that every attempt cuts the same chunks.
        var chunks = order.Changed.Chunk(UnitsPerChunk).ToList();
        for (var i = 0; i < chunks.Count; i++)
        {
            List<PatrolNotice> notices = [];
            foreach (var code in chunks[i])
            {
                notices.Add(await NoticeAsync(campaign, order, units.GetValueOrDefault(code)
                    ?? new Unit { Code = code, Name = code, Kind = UnitKind.Department }, policy, ct));
            }

            await patrols.WriteNoticesAsync(campaign, notices, i == chunks.Count - 1 ? message.RequiredOutbox : null, ct);
        }
    }

    /// <summary>One unit's text that cannot be filled must not keep the order from all the others: that unit reads the standard words.</summary>
    private static string Text(PatrolOrder order, Unit unit, PatrolPolicy policy, Campaign campaign, DateTimeOffset by, string link)
    {
        try
        {
            return order.PreparesOnly(unit.Code) ? PreparationText.Fill(order, unit, policy, campaign, by, link)
                : NoticeText.Fill(order, unit, policy, campaign, by, link);
        }
        catch (Exception e) when (e is ArgumentException or InvalidOperationException or KeyNotFoundException or NullReferenceException or FormatException)
        {
            return NoticeText.Fill(order, new Unit { Code = unit.Code, Name = unit.Name, Kind = UnitKind.Department }, StandardPolicy.Of(policy.Version),
                campaign, by, link);
        }
    }

    private async Task<PatrolNotice> NoticeAsync(Campaign campaign, PatrolOrder order, Unit unit, PatrolPolicy policy, CancellationToken ct)
    {
        var intensity = order.Units[unit.Code];
        var (now, issued) = (clock.GetUtcNow(), order.IssuedAt);
        var from = now - issued > Prompt ? now : issued;
        var (coming, preparation) = (order.Coming.GetValueOrDefault(unit.Code), order.PreparesOnly(unit.Code));
        var by = order.Drill is { } drill ? drill.AcknowledgeBy + (from - issued)
            : PreparationText.AcknowledgeBy(policy, intensity, preparation ? coming : null, from, campaign);
        var link = await links.ForAsync(new NoticeLink(campaign.District, campaign.Season, order.Revision, unit.Code), ct);
        return new PatrolNotice
        {
            District = campaign.District,
            Season = campaign.Season,
            Revision = order.Revision,
            Unit = unit.Code,
            UnitName = unit.Name,
            Intensity = intensity,
            Drill = order.Drill is not null,
            Coming = coming,
            Preparation = preparation,
            IntensityName = order.Drill is null ? policy.Duties[intensity].Name : "通联测试",
            IssuedAt = order.IssuedAt,
            AcknowledgeBy = by,
            Text = Text(order, unit, policy, campaign, by, link).Replace(link, NoticeWords.Place, StringComparison.Ordinal),
            HasForward = order.Drill is null && unit.Kind == UnitKind.Township,
            Trace = ReliefTelemetry.Here,
            Tasks = order.Drill is not null ? []
                : coming is null ? NoticeText.Tasks(unit, policy, intensity)
                : [.. NoticeText.Tasks(unit, policy, intensity),
                    $"准备：{NoticeText.Moment(coming.From, campaign.Zone())}起{coming.Intensity.Name(policy)}（{policy.Duties[coming.Intensity].Duty}）"],
        };
    }
}
