using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using ReliefFunctions.Core.Access.Sessions;
using ReliefFunctions.Core.Access.SignIn;
using ReliefFunctions.Core.Http;

namespace ReliefFunctions.Tests.Access;

/// <summary>WeCom and DingTalk as their published interfaces answer; no real organisation was called.</summary>
public class ChatSignInTests(AzuriteFixture azurite) : IClassFixture<AzuriteFixture>
{
    private static readonly DateTimeOffset Now = new(2026, 12, 15, 2, 0, 0, TimeSpan.Zero);

    private async Task<(World World, Server Server)> WorldAsync(ProviderKind kind)
    {
        var server = await Server.StartAsync();
        var options = new ProviderOptions
        {
            Id = "chat",
            Kind = kind,
            Name = "政务聊天",
            Issuer = server.Address,
            ClientId = "corp",
            ClientSecret = "s3cret",
            AgentId = "1000002",
            Organisation = "dingcorp",
            Rules = [new GrantRule { Claim = kind == ProviderKind.WeCom ? "department" : "unionId", Value = kind == ProviderKind.WeCom ? "7" : "union-1", Role = "unitReporter", Scope = "520111", Unit = "520111101" }],
        };
        ISignInProvider provider = kind == ProviderKind.WeCom ? new WeComProvider(options, true, TimeProvider.System) : new DingTalkProvider(options, true);
        return (await azurite.WorldAsync(Now, services => services.AddSingleton(provider)), server);
    }

    private static async Task<(Uri There, string State)> BeginAsync(Visitor visitor, string agent = "Mozilla/5.0")
    {
        var answer = await visitor.SendAsync("GET", "/api/v1/sign-in/chat?returnTo=/app/", null, new Dictionary<string, string> { ["User-Agent"] = agent });
        Assert.True(answer.Status == 302, answer.Text);
        var there = new Uri(answer.Headers["Location"]);
        return (there, QueryHelpers.ParseQuery(there.Query)["state"]!);
    }

    [Fact]
    public async Task A_member_of_the_corporation_comes_in_by_WeCom()
    {
        var (world, server) = await WorldAsync(ProviderKind.WeCom);
        var visitor = new Visitor(world);
        var (there, state) = await BeginAsync(visitor);
        var asked = QueryHelpers.ParseQuery(there.Query);
        Assert.Equal(("/wwlogin/sso/login", "corp", "1000002", "CorpApp"), (there.AbsolutePath, (string?)asked["appid"], (string?)asked["agentid"], (string?)asked["login_type"]));
        Assert.Equal(302, (await visitor.GetAsync($"/api/v1/sign-in/chat/callback?code=good&state={state}")).Status);
        var me = (await visitor.GetAsync("/api/v1/me")).Json<SessionEndpoints.Me>();
        Assert.Equal(("王芳", Role.UnitReporter, "520111101", "chat"), (me.Name, me.Role, me.Unit, me.SignedInBy));

        // The application's token is kept, and drawn anew when WeCom says that it has ended.
        (_, state) = await BeginAsync(visitor);
        Assert.Equal(302, (await visitor.GetAsync($"/api/v1/sign-in/chat/callback?code=good&state={state}")).Status);
        Assert.Equal(1, server.Tokens);
        server.End();
        (_, state) = await BeginAsync(visitor);
        Assert.Equal(302, (await visitor.GetAsync($"/api/v1/sign-in/chat/callback?code=good&state={state}")).Status);
        Assert.Equal(2, server.Tokens);
    }

    [Fact]
    public async Task Inside_of_WeCom_nobody_scans()
    {
        var (world, _) = await WorldAsync(ProviderKind.WeCom);
        var (there, _) = await BeginAsync(new Visitor(world), "Mozilla/5.0 (iPhone) MicroMessenger/7.0 wxwork/4.1.0");
        Assert.Equal(("/connect/oauth2/authorize", "#wechat_redirect", "snsapi_base"), (there.AbsolutePath, there.Fragment, (string?)QueryHelpers.ParseQuery(there.Query)["scope"]));
    }

