using System.Globalization;
using System.Text;
using ReliefFunctions.Core;
using ReliefFunctions.Core.Http;

namespace ReliefFunctions.Tests.Security;

/// <summary>
/// Every route by every role from every place: its own, a sibling's, another district's, above, and without a key, with real ids of the first district. The
/// table in <c>docs/security.md</c> is what came of it. A new route needs no line here.
/// </summary>
public class RouteWalkTests(AzuriteFixture azurite) : IClassFixture<AzuriteFixture>
{
    private const string Begin = "<!-- walk: made by RouteWalkTests with UPDATE_SECURITY=1 -->", End = "<!-- walk ends -->";

    /// <summary>Role, place, scope and unit; a sibling of an office or a leader is a key bound to another unit.</summary>
    private static readonly (Role Role, string Place, string Scope, string? Unit)[] Actors =
    [
        (Role.UnitReporter, "本单位", TwoDistricts.Own, TwoDistricts.Unit), (Role.UnitReporter, "邻单位", TwoDistricts.Own, TwoDistricts.Sibling), (Role.UnitReporter, "外区", TwoDistricts.Other, "520112101"),
        (Role.CampaignOffice, "本区", TwoDistricts.Own, null), (Role.CampaignOffice, "限邻单位", TwoDistricts.Own, TwoDistricts.Sibling), (Role.CampaignOffice, "外区", TwoDistricts.Other, null), (Role.CampaignOffice, "上级", "5201", null),
        (Role.Leader, "本区", TwoDistricts.Own, null), (Role.Leader, "限邻单位", TwoDistricts.Own, TwoDistricts.Sibling), (Role.Leader, "外区", TwoDistricts.Other, null), (Role.Leader, "上级", "5201", null),
        (Role.Feed, "本区", TwoDistricts.Own, null), (Role.Feed, "外区", TwoDistricts.Other, null), (Role.Feed, "上级", "5201", null),
        (Role.Operator, "本区", TwoDistricts.Own, null), (Role.Operator, "外区", TwoDistricts.Other, null), (Role.Operator, "全部", "", null),
    ];

    /// <summary>Places that lie outside of the first district or of its unit.</summary>
    private static readonly string[] Outside = ["邻单位", "限邻单位", "外区"];

    [Fact]
    public async Task Every_route_is_open_to_whom_the_table_says_and_to_nobody_else()
    {
        var places = await TwoDistricts.StartAsync(azurite);
        var (results, wrong) = (new Dictionary<(string Route, int Actor), string>(), new List<string>());
        var routes = AllFeatures.Routes.OrderBy(route => route.Template, StringComparer.Ordinal).ThenBy(route => route.Method, StringComparer.Ordinal).ToList();

        async Task WalkAsync(ApiRoute route, bool outside)
        {
            for (var i = 0; i < Actors.Length; i++)
            {
                var actor = Actors[i];
                if (Outside.Contains(actor.Place) != outside) continue;
                var answer = await places.CallAsync(route.Method, places.Address(route), await places.KeyAsync(actor.Role, actor.Scope, actor.Unit), TwoDistricts.Body(route));
                var fault = Fault(route, actor, answer);
                lock (results)
                {
                    results[(route.Name, i)] = Shown(answer, outside);
                    if (fault is not null) wrong.Add($"{route.Method} /{route.Template} as {actor.Role} {actor.Place}: {fault} ({answer.Status}) {answer.Text[..Math.Min(answer.Text.Length, 300)]}");
                }
            }

            if (!outside) return;
            var nobody = await places.CallAsync(route.Method, places.Address(route), null, TwoDistricts.Body(route));
            lock (results)
            {
                results[(route.Name, -1)] = route.Access.Roles.Count == 0 ? "公开" : Shown(nobody, true);
                if (route.Access.Roles.Count > 0 && nobody.Status != 401) wrong.Add($"{route.Method} /{route.Template} without a key: {nobody.Status}");
            }
        }

        // First those who may not, then those who read, then those who change, so that nothing that is asked for has gone meanwhile.
        var abreast = new ParallelOptions { MaxDegreeOfParallelism = 4 };
        await Parallel.ForEachAsync(routes, abreast, async (route, _) => await WalkAsync(route, outside: true));
        await Parallel.ForEachAsync(routes.Where(route => route.Method == "GET"), abreast, async (route, _) => await WalkAsync(route, outside: false));
        foreach (var route in routes.Where(route => route.Method != "GET")) await WalkAsync(route, outside: false);

        Assert.True(wrong.Count == 0, string.Join("\n", wrong));
        Compare(Table(routes, results));
    }

    [Fact]
    public async Task An_id_of_another_district_is_answered_like_one_that_nobody_ever_had()
    {
        var places = await TwoDistricts.StartAsync(azurite);
        var foreign = await places.KeyAsync(Role.CampaignOffice, TwoDistricts.Other);
        var wrong = new List<string>();
        foreach (var route in AllFeatures.Routes.Where(route => route.Access.Roles.Contains(Role.CampaignOffice) && route.Template.Contains('{', StringComparison.Ordinal)))
        {
            var real = await places.CallAsync(route.Method, places.Address(route), foreign, TwoDistricts.Body(route));
            var parts = places.Parts.ToDictionary();
            foreach (var (name, value) in parts) places.Parts[name] = name == "season" || value.Length < 3 ? value : Invented(value);
            places.Parts["district"] = "520199";
            var invented = await places.CallAsync(route.Method, places.Address(route), foreign, TwoDistricts.Body(route));
            foreach (var (name, value) in parts) places.Parts[name] = value;
            if (Kind(real) != Kind(invented)) wrong.Add($"{route.Name}: {real.Status} {real.Text} but {invented.Status} {invented.Text}");
        }

        Assert.True(wrong.Count == 0, string.Join("\n", wrong));

        static string Invented(string value) => new([.. value.Select(c => c is >= '1' and <= '8' ? (char)(c + 1) : c)]);

        // 400 and 422 are about what was sent, before anything is looked up.
        static string Kind(Answer answer) => answer.Status is 400 or 422 ? "what was sent" : answer.Status.ToString(CultureInfo.InvariantCulture);
    }

