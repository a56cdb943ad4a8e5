using System.Globalization;
using System.Text.Json;
using ReliefFunctions.Core.Campaigns;
using ReliefFunctions.Core.Messaging;
using ReliefFunctions.Core.Storage;
using ReliefFunctions.Core.Telemetry;
using ReliefFunctions.Core.Texts;
using ReliefFunctions.Core.Weather;

namespace ReliefFunctions.Core.Patrols;

/// <summary>The patrols of campaigns: one partition each, every decision one transaction in it.</summary>
public sealed class PatrolStore(FeatureTables tables, CampaignStore campaigns, TimeProvider clock)
{
    /// <summary>The kind under which <see cref="CampaignStore"/> keeps policies.</summary>
    public const string PolicyKind = "policy";

    private const string StateKey = "S";

    private FeatureTable Table => tables[PatrolFeature.Table];

    /// <summary>The state, empty before the first decision.</summary>
    public async Task<PatrolState> StateAsync(Campaign campaign, CancellationToken ct) =>
        PatrolInputs.Sound((await ReadAsync(campaign, ct)).State, clock.GetUtcNow()).State;

    /// <summary>An order, or null.</summary>
    public async Task<PatrolOrder?> OrderAsync(Campaign campaign, int revision, CancellationToken ct) =>
        (await Table.GetAsync<PatrolOrder>(campaign.Partition, OrderKey(revision), ct))?.Value;

    /// <summary>Every order of the season, in order of revision; drills are none.</summary>
    public async Task<IReadOnlyList<PatrolOrder>> OrdersAsync(Campaign campaign, CancellationToken ct)
    {
        List<PatrolOrder> orders = [];
        await foreach (var row in Table.RangeAsync<PatrolOrder>(campaign.Partition, "P|0", "P|:", ct)) orders.Add(row.Value);
        return orders;
    }

    /// <summary>Every drill (通联测试), the first one first.</summary>
    public async Task<IReadOnlyList<PatrolOrder>> DrillsAsync(Campaign campaign, CancellationToken ct) =>
        await ListAsync<PatrolOrder>(campaign.Partition, "P|-", ct);

    /// <summary>The weather that this campaign decided on, in the order in which it came.</summary>
    public async Task<IReadOnlyList<(DateTimeOffset At, PatrolCommand Command)>> WeatherAsync(Campaign campaign, CancellationToken ct)
    {
        List<(DateTimeOffset At, PatrolCommand Command)> weather = [];
        foreach (var applied in await ListAsync<AppliedAlert>(campaign.Partition, "W|", ct))
        {
            weather.Add((applied.At, new PatrolCommand.ApplyAlert(applied.Alert)));
        }

        foreach (var applied in await ListAsync<AppliedForecast>(campaign.Partition, "F|", ct))
        {
            weather.Add((applied.At, new PatrolCommand.ApplyForecast(applied.Forecast)));
        }

        return [.. weather.OrderBy(each => each.At)];
    }

    /// <summary>What was decided on an alert, or null when it has not reached this campaign.</summary>
    public async Task<AppliedAlert?> AppliedAsync(Campaign campaign, string hash, CancellationToken ct) =>
        (await Table.GetAsync<AppliedAlert>(campaign.Partition, $"W|{hash}", ct))?.Value;

    /// <summary>The notices of an order, in order of unit codes.</summary>
    public async Task<IReadOnlyList<PatrolNotice>> NoticesAsync(Campaign campaign, int revision, CancellationToken ct) =>
        await ListAsync<PatrolNotice>(campaign.Partition, $"N|{revision:D6}|", ct);

    /// <summary>Every notice of the season's orders, for those who compare orders with execution; drills are none.</summary>
    public IAsyncEnumerable<Row<PatrolNotice>> AllNoticesAsync(Campaign campaign, CancellationToken ct) =>
        Table.RangeAsync<PatrolNotice>(campaign.Partition, "N|0", "N|:", ct);

    /// <summary>The steps of an order's escalations that were taken.</summary>
    public async Task<IReadOnlyList<EscalationTaken>> EscalationsAsync(Campaign campaign, int revision, CancellationToken ct) =>
        await ListAsync<EscalationTaken>(campaign.Partition, $"E|{revision:D6}|", ct);

    /// <summary>A unit's notices, the newest first; drills, which all came before the first order, last.</summary>
    public async Task<IReadOnlyList<PatrolNotice>> InboxAsync(Campaign campaign, string unit, CancellationToken ct)
    {
        var notices = await ListAsync<PatrolNotice>(campaign.Partition, $"U|{Keys.Part(unit)}|", ct);
        notices.Reverse();
        return notices;
    }

