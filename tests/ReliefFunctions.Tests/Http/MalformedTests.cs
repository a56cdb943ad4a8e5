using System.Globalization;
using System.IO.Compression;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Azure.Core.Pipeline;
using Microsoft.Extensions.DependencyInjection;
using ReliefFunctions.Core;
using ReliefFunctions.Core.Http;
using ReliefFunctions.Tests.Security;

namespace ReliefFunctions.Tests.Http;

/// <summary>
/// What nobody should send, sent to every route by every role with real ids: bodies, queries, parts of addresses and headers, several at a time and drawn at random
/// (<c>SWEEP=60</c> for so many to each route, <c>SWEEP_SEED</c> for others). No answer is a failure, each refusal is a problem in words, and a refusal changes nothing.
/// </summary>
public partial class MalformedTests(AzuriteFixture azurite) : IClassFixture<AzuriteFixture>
{
    private static readonly int Each = Setting("SWEEP", 3), Seed = Setting("SWEEP_SEED", 1);

    /// <summary>Tables that a refusal may write to: who was refused, when a key was used last, and how often a wrong one was tried.</summary>
    private const string Trail = "Access";

    private static readonly (Role Role, string Scope, string? Unit)[] Actors =
    [
        (Role.CampaignOffice, TwoDistricts.Own, null), (Role.UnitReporter, TwoDistricts.Own, TwoDistricts.Unit), (Role.Leader, TwoDistricts.Own, null), (Role.Feed, "52", null),
        (Role.Operator, "", null), (Role.CampaignOffice, "5201", null), (Role.CampaignOffice, TwoDistricts.Own, TwoDistricts.Unit),
    ];

    /// <summary>Values as they stand in JSON.</summary>
    private static readonly string[] Values =
    [
        "null", "true", "0", "-0", "-1", "0.5", "1e400", "-1e400", "1e-400", "2147483648", "-2147483649", "9223372036854775808", "99999999999999999999999999999999", "1.7976931348623157e308",
        "NaN", "00", "\"\"", "\" \"", "\"1\"", @"""\u0000""", @"""a\u0000b""", @"""\ud800""", @"""\udc00\ud800""", @"""\u202e\u200b\ufeff""", @"""\ufffe\uffff""", "\"=HYPERLINK(1)\"", "\"<script>\"",
        "\"../..\"", "\"a|b\"", "\"2026-02-30\"", "\"0000-01-01\"", "\"0001-01-01\"", "\"9999-12-31\"", "\"9999-12-31T23:59:59.9999999+14:00\"", "\"9999-12-31T23:59:59.9999999-14:00\"", "\"0001-01-01T00:00:00+14:00\"",
        "\"0001-01-01T00:00:00-14:00\"", "\"2026-12-16T25:00:00Z\"", "\"2026-12-16T10:00\"", "\"24:00:00\"", "\"-00:00:01\"", "\"99999999.00:00:00\"", "\"PT1S\"", "\"2026W54\"", "\"9999W53\"", "\"0000W01\"",
        "[]", "[null]", "[[]]", "{}", "{\"\":1}", "{\"$type\":\"x\"}", "{\"kind\":null}", $"\"{new string('长', 5000)}\"", $"\"{new string('a', 70_000)}\"", $"{new string('[', 40)}{new string(']', 40)}", "\"\\",
    ];

    /// <summary>Values of parts of addresses, and of queries before they are escaped.</summary>
    private static readonly string[] Words =
    [
        "", " ", "0", "-1", "+1", "1e3", "0x1", "１", "٣", "99999999999", "2147483648", "-2147483648", "null", "true", "latest", "due", "..", ".", "a|b", "a/b", "a\\b", "\0", "\ud800", "\ufeff", "字", "%", "%00", "' or 1 eq 1", "2026W00",
        "2026W54", "9999W52", "0000W01", "0001W01", "2026-02-30", "0000-00-00", "0001-01-01", "9999-12-31", "9999-12-31T23:59:59.9999999+14:00", "0001-01-01T00:00:00+14:00", "24:00", "2026-2028", "0000-0001", "9998-9999", "520111 ", "5201", "52",
        "QXwyNTE4", "QXx/", "====", "xlsx", "json", "csv", "page", "unknown", "office", "leader", new string('x', 129), new string('9', 400),
    ];

