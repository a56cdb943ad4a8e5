using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using ReliefFunctions.Core.Access.Sessions;
using ReliefFunctions.Core.Http;
using ReliefFunctions.Core.Storage;
using ReliefFunctions.Core.Texts;

namespace ReliefFunctions.Core.Access.SignIn;

/// <summary>Signing in over HTTP: the ways in, there and back.</summary>
public static partial class SignInEndpoints
{
    private const string Template = "api/v1/sign-in", ProviderTemplate = Template + "/{provider}", CallbackTemplate = ProviderTemplate + "/callback";

    /// <summary>Holds the attempt while the browser is away.</summary>
    private const string AttemptCookie = "__Host-relief-sign-in";

    private const string Purpose = "sign-in";

    /// <summary>How long the browser may be away.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(15);

    /// <summary>The routes.</summary>
    public static IReadOnlyList<ApiRoute> Routes { get; } =
    [
        new("ListWaysIn", "GET", Template, AccessRule.Public, List)
        {
            Summary = "有哪些登录方式",
            Response = typeof(IReadOnlyList<WayIn>),
            WithoutStorage = true,
        },
        new("BeginSignIn", "GET", ProviderTemplate, AccessRule.Public, Begin)
        {
            Summary = "转到身份提供方登录",
            Query = [new("returnTo", "登录后回到的页面，本站路径", "/portal")],
            Statuses = [StatusCodes.Status302Found],
        },
        new("CompleteSignIn", "GET", CallbackTemplate, AccessRule.Public, Complete)
        {
            Summary = "从身份提供方回来，登录完成后转到原来的页面",
            Query = [new("code", "授权码", "c0de"), new("authCode", "授权码（钉钉）", "c0de"),
                new("state", "与出发时相同", "st4te"), new("error", "身份提供方给出的原因", "access_denied")],
            Statuses = [StatusCodes.Status302Found],
            Problems = [ProblemType.Unauthenticated, ProblemType.Forbidden],
        },
    ];

    /// <summary>A way in.</summary>
    /// <param name="Id">Names it.</param>
    /// <param name="Kind"><c>key</c>, <c>oidc</c>, <c>weCom</c>, <c>dingTalk</c> or <c>development</c>.</param>
    /// <param name="Name">On the button.</param>
    /// <param name="Address">Where it begins: for <c>key</c> the POST, for the others the address to open, with <c>?returnTo=/…</c>.</param>
    public sealed record WayIn(string Id, string Kind, string Name, string Address);

    private static Task<IResult> List(ApiContext c)
    {
        var providers = Providers(c)
            .Select(provider => new WayIn(provider.Id, provider.Kind, provider.Name, $"/{Template}/{provider.Id}"));
        return Task.FromResult(c.Json<IEnumerable<WayIn>>([.. providers, new WayIn("key", "key", "访问密钥", "/" + SessionEndpoints.SessionsTemplate)]));
    }

    private static async Task<IResult> Begin(ApiContext c)
    {
        var provider = Provider(c);
        var (callback, returnTo) = (CallbackOf(c, provider.Id), ReturnPath.Of(c.Query("returnTo")));
        var attempt = new SignInAttempt(provider.Id, Random(), Random(), Random(), callback, returnTo, c.Now + Patience);
        try
        {
            var address = await provider.BeginAsync(attempt, c.Http.Request.Headers.UserAgent.ToString(), c.Aborted);
            var kept = Base64Url.EncodeToString(JsonSerializer.SerializeToUtf8Bytes(attempt, StoredJson.Options));
            c.Http.Response.Cookies.Append(AttemptCookie, await c.Service<LinkSigner>().TokenAsync(Purpose, kept, c.Aborted), Cookie(Patience));
            return Results.Redirect(address.AbsoluteUri);
        }
        catch (ProviderUnavailableException e)
        {
            throw Unavailable(c, provider, e);
        }
    }

    private static async Task<IResult> Complete(ApiContext c)
    {
        var provider = Provider(c);
        var attempt = await AttemptAsync(c);
        c.Http.Response.Cookies.Delete(AttemptCookie, Cookie(null));
        if (attempt is null || attempt.Until < c.Now || attempt.Provider != provider.Id || !Same(attempt.State, c.Query("state") ?? ""))
        {
            throw new ProblemException(ProblemType.Unauthenticated, "这次登录已经过期、用过，或不是在这个浏览器里开始的。请回到登录页重新登录。");
        }

        if (c.Query("error") is { } error || (c.Query("code") ?? c.Query("authCode")) is not { Length: > 0 and <= 4096 } code)
        {
            throw new ProblemException(ProblemType.Unauthenticated, $"“{provider.Name}”没有完成登录（{Code(c.Query("error"))}）。请重新登录，或换一种方式。");
        }

        try
        {
            var identity = await provider.CompleteAsync(attempt, new SignInReturn(code, null), c.Aborted);
            await SignInAsync(c, provider, identity);
            return Results.Redirect(attempt.ReturnTo);
        }
        catch (SignInRefusedException e)
        {
            Refused(Log(c), provider.Id, e.Message, c.CorrelationId);
            throw new ProblemException(ProblemType.Unauthenticated, $"“{provider.Name}”的登录凭证未通过核验。请重新登录；仍不行请把编号告诉管理员。");
        }
        catch (ProviderUnavailableException e)
        {
            throw Unavailable(c, provider, e);
        }
    }

