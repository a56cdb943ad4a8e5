using System.Text.Json;
using System.Text.RegularExpressions;
using ReliefFunctions.Core.Http;
using ReliefFunctions.Core.Telemetry;
using ReliefFunctions.LocalHost;

namespace ReliefFunctions.EndToEnd;

/// <summary>What an operator sees of the demo: connected traces, numbers that agree, and nothing about persons.</summary>
public sealed partial class DemoTests
{
    [Fact]
    public void One_trace_leads_from_the_alert_to_every_acknowledgement_of_its_order()
    {
        var traces = Steps().GroupBy(step => step.Trace).Select(trace => trace.ToDictionary(step => step.Id)).ToList();
        var ofAlert = traces.Where(trace => trace.Values.Any(step => step.Name == "POST api/v1/weather-alerts" && step.Parent is null) && trace.Values.Any(step => step.Name == "acknowledge notice")).ToList();
        Assert.NotEmpty(ofAlert);
        foreach (var trace in ofAlert)
        {
            foreach (var step in trace.Values.Where(step => step.Name == "acknowledge notice"))
            {
                var way = new List<string>();
                for (var at = step; ; at = trace[at.Parent])
                {
                    way.Add(at.Name);
                    if (at.Parent is null) break;
                }

                Assert.Equal(
                    ["acknowledge notice", "process patrol-orders", "process alert-applications", "POST api/v1/weather-alerts"],
                    way.Where(name => !name.StartsWith("send ", StringComparison.Ordinal)));
            }

            // The request of whoever signed is joined to it.
            var requests = Steps().Where(step => step.Kind == "Server").Select(step => step.Id).ToHashSet();
            Assert.All(trace.Values.Where(step => step.Name == "acknowledge notice"), step => Assert.Contains(step.Links, requests.Contains));
        }
    }

    [Fact]
    public void A_report_is_followed_from_its_upload_to_the_summary_that_counts_it()
    {
        var steps = Steps();
        var uploads = steps.Where(step => step.Name.StartsWith("PUT api/v1/campaigns/{district}/{season}/weeks/{week}/reports/{unit}", StringComparison.Ordinal) && !step.Failed).Select(step => step.Id).ToHashSet();
        var summaries = steps.Where(step => step.Name == "compile summary").ToList();
        Assert.NotEmpty(summaries);
        Assert.Contains(summaries, summary => summary.Links.Count(uploads.Contains) >= 20);

        // And the summary itself is a part of the trace of whoever, or whatever clock's message, asked for it.
        Assert.All(summaries, summary => Assert.Contains(steps, step => step.Id == summary.Parent && step.Name == "process summary-requests"));
    }

    [Fact]
    public void No_span_and_no_line_of_the_log_holds_a_name_a_number_to_call_or_words_that_people_wrote()
    {
        // Everything that people write here is Chinese, and every name is.
        Assert.DoesNotContain(File.ReadLines(demo.Traces), line => Chinese().IsMatch(line) || Phone().IsMatch(line));
        Assert.DoesNotContain(demo.Log.All, line => Chinese().IsMatch(line) || Phone().IsMatch(line));
        Assert.NotEmpty(demo.Log.All);
    }

    [Fact]
    public async Task The_operators_numbers_are_those_of_the_season()
    {
        await using var app = await LocalApp.StartAsync(demo.Options with { Clock = new DateTimeOffset(2027, 1, 12, 0, 0, 0, TimeSpan.Zero) }, _ => { });
        var season = await LocalHost.Demo.SampleSeason.LoadAsync(app, demo.Options, default);
        using var office = season.Client(app, Role.CampaignOffice);
        var campaign = Assert.Single((await office.GetAsync("api/v1/operations", default))["campaigns"]!.AsArray())!;
        var week = Files.Value.Weeks[^1].Key;
        Assert.Equal(week.ToString(), (string)campaign["week"]!);
        Assert.Equal(Files.Value.Counted.Count(pair => pair.Key.Week == week), campaign["reports"]!.AsObject().Where(state => state.Key is "submitted" or "accepted").Sum(state => (int)state.Value!));
        Assert.Equal(0, (int)campaign["waiting"]!);
        Assert.Equal(0, (int)campaign["quarantined"]!);
        Assert.True((bool)(await office.GetAsync("api/v1/ready", default))["ready"]!);
    }

    private List<FileTraceStep> Steps() => [.. File.ReadLines(demo.Traces).Select(line => JsonSerializer.Deserialize<FileTraceStep>(line)!)];

    [GeneratedRegex(@"\p{IsCJKUnifiedIdeographs}|\\u[4-9][0-9a-fA-F]{3}")]
    private static partial Regex Chinese();

    [GeneratedRegex(@"(?<![0-9a-f])1[3-9][0-9]{9}(?![0-9a-f])")]
    private static partial Regex Phone();
}
