using ReliefFunctions.Core.Texts;

namespace ReliefFunctions.Core.Http;

/// <summary>A kind of refusal. Its <see cref="Type"/> is stable: callers may branch on it (RFC 9457).</summary>
/// <param name="Code">Last part of the type, such as <c>report-invalid</c>.</param>
/// <param name="Status">HTTP status.</param>
/// <param name="Title">In Chinese.</param>
/// <param name="TitleEn">In English; see <see cref="Language"/>.</param>
public sealed record ProblemType(string Code, int Status, string Title, string TitleEn)
{
    /// <summary>The <c>type</c> of the problem document.</summary>
    public string Type => "urn:relieffunctions:problem:" + Code;

    /// <summary>401.</summary>
    public static ProblemType Unauthenticated { get; } = new("unauthenticated", 401, "未提供有效的访问密钥", "No valid access key");

    /// <summary>429.</summary>
    public static ProblemType TooManyFailures { get; } = new("too-many-failures", 429, "密钥错误次数过多", "Too many failed keys");

    /// <summary>429: this caller asks for something costly too often; when it may again stands in <c>Retry-After</c>.</summary>
    public static ProblemType TooManyRequests { get; } = new("too-many-requests", 429, "请求过于频繁", "Too many requests");

    /// <summary>403.</summary>
    public static ProblemType Forbidden { get; } = new("forbidden", 403, "没有权限", "Not allowed");

    /// <summary>404, also for what lies outside of the actor's scope.</summary>
    public static ProblemType NotFound { get; } = new("not-found", 404, "未找到", "Not found");

    /// <summary>405, with the methods that the address answers in <c>Allow</c>.</summary>
    public static ProblemType MethodNotAllowed { get; } = new("method-not-allowed", 405, "该地址不支持这种请求方法", "Method not allowed");

    /// <summary>400: an address part, a header or the body's form is wrong.</summary>
    public static ProblemType BadRequest { get; } = new("bad-request", 400, "请求格式不正确", "Malformed request");

    /// <summary>408: the body came too slowly or broke off; nothing was accepted, and the same may be sent again.</summary>
    public static ProblemType SlowBody { get; } = new("slow-body", 408, "网络太慢", "The body came too slowly");

    /// <summary>413.</summary>
    public static ProblemType TooLarge { get; } = new("too-large", 413, "内容过大", "Too large");

    /// <summary>415.</summary>
    public static ProblemType UnsupportedType { get; } = new("unsupported-type", 415, "不支持的文件类型", "Unsupported media type");

    /// <summary>422: well-formed, and yet not acceptable.</summary>
    public static ProblemType Invalid { get; } = new("invalid", 422, "内容未通过校验", "Content failed validation");

    /// <summary>412: the command names a version that is no longer the latest.</summary>
    public static ProblemType Stale { get; } = new("stale", 412, "数据已被更新，请核对后再提交", "The data has changed since");

    /// <summary>409: contradicts what is there.</summary>
    public static ProblemType Conflict { get; } = new("conflict", 409, "与现有数据冲突", "Conflicts with what is there");

    /// <summary>503: storage or bus cannot be reached; nothing was accepted.</summary>
    public static ProblemType Unavailable { get; } = new("unavailable", 503, "服务暂时不可用，请稍后重试", "Temporarily unavailable");

    /// <summary>500.</summary>
    public static ProblemType Internal { get; } = new("internal", 500, "服务器内部错误", "Internal error");
}

/// <summary>One thing that is wrong, where, and how to mend it.</summary>
public sealed record ProblemError
{
    /// <summary>What is wrong, in Chinese.</summary>
    [ForPeople]
    public required string Message { get; init; }

    /// <summary>How to mend it, in Chinese.</summary>
    [ForPeople]
    public string? Fix { get; init; }

    /// <summary>Stable name of the rule, such as <c>number-expected</c> or a form rule's id.</summary>
    public string? Code { get; init; }

    /// <summary>The worksheet.</summary>
    public string? Sheet { get; init; }

    /// <summary>The cell, such as <c>E12</c>.</summary>
    public string? Cell { get; init; }

    /// <summary>The form field, such as <c>B02</c>.</summary>
    public string? Field { get; init; }

    /// <summary>The value found, cut to 100 characters.</summary>
    public string? Value { get; init; }

    /// <summary>The place in a JSON body (RFC 6901).</summary>
    public string? Pointer { get; init; }
}

/// <summary>A refusal on its way to the caller; the pipeline makes it <c>problem+json</c>.</summary>
public sealed class ProblemException : Exception
{
    /// <summary>Refuses with a type, what is wrong and how to mend it, and every single error.</summary>
    public ProblemException(ProblemType type, string detail, IReadOnlyList<ProblemError>? errors = null) : base(detail)
    {
        (Type, Errors) = (type, errors ?? []);
    }

    /// <summary>What kind.</summary>
    public ProblemType Type { get; }

    /// <summary>All errors at once.</summary>
    public IReadOnlyList<ProblemError> Errors { get; }

    /// <summary>Whether it says "not there" of what is there for others.</summary>
    public bool IsOutOfScope { get; init; }

    /// <summary>After how long the same may be tried again; null for the kind's own time.</summary>
    public TimeSpan? RetryAfter { get; init; }

    /// <summary>Further members of the problem document, such as what differs.</summary>
    public IReadOnlyDictionary<string, object?> Extensions { get; init; } = new Dictionary<string, object?>();
}
