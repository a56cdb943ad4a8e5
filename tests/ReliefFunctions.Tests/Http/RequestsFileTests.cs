using System.Text;
using System.Text.RegularExpressions;
using ReliefFunctions.Core.Http;

namespace ReliefFunctions.Tests.Http;

/// <summary><c>requests.http</c> is what people try the API with: each of its requests is sent as it stands, in its order.</summary>
public partial class RequestsFileTests(AzuriteFixture azurite) : IClassFixture<AzuriteFixture>
{
    [Fact]
    public async Task Every_request_of_the_file_is_answered_with_the_status_behind_its_arrow()
    {
        var world = await azurite.WorldAsync(new DateTimeOffset(2026, 12, 15, 10, 0, 0, TimeSpan.FromHours(8)));
        var keys = world.Get<Core.Access.AccessKeys>();
        var variables = new Dictionary<string, string>
        {
            ["host"] = "",
            ["campaign"] = "/api/v1/campaigns/520111/2026-2027",
            ["key"] = (await keys.CreateAsync("管理员", Role.Operator, "", null, "test")).Secret,
            ["office"] = (await keys.CreateAsync("办公室", Role.CampaignOffice, "520111", null, "test")).Secret,
        };
        string Filled(string text) => Variable().Replace(text, match => variables[match.Groups[1].Value]);
        var (cookie, sent, wrong) = ("", 0, new List<string>());
        var file = await File.ReadAllTextAsync(Path.Combine(Repository.Root, "requests.http"));
        foreach (var request in Blocks(file))
        {
            var parts = request.Text.Split("\n\n", 2);
            var lines = parts[0].Split('\n');
            var headers = lines[1..].Select(line => Filled(line).Split(": ", 2)).ToDictionary(pair => pair[0], pair => pair[1]);

            // A page of our own, as the local host would see it.
            if (headers.Remove("Origin"))
            {
                headers["Sec-Fetch-Site"] = "same-origin";
            }

            if (cookie.Length > 0 && !headers.ContainsKey("Authorization")) headers["Cookie"] = cookie;
            headers.Remove("Content-Type", out var type);
            var body = parts.ElementAtOrDefault(1)?.Trim() is not { Length: > 0 } text ? null
                : text.StartsWith("< ", StringComparison.Ordinal) ? await File.ReadAllBytesAsync(Path.Combine(Repository.Root, text[2..]))
                : Encoding.UTF8.GetBytes(Filled(text));
            var (method, address) = lines[0].Split(' ', 2) is [var verb, var target] ? (verb, Filled(target)) : throw new InvalidOperationException(lines[0]);
            var answer = await world.SendAsync(method, address, body, type, headers);
            if (answer.Status != request.Status) wrong.Add($"{request.Title}: {answer.Status} {answer.Text[..Math.Min(300, answer.Text.Length)]}");
            if (answer.Headers.TryGetValue("Set-Cookie", out var set)) cookie = string.Join("; ", Cookie().Matches(set).Select(match => match.Value));
            await world.DeliverAsync();
            sent++;
        }

        Assert.True(wrong.Count == 0, string.Join("\n", wrong));
        Assert.Equal(file.Split("\n###").Length - 1, sent);
    }

    private static IEnumerable<(string Title, int Status, string Text)> Blocks(string file) =>
        Block().Split(file).Skip(1).Chunk(3).Select(block => (block[0], int.Parse(block[1], System.Globalization.CultureInfo.InvariantCulture), block[2].Trim()));

    [GeneratedRegex(@"^### (.*) → (\d+)\n", RegexOptions.Multiline)]
    private static partial Regex Block();

    [GeneratedRegex(@"\{\{(\w+)\}\}")]
    private static partial Regex Variable();

    [GeneratedRegex(@"(?<=^|,)__Host-[^=;,]+=[^;,]+")]
    private static partial Regex Cookie();
}
