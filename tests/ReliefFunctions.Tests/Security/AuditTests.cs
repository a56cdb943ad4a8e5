using System.Text;
using Microsoft.Extensions.DependencyInjection;
using ReliefFunctions.Core.Access;
using ReliefFunctions.Core.Archive;
using ReliefFunctions.Core.Campaigns;
using ReliefFunctions.Core.Clocks;
using ReliefFunctions.Core.Http;
using ReliefFunctions.Core.Storage;

namespace ReliefFunctions.Tests.Security;

/// <summary>Who did what, when, for which unit, and what stood there before: for the office of the district, and for nobody else.</summary>
public class AuditTests(AzuriteFixture azurite) : IClassFixture<AzuriteFixture>
{
    private const string Search = TwoDistricts.Campaign + "/audit";

    [Fact]
    public async Task An_office_finds_decisions_sign_ins_downloads_and_refusals_of_its_district_in_one_place()
    {
        var places = await TwoDistricts.StartAsync(azurite);
        var office = await places.KeyAsync(Role.CampaignOffice, TwoDistricts.Own);
        var reporter = await places.KeyAsync(Role.UnitReporter, TwoDistricts.Own, TwoDistricts.Unit);
        await places.CallAsync("GET", $"{TwoDistricts.Campaign}/weeks/2026W50/reports/{TwoDistricts.Unit}/form", reporter);
        await places.CallAsync("GET", $"{TwoDistricts.Campaign}/units/{TwoDistricts.Sibling}/inbox", reporter);
        await places.World.SendAsync("POST", "/api/v1/sessions", Encoding.UTF8.GetBytes($$"""{"key":"{{reporter}}"}"""), headers: new Dictionary<string, string> { ["X-Relief-Client"] = "portal", ["Sec-Fetch-Site"] = "same-origin" });
        await places.CallAsync("POST", $"{TwoDistricts.Campaign}/patrol-override", office, """{"intensity":"roundTheClock","reason":"结冰","decidedBy":"周亮","until":"2026-12-18T10:00:00+08:00"}"""u8.ToArray());

        var all = (await FindAsync(places, office, "?top=1000")).Entries;
        Assert.Equal(all.OrderByDescending(entry => entry.At).Select(entry => entry.At), all.Select(entry => entry.At));
        foreach (var what in new[] { "campaign.put", "units.put", "form.put", "policy.put", "report.submitted", "channels.put", "key.created", "patrol.override", "summary.requested", "session.began", AccessTrail.Taken, AccessTrail.Refused })
        {
            Assert.Contains(all, entry => entry.What == what);
        }

        Assert.All(all.Where(entry => entry.What == "campaign.put"), entry => Assert.StartsWith("520111", entry.Subject, StringComparison.Ordinal));
        var refused = Assert.Single((await FindAsync(places, office, "?what=access.refused")).Entries);
        Assert.Equal(("测试UnitReporter", $"GetInbox 520111/2026-2027/{TwoDistricts.Sibling}", "not-found"), (refused.Name, refused.Subject, refused.Detail));
        Assert.Equal($"GetReportForm 520111/2026-2027/2026W50/{TwoDistricts.Unit}", Assert.Single((await FindAsync(places, office, "?what=file.taken&unit=" + TwoDistricts.Unit)).Entries).Subject);
        Assert.All((await FindAsync(places, office, "?who=UnitReporter")).Entries, entry => Assert.Equal("测试UnitReporter", entry.Name));
        Assert.Empty((await FindAsync(places, office, "?from=2026-12-17")).Entries);
        Assert.Empty((await FindAsync(places, office, "?to=2026-12-15")).Entries);
        Assert.Equal(all.Count, (await FindAsync(places, office, "?from=2026-12-16&to=2026-12-16&top=1000")).Entries.Count);
        Assert.Equal(400, (await places.CallAsync("GET", Search + "?from=gestern", office)).Status);
    }