    [Fact]
    public async Task No_unit_acts_from_above_because_no_such_key_is_made()
    {
        var places = await TwoDistricts.StartAsync(azurite);
        var answer = await places.CallAsync("POST", "/api/v1/access-keys", await places.KeyAsync(Role.Operator, ""), """{"name":"x","role":"unitReporter","scope":"5201","unit":"520111101"}"""u8.ToArray());
        Assert.Equal(422, answer.Status);
        Assert.False(new Actor("k", "n", Role.UnitReporter, TwoDistricts.Own).Covers(TwoDistricts.Own, TwoDistricts.Unit));
    }

    /// <summary>What is wrong with an answer, by the route's own line; null when nothing is.</summary>
    private static string? Fault(ApiRoute route, (Role Role, string Place, string Scope, string? Unit) actor, Answer answer)
    {
        if (answer.Status >= 500) return "fails";
        if (!answer.Headers.GetValueOrDefault("Content-Security-Policy", "").Contains("frame-ancestors 'none'", StringComparison.Ordinal)) return "may stand in a frame";
        if (route.Access.Roles.Count == 0) return null;
        if (!route.Access.Roles.Contains(actor.Role)) return answer.Status == 403 ? null : "is open to a role that it does not name";
        var (ofDistrict, ofUnit) = (route.Template.Contains("{district}", StringComparison.Ordinal), route.Template.Contains("{unit}", StringComparison.Ordinal));
        var expected = (actor.Place, ofDistrict, ofUnit) switch
        {
            ("外区", true, _) => 404,
            ("邻单位", true, true) or ("限邻单位", true, true) => 404,
            ("限邻单位", true, false) => 403,
            _ => 0,
        };
        if (expected != 0) return answer.Status == expected ? null : $"should be {expected}";
        if (actor.Place == "外区" && answer.Status < 300)
        {
            if (route.Template.Contains('{', StringComparison.Ordinal)) return "takes another district's id";
            // What its own people tried stands in its own trail, by the names that they tried.
            if (route.Name != "SearchTrail" && TwoDistricts.Marks.Where(mark => answer.Text.Contains(mark, StringComparison.Ordinal)).ToList() is { Count: > 0 } said) return $"tells another district of {string.Join("、", said)}";
        }

        if (actor.Place == "限邻单位" && answer.Status < 300 && route.Template.Contains("{letter}", StringComparison.Ordinal)) return "takes what is the district's";
        if (actor.Role != Role.UnitReporter && answer.Text.Contains("/n/520111", StringComparison.Ordinal)) return "shows a unit's link";
        return answer.Status == 401 ? "asks who it is" : null;
    }

    /// <summary>Within its own place an answer is the route's, whatever it says; outside the status is what counts.</summary>
    private static string Shown(Answer answer, bool outside) =>
        answer.Status is 401 or 403 || (outside && answer.Status == 404) ? answer.Status.ToString(CultureInfo.InvariantCulture) : "✓";

    private static string Table(IEnumerable<ApiRoute> routes, Dictionary<(string Route, int Actor), string> results)
    {
        var roles = Actors.Select((actor, i) => (actor, i)).GroupBy(each => each.actor.Role).ToList();
        string[] names = ["信息员", "办公室", "领导", "预警源", "管理员"];
        var heads = roles.Select((role, i) => $"{names[i]}<br>{string.Join(' ', role.Select(each => each.actor.Place))}");
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"| 操作 | 地址 | {string.Join(" | ", heads)} | 无密钥 |\n|---|---|{string.Concat(roles.Select(_ => "---|"))}---|\n");
        foreach (var route in routes)
        {
            var cells = roles.Select(role => role.Select(each => results[(route.Name, each.i)]).ToList()).Select(cells => cells.Distinct().Count() == 1 ? cells[0] : string.Join(' ', cells));
            var address = route.Template.Replace("api/v1/campaigns/{district}/{season}", "…", StringComparison.Ordinal);
            text.Append(CultureInfo.InvariantCulture, $"| {route.Name} | `{route.Method} /{address}` | {string.Join(" | ", cells)} | {results[(route.Name, -1)]} |\n");
        }

        return text.ToString();
    }

    private static void Compare(string table)
    {
        var file = Path.Combine(Repository.Root, "docs", "security.md");
        var text = File.ReadAllText(file);
        var (from, to) = (text.IndexOf(Begin, StringComparison.Ordinal) + Begin.Length, text.IndexOf(End, StringComparison.Ordinal));
        Assert.True(from >= Begin.Length && to > from, "docs/security.md has no place for the table.");
        if (Environment.GetEnvironmentVariable("UPDATE_SECURITY") is "1") File.WriteAllText(file, $"{text[..from]}\n{table}{text[to..]}");
        Assert.True(File.ReadAllText(file).Contains($"{Begin}\n{table}{End}", StringComparison.Ordinal), "The table in docs/security.md is not what the routes answer: look at what changed, run this test once with UPDATE_SECURITY=1 and commit the file.");
    }
}
