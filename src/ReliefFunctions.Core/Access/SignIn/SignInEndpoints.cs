using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using ReliefFunctions.Core.Access.Sessions;
using ReliefFunctions.Core.Http;

namespace ReliefFunctions.Core.Access.SignIn;

/// <summary>Signing in over HTTP: the ways in, there and back.</summary>
public static class SignInEndpoints
{
    private const string Template = "api/v1/sign-in";

    /// <summary>The routes.</summary>
    public static IReadOnlyList<ApiRoute> Routes { get; } =
    [
        new("ListWaysIn", "GET", Template, AccessRule.Public, List)
        {
            Summary = "有哪些登录方式",
            Response = typeof(IReadOnlyList<WayIn>),
            WithoutStorage = true,
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
        var providers = c.Http.RequestServices.GetServices<ISignInProvider>()
            .Select(provider => new WayIn(provider.Id, provider.Kind, provider.Name, $"/{Template}/{provider.Id}"));
        return Task.FromResult(c.Json<IEnumerable<WayIn>>([.. providers, new WayIn("key", "key", "访问密钥", "/" + SessionEndpoints.SessionsTemplate)]));
    }
}
