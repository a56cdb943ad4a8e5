using System.Globalization;
using ReliefFunctions.Core.Access;
using ReliefFunctions.Core.Clocks;
using ReliefFunctions.Core.Messaging;
using ReliefFunctions.Core.Storage;
using ReliefFunctions.Core.Texts;

namespace ReliefFunctions.Core.DeadLetters;

/// <summary>
/// Where people settle dead letters. What was decided about one is written down first, with its audit entry and the message to send again,
/// in one transaction; then the letter is removed. So a crash in between repeats nothing: whoever decides again finds what was decided.
/// </summary>
public sealed class DeadLetterDesk(IDeadLetterBox queue, MessageDispatcher dispatcher, FeatureTables tables, TimeProvider clock)
{
    private const string Partition = ClockFeature.OperatorPartition;

    private FeatureTable Table => tables[ClockFeature.Intake];

    /// <summary>
    /// The oldest dead letters of every consumer's entity, at most <see cref="IDeadLetterBox.Reach"/> of each. <paramref name="visible"/> tells by the
    /// district that a message is for, if it names one.
    /// </summary>
    public async Task<IReadOnlyList<DeadLetterLine>> ListAsync(Func<string?, bool> visible, CancellationToken ct)
    {
        List<DeadLetterLine> lines = [];
        foreach (var source in dispatcher.Sources.Order(StringComparer.Ordinal))
        {
            foreach (var letter in (await queue.PeekAsync(source, IDeadLetterBox.Reach, ct))
                .Where(letter => visible(letter.Message.Properties.GetValueOrDefault(DeadLetterLine.DistrictProperty))))
            {
                lines.Add(DeadLetterLine.Of(letter, await HandledAsync(letter, ct), (await DecisionAsync(IdOf(letter), ct))?.Value));
            }
        }

        return lines;
    }

    /// <summary>
    /// Sends a letter's message to its queue or topic again, unchanged but for a message id of its own. A message with an outbox row keeps naming it, so
    /// that one whose row has ended changes nothing. Null when there is no such letter; a decision taken before stands.
    /// </summary>
    public Task<DeadLetterDecision?> ResendAsync(string id, AuditEntry audit, Func<string?, bool> visible, CancellationToken ct) =>
        SettleAsync(id, new DeadLetterDecision(DeadLetterFate.Resent, audit.Actor, clock.GetUtcNow(), null), audit, visible, ct);

    /// <summary>
    /// Drops a letter for good, and the outbox row that would bring it back. Null when there is no such letter; a decision taken before stands.
    /// </summary>
    public Task<DeadLetterDecision?> DropAsync(string id, string reason, AuditEntry audit, Func<string?, bool> visible, CancellationToken ct) =>
        SettleAsync(id, new DeadLetterDecision(DeadLetterFate.Dropped, audit.Actor, clock.GetUtcNow(), reason), audit, visible, ct);

    /// <summary>A letter's name in addresses: its entity, its number, and a hash that tells it from one of the same number after a broker's restart.</summary>
    public static string IdOf(DeadLetter letter) =>
        string.Create(CultureInfo.InvariantCulture,
            $"{letter.Source.Replace('/', ':')}.{letter.SequenceNumber}.{Keys.Hash($"{letter.Message.MessageId}|{letter.EnqueuedAt.UtcTicks}")[..12]}");

    private async Task<DeadLetterDecision?> SettleAsync(string id, DeadLetterDecision wanted, AuditEntry audit, Func<string?, bool> visible,
        CancellationToken ct)
    {
        var letter = await FindAsync(id, ct);
        if (letter is null) return (await DecisionAsync(id, ct))?.Value is { } known && visible(known.District) ? known : null;
        var district = letter.Message.Properties.GetValueOrDefault(DeadLetterLine.DistrictProperty);
        if (!visible(district)) return null;
        wanted = wanted with { District = district };
        var decided = await Table.DecideAsync<DeadLetterDecision>(async () =>
        {
            if (await DecisionAsync(id, ct) is { } known) return (known.Value, null);
            var transaction = new Transaction(Partition).Insert(DecisionKey(id), wanted).Audit(audit);
            if (wanted.Fate == DeadLetterFate.Resent) transaction.Send(Again(letter, id, wanted.At));
            return (wanted, transaction);
        }, ct);
        if (decided.Fate == DeadLetterFate.Dropped && letter.Message.Outbox is { } row && tables.Find(row.Table) is { } table)
        {
            await table.DeleteOutboxRowAsync(row, ct);
        }

        await queue.RemoveAsync(letter.Source, letter.SequenceNumber, ct);
        return decided;
    }

    /// <summary>The message again. Its own outbox row, if it has one, stays the consumer's to end; this one ends when the broker has accepted.</summary>
    private static OutboxRow Again(DeadLetter letter, string id, DateTimeOffset now)
    {
        var properties = letter.Message.Properties.Where(property => property.Key is not (DeadLetter.ReasonProperty or DeadLetter.DescriptionProperty))
            .ToDictionary();
        return OutboxRow.ForTopic(letter.Source.Split('/')[0], $"again|{id}", now,
            new OutboxMessage($"again/{id}", letter.Message.Schema, letter.Message.Body, properties));
    }