    /// <summary>Every message of the season that was decided on.</summary>
    public async Task<IReadOnlyList<AppliedAlert>> AppliedAsync(Campaign campaign, CancellationToken ct) =>
        await ListAsync<AppliedAlert>(campaign.Partition, "W|", ct);

    /// <summary>The campaign's policy; throws when the office has not stored it, so that what waits is tried again.</summary>
    public async Task<PatrolPolicy> PolicyAsync(Campaign campaign, CancellationToken ct) => PolicyRules.Usable(await RequiredPolicyAsync(campaign, ct)).Policy;

    /// <summary>
    /// The campaign's policy as it is stored. Where that version is not stored (yet) or cannot be read any more, the newest before it; null when there is none.
    /// </summary>
    public async Task<PatrolPolicy?> StoredPolicyAsync(Campaign campaign, CancellationToken ct)
    {
        PatrolPolicy? standard = null;
        for (var version = campaign.PolicyVersion; version >= 1; version--)
        {
            try
            {
                if (await campaigns.ConfigurationAsync<PatrolPolicy>(campaign.District, PolicyKind, version, ct) is { } policy) return policy;
            }
            catch (JsonException)
            {
                standard ??= StandardPolicy.Of(version);
            }
        }

        return standard;
    }

    private async Task<PatrolPolicy> RequiredPolicyAsync(Campaign campaign, CancellationToken ct) => await StoredPolicyAsync(campaign, ct)
        ?? throw new InvalidOperationException(
            $"Campaign {campaign.Partition} names patrol policy {campaign.PolicyVersion}, which is not stored. Put it to /api/v1/districts/{campaign.District}/policies/{campaign.PolicyVersion}.");

    /// <summary>
    /// Decides and stores what was decided; on a conflict reads again and decides again. An alert is decided on once: then, and for a command
    /// that changes nothing, the answer says so and nothing is written.
    /// </summary>
    public Task<PatrolOutcome> DecideAsync(Campaign campaign, PatrolCommand command, AuditEntry? audit, CancellationToken ct) =>
        DecideAsync(campaign, command, audit, null, ct);

    /// <summary>What a command would come to now; nothing is written and nobody told.</summary>
    public async Task<PatrolOutcome> ForeseeAsync(Campaign campaign, PatrolCommand command, CancellationToken ct)
    {
        if (command is PatrolCommand.ApplyAlert(var given)) command = new PatrolCommand.ApplyAlert(PatrolInputs.Bounded(given));
        var (_, state, _) = await ReadAsync(campaign, ct);
        var (units, policy) = (await campaigns.UnitsAsync(campaign.District, ct), await RequiredPolicyAsync(campaign, ct));
        return PatrolDecision.Decide(state, command, campaign, units, policy, clock.GetUtcNow());
    }

    /// <summary>Decides again on something in quarantine, which goes from there when it could be decided on and stays when it could not.</summary>
    public Task<PatrolOutcome> PutBackAsync(Campaign campaign, QuarantinedInput input, PatrolCommand command, AuditEntry audit, CancellationToken ct) =>
        DecideAsync(campaign, command, audit, input, ct);

    /// <summary>Takes something out of quarantine for good. Null when it is not there.</summary>
    public async Task<QuarantinedInput?> DropAsync(Campaign campaign, string id, AuditEntry audit, CancellationToken ct) =>
        await Table.GetAsync<QuarantinedInput>(campaign.Partition, QuarantineKey(id), ct) is { } row
        && await Table.CommitAsync(new Transaction(campaign.Partition).Delete(row).Audit(audit with { Detail = $"{row.Value.Title}：{audit.Detail}" }), ct)
            ? row.Value
            : null;

    /// <summary>What is in quarantine, the newest first.</summary>
    public async Task<IReadOnlyList<QuarantinedInput>> QuarantineAsync(Campaign campaign, CancellationToken ct) =>
        [.. (await ListAsync<QuarantinedInput>(campaign.Partition, QuarantineKey(""), ct)).OrderByDescending(each => each.At)
            .ThenBy(each => each.Id, StringComparer.Ordinal)];

    /// <summary>One input in quarantine, or null.</summary>
    public async Task<QuarantinedInput?> QuarantinedAsync(Campaign campaign, string id, CancellationToken ct) =>
        (await Table.GetAsync<QuarantinedInput>(campaign.Partition, QuarantineKey(id), ct))?.Value;

