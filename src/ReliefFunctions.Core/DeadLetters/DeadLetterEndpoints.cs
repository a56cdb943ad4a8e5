using Microsoft.AspNetCore.Http;
using ReliefFunctions.Core.Http;
using ReliefFunctions.Core.Messaging;

namespace ReliefFunctions.Core.DeadLetters;

/// <summary>Dead letters over HTTP: an operator sees those of its scope, an office those of its district.</summary>
public static class DeadLetterEndpoints
{
    /// <summary>Every dead letter.</summary>
    private const string ListTemplate = "api/v1/dead-letters";

    private const int LongestReason = 200;

    /// <summary>The routes.</summary>
    public static IReadOnlyList<ApiRoute> Routes { get; } =
    [
        new("ListDeadLetters", "GET", ListTemplate, AccessRule.Office, Asking(List))
        {
            Summary = "无法处理的消息（死信）、原因和可以怎么办",
            Response = typeof(IReadOnlyList<DeadLetterLine>),
        },
        new("ResendDeadLetter", "POST", ListTemplate + "/{letter}/resend", AccessRule.Office, Asking(Resend))
        {
            Summary = "重发一条死信（内容不变；重复点只发一次）",
            MaxBody = 8 * 1024,
            Response = typeof(DeadLetterDecision),
            Problems = [ProblemType.Conflict],
        },
        new("DropDeadLetter", "POST", ListTemplate + "/{letter}/drop", AccessRule.Office, Asking(Drop))
        {
            Summary = "放弃一条死信，须写明原因",
            MaxBody = 8 * 1024,
            Request = typeof(DropRequest),
            Response = typeof(DeadLetterDecision),
            Problems = [ProblemType.Conflict],
        },
    ];

    /// <summary>Why a letter is dropped.</summary>
    /// <param name="Reason">At most 200 characters.</param>
    public sealed record DropRequest(string Reason);

    /// <summary>Dead letters lie with the bus: when it is away there is nothing to see, and nothing else suffers.</summary>
    private static Func<ApiContext, Task<IResult>> Asking(Func<ApiContext, Task<IResult>> handler) => async c =>
    {
        try
        {
            return await handler(c);
        }
        catch (BusUnavailableException)
        {
            throw new ProblemException(ProblemType.Unavailable, "消息总线暂时无法访问，现在看不到也处理不了死信。其他功能不受影响，待发的消息都保存着。请几分钟后重试。");
        }
    };

    private static async Task<IResult> List(ApiContext c) =>
        c.Json(await c.Service<DeadLetterDesk>().ListAsync(district => Sees(c.Actor, district), c.Aborted));

    private static async Task<IResult> Resend(ApiContext c) => Settled(c, DeadLetterFate.Resent,
        await c.Service<DeadLetterDesk>()
            .ResendAsync(c.Route("letter"), c.Audit("dead-letter.resent", c.Route("letter")), district => Sees(c.Actor, district), c.Aborted));

    private static async Task<IResult> Drop(ApiContext c)
    {
        var reason = (await c.JsonAsync<DropRequest>()).Reason?.Trim();
        if (reason is not { Length: > 0 and <= LongestReason })
        {
            throw new ProblemException(ProblemType.Invalid, "放弃死信须写明原因。",
                [new ProblemError { Pointer = "/reason", Message = $"原因不能为空，最长 {LongestReason} 字。", Fix = "例如：单位已电话通知，不再需要。" }]);
        }

        return Settled(c, DeadLetterFate.Dropped, await c.Service<DeadLetterDesk>()
            .DropAsync(c.Route("letter"), reason, c.Audit("dead-letter.dropped", c.Route("letter"), reason), district => Sees(c.Actor, district), c.Aborted));
    }

    private static IResult Settled(ApiContext c, DeadLetterFate wanted, DeadLetterDecision? decision) => decision switch
    {
        null => throw new ProblemException(ProblemType.NotFound, "没有这条死信，它可能已被处理。请重新读取清单。"),
        { Fate: var fate } when fate != wanted =>
            throw new ProblemException(ProblemType.Conflict,
                $"{decision.By} 已在 {decision.At:yyyy-MM-dd HH:mm} UTC 决定{(fate == DeadLetterFate.Resent ? "重发" : "放弃")}这条死信。"),
        _ => c.Json(decision),
    };

    private static bool Sees(Actor actor, string? district) =>
        actor.Unit is null && (actor.Scope.Length == 0 || (district is not null && actor.Covers(district)));
}