    private async Task<DeadLetter?> FindAsync(string id, CancellationToken ct)
    {
        var source = id.Split('.')[0].Replace(':', '/');
        return dispatcher.Sources.Contains(source)
            ? (await queue.PeekAsync(source, IDeadLetterBox.Reach, ct)).FirstOrDefault(letter => IdOf(letter) == id)
            : null;
    }

    /// <summary>Whether what the message asks for was done, by its outbox row; null when it has none.</summary>
    private async Task<bool?> HandledAsync(DeadLetter letter, CancellationToken ct) =>
        letter.Message.Outbox is { } row && tables.Find(row.Table) is { } table ? await table.OutboxRowAsync(row.Partition, row.RowKey, ct) is null : null;

    private Task<Row<DeadLetterDecision>?> DecisionAsync(string id, CancellationToken ct) => Table.GetAsync<DeadLetterDecision>(Partition, DecisionKey(id), ct);

    private static string DecisionKey(string id) => $"X|{Keys.Part(id)}";
}

/// <summary>What became of a dead letter.</summary>
public enum DeadLetterFate
{
    /// <summary>重发.</summary>
    Resent,

    /// <summary>放弃.</summary>
    Dropped,
}

/// <summary>What a person decided about a dead letter.</summary>
/// <param name="Fate">Sent again or dropped.</param>
/// <param name="By">The actor's id.</param>
/// <param name="At">UTC.</param>
/// <param name="Reason">Of a drop.</param>
/// <param name="District">The district that the message was for: its office alone reads what was decided. Null for those who see all.</param>
public sealed record DeadLetterDecision(DeadLetterFate Fate, string By, DateTimeOffset At, string? Reason, string? District = null);

/// <summary>A dead letter as people see it.</summary>
/// <param name="Id">Its name in addresses.</param>
/// <param name="Entity">The queue, or <c>topic/subscription</c>, that it was for.</param>
/// <param name="MessageId">As sent.</param>
/// <param name="Subject">What kind of message it is.</param>
/// <param name="District">The district it is for, or null.</param>
/// <param name="Reason">Why it lies here, as the consumer or the broker named it.</param>
/// <param name="Description">The same at length.</param>
/// <param name="EnqueuedAt">When the broker took it, UTC.</param>
/// <param name="DeliveryCount">How often it was delivered.</param>
/// <param name="Body">As sent.</param>
/// <param name="Explanation">What happened and what can be done, in Chinese.</param>
/// <param name="Decision">What was decided already, when a letter could not be removed after it.</param>
public sealed record DeadLetterLine(string Id, string Entity, string MessageId, string Subject, string? District, string? Reason, string? Description,
    DateTimeOffset EnqueuedAt, int DeliveryCount, string Body, [ForPeople] string Explanation, DeadLetterDecision? Decision)
{
    /// <summary>The application property that names the district a message is for.</summary>
    public const string DistrictProperty = "district";

    internal static DeadLetterLine Of(DeadLetter letter, bool? handled, DeadLetterDecision? decision) => new(
        DeadLetterDesk.IdOf(letter), letter.Source, letter.Message.MessageId, letter.Subject
            ?? letter.Message.Schema, letter.Message.Properties.GetValueOrDefault(DistrictProperty),
        letter.Reason, letter.Description, letter.EnqueuedAt, letter.DeliveryCount, SignedLinks.Cut(letter.Message.Body),
        Explain(letter, handled, decision), decision);

    private static string Explain(DeadLetter letter, bool? handled, DeadLetterDecision? decision)
    {
        var happened = letter.Reason switch
        {
            "unreadable" => $"处理程序无法处理这条消息：{letter.Description}",
            "MaxDeliveryCountExceeded" => "多次投递都没有处理完，多为处理中途退出或存储长时间不可用。",
            "TTLExpiredException" => "在队列里超过保存期限，一直没有被接收。",
            var other => $"被移入死信队列，原因：{other ?? "未写明"}。{letter.Description}",
        };
        var advice = (decision, handled) switch
        {
            ({ Fate: DeadLetterFate.Resent }, _) => "已决定重发，消息已经发出；再点一次“重发”即可清除这条记录，不会重复发送。",
            ({ }, _) => "已决定放弃；再点一次“放弃”即可清除这条记录。",
            (_, true) => "它所对应的事项后来已经办完，重发也不会重复办理，可以直接放弃。",
            (_, false) => "它所对应的事项还没有办。排除原因后重发；不处理的话，系统每天自动再试一次。放弃后不再重试。",
            _ => "排除原因后可以重发，已经收到的单位不会再次收到；确实不需要的，写明原因后放弃。",
        };
        return happened + advice;
    }
}