    private async Task<PatrolOutcome> DecideAsync(Campaign campaign, PatrolCommand command, AuditEntry? audit, QuarantinedInput? putBack, CancellationToken ct)
    {
        // What is written about an alert names it as the decision saw it, within its bounds.
        if (command is PatrolCommand.ApplyAlert(var given)) command = new PatrolCommand.ApplyAlert(PatrolInputs.Bounded(given));
        var applied = command is PatrolCommand.ApplyAlert { Alert: var alert } ? $"W|{alert.Hash}" : null;
        var (policy, clashed) = (await RequiredPolicyAsync(campaign, ct), 0);
        return await Table.DecideAsync<PatrolOutcome>(async () =>
        {
            var now = clock.GetUtcNow();
            var (row, state, unreadable) = await ReadAsync(campaign, ct);

            // A state that was lost or put back from a copy may count from below the orders that were given.
            if (clashed > state.Revision && await Table.GetAsync<JsonElement>(campaign.Partition, OrderKey(clashed), ct) is not null)
            {
                state = state with { Revision = await LastRevisionAsync(campaign, ct) };
            }

            if (applied is not null && putBack is null && await Table.GetAsync<AppliedAlert>(campaign.Partition, applied, ct) is { } done)
            {
                return (new PatrolOutcome(state, null, ["这条预警已经处理过。", .. done.Value.Notes], false), null);
            }

            var units = await campaigns.UnitsAsync(campaign.District, ct);
            var outcome = PatrolDecision.Decide(state, command, campaign, units, policy, now);
            if (unreadable.Count > 0) outcome = outcome with { Changed = true, Quarantined = [.. unreadable, .. outcome.Quarantined] };
            if (putBack is not null && outcome.Quarantined.Any(each => each.Kind == putBack.Kind)) return (outcome, null);
            if (outcome.Refusal is not null || (!outcome.Changed && applied is null && putBack is null)) return (outcome, null);

            var transaction = new Transaction(campaign.Partition);
            if (outcome.Changed || row is null) transaction.Put(row, StateKey, outcome.State);
            if (putBack is not null)
            {
                if (await Table.GetAsync<QuarantinedInput>(campaign.Partition, QuarantineKey(putBack.Id), ct) is not { } apart)
                {
                    return (outcome with { Order = null }, null);
                }

                transaction.Delete(apart);
                if (applied is not null)
                {
                    transaction.Upsert(applied, new AppliedAlert(((PatrolCommand.ApplyAlert)command).Alert, now, outcome.Order?.Revision, outcome.Notes));
                }
            }
            else if (applied is not null)
            {
                var alert = ((PatrolCommand.ApplyAlert)command).Alert;
                transaction.Insert(applied, new AppliedAlert(alert, now, outcome.Order?.Revision, outcome.Notes));
            }

            if (outcome.Order is { } order)
            {
                clashed = order.Revision;
                transaction.Insert(OrderKey(order.Revision), order).Send(OutboxRow.ForQueue(Entities.PatrolOrders, $"order|{order.Revision:D6}", now,
                    OutboxMessage.Of($"{campaign.District}/{campaign.Season}/order-{order.Revision}",
                        new PatrolOrderIssued(campaign.District, campaign.Season, order.Revision),
                        new Dictionary<string, string> { ["district"] = campaign.District, ["intensity"] = order.Highest.ToString() })));
                if (order.Drill is null) transaction.Send(OrderTold(campaign, state, order, units, policy));
                transaction.Audit(audit
                    ?? new AuditEntry(now, "patrol-decision", "patrol.order", order.Revision.ToString(CultureInfo.InvariantCulture), order.Reason));
            }
            else if (audit is not null)
            {
                transaction.Audit(audit);
            }

            SetApart(transaction, campaign, outcome.Quarantined, now);
            foreach (var told in outcome.Told)
            {
                var said = new PatrolEvent(told.Kind, campaign.District, campaign.Season, null, outcome.Order?.Revision, null, told.Text, now, told.Urgent);
                transaction.Send(OutboxRow.ForTopic(Entities.CampaignEvents, $"{told.Id}|{now.UtcTicks}", now, OutboxMessage.Of(
                    $"{campaign.District}/{campaign.Season}/{told.Id.Replace('|', '-')}", PatrolEvent.Schema, said, new Dictionary<string,
                        string>
                    { ["district"] = campaign.District, ["kind"] = told.Kind })));
            }

            // Of a forecast nothing else remains: it is kept for those who ask what another policy would have made of the winter.
            if (command is PatrolCommand.ApplyForecast(var forecast) && outcome.Changed && outcome.Quarantined.Count == 0)
            {
                transaction.Upsert($"F|{Keys.Hash($"{forecast.Source}|{forecast.Issued.UtcTicks}")[..32]}", new AppliedForecast(forecast, now));
            }

            if (ProposalEvent(campaign, state, outcome.State, now) is { } happened)
            {
                transaction.Send(OutboxRow.ForTopic(Entities.CampaignEvents, happened.Id, now,
                    OutboxMessage.Of($"{campaign.District}/{campaign.Season}/{happened.Id.Replace('|', '-')}", happened.Event,
                    new Dictionary<string, string> { ["district"] = campaign.District, ["kind"] = PatrolEvent.Proposal })));
            }

            return (outcome, transaction);
        }, ct);
    }