    [Fact]
    public async Task Pages_follow_one_another_without_a_gap_and_the_export_holds_them_all()
    {
        var places = await TwoDistricts.StartAsync(azurite);
        var office = await places.KeyAsync(Role.CampaignOffice, TwoDistricts.Own);
        var whole = (await FindAsync(places, office, "?top=1000")).Entries;
        List<AuditEntry> paged = [];
        string? next = null;
        do
        {
            var page = await FindAsync(places, office, "?top=3" + (next is null ? "" : "&after=" + Uri.EscapeDataString(next)));
            Assert.InRange(page.Entries.Count, 1, 3);
            paged.AddRange(page.Entries);
            next = page.Next;
        }
        while (next is not null);

        Assert.Equal(whole.Select(StoredJson.Write), paged.Select(StoredJson.Write));
        var csv = await places.CallAsync("GET", Search + "-export", office);
        Assert.Equal(("text/csv", "\uFEFF时间,谁,编号,办了什么"), (csv.Headers["Content-Type"].Split(';')[0], csv.Text[..13]));
        Assert.Equal(whole.Count + 1, Core.Texts.Csv.Read(csv.Text[1..], 10_000)!.Count);
        Assert.Contains(AccessTrail.Taken, (await FindAsync(places, office, "?what=file.taken")).Entries.Select(entry => entry.What));
    }

