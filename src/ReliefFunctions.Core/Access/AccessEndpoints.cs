using Microsoft.AspNetCore.Http;
using ReliefFunctions.Core.Http;
using ReliefFunctions.Core.Storage;

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
        new("RotateAccessKey", "POST", KeysTemplate + "/{keyId}/rotation", AccessRule.Office, Rotate)
        {
            Summary = "更换访问密钥：新的只显示一次，旧的在重叠期内仍可使用",
            MaxBody = 4 * 1024,
            Request = typeof(RotationRequest),
            BodyIsOptional = true,
            Response = typeof(KeyAnswer),
            Statuses = [201],
            Problems = [ProblemType.Conflict],
        },
        new("RevokeAccessKey", "DELETE", KeysTemplate + "/{keyId}", AccessRule.Office, Revoke) { Summary = "作废访问密钥", Response = typeof(KeyAnswer) },
    ];

    /// <summary>Asks for a key.</summary>
    /// <param name="Name">Whose it will be.</param>
    /// <param name="Role">What it allows.</param>
    /// <param name="Scope">See <see cref="Actor.Scope"/>.</param>
    /// <param name="Unit">See <see cref="Actor.Unit"/>.</param>
    /// <param name="ExpiresAt">When it ends; null for never. A key that ends makes none that goes on after it.</param>
    public sealed record KeyRequest(string Name, Role Role, string Scope, string? Unit = null, DateTimeOffset? ExpiresAt = null);

    /// <summary>Asks for the key that takes another's place.</summary>
    /// <param name="OverlapHours">How long the old one goes on; 72 unless said, at most 720.</param>
    public sealed record RotationRequest(int? OverlapHours = null);

    /// <summary>A key without its hash; with the secret only when just made.</summary>
    public sealed record KeyAnswer(string Id, string Name, Role Role, string Scope, string? Unit, DateTimeOffset CreatedAt, DateTimeOffset? RevokedAt,
        DateTimeOffset? ExpiresAt, DateTimeOffset? LastUsedAt, string? Successor, string? Secret = null)
    {
        /// <summary>The actor who made it; null for one made before that was kept.</summary>
        public string? CreatedBy { get; init; }

        /// <summary>Of a key just revoked: the keys that it made and that are let in all the same, to be revoked too where they should be.</summary>
        public IReadOnlyList<KeyAnswer>? Made { get; init; }
    }

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

        if (request.ExpiresAt <= c.Now) errors.Add(new ProblemError { Pointer = "/expiresAt", Message = "到期时间已经过去。", Fix = "写一个以后的时间，或删去。" });
        if (errors.Count > 0) throw new ProblemException(ProblemType.Invalid, $"密钥申请有 {errors.Count} 处需要修改。", errors);
        if (!Granting.Covers(c.Actor, request.Role, request.Scope, request.Unit)) throw new ProblemException(ProblemType.Forbidden, "只能发放不超过本人权限和范围的密钥。");
        if (!Granting.Lasts(c.Actor, request.ExpiresAt))
        {
            throw new ProblemException(ProblemType.Forbidden, "您的权限有期限，发放的密钥不能比它更晚到期。请写明 expiresAt。");
        }

        var (secret, key) = await c.Service<AccessKeys>().CreateAsync(request.Name, request.Role, request.Scope, request.Unit, c.Actor.Id,
            request.ExpiresAt?.ToUniversalTime(), c.Aborted);
        return c.Json(Answer(key) with { Secret = secret }, StatusCodes.Status201Created);
    }

    private static async Task<IResult> List(ApiContext c)
    {
        var keys = new List<KeyAnswer>();
        await foreach (var row in c.Service<AccessKeys>().ListAsync(c.Aborted))
        {
            if (Covers(c, row.Value)) keys.Add(Answer(row.Value));
        }

        return c.Json(keys);
    }

    private static async Task<IResult> Rotate(ApiContext c)
    {
        var body = await c.BodyAsync();
        var request = body.Length == 0 ? new RotationRequest() : JsonBody.Read<RotationRequest>(body);
        if (request.OverlapHours is < 0 or > 720)
        {
            throw new ProblemException(ProblemType.Invalid, "重叠期为 0 至 720 小时。",
                [new ProblemError { Pointer = "/overlapHours", Message = "重叠期为 0 至 720 小时。", Fix = "改为 72。" }]);
        }

        var overlap = TimeSpan.FromHours(request.OverlapHours ?? 72);
        var rotated = await c.Service<AccessKeys>().RotateAsync(c.Route("keyId"), overlap, c.Actor, c.Aborted);
        return rotated switch
        {
            null => throw new ProblemException(ProblemType.NotFound, "没有找到这把密钥，或它不在您的权限范围内。"),
            Outcome<IssuedKey>.Changed(var made) => c.Json(Answer(made.Key) with { Secret = made.Secret }, StatusCodes.Status201Created),
            { Stands.Key.Successor: { } next } => throw new ProblemException(ProblemType.Conflict, $"这把密钥已经更换过，新密钥是 {next}。"),
            { Stands.Key: var old } when old.IsGoodAt(c.Now) => throw new ProblemException(ProblemType.Forbidden,
                "您的权限有期限，更换出的密钥不能比它更晚到期。请作废这把，再发放写明到期时间的新密钥。"),
            _ => throw new ProblemException(ProblemType.Conflict, "这把密钥已作废或到期，请重新发放。"),
        };
    }

    private static async Task<IResult> Revoke(ApiContext c)
    {
        var keys = c.Service<AccessKeys>();
        var outcome = await keys.RevokeAsync(c.Route("keyId"), c.Actor, c.Aborted)
            ?? throw new ProblemException(ProblemType.NotFound, "没有找到这把密钥，或它不在您的权限范围内。");
        var made = (await keys.MadeByAsync(outcome.Stands.Id, c.Aborted)).Where(key => Covers(c, key)).Select(Answer).ToList();
        return c.Json(Answer(outcome.Stands) with { Made = made });
    }

    private static bool Covers(ApiContext c, AccessKey key) => Granting.Covers(c.Actor, key.Role, key.Scope, key.Unit);

    private static KeyAnswer Answer(AccessKey key) => new(key.Id, key.Name, key.Role, key.Scope, key.Unit, key.CreatedAt, key.RevokedAt,
        key.ExpiresAt, key.LastUsedAt, key.Successor)
    {
        CreatedBy = key.CreatedBy,
    };
}