    private static readonly (string Name, string[] Values)[] Headers =
    [
        ("If-Match", ["*", "\"", "\"\"", "W/\"1\"", "\"1\",\"2\"", "\"-1\"", "\"99999999999\"", "1", "\"draft-\"", "\"1-en\"", "字", "\"１\""]),
        ("If-None-Match", ["*", "\"", "W/", "\"a\",", ",,,", "字"]), ("If-Modified-Since", ["yesterday", "Mon, 31 Feb 2026 00:00:00 GMT"]), ("Range", ["bytes=0-", "bytes=5-1", "bytes=-1", "bytes=0-0,5-9", "lines=1", "bytes=99999999999999999999-"]),
        ("Accept", [";;;", "*/*;q=nan", "text/htm;q=2", "/", "字", new string(',', 5000)]), ("Accept-Language", ["en;q=2", "en-", "-", "*", "en;q=", "zh;q=0,en;q=0", "字", new string('e', 5000), string.Concat(Enumerable.Repeat("en,", 2000))]),
        ("Accept-Encoding", ["br;q=9", "gzip, gzip", ";"]), ("Content-Encoding", ["gzip", "br", "identity, gzip", "x"]), ("Content-Language", ["x"]), ("Idempotency-Key", ["", " ", "字", new string('k', 5000), "a|b", "\"\""]), ("Expect", ["100-continue", "x"]),
        ("X-Forwarded-For", ["x", ",,,", "::::", "1.2.3.4:99999"]), ("X-Forwarded-Host", ["evil.example", "a b"]), ("X-Forwarded-Proto", ["https,http", "x"]), ("X-HTTP-Method-Override", ["DELETE"]), ("Origin", ["null", "x", "https://evil.example"]),
        ("Sec-Fetch-Site", ["cross-site", "x"]), ("Content-Disposition", ["form-data; filename*=utf-7''x", "form-data; filename*=x''%", "form-data; filename=\"", "attachment; filename=\"=?utf-7?B?AA==?=\"", "attachment; filename=\"=?utf-8?B?!?=\"", new string(';', 3000)]),
        ("Cookie", ["__Host-relief=", "__Host-relief=520111.x.y", $"__Host-relief=a.b.{new string('c', 43)}", "__Host-relief-sign-in=x.y", "=;=;", new string('=', 3000)]),
        ("Authorization", ["", "Bearer", "Bearer ", "Basic eDp5", "Bearer ey", "Bearer eyJhbGciOiJub25lIn0.e30.", "Bearer rf__", "Bearer rf_0123456789ab_字", "bearer\trf_x"]),
    ];

    private static readonly string[] Types =
    [
        "", "text/plain", "application/xml", "application/json; charset=utf-16", "application/json; charset=x", "multipart/form-data", "multipart/form-data; boundary=", "multipart/form-data; boundary=x", "multipart/mixed; boundary=\"" + new string('b', 300) + "\"",
        "application/x-www-form-urlencoded", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", "application/zip", "image/png", ";", "a/b/c", "字/字", "application/json, text/plain",
    ];

    private static readonly AsyncLocal<List<string>?> Written = new();

    [Fact]
    public async Task Whatever_is_sent_to_whichever_route_by_whomever_is_answered_in_words_and_a_refusal_changes_nothing()
    {
        var places = await TwoDistricts.StartAsync(azurite, services => services.AddSingleton(RateLimitOptions.None)
            .AddSingleton<HttpPipelinePolicy>(new AroundStorage(async (call, written) =>
            {
                if (Written.Value is { } noted) lock (noted) noted.Add(written);
                await call();
            })));
        var keys = new List<string>();
        foreach (var (role, scope, unit) in Actors) keys.Add(await places.KeyAsync(role, scope, unit));
        var wrong = new List<string>();
        // One after the other: who loses a race has written too, in vain.
        foreach (var one in AllFeatures.Routes.Index())
        {
            var (route, random) = (one.Item, new Random((Seed * 100_003) + one.Index));
            for (var i = 0; i < Each; i++)
            {
                // Mostly by whom the route is for: what is refused at the door says little of what lies behind it.
                var able = Actors.Index().Where(actor => route.Access.Roles.Contains(actor.Item.Role)).Select(actor => actor.Index).ToList();
                var key = able.Count > 0 && random.Next(5) > 0 ? keys[able[random.Next(able.Count)]] : random.Next(4) > 0 ? keys[random.Next(keys.Count)] : null;
                var sent = new Sent(route, places.Address(route), TwoDistricts.Body(route));
                for (var changes = random.Next(1, 4); changes > 0; changes--) Change(sent, random);
                if (await FaultAsync(places, sent, key) is { } fault) wrong.Add($"{route.Name} {fault}\n    {sent}");
            }
        }
        Assert.True(wrong.Count == 0, $"{wrong.Count} of {Each} to each of {AllFeatures.Routes.Count} routes, seed {Seed}:\n{string.Join("\n", wrong.Take(40))}");
    }