    /// <summary>
    /// Acknowledges a notice; repeated, the first acknowledgement stands. Answers null when the unit has no such notice.
    /// </summary>
    public async Task<Acknowledged?> AcknowledgeAsync(Campaign campaign, string unit, int revision, Acknowledgement acknowledgement, AuditEntry audit,
        CancellationToken ct)
    {
        var notice = await ChangeAsync(campaign, unit, revision, audit, notice => notice.Acknowledgement is null
            ? notice with { Acknowledgement = acknowledgement, SeenAt = notice.SeenAt ?? acknowledgement.At }
            : notice, ct);
        if (notice is null) return null;
        using var step = ReliefTelemetry.Continue(notice.Trace, "acknowledge notice");
        var state = await StateAsync(campaign, ct);
        Outcome<PatrolNotice> outcome = ReferenceEquals(notice.Acknowledgement, acknowledgement)
            ? new Outcome<PatrolNotice>.Changed(notice) : new Outcome<PatrolNotice>.Repeated(notice);
        return new Acknowledged(outcome, !notice.Drill && state.NoticeOf.TryGetValue(unit, out var current) && current > revision ? current : null);
    }

    /// <summary>Records that a notice's link was opened. Null when the unit has no such notice.</summary>
    public Task<PatrolNotice?> SeenAsync(Campaign campaign, string unit, int revision, CancellationToken ct) =>
        ChangeAsync(campaign, unit, revision, null, notice => notice.SeenAt is null ? notice with { SeenAt = clock.GetUtcNow() } : notice, ct);

    /// <summary>A notice, or null.</summary>
    public async Task<PatrolNotice?> NoticeAsync(Campaign campaign, string unit, int revision, CancellationToken ct) =>
        (await Table.GetAsync<PatrolNotice>(campaign.Partition, InboxKey(unit, revision), ct))?.Value;

    /// <summary>
    /// Writes the notices of up to 49 units, board and inbox, with the row that announces them; with <paramref name="handled"/> also ends the
    /// order's outbox row. False when another did it before.
    /// </summary>
    internal Task<bool> WriteNoticesAsync(Campaign campaign, IReadOnlyList<PatrolNotice> notices, OutboxReference? handled, CancellationToken ct)
    {
        var transaction = new Transaction(campaign.Partition);
        foreach (var notice in notices)
        {
            transaction.Insert(BoardKey(notice.Unit, notice.Revision), notice).Insert(InboxKey(notice.Unit, notice.Revision), notice);
        }

        if (notices.Count > 0)
        {
            transaction.Send(OutboxRow.ForTopic(Entities.PatrolNotices, $"notices|{notices[0].Revision:D6}|{notices[0].Unit}", clock.GetUtcNow(),
                [.. notices.Select(notice =>
                OutboxMessage.Of($"{notice.District}/{notice.Season}/notice-{notice.Revision}-{notice.Unit}", notice, new Dictionary<string, string>
                {
                    ["district"] = notice.District,
                    ["unit"] = notice.Unit,
                    ["intensity"] = notice.Drill ? "Drill" : notice.Intensity.ToString(),
                }))]));
        }

        if (handled is not null) transaction.Handled(handled);
        return Table.CommitAsync(transaction, ct);
    }

    /// <summary>Steps that are taken in one transaction, beside the row that tells of them.</summary>
    internal const int EscalatedAtOnce = 95;

