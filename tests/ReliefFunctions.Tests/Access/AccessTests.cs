using System.Text;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using ReliefFunctions.Core.Access;
using ReliefFunctions.Core.Campaigns;
using ReliefFunctions.Core.Http;
using ReliefFunctions.Core.Storage;

namespace ReliefFunctions.Tests.Access;

public class AccessTests(AzuriteFixture azurite) : IClassFixture<AzuriteFixture>
{
    private static readonly DateTimeOffset Now = new(2026, 12, 15, 2, 0, 0, TimeSpan.Zero);
    private static readonly Actor Operator = new("op", "管理员", Role.Operator, "");
    private static readonly Actor Office = new("office", "办公室", Role.CampaignOffice, "520111");
    private static readonly Actor Reporter = new("u1", "青岩镇", Role.UnitReporter, "520111", "520111101");

    private static readonly string Sample = Samples.Text("campaign.json");

    [Fact]
    public async Task A_revoked_key_is_refused_and_a_wrong_one_says_nothing_more()
    {
        var world = await azurite.WorldAsync(Now);
        var keys = world.Get<AccessKeys>();
        var (secret, key) = await keys.CreateAsync("青岩镇", Role.UnitReporter, "520111", "520111101", "test");
        Assert.Equal("520111101", (await keys.AuthenticateAsync(secret, default))!.Unit);
        Assert.Null(await keys.AuthenticateAsync(secret[..^1] + (secret[^1] == 'A' ? 'B' : 'A'), default));
        Assert.Null(await keys.AuthenticateAsync("rf_000000000000_nothing", default));
        Assert.IsType<Outcome<AccessKey>.Changed>(await keys.RevokeAsync(key.Id, Operator));
        Assert.IsType<Outcome<AccessKey>.Repeated>(await keys.RevokeAsync(key.Id, Operator));
        Assert.Null(await keys.AuthenticateAsync(secret, default));
    }

    [Fact]
    public async Task Whoever_revokes_a_key_reads_which_keys_it_made_and_they_stand()
    {
        var world = await azurite.WorldAsync(Now);
        var office = new Actor("x", "办公室", Role.CampaignOffice, "520111");
        async Task<AccessEndpoints.KeyAnswer> MakeAsync(string name) => (await world.CallAsync("POST", "/api/v1/access-keys", office,
            StoredBytes(new AccessEndpoints.KeyRequest(name, Role.UnitReporter, "520111", "520111101")))).Json<AccessEndpoints.KeyAnswer>();
        var (first, second) = (await MakeAsync("青岩镇"), await MakeAsync("青岩镇二"));
        Assert.NotNull(first.CreatedBy);
        await world.CallAsync("DELETE", $"/api/v1/access-keys/{second.Id}", Operator);
        var revoked = (await world.CallAsync("DELETE", $"/api/v1/access-keys/{first.CreatedBy}", Operator)).Json<AccessEndpoints.KeyAnswer>();
        Assert.Equal([first.Id], revoked.Made!.Select(key => key.Id));
        Assert.NotNull(await world.Get<AccessKeys>().AuthenticateAsync(first.Secret!, default));
    }

    private static byte[] StoredBytes<T>(T value) => System.Text.Encoding.UTF8.GetBytes(StoredJson.Write(value));