    private static async Task<string?> FaultAsync(TwoDistricts places, Sent sent, string? key)
    {
        Answer answer;
        var noted = Written.Value = [];
        try
        {
            answer = await places.CallAsync(sent.Route.Method, sent.Address + (sent.Query.Count == 0 ? "" : "?" + string.Join('&', sent.Query)), sent.Headers.ContainsKey("Authorization") ? null : key, sent.Body, sent.ContentType!, sent.Headers);
        }
        catch (Exception e)
        {
            return $"throws {e.GetType().Name}: {e.Message}";
        }
        finally
        {
            Written.Value = null;
        }

        if (answer.Status >= 500) return $"fails ({answer.Status}): {answer.Text}";
        if (answer.Status < 400) return null;
        var tables = noted.SelectMany(text => TableNamed().Matches(text.Replace(places.World.Prefix, "~", StringComparison.Ordinal))).Select(match => match.Groups[1].Value).Where(table => table != Trail).Distinct().ToList();
        if (tables.Count > 0) return $"changes {string.Join(", ", tables)} though it refuses ({answer.Status}): {answer.Text}";
        if (answer.Headers["Content-Type"].StartsWith("text/html", StringComparison.Ordinal)) return HasChinese(answer.Text) ? null : "is a page without words";
        if (answer.Status == 422 && sent.Route.GivesRefused.Contains(answer.Headers["Content-Type"].Split(';')[0])) return null;
        if (!answer.Headers["Content-Type"].StartsWith("application/problem+json", StringComparison.Ordinal)) return $"is no problem+json ({answer.Status} {answer.Headers["Content-Type"]})";
        var problem = JsonDocument.Parse(answer.Text).RootElement;
        if (answer.Headers.GetValueOrDefault("Content-Language") == "en") return problem.GetProperty("detail").GetString() is { Length: > 0 } ? null : "has no detail";
        return HasChinese(problem.GetProperty("title").GetString()!) && HasChinese(problem.GetProperty("detail").GetString()!) ? null : $"has no title and detail in Chinese: {answer.Text}";
    }

    private static void Change(Sent sent, Random random)
    {
        T One<T>(IReadOnlyList<T> list) => list[random.Next(list.Count)];
        switch (random.Next(sent.Body.Length > 0 ? 9 : 5))
        {
            case 0:
                var (name, values) = One(Headers);
                sent.Headers[name] = One(values);
                break;
            case 1 or 2:
                var known = sent.Route.Query.Select(parameter => parameter.Name).Concat(["top", "after", "format"]).ToList();
                sent.Query.Add($"{One(known)}={(random.Next(3) > 0 ? Escaped(One(Words)) : One(["%ED%A0%80", "%FF", "%", "a&b", "%00", "1&top=2"]))}");
                break;
            case 3:
                var parts = sent.Route.Template.Split('/').Index().Where(part => part.Item[0] == '{').Select(part => part.Index + 1).ToList();
                if (parts.Count == 0) break;
                var address = sent.Address.Split('/');
                if (address.Length > parts[^1]) address[One(parts)] = One(Words).Replace("%00", "%0", StringComparison.Ordinal);
                sent.Address = string.Join('/', address);
                break;
            case 4:
                sent.ContentType = One(Types);
                break;
            default:
                try
                {
                    sent.Body = Spoilt(sent.Body, random);
                }
                catch (Exception e) when (e is ArgumentException or InvalidOperationException)
                {
                    // A member stands twice already, or half a character: it is spoilt enough.
                }

                break;
        }
    }