    /// <summary>
    /// Takes the steps of an order's escalation that fell due, once, and tells each unit of its own and the office of them all. False when some were taken
    /// before: then nothing was done.
    /// </summary>
    internal Task<bool> EscalateAsync(
        Campaign campaign, IReadOnlyList<(PatrolNotice Notice, Unit Unit, EscalationDue Due)> steps, int afterMinutes, DateTimeOffset now, CancellationToken ct)
    {
        var transaction = new Transaction(campaign.Partition);
        List<OutboxMessage> messages = [];
        foreach (var (notice, unit, due) in steps)
        {
            var contact = unit.Contacts.FirstOrDefault(contact => contact.Role == due.Role || contact.Name == due.Role);
            var taken = new EscalationTaken(notice.Revision, unit.Code, due.Step, due.Role, contact?.Name, due.DueAt, now);
            transaction.Insert($"E|{notice.Revision:D6}|{Keys.Part(unit.Code)}|{due.Step}", taken);
            var text = Escalation.ToUnit(notice, unit, due, campaign);
            messages.Add(Message($"escalation-{notice.Revision}-{unit.Code}-{due.Step}", PatrolEvent.Escalation, notice, unit.Code, due.Role, text));
        }

        var first = steps[0].Notice;
        var list = steps.GroupBy(each => each.Unit.Code)
            .Select(unit => (unit.First().Notice, unit.First().Unit, (IReadOnlyList<EscalationDue>)[.. unit.Select(each => each.Due)])).ToList();
        messages.Add(Message($"overdue-{first.Revision}-{afterMinutes}-{first.Unit}", PatrolEvent.Overdue, first, null, null,
            Escalation.ToOffice(list, campaign)));
        var id = $"escalation|{first.Revision:D6}|{first.Unit}|{afterMinutes}";
        return Table.CommitAsync(transaction.Send(OutboxRow.ForTopic(Entities.CampaignEvents, id, now, messages)), ct);

        OutboxMessage Message(string id, string kind, PatrolNotice notice, string? unit, string? role, string text)
        {
            var properties = new Dictionary<string, string> { ["district"] = campaign.District, ["kind"] = kind };
            if (unit is not null) properties["unit"] = unit;
            var urgent = notice.Intensity == PatrolIntensity.RoundTheClock;
            var happened = new PatrolEvent(kind, campaign.District, campaign.Season, unit, notice.Revision, role, text, now, urgent);
            return OutboxMessage.Of($"{campaign.District}/{campaign.Season}/{id}", happened, properties);
        }
    }

    /// <summary>Keeps what could not be decided on, and tells office and operator what and why.</summary>
    private static void SetApart(Transaction transaction, Campaign campaign, IReadOnlyList<QuarantinedInput> inputs, DateTimeOffset now)
    {
        if (inputs.Count == 0) return;
        foreach (var input in inputs) transaction.Upsert(QuarantineKey(input.Id), input);
        var first = inputs[0];
        var text =
            $"【隔离】{first.Title}不能用于巡查决定，已放入隔离区（{first.Reason}）{(inputs.Count > 1 ? $"；同时还有 {inputs.Count - 1} 项" : "")}。决定已不依据它作出；请核对原文，确需执行的由办公室人工决定强度，或在隔离区放回、移除。";
        transaction.Send(new OperatorEvent(PatrolQuarantine.Told, campaign.Partition, text, now, campaign.District, campaign.Season)
            .Row($"quarantine|{first.Id}|{now.UtcTicks}"));
    }

    private async Task<(Row<PatrolState>? Row, PatrolState State, IReadOnlyList<QuarantinedInput> Unreadable)> ReadAsync(Campaign campaign,
        CancellationToken ct)
    {
        if (await Table.GetAsync<JsonElement>(campaign.Partition, StateKey, ct) is not { } row) return (null, PatrolState.Empty, []);
        var (state, unreadable) = StoredPatrolState.Read(row.Value, clock.GetUtcNow());
        return (new Row<PatrolState>(row.RowKey, state, row.ETag), state, unreadable);
    }

    private async Task<int> LastRevisionAsync(Campaign campaign, CancellationToken ct)
    {
        var last = 0;
        await foreach (var row in Table.RangeAsync<JsonElement>(campaign.Partition, "P|0", "P|:", ct))
        {
            last = int.Parse(row.RowKey.AsSpan(2), CultureInfo.InvariantCulture);
        }

        return last;
    }

    private static string QuarantineKey(string id) => $"X|{id}";