    [Theory]
    [InlineData(ProviderKind.WeCom, "code", "used", 401)]
    [InlineData(ProviderKind.WeCom, "code", "outsider", 401)]
    [InlineData(ProviderKind.WeCom, "code", "no-rights", 503)]
    [InlineData(ProviderKind.WeCom, "code", "page", 503)]
    [InlineData(ProviderKind.WeCom, "code", "down", 503)]
    [InlineData(ProviderKind.WeCom, "code", "other-department", 403)]
    [InlineData(ProviderKind.DingTalk, "authCode", "used", 401)]
    [InlineData(ProviderKind.DingTalk, "authCode", "other-organisation", 401)]
    [InlineData(ProviderKind.DingTalk, "authCode", "no-name", 401)]
    [InlineData(ProviderKind.DingTalk, "authCode", "page", 503)]
    [InlineData(ProviderKind.DingTalk, "authCode", "down", 503)]
    [InlineData(ProviderKind.DingTalk, "authCode", "somebody-else", 403)]
    public async Task Whoever_is_not_let_in_reads_why(ProviderKind kind, string parameter, string code, int status)
    {
        var (world, _) = await WorldAsync(kind);
        var visitor = new Visitor(world);
        var (_, state) = await BeginAsync(visitor);
        var answer = await visitor.GetAsync($"/api/v1/sign-in/chat/callback?{parameter}={code}&state={state}");
        Assert.True(answer.Status == status, $"{answer.Status} {answer.Text}");
        Assert.Contains("政务聊天", answer.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("s3cret", answer.Text, StringComparison.Ordinal);
        Assert.Empty(visitor.Cookies);
    }

    [Fact]
    public async Task A_person_of_the_organisation_comes_in_by_DingTalk()
    {
        var (world, _) = await WorldAsync(ProviderKind.DingTalk);
        var visitor = new Visitor(world);
        var (there, state) = await BeginAsync(visitor);
        var asked = QueryHelpers.ParseQuery(there.Query);
        Assert.Equal(("/oauth2/auth", "corp", "openid corpid", "consent", "dingcorp"), (there.AbsolutePath, (string?)asked["client_id"], (string?)asked["scope"], (string?)asked["prompt"], (string?)asked["corpId"]));
        Assert.Equal(302, (await visitor.GetAsync($"/api/v1/sign-in/chat/callback?authCode=good&state={state}")).Status);
        var me = (await visitor.GetAsync("/api/v1/me")).Json<SessionEndpoints.Me>();
        Assert.Equal(("李明", "520111101"), (me.Name, me.Unit));
    }

    /// <summary>Answers as the published pages of both say.</summary>
    private sealed class Server
    {
        private readonly WebApplication _web;
        private string _token = "";

        private Server(WebApplication web) => _web = web;

        public string Address => _web.Urls.First();

        public int Tokens { get; private set; }

        public void End() => _token = "ended";

        public static async Task<Server> StartAsync()
        {
            var builder = WebApplication.CreateSlimBuilder();
            builder.Logging.ClearProviders();
            builder.WebHost.UseUrls("http://127.0.0.1:0");
            var web = builder.Build();
            var server = new Server(web);
            web.Run(async http => await (await server.AnswerAsync(http)).ExecuteAsync(http));
            await web.StartAsync();
            return server;
        }

        private async Task<IResult> AnswerAsync(HttpContext http)
        {
            var asked = http.Request.Query;
            switch (http.Request.Path.Value)
            {
                case "/cgi-bin/gettoken":
                    if (asked["corpid"] != "corp" || asked["corpsecret"] != "s3cret") return Results.Json(new { errcode = 40001, errmsg = "invalid credential" });
                    _token = $"t{++Tokens}";
                    return Results.Json(new { errcode = 0, errmsg = "ok", access_token = _token, expires_in = 7200 });
                case "/cgi-bin/auth/getuserinfo" when asked["access_token"] != _token || _token == "ended":
                    return Results.Json(new { errcode = 42001, errmsg = "access_token expired" });
                case "/cgi-bin/auth/getuserinfo":
                    return asked["code"].ToString() switch
                    {
                        "good" or "other-department" => Results.Json(new { errcode = 0, errmsg = "ok", userid = asked["code"].ToString() }),
                        "outsider" => Results.Json(new { errcode = 0, errmsg = "ok", openid = "o1" }),
                        "no-rights" => Results.Json(new { errcode = 48002, errmsg = "api forbidden" }),
                        "page" => Results.Text("<html>"),
                        "down" => Results.StatusCode(502),
                        _ => Results.Json(new { errcode = 40029, errmsg = "invalid code" }),
                    };
                case "/cgi-bin/user/get":
                    return Results.Json(new { errcode = 0, errmsg = "ok", userid = asked["userid"].ToString(), name = "王芳", department = asked["userid"] == "good" ? new[] { 7, 9 } : [1] });
                case "/v1.0/oauth2/userAccessToken":
                    var body = await http.Request.ReadFromJsonAsync<Dictionary<string, string>>();
                    if (body!["clientId"] != "corp" || body["clientSecret"] != "s3cret" || body["grantType"] != "authorization_code") return Results.Json(new { code = "invalidClient" }, statusCode: 400);
                    return body["code"] switch
                    {
                        "good" or "no-name" or "somebody-else" => Results.Json(new { accessToken = body["code"], refreshToken = "r", expireIn = 7200, corpId = "dingcorp" }),
                        "other-organisation" => Results.Json(new { accessToken = "good", expireIn = 7200, corpId = "others" }),
                        "page" => Results.Text("<html>"),
                        "down" => Results.StatusCode(502),
                        _ => Results.Json(new { code = "invalidAuthCode", message = "不合法的临时授权码" }, statusCode: 400),
                    };
                case "/v1.0/contact/users/me":
                    return http.Request.Headers["x-acs-dingtalk-access-token"].ToString() switch
                    {
                        "good" => Results.Json(new { nick = "李明", unionId = "union-1", openId = "open-1" }),
                        "somebody-else" => Results.Json(new { nick = "赵六", unionId = "union-2", openId = "open-2" }),
                        _ => Results.Json(new { nick = "无名" }),
                    };
                default:
                    return Results.NotFound();
            }
        }
    }
}
