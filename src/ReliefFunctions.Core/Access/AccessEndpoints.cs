using Microsoft.AspNetCore.Http;
using ReliefFunctions.Core.Http;

namespace ReliefFunctions.Core.Access;

/// <summary>Access keys over HTTP: made, listed and revoked by those who may do at least as much.</summary>
public static class AccessEndpoints
{
    /// <summary>Template of the keys.</summary>
    private const string KeysTemplate = "api/v1/access-keys";

    /// <summary>The routes.</summary>
    public static IReadOnlyList<ApiRoute> Routes { get; } =
    [
        new("CreateAccessKey", "POST", KeysTemplate, AccessRule.Office, Create)
        {
            Summary = "发放访问密钥（只显示一次）",
            Request = typeof(KeyRequest),
            Response = typeof(KeyAnswer),
            Statuses = [201],
        },
        new("ListAccessKeys", "GET", KeysTemplate, AccessRule.Office, List) { Summary = "访问密钥清单", Response = typeof(IReadOnlyList<KeyAnswer>) },
        new("RevokeAccessKey", "DELETE", KeysTemplate + "/{keyId}", AccessRule.Office, Revoke) { Summary = "作废访问密钥", Response = typeof(KeyAnswer) },
    ];

    /// <summary>Asks for a key.</summary>
    /// <param name="Name">Whose it will be.</param>
    /// <param name="Role">What it allows.</param>
    /// <param name="Scope">See <see cref="Actor.Scope"/>.</param>
    /// <param name="Unit">See <see cref="Actor.Unit"/>.</param>
    public sealed record KeyRequest(string Name, Role Role, string Scope, string? Unit = null);

    /// <summary>A key without its hash; with the secret only when just made.</summary>
    public sealed record KeyAnswer(string Id, string Name, Role Role, string Scope, string? Unit, DateTimeOffset CreatedAt, DateTimeOffset? RevokedAt,
        string? Secret = null);

    private static async Task<IResult> Create(ApiContext c)
    {
        var request = await c.JsonAsync<KeyRequest>();
        var errors = new List<ProblemError>();
        if (string.IsNullOrWhiteSpace(request.Name) || request.Name.Length > 50)
        {
            errors.Add(new ProblemError { Pointer = "/name", Message = "请写明密钥发给谁，最长 50 字。", Fix = "例如“青岩镇信息员”。" });
        }

        if (request.Scope.Length is not (0 or 2 or 4 or 6) || !request.Scope.All(char.IsAsciiDigit))
        {
            errors.Add(new ProblemError { Pointer = "/scope", Message = "范围应为区划代码前缀：六位（区县）、四位（市）、两位（省）或空（全部）。", Fix = "例如 520111。" });
        }

        if (request.Role == Role.UnitReporter && (request.Unit is null || request.Scope.Length != 6))
        {
            errors.Add(new ProblemError { Pointer = "/unit", Message = "信息员密钥必须写明六位区划代码和单位代码。", Fix = "补充 scope 与 unit。" });
        }

        if (errors.Count > 0) throw new ProblemException(ProblemType.Invalid, $"密钥申请有 {errors.Count} 处需要修改。", errors);
        if (!MayGrant(c.Actor, request.Role, request.Scope, request.Unit)) throw new ProblemException(ProblemType.Forbidden, "只能发放不超过本人权限和范围的密钥。");
        var (secret, key) = await c.Service<AccessKeys>().CreateAsync(request.Name, request.Role, request.Scope, request.Unit, c.Actor.Id, c.Aborted);
        return c.Json(Answer(key) with { Secret = secret }, StatusCodes.Status201Created);
    }

    private static async Task<IResult> List(ApiContext c)
    {
        var keys = new List<KeyAnswer>();
        await foreach (var row in c.Service<AccessKeys>().ListAsync(c.Aborted))
        {
            if (MayGrant(c.Actor, row.Value.Role, row.Value.Scope, row.Value.Unit)) keys.Add(Answer(row.Value));
        }

        return c.Json(keys);
    }

    private static async Task<IResult> Revoke(ApiContext c) =>
        await c.Service<AccessKeys>().RevokeAsync(c.Route("keyId"), c.Actor.Id, key => MayGrant(c.Actor, key.Role, key.Scope, key.Unit), c.Aborted) is { } key
            ? c.Json(Answer(key))
            : throw new ProblemException(ProblemType.NotFound, "没有找到这把密钥，或它不在您的权限范围内。");

    /// <summary>No key is wider than its maker's: not in scope, not in role, and not in the unit that it is bound to.</summary>
    private static bool MayGrant(Actor actor, Role role, string scope, string? unit) =>
        scope.StartsWith(actor.Scope, StringComparison.Ordinal) && (actor.Unit is null || unit == actor.Unit)
            && (actor.Role == Role.Operator || role is not (Role.Operator or Role.Feed));

    private static KeyAnswer Answer(AccessKey key) => new(key.Id, key.Name, key.Role, key.Scope, key.Unit, key.CreatedAt, key.RevokedAt);
}