    /// <summary>An order, up or down, as office and leader are told of it. A drill is the office's own doing, and tells them nothing.</summary>
    private static OutboxRow OrderTold(Campaign campaign, PatrolState before, PatrolOrder order, IReadOnlyList<Unit> units, PatrolPolicy policy)
    {
        var urgent = order.Changed.Any(code => order.Units.GetValueOrDefault(code) == PatrolIntensity.RoundTheClock);
        var text = NoticeText.ForOffice(order, before, campaign, units, policy);
        var happened = new PatrolEvent(PatrolEvent.Order, campaign.District, campaign.Season, null, order.Revision, null, text, order.IssuedAt, urgent);
        return OutboxRow.ForTopic(Entities.CampaignEvents, $"told|{order.Revision:D6}", order.IssuedAt, OutboxMessage.Of(
            $"{campaign.District}/{campaign.Season}/told-{order.Revision}", happened,
            new Dictionary<string, string> { ["district"] = campaign.District, ["kind"] = PatrolEvent.Order }));
    }

    /// <summary>The office is paged at once for what waits, and told when it went out without it.</summary>
    private static (string Id, PatrolEvent Event)? ProposalEvent(Campaign campaign, PatrolState before, PatrolState after, DateTimeOffset now)
    {
        (string, PatrolEvent) Event(string id, string text) =>
            (id, new PatrolEvent(PatrolEvent.Proposal, campaign.District, campaign.Season, null, null, "办公室值班电话", text, now, Urgent: true));
        if (after.Proposal is { } waiting && waiting.Number > before.Proposals)
        {
            return Event($"proposal|{waiting.Number:D6}",
                $"【待办】一小时内的升级指令已达上限，{waiting.Units.Count} 家单位的升级（{waiting.Reason}）作为第{waiting.Number}号待定指令等待确认。请在{NoticeText.Moment(waiting.DueAt, campaign.Zone())}前确认或驳回，逾期自动下达。请值班员立即报告带班领导。");
        }

        return after.LastProposal is { DecidedBy: null } released && released.Number != before.LastProposal?.Number
            ? Event($"proposal|{released.Number:D6}|released", $"第{released.Number}号待定指令逾期无人决定，已自动下达。")
            : null;
    }

    private Task<PatrolNotice?> ChangeAsync(Campaign campaign, string unit, int revision, AuditEntry? audit, Func<PatrolNotice, PatrolNotice> change,
        CancellationToken ct) =>
        Table.DecideAsync<PatrolNotice?>(async () =>
        {
            var board = await Table.GetAsync<PatrolNotice>(campaign.Partition, BoardKey(unit, revision), ct);
            var inbox = await Table.GetAsync<PatrolNotice>(campaign.Partition, InboxKey(unit, revision), ct);
            if (board is null || inbox is null) return (null, null);
            var changed = change(inbox.Value);
            if (ReferenceEquals(changed, inbox.Value)) return (changed, null);
            var transaction = new Transaction(campaign.Partition).Replace(board, changed).Replace(inbox, changed);
            if (audit is not null) transaction.Audit(audit);
            return (changed, transaction);
        }, ct);

    private async Task<List<T>> ListAsync<T>(string partition, string prefix, CancellationToken ct)
    {
        List<T> found = [];
        await foreach (var row in Table.PrefixAsync<T>(partition, prefix, ct)) found.Add(row.Value);
        return found;
    }

    private static string OrderKey(int revision) => $"P|{revision:D6}";

    private static string BoardKey(string unit, int revision) => $"N|{revision:D6}|{Keys.Part(unit)}";

    private static string InboxKey(string unit, int revision) => $"U|{Keys.Part(unit)}|{revision:D6}";
}

/// <summary>An alert that was decided on; <c>W|{alert hash}</c>.</summary>
/// <param name="Alert">The message.</param>
/// <param name="At">UTC.</param>
/// <param name="Revision">The order it led to, or null.</param>
/// <param name="Notes">What was done and why, in Chinese.</param>
public sealed record AppliedAlert(WeatherAlert Alert, DateTimeOffset At, int? Revision, [ForPeople] IReadOnlyList<string> Notes);

/// <summary>A forecast that was decided on; <c>F|{hash of source and time}</c>.</summary>
/// <param name="Forecast">The forecast.</param>
/// <param name="At">UTC.</param>
public sealed record AppliedForecast(ColdForecast Forecast, DateTimeOffset At);

/// <summary>An acknowledged notice.</summary>
/// <param name="Notice">With the acknowledgement that stands: changed, or repeated when somebody was first.</param>
/// <param name="SupersededBy">The unit's current notice when this one is no longer it; acknowledging this one never counts for that.</param>
public sealed record Acknowledged(Outcome<PatrolNotice> Notice, int? SupersededBy);