    [Fact]
    public async Task The_stored_key_holds_no_secret()
    {
        var world = await azurite.WorldAsync(Now);
        var (secret, key) = await world.Get<AccessKeys>().CreateAsync("青岩镇", Role.UnitReporter, "520111", "520111101", "test");
        Assert.DoesNotContain(secret[16..], StoredJson.Write(key), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_first_operator_comes_in_by_the_setting()
    {
        const string Secret = "rf_0123456789ab_made-and-kept-by-the-operator";
        var world = await azurite.WorldAsync(Now, services => services.AddSingleton(new AccessOptions { OperatorKeySha256 = Keys.Hash(Secret) }));
        Assert.Equal(Role.Operator, (await world.Get<AccessKeys>().AuthenticateAsync(Secret, default))!.Role);
        Assert.Null(await world.Get<AccessKeys>().AuthenticateAsync(Secret + "x", default));
    }

    [Fact]
    public async Task Another_districts_campaign_does_not_exist_for_an_office()
    {
        var world = await azurite.WorldAsync(Now);
        await PutAsync(world, Operator, "520111/2026-2027", Sample);
        await PutAsync(world, Operator, "520112/2026-2027", Sample.Replace("520111", "520112", StringComparison.Ordinal));
        Assert.Equal(200, (await world.CallAsync("GET", "/api/v1/campaigns/520111/2026-2027", Office)).Status);
        var foreign = await world.CallAsync("GET", "/api/v1/campaigns/520112/2026-2027", Office);
        Assert.Equal(404, foreign.Status);
        Assert.Equal("urn:relieffunctions:problem:not-found", foreign.Json<JsonElement>().GetProperty("type").GetString());
    }

    [Fact]
    public async Task A_unit_may_not_change_the_campaign_and_is_told_so_in_Chinese_or_on_request_in_English()
    {
        var world = await azurite.WorldAsync(Now);
        var chinese = await PutAsync(world, Reporter, "520111/2026-2027", Sample);
        Assert.Equal((403, "没有权限"), (chinese.Status, chinese.Json<JsonElement>().GetProperty("title").GetString()));
        var english = await world.CallAsync("PUT", "/api/v1/campaigns/520111/2026-2027", Reporter, Encoding.UTF8.GetBytes(Sample), headers: new Dictionary<string, string> { ["Accept-Language"] = "en-GB,en;q=0.9" });
        Assert.Equal("Not allowed", english.Json<JsonElement>().GetProperty("title").GetString());
    }

    [Fact]
    public async Task An_office_grants_no_more_than_it_has()
    {
        var world = await azurite.WorldAsync(Now);
        Task<Answer> Ask(string role, string scope) => world.CallAsync("POST", "/api/v1/access-keys", Office, Encoding.UTF8.GetBytes($$"""{"name":"x","role":"{{role}}","scope":"{{scope}}","unit":"520111101"}"""));
        Assert.Equal(201, (await Ask("unitReporter", "520111")).Status);
        Assert.Equal(403, (await Ask("operator", "520111")).Status);
        Assert.Equal(403, (await Ask("leader", "5201")).Status);
    }

    [Theory]
    [InlineData("520111", "520111", true)]
    [InlineData("520111", "5201119", false)]
    [InlineData("520111", "520112", false)]
    [InlineData("5201", "520111", true)]
    [InlineData("5201", "5201", true)]
    [InlineData("5201", "52011", false)]
    [InlineData("", "5201119", false)]
    [InlineData("52", "521", false)]
    [InlineData("5201", "52", false)]
    public void A_division_is_covered_by_its_exact_code_and_level(string scope, string division, bool covered) =>
        Assert.Equal(covered, new Actor("k", "n", Role.CampaignOffice, scope).Covers(division));

    [Theory]
    [InlineData(null, 403)]
    [InlineData("520111102", 403)]
    [InlineData("520111101", 201)]
    public async Task A_key_that_is_bound_to_a_unit_makes_none_that_is_not(string? unit, int status)
    {
        var world = await azurite.WorldAsync(Now);
        var bound = Office with { Unit = "520111101" };
        var body = JsonSerializer.SerializeToUtf8Bytes(new AccessEndpoints.KeyRequest("值班", Role.CampaignOffice, "520111", unit), StoredJson.Options);
        Assert.Equal(status, (await world.CallAsync("POST", "/api/v1/access-keys", bound, body)).Status);
    }

    [Theory]
    [InlineData("rf_0123456789ab_the-key-itself")]
    [InlineData("zz345678901234567890123456789012345678901234567890123456789012zz")]
    public void A_setting_that_is_no_hash_stops_the_start_with_its_name(string setting)
    {
        var refused = Assert.Throws<InvalidOperationException>(() => new AccessOptions { OperatorKeySha256 = setting }.Checked());
        Assert.Contains("Access__OperatorKeySha256", refused.Message, StringComparison.Ordinal);
        Assert.DoesNotContain(setting, refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Every_error_of_a_campaign_comes_at_once_and_nothing_is_stored()
    {
        var world = await azurite.WorldAsync(Now);
        var wrong = Sample.Replace("\"end\": \"2027-04-30\"", "\"end\": \"2025-04-30\"", StringComparison.Ordinal).Replace("Asia/Shanghai", "Asia/Nowhere", StringComparison.Ordinal).Replace("\"season\": \"2026-2027\"", "\"season\": \"2026-2028\"", StringComparison.Ordinal);
        var answer = await PutAsync(world, Operator, "520111/2026-2027", wrong);
        Assert.Equal(422, answer.Status);
        Assert.Equal(["/end", "/season", "/season", "/timeZone"], answer.Json<JsonElement>().GetProperty("errors").EnumerateArray().Select(error => error.GetProperty("pointer").GetString()).Order(StringComparer.Ordinal));
        Assert.Equal(404, (await world.CallAsync("GET", "/api/v1/campaigns/520111/2026-2027", Operator)).Status);
    }

    [Fact]
    public async Task A_change_of_a_campaign_names_the_version_it_changes()
    {
        var world = await azurite.WorldAsync(Now);
        var first = await PutAsync(world, Office, "520111/2026-2027", Sample);
        Assert.Equal(200, first.Status);
        Assert.Equal(first.Headers["ETag"], (await PutAsync(world, Office, "520111/2026-2027", Sample)).Headers["ETag"]);
        var changed = Sample.Replace("0851-00000000", "0851-11111111", StringComparison.Ordinal);
        Assert.Equal(412, (await PutAsync(world, Office, "520111/2026-2027", changed)).Status);
        var second = await PutAsync(world, Office, "520111/2026-2027", changed, first.Headers["ETag"]);
        Assert.Equal("0851-11111111", second.Json<Campaign>().DutyPhone);
        Assert.Equal(412, (await PutAsync(world, Office, "520111/2026-2027", Sample, first.Headers["ETag"])).Status);
    }

    [Fact]
    public async Task JSON_of_fifty_megabytes_is_refused_before_it_is_read_whole()
    {
        var world = await azurite.WorldAsync(Now);
        var answer = await world.CallAsync("PUT", "/api/v1/campaigns/520111/2026-2027", Office, new byte[50 * 1024 * 1024]);
        Assert.Equal(413, answer.Status);
    }

    [Fact]
    public async Task A_key_part_that_could_leave_its_place_in_a_storage_key_is_refused()
    {
        var world = await azurite.WorldAsync(Now);
        Assert.Equal(400, (await world.CallAsync("GET", "/api/v1/campaigns/520111/2026|2027", Office)).Status);
        Assert.All(["", ".", "..", "a|b", "a/b", "a\n", "字", new string('x', 129)], part => Assert.False(Keys.IsPart(part), part));
        Assert.All(["a.b", "..a", "2026W50", "a:b_c-d"], part => Assert.True(Keys.IsPart(part), part));
    }

    [Fact]
    public async Task Who_has_no_key_is_told_which_one_to_show_and_who_fails_too_often_to_wait()
    {
        var world = await azurite.WorldAsync(Now);
        var answers = new List<Answer>();
        for (var i = 0; i <= AccessKeys.FailuresAllowed; i++) answers.Add(await world.CallAsync("GET", "/api/v1/campaigns/520111/2026-2027", Office, headers: new Dictionary<string, string> { ["Authorization"] = "Bearer rf_0123456789ab_wrong" }));
        Assert.All(answers[..^1], answer => Assert.Equal((401, "Bearer"), (answer.Status, answer.Headers["WWW-Authenticate"])));
        Assert.Equal((429, "60"), (answers[^1].Status, answers[^1].Headers["Retry-After"]));
    }

    private static Task<Answer> PutAsync(World world, Actor actor, string path, string body, string? ifMatch = null) =>
        world.CallAsync("PUT", "/api/v1/campaigns/" + path, actor, Encoding.UTF8.GetBytes(body), headers: ifMatch is null ? null : new Dictionary<string, string> { ["If-Match"] = ifMatch });
}