    /// <summary>A body with a value that is none in one place; or with something else wrong with it.</summary>
    private static byte[] Spoilt(byte[] body, Random random)
    {
        byte[] Bytes(string text) => Encoding.UTF8.GetBytes(text);
        var text = Encoding.UTF8.GetString(body);
        switch (random.Next(16))
        {
            case 0: return [0xEF, 0xBB, 0xBF, .. body];
            case 1: return [.. body[..(body.Length / 2)], 0xC3, 0x28, 0xFF, .. body[(body.Length / 2)..]];
            case 2: return body[..random.Next(body.Length)];
            case 3: return Encoding.Unicode.GetBytes(text);
            case 4: return Bomb.Value;
            case 5: return Bytes(new string('[', 20_000));
            case 6: return Bytes(text + random.Next(3) switch { 0 => "x", 1 => text, _ => "\0" });
            case 7: return Bytes(text.Length > 1 && text[0] == '{' && text.IndexOf(':', StringComparison.Ordinal) is > 0 and var colon ? $"{text[..colon]}:null,{text[1..]}" : "//");
            case 8: return [.. Enumerable.Range(0, 300).Select(_ => (byte)random.Next(256))];
            default:
                JsonNode? node;
                try
                {
                    node = JsonNode.Parse(text);
                }
                catch (JsonException)
                {
                    return [0];
                }

                const string mark = "@@here@@";
                for (var parent = node; ;)
                {
                    if (parent is JsonObject { Count: > 0 } members)
                    {
                        var (name, value) = members.ElementAt(random.Next(members.Count));
                        if (value is JsonObject { Count: > 0 } or JsonArray { Count: > 0 } && random.Next(3) > 0) parent = value;
                        else return With(() => members[name] = mark);
                    }
                    else if (parent is JsonArray { Count: > 0 } entries)
                    {
                        var at = random.Next(entries.Count);
                        if (entries[at] is JsonObject { Count: > 0 } or JsonArray { Count: > 0 } && random.Next(3) > 0) parent = entries[at];
                        else return With(() => entries[at] = mark);
                    }
                    else
                    {
                        return Bytes(Values[random.Next(Values.Length)]);
                    }
                }

                byte[] With(Action put)
                {
                    put();
                    return Bytes(node!.ToJsonString().Replace($"\"{mark}\"", Values[random.Next(Values.Length)], StringComparison.Ordinal));
                }
        }
    }

    /// <summary>50 MB of zeros, packed.</summary>
    private static readonly Lazy<byte[]> Bomb = new(() =>
    {
        using var packed = new MemoryStream();
        using (var gzip = new GZipStream(packed, CompressionLevel.SmallestSize, leaveOpen: true)) gzip.Write(new byte[50_000_000]);
        return packed.ToArray();
    });

    /// <summary>Half a surrogate is no text that could be escaped.</summary>
    private static string Escaped(string word) => word.Contains('\ud800', StringComparison.Ordinal) ? "%ED%A0%80" : Uri.EscapeDataString(word);

    private static bool HasChinese(string text) => text.Any(c => c is >= '\u4e00' and <= '\u9fff');

    private static int Setting(string name, int unlessSaid) => int.TryParse(Environment.GetEnvironmentVariable(name), CultureInfo.InvariantCulture, out var said) ? said : unlessSaid;

    [GeneratedRegex(@"/~(\w+)[(/ ]")]
    private static partial Regex TableNamed();

    private sealed class Sent(ApiRoute route, string address, byte[] body)
    {
        public ApiRoute Route { get; } = route;

        public string Address { get; set; } = address;

        public List<string> Query { get; } = [];

        public byte[] Body { get; set; } = body;

        public string? ContentType { get; set; } = "application/json";

        public Dictionary<string, string> Headers { get; } = [];

        public override string ToString()
        {
            string Short(string text) => text.Length > 300 ? text[..300] + "…" : text;
            return Short($"{Route.Method} {Address}?{string.Join('&', Query)}") + $" {ContentType} {Short(string.Join(", ", Headers.Select(header => $"{header.Key}: {header.Value}")))} {Short(Encoding.UTF8.GetString(Body))}";
        }
    }
}
