using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using ReliefFunctions.Core.Access.People;
using ReliefFunctions.Core.Access.Sessions;
using ReliefFunctions.Core.Access.SignIn;
using ReliefFunctions.Core.Clocks;
using ReliefFunctions.Core.Features;
using ReliefFunctions.Core.Http;
using ReliefFunctions.Core.Storage;

namespace ReliefFunctions.Core.Access;

/// <summary>Who may come in: people by session, machines by access key, and links that are signed.</summary>
public static class AccessFeature
{
    /// <summary>
    /// Keys, people and their sessions, counters of failures, keys of links; the channels of deliveries lie here too, because they are secrets.
    /// </summary>
    public static TableName Table { get; } = new("Access")
    {
        Trails = (district, _) =>
            [new("keys", IsShared: true), new($"channels|{district}"), new(SessionStore.Partition(district)), new(AccessTrail.Partition(district))],
    };

    /// <summary>This feature.</summary>
    public static Feature Feature { get; } = new("Access")
    {
        Tables = [Table],
        Routes = [.. AccessEndpoints.Routes, .. SessionEndpoints.Routes, .. SignInEndpoints.Routes, .. PeopleEndpoints.Routes,
            .. TrailEndpoints.Routes],
        Parts =
        [
            new("keyId", "密钥编号：十二位十六进制", "0123456789ab"),
            new("invitation", "邀请编号，取自邀请清单", "0123456789abcdef"),
            new("person", "人员编号，取自人员清单", "n-0123456789abcdef"),
            new("provider", "登录方式的编号，取自登录方式清单", "entra"),
            new("session", "登录：current 为本机，或清单中的编号", "current"),
        ],
        Services = Add,
    };

    private static void Add(IServiceCollection services, IConfiguration configuration)
    {
        var signIn = configuration.GetSection(SignInOptions.Section).Get<SignInOptions>()?.Checked() ?? new SignInOptions();
        services.AddSingleton(signIn).AddSingleton<TokenAuthenticator>();
        foreach (var provider in signIn.Providers)
        {
            services.AddSingleton(all => Provider(provider, signIn.AllowLoopback, all.GetRequiredService<TimeProvider>()));
        }

        services
            .AddSingleton(configuration.GetSection(AccessOptions.Section).Get<AccessOptions>()?.Checked() ?? new AccessOptions())
            .AddSingleton(configuration.GetSection(LinkOptions.Section).Get<LinkOptions>() ?? new LinkOptions())
            .AddSingleton<AccessKeys>()
            .AddSingleton<FailureCounters>()
            .AddSingleton(provider => new CallerHeader(provider.GetRequiredService<AccessOptions>().CallerAddressHeader))
            .AddSingleton<IAccessTrail, AccessTrail>()
            .AddSingleton<IScheduledJob, RetentionClock>()
            .AddSingleton<LinkSigner>()
            .AddSingleton(configuration.GetSection(SessionOptions.Section).Get<SessionOptions>() ?? new SessionOptions())
            .AddSingleton<SessionStore>()
            .AddSingleton<PeopleStore>()
            .AddSingleton<KeyAuthenticator>()
            .AddSingleton<IAuthenticator, SessionAuthenticator>();
    }

    private static ISignInProvider Provider(ProviderOptions options, bool allowLoopback, TimeProvider clock) => options.Kind switch
    {
        ProviderKind.WeCom => new WeComProvider(options, allowLoopback, clock),
        ProviderKind.DingTalk => new DingTalkProvider(options, allowLoopback),
        _ => new OidcProvider(options, allowLoopback, clock),
    };
}