    private static async Task SignInAsync(ApiContext c, ISignInProvider provider, Identity identity)
    {
        var actor = provider.Grant(identity) is { Role: not Role.Feed } granted
            ? granted with { Name = granted.Name.First(50) }
            : throw new ProblemException(ProblemType.Forbidden,
                $"“{provider.Name}”确认了您的身份，但还没有为您设定权限。请把这个编号告诉管理员：{GrantRules.IdOf(identity.Issuer, identity.Subject)}。");
        var limits = c.Service<SessionOptions>().Provider;
        await c.Service<SessionStore>().MoveAsync(actor, SessionEndpoints.Entry(c, actor, "session.ended-everywhere", "scope changed"), c.Aborted);
        await SessionEndpoints.BeginAsync(c, Session.Of(actor, provider.Id, limits, c.Now));
    }

    /// <summary>The attempt of this browser, when it is one that we signed.</summary>
    private static async Task<SignInAttempt?> AttemptAsync(ApiContext c) =>
        c.Http.Request.Cookies.TryGetValue(AttemptCookie, out var cookie) && cookie is { Length: < 4096 }
            && await c.Service<LinkSigner>().OpenAsync(Purpose, cookie, c.Aborted) is { } kept
            ? JsonSerializer.Deserialize<SignInAttempt>(Base64Url.DecodeFromChars(kept), StoredJson.Options)
            : null;

    /// <summary>
    /// Where the provider sends the browser back: the address that phones reach us at. On one machine it is the one that the browser came by, because a
    /// cookie of 127.0.0.1 is not one of localhost.
    /// </summary>
    private static string CallbackOf(ApiContext c, string provider)
    {
        var request = c.Http.Request;
        var came = Uri.TryCreate($"{request.Scheme}://{request.Host}", UriKind.Absolute, out var address) ? address : null;
        var own = c.Service<SignInOptions>().AllowLoopback && came is { IsLoopback: true } ? came : new Uri(c.Service<LinkOptions>().BaseUrl);
        return new Uri(own, $"/{Template}/{provider}/callback").AbsoluteUri;
    }

    private static IEnumerable<ISignInProvider> Providers(ApiContext c) => c.Http.RequestServices.GetServices<ISignInProvider>();

    private static ISignInProvider Provider(ApiContext c) => Providers(c).FirstOrDefault(provider => provider.Id == c.Route("provider"))
        ?? throw new ProblemException(ProblemType.NotFound, "没有这种登录方式。请回到登录页，从列出的方式中选择。");

    private static ProblemException Unavailable(ApiContext c, ISignInProvider provider, ProviderUnavailableException e)
    {
        NotReached(Log(c), provider.Id, e.Message, c.CorrelationId, e);
        return new ProblemException(ProblemType.Unavailable, $"“{provider.Name}”暂时没有回应，无法登录。请稍后再试，或换一种方式（例如访问密钥）。");
    }

    private static bool Same(string one, string other) => CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(one), Encoding.UTF8.GetBytes(other));

    /// <summary>The provider's code for what went wrong, when it is one and not somebody's sentence.</summary>
    private static string Code(string? error) =>
        error is { Length: > 0 and <= 64 } && error.All(c => char.IsAsciiLetterOrDigit(c) || c is '_' or '-') ? error : "未说明原因";

    private static string Random() => Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(32));

    private static CookieOptions Cookie(TimeSpan? lasts) =>
        new() { HttpOnly = true, Secure = true, SameSite = SameSiteMode.Lax, Path = "/", MaxAge = lasts, IsEssential = true };

    private static ILogger Log(ApiContext c) => c.Service<ILoggerFactory>().CreateLogger(typeof(SignInEndpoints));

    [LoggerMessage(Level = LogLevel.Warning, Message = "Signing in by {Provider} was refused: {Reason} [{CorrelationId}].")]
    private static partial void Refused(ILogger log, string provider, string reason, string correlationId);

    [LoggerMessage(Level = LogLevel.Error, Message = "The provider {Provider} could not be used: {Reason} [{CorrelationId}].")]
    private static partial void NotReached(ILogger log, string provider, string reason, string correlationId, Exception e);
}
