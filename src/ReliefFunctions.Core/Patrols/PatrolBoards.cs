using ReliefFunctions.Core.Patrols.Delivery;

namespace ReliefFunctions.Core.Patrols;

/// <summary>Puts an order's board together.</summary>
public static class PatrolBoards
{
    /// <summary>One line for each unit that the order changed, those whose notice is still on its way included.</summary>
    public static OrderBoard Of(PatrolOrder order, IReadOnlyDictionary<string, PatrolNotice> notices, ILookup<string, EscalationTaken> steps,
        IReadOnlyList<DeliveryEntry> deliveries, IReadOnlyDictionary<string, string> names, PatrolState state, DateTimeOffset now)
    {
        List<OrderBoardLine> lines = [.. order.Changed.Select(unit =>
        {
            var notice = notices.GetValueOrDefault(unit);
            var by = order.Drill is null && state.NoticeOf.TryGetValue(unit, out var current) && current > order.Revision ? current : (int?)null;
            var late = notice is not null && (notice.Acknowledgement?.At ?? now) > notice.AcknowledgeBy;
            return new OrderBoardLine(unit, notice?.UnitName ?? names.GetValueOrDefault(unit)
                ?? unit, order.Units[unit], notice is not null, notice?.AcknowledgeBy, deliveries.Where(entry => entry.Unit == unit)
                    .Min(entry => entry.DeliveredAt), notice?.SeenAt, notice?.Acknowledgement,
                notice?.Acknowledgement is { } done ? (int)Math.Ceiling((done.At - order.IssuedAt).TotalMinutes) : null,
                late && (notice!.Acknowledgement is not null || by is null), by, [.. steps[unit].OrderBy(step => step.Step)]);
        })];
        return new OrderBoard(order, lines, lines.Count(line => line.Sent), lines.Count(line => line.DeliveredAt is not null),
            lines.Count(line => line.SeenAt is not null), lines.Count(line => line.Acknowledgement is not null), lines.Count(line => line.Overdue),
            lines.Where(line => line.MinutesToAcknowledge is not null).MaxBy(line => line.MinutesToAcknowledge)?.UnitName);
    }
}
