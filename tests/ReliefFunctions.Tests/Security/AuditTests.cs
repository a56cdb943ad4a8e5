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
        await places.CallAsync("PUT", $"/api/v1/districts/520111/units/{TwoDistricts.Unit}/channels", office, """[{"id":"wecom","kind":"webhook","name":"新群","url":"http://127.0.0.1:9/secret","secret":"SECRET","to":["13800001234"]}]"""u8.ToArray());
        var channels = (await FindAsync(places, office, "?what=channels.put")).Entries[0];
        Assert.Contains("新群", channels.After, StringComparison.Ordinal);
        var everything = (await places.CallAsync("GET", Search + "?top=1000", office)).Text;
        Assert.All(new[] { "13800001234", "127.0.0.1:9", "SECRET", "sha256" }, secret => Assert.DoesNotContain(secret, everything, StringComparison.OrdinalIgnoreCase));
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
        Assert.Equal(0, await counters.ForgetAsync(default));
        world.Clock.Advance(FailureCounters.Window);
        Assert.Equal(FailureCounters.Allowed + 1, await counters.ForgetAsync(default));
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