    [Fact]
    public async Task What_changed_stands_before_and_after_and_no_number_or_address_with_it()
    {
        var places = await TwoDistricts.StartAsync(azurite);
        var office = await places.KeyAsync(Role.CampaignOffice, TwoDistricts.Own);
        places.World.Clock.Advance(TimeSpan.FromMinutes(1));
        await places.CallAsync("PUT", "/api/v1/districts/520111/units", office, """[{"code":"520111101","name":"青岩古镇","kind":"township","contacts":[{"name":"李四","role":"信息员","phone":"13800001234"}]}]"""u8.ToArray());
        var units = (await FindAsync(places, office, "?what=units.put")).Entries[0];
        Assert.Contains("\"name\":\"青岩镇\"", units.Before, StringComparison.Ordinal);
        Assert.Contains("\"name\":\"青岩古镇\"", units.After, StringComparison.Ordinal);
        await places.CallAsync("PUT", $"/api/v1/districts/520111/units/{TwoDistricts.Unit}/channels", office, """[{"id":"wecom","kind":"webhook","name":"新群","url":"http://127.0.0.1:9/secret","secret":"S3KRET-7","to":["13800001234"]}]"""u8.ToArray());
        var channels = (await FindAsync(places, office, "?what=channels.put")).Entries[0];
        Assert.Contains("新群", channels.After, StringComparison.Ordinal);
        var everything = (await places.CallAsync("GET", Search + "?top=1000", office)).Text;
        Assert.All(new[] { "13800001234", "127.0.0.1:9", "S3KRET-7", "sha256" }, secret => Assert.DoesNotContain(secret, everything, StringComparison.OrdinalIgnoreCase));
        await places.CallAsync("POST", $"{TwoDistricts.Campaign}/patrol-override", office, """{"intensity":"roundTheClock","reason":"结冰","decidedBy":"周亮","until":"2026-12-18T10:00:00+08:00"}"""u8.ToArray());
        var decided = (await FindAsync(places, office, "?what=patrol.override")).Entries[0];
        Assert.Contains("\"revision\":1", decided.Before, StringComparison.Ordinal);
        Assert.Contains("roundTheClock", decided.After, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Another_district_reads_nothing_of_it_and_what_nobody_known_did_is_the_operators()
    {
        var places = await TwoDistricts.StartAsync(azurite);
        var foreign = await places.KeyAsync(Role.CampaignOffice, TwoDistricts.Other);
        await places.CallAsync("GET", Search, "rf_0123456789ab_wrong");
        Assert.Equal(404, (await places.CallAsync("GET", Search, foreign)).Status);
        var theirs = (await places.CallAsync("GET", Search.Replace("520111", "520112", StringComparison.Ordinal) + "?top=1000", foreign)).Text;
        var refusal = (await places.CallAsync("GET", Search.Replace("520111", "520112", StringComparison.Ordinal) + "?what=access.refused", foreign)).Json<AuditPage>();
        Assert.Equal("SearchAudit 520111/2026-2027", Assert.Single(refusal.Entries).Subject);
        Assert.All(new[] { "花溪", "青岩", "rf_" }, mark => Assert.DoesNotContain(mark, theirs, StringComparison.Ordinal));
        Assert.Equal("unauthenticated，来自 unknown", Assert.Single(await TrailAsync(places.World, AccessTrail.Partition(null))).Detail);
    }

    /// <summary>A change of each kind that a person makes, and what the trail tells of it. The path is that of the first district unless it begins with a slash.</summary>
    public static IReadOnlyList<(string What, string Method, string Path, string Body, string? Before, string? After)> Changes =>
    [
        ("form.put", "PUT", "/api/v1/districts/520111/forms/2", "form-v1.json|\"version\": 1|\"version\": 2|出动巡查人员|出动巡查人次", "出动巡查人员", "\"fields/A03/label\":\"出动巡查人次\""),
        ("policy.put", "PUT", "/api/v1/districts/520111/policies/2", "policy-v1.json|\"version\": 1|\"version\": 2|\"title\": \"|\"title\": \"新", "\"title\"", "\"title\":\"新"),
        ("incident-policy.put", "PUT", "/api/v1/districts/520111/incident-policies/1", "standard-incident", null, "\"firstReportMinutes\":30"),
        ("daily-report-policy.put", "PUT", "/api/v1/districts/520111/daily-report-policies/1", "standard-daily", null, "\"title\""),
        ("campaign.extended", "POST", "extension", """{"newEnd":"2027-05-20","reason":"倒春寒","approvedBy":"周亮"}""", null, "\"extension/newEnd\":\"2027-05-20\""),
        ("incident.reported", "POST", "units/520111101/incidents", """{"what":"一人冻伤","where":"北门桥","howMany":1,"details":{"onSpotPhone":"13800138000"}}""", null, "\"content/what\":\"一人冻伤\""),
        ("incident.followUp", "POST", "units/520111101/incidents/{incident}/reports", """{"kind":"followUp","baseVersion":1,"details":{"hospitalised":1,"onSpotPhone":"13900139000"}}""", "\"version\":1", "\"content/hospitalised\":1"),
        ("incident.joined", "POST", "units/520111101/incidents/{incident}/join", """{"into":"{other}","reason":"同一人"}""", null, "\"joinedInto\":\"{other}\""),
        ("incident.separated", "POST", "units/520111101/incidents/{incident}/join", """{"reason":"不是同一人"}""", "\"joinedInto\":\"{other}\"", null),
        ("summary.outlook", "PUT", "summaries/2026W50/outlook", """{"text":"下周继续巡查"}""", null, "\"text\":\"下周继续巡查\""),
        ("summary.outlook", "PUT", "summaries/2026W50/outlook", """{"text":"下周加强巡查"}""", "下周继续巡查", "下周加强巡查"),
        ("invitation.made", "POST", "/api/v1/districts/520111/invitations", """{"role":"leader"}""", null, "\"role\":\"leader\""),
        ("key.created", "POST", "/api/v1/access-keys", """{"name":"值班","role":"leader","scope":"520111"}""", null, "\"name\":\"值班\""),
        ("key.revoked", "DELETE", "/api/v1/access-keys/{keyId}", "", null, "\"revokedAt\""),
    ];

    [Fact]
    public async Task Every_change_by_a_person_stands_before_and_after()
    {
        var places = await TwoDistricts.StartAsync(azurite);
        var office = await places.KeyAsync(Role.CampaignOffice, TwoDistricts.Own);
        var other = (await places.CallAsync("POST", TwoDistricts.Campaign + "/units/office/incidents", office, Encoding.UTF8.GetBytes("""{"what":"一人受伤","where":"北门","howMany":1}"""))).Json<Core.Incidents.IncidentReceipt>().Incident.Id;
        string Filled(string text) => text.Replace("{keyId}", places.Parts["keyId"], StringComparison.Ordinal).Replace("{other}", other, StringComparison.Ordinal).Replace("{incident}", places.Parts.GetValueOrDefault("incident", ""), StringComparison.Ordinal);
        foreach (var change in Changes)
        {
            places.World.Clock.Advance(TimeSpan.FromSeconds(1));
            var path = change.Path[0] == '/' ? change.Path : $"{TwoDistricts.Campaign}/{change.Path}";
            var stands = change.Path == "extension" ? (await places.CallAsync("GET", TwoDistricts.Campaign, office)).Headers["ETag"] : null;
            var answer = await places.CallAsync(change.Method, Filled(path), office, Encoding.UTF8.GetBytes(BodyOf(Filled(change.Body))),
                headers: stands is null ? null : new Dictionary<string, string> { ["If-Match"] = stands });
            Assert.True(answer.Status < 300, $"{change.What}: {answer.Text}");
            if (change.What == "incident.reported") places.Parts["incident"] = answer.Json<Core.Incidents.IncidentReceipt>().Incident.Id;
            var entry = (await FindAsync(places, office, "?top=5&what=" + change.What)).Entries is [var newest, ..] ? newest : null;
            Assert.True(entry is not null, $"{change.What} stands in no trail.");
            Assert.True((entry.Before ?? "").Contains(Filled(change.Before ?? ""), StringComparison.Ordinal), $"{change.What} before: {entry.Before}");
            Assert.True((entry.After ?? "").Contains(Filled(change.After ?? ""), StringComparison.Ordinal), $"{change.What} after: {entry.After}");
            Assert.True(change.Before is not null || entry.Before is null or { Length: < 200 }, $"{change.What} before: {entry.Before}");
        }

        // Somebody who came in, and left.
        var invited = (await places.CallAsync("POST", "/api/v1/districts/520111/invitations", office, """{"units":["520111101"]}"""u8.ToArray())).Json<IReadOnlyList<Core.Access.People.PeopleEndpoints.InvitationAnswer>>().Single();
        var me = (await new Access.Visitor(places.World).PostAsync("/api/v1/invitations/redemption", new { code = invited.Link.Split('#')[1], name = "王芳" })).Json<Core.Access.Sessions.SessionEndpoints.Me>();
        Assert.Contains("\"name\":\"王芳\"", (await FindAsync(places, office, "?what=invitation.redeemed")).Entries[0].After, StringComparison.Ordinal);
        await places.CallAsync("DELETE", $"/api/v1/districts/520111/people/{me.Actor}", office);
        Assert.Contains("\"left\"", (await FindAsync(places, office, "?what=person.left")).Entries[0].After, StringComparison.Ordinal);
        var everything = (await places.CallAsync("GET", Search + "?top=1000", office)).Text;
        Assert.All(new[] { "13800138000", "13900139000", "sha256", invited.Link.Split('.')[^1] }, secret => Assert.DoesNotContain(secret, everything, StringComparison.OrdinalIgnoreCase));
    }

    /// <summary>A body as it stands, or a file of the sample with texts replaced, or the standard policy.</summary>
    private static string BodyOf(string said)
    {
        if (said == "standard-incident") return StoredJson.Write(Core.Incidents.StandardIncidentPolicy.Policy with { Version = 1 });
        if (said == "standard-daily") return StoredJson.Write(Core.DailyReports.DailyPolicy.Standard with { Version = 1 });
        if (!said.Contains(".json|", StringComparison.Ordinal)) return said;
        var parts = said.Split('|');
        var text = Samples.Text(parts[0]);
        for (var i = 1; i < parts.Length; i += 2) text = text.Replace(parts[i], parts[i + 1], StringComparison.Ordinal);
        return text;
    }

    [Fact]
    public async Task What_nobody_known_tried_is_searched_page_by_page_by_the_operator_of_everything_alone()
    {
        var places = await TwoDistricts.StartAsync(azurite);
        for (var i = 0; i < 5; i++) await places.CallAsync("GET", $"/api/v1/campaigns/52011{i}/2026-2027", "rf_0123456789ab_wrong");
        var (op, office, city) = (await places.KeyAsync(Role.Operator, ""), await places.KeyAsync(Role.CampaignOffice, TwoDistricts.Own), await places.KeyAsync(Role.CampaignOffice, "5201"));
        List<AuditEntry> found = [];
        string? next = "";
        while (next is not null)
        {
            var page = (await places.CallAsync("GET", $"/api/v1/audit?of=unknown&top=2&what=access.refused&after={Uri.EscapeDataString(next)}", op)).Json<AuditPage>();
            Assert.InRange(page.Entries.Count, 1, 2);
            found.AddRange(page.Entries);
            next = page.Next;
        }

        Assert.Equal(5, found.Count);
        Assert.All(found, entry => Assert.Equal(("unknown", "unauthenticated，来自 unknown"), (entry.Actor, entry.Detail)));
        Assert.Equal(found.Count, (await places.CallAsync("GET", "/api/v1/audit", op)).Json<AuditPage>().Entries.Count);
        Assert.Single((await places.CallAsync("GET", "/api/v1/audit?of=unknown&who=UNKNOWN&top=1000&from=2026-12-16", op)).Json<AuditPage>().Entries, entry => entry.Subject.EndsWith("520113/2026-2027", StringComparison.Ordinal));

        // A city's own, which lies in no campaign: its office reads it, a district's does not.
        await places.CallAsync("GET", "/api/v1/campaigns/999999/2026-2027", city);
        Assert.Contains("GetCampaign 999999/2026-2027", (await places.CallAsync("GET", "/api/v1/audit", city)).Json<AuditPage>().Entries.Select(entry => entry.Subject));
        foreach (var (key, of) in new[] { (office, "unknown"), (office, "all"), (office, "5201"), (office, "520112"), (city, "unknown"), (city, "52"), (op, "x"), (op, "52011"), (city, "520111|") })
        {
            Assert.Equal(404, (await places.CallAsync("GET", $"/api/v1/audit?of={Uri.EscapeDataString(of)}", key)).Status);
        }

        Assert.Equal(403, (await places.CallAsync("GET", "/api/v1/audit", await places.KeyAsync(Role.Leader, TwoDistricts.Own))).Status);
    }

    [Fact]
    public async Task Refusals_without_end_leave_rows_with_one()
    {
        var world = await azurite.WorldAsync(new DateTimeOffset(2026, 12, 16, 0, 30, 0, TimeSpan.Zero));
        var trail = world.Get<IAccessTrail>();
        var actor = new Actor("k", "某人", Role.UnitReporter, "520111", "520111101");
        for (var i = 0; i < AccessTrail.MostInAnHour + 40; i++) await trail.RefusedAsync("GetInbox", null, $"2001:db8::{i:x}", ProblemType.Unauthenticated, "c");
        for (var i = 0; i < 40; i++) await trail.RefusedAsync("GetInbox", actor, "x", ProblemType.NotFound, "c");
        Assert.Equal(AccessTrail.MostInAnHour, (await TrailAsync(world, AccessTrail.Partition(null))).Count);
        Assert.Single(await TrailAsync(world, AccessTrail.Partition("520111")));
        world.Clock.Advance(TimeSpan.FromHours(1));
        await trail.RefusedAsync("GetInbox", actor, "x", ProblemType.NotFound, "c");
        Assert.Equal(2, (await TrailAsync(world, AccessTrail.Partition("520111"))).Count);
    }

    [Fact]
    public async Task The_trail_is_kept_for_180_days_at_least_and_goes_after_its_time()
    {
        Assert.True(AuditEntry.KeptFor >= TimeSpan.FromDays(180) && SeasonRetention.Days >= 180);
        var world = await azurite.WorldAsync(new DateTimeOffset(2026, 12, 16, 0, 30, 0, TimeSpan.Zero));
        await world.Get<IAccessTrail>().RefusedAsync("GetInbox", new Actor("k", "某人", Role.UnitReporter, "520111"), "x", ProblemType.NotFound, "c");
        var clock = world.Services.GetServices<IScheduledJob>().Single(job => job.Name == RetentionClock.Job);
        foreach (var days in new[] { 180, 399 })
        {
            world.Clock.SetUtcNow(new DateTimeOffset(2026, 12, 16, 0, 30, 0, TimeSpan.Zero).AddDays(days));
            await clock.RunAsync(default);
            Assert.Single(await TrailAsync(world, AccessTrail.Partition("520111")));
        }

        world.Clock.Advance(TimeSpan.FromDays(2));
        await clock.RunAsync(default);
        Assert.Empty(await TrailAsync(world, AccessTrail.Partition("520111")));
    }

    [Fact]
    public async Task Counters_of_wrong_keys_go_with_their_window_and_a_flood_of_them_is_bounded()
    {
        var world = await azurite.WorldAsync(new DateTimeOffset(2026, 12, 16, 0, 31, 0, TimeSpan.Zero));
        var counters = world.Get<FailureCounters>();
        for (var i = 0; i < 60; i++) await counters.CountAsync($"{i:x12}", "203.0.113.7", default);
        Assert.Equal(FailureCounters.Allowed + 1, await RowsAsync(world));
        Assert.Equal(0, await counters.ForgetAsync(1000, default));
        world.Clock.Advance(FailureCounters.Window);
        Assert.Equal(FailureCounters.Allowed + 1, await counters.ForgetAsync(1000, default));
        Assert.Equal(0, await RowsAsync(world));
    }

    [Fact]
    public async Task Whoever_tries_wrong_keys_locks_out_nobody_else()
    {
        var world = await azurite.WorldAsync(new DateTimeOffset(2026, 12, 16, 0, 30, 0, TimeSpan.Zero));
        var (secret, key) = await world.Get<AccessKeys>().CreateAsync("青岩镇", Role.UnitReporter, "520111", "520111101", "test");
        var counters = world.Get<FailureCounters>();
        for (var i = 0; i < 50; i++) await counters.CountAsync(key.Id, "203.0.113.7", default);
        Assert.True(await counters.CountAsync(key.Id, "203.0.113.7", default));
        Assert.False(await counters.CountAsync(key.Id, "203.0.113.8", default));
        Assert.True(await counters.CountAsync("0123456789ab", "203.0.113.7", default));
        Assert.NotNull(await world.Get<AccessKeys>().AuthenticateAsync(secret, default));

        // Of IPv6 the network counts: the rest of an address is its owner's to choose.
        for (var i = 0; i <= FailureCounters.Allowed; i++) await counters.CountAsync(null, $"2001:db8:1:1::{i:x}", default);
        Assert.True(await counters.CountAsync(null, "2001:db8:1:1:ffff::1", default));
        Assert.False(await counters.CountAsync(null, "2001:db8:1:2::1", default));
    }

    private static async Task<AuditPage> FindAsync(TwoDistricts places, string key, string query) => (await places.CallAsync("GET", Search + query, key)).Json<AuditPage>();

    private static async Task<List<AuditEntry>> TrailAsync(World world, string partition) =>
        await world.Get<FeatureTables>()[AccessFeature.Table].PrefixAsync<AuditEntry>(partition, AuditEntry.KeyPrefix).Select(row => row.Value).ToListAsync();

    private static async Task<int> RowsAsync(World world) => await world.Get<FeatureTables>()[AccessFeature.Table].PrefixAsync<int>("failures", "F|").CountAsync();
}
