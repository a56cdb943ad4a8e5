using System.Text;
using ReliefFunctions.Core.Weather;

namespace ReliefFunctions.Tests.Weather;

/// <summary>
/// Whatever comes in is read or refused in words, and what is read lies within the bounds. The seeds are fixed; MUTATED_INPUTS sets how many are tried.
/// </summary>
public class MutatedInputTests
{
    private static readonly int Count = int.TryParse(Environment.GetEnvironmentVariable("MUTATED_INPUTS"), out var count) ? count : 5000;

    private static readonly string[] Splices =
    [
        "\ud800", "\\ud800", "\\udc00", "\0", "9999-12-31T23:59:59", "0001-01-01T00:00:00", "-1", "1e400", "99999999999999999999", "null", "{}", "[]", "\"\"", "<info>", "</alert>", "<![CDATA[",
        "&#x0;", "&lt;", "]]>", "解除", "发布", "升级为", "寒潮红色预警信号", "、", "：", "。", "2月30日25时", "十月", "第", "的", "为", "将", "应急响应", "I级", "【演练】", "\n", "￿", "🥶", "零下", "℃", "〇",
    ];

    private static readonly Lazy<byte[][]> Originals = new(() =>
        [.. Directory.GetFiles(Path.Combine(Repository.Root, "tests", "ReliefFunctions.Tests", "Weather", "Cases")).Order(StringComparer.Ordinal).Select(File.ReadAllBytes),
            .. SignalTextTests.Texts().Take(40).Select(row => Encoding.UTF8.GetBytes((string)row[0]))]);

    [Fact]
    public void Mutated_documents_objects_and_texts_are_read_or_refused_in_words()
    {
        List<string> unhandled = [];
        var read = 0;
        for (var seed = 0; seed < Count; seed++)
        {
            var payload = Mutated(new Random(seed));
            try
            {
                var normal = AlertNormaliser.Normalise(payload, FeedTests.Context());
                read += normal.Alerts.Count > 0 ? 1 : 0;
                foreach (var alert in normal.Alerts)
                {
                    // What is stored is decided on again and again: it must be within bounds, and its episode must resolve.
                    Assert.InRange(alert.Sent.UtcDateTime.Year, WeatherBounds.FirstYear, WeatherBounds.LastYear);
                    Assert.True(alert.StatedEnd is null || alert.StatedEnd <= alert.Sent + WeatherBounds.Longest);
                    Assert.Equal(WeatherBounds.Clean(alert.Issuer), alert.Issuer);
                    _ = alert.Hash;
                }

                _ = AlertEpisodes.Resolve(normal.Alerts, TimeSpan.FromHours(48));
            }
            catch (AlertPayloadException refused)
            {
                Assert.NotEmpty(refused.Message);
            }
            catch (Exception error)
            {
                unhandled.Add($"{seed}: {error.GetType().Name} {error.Message} {error.StackTrace?.Split('\n').FirstOrDefault()}");
            }
        }

        Assert.True(unhandled.Count == 0, string.Join('\n', unhandled.Take(10)));
        Assert.InRange(read, Count / 20, Count);
    }

    private static byte[] Mutated(Random random)
    {
        var bytes = Originals.Value[random.Next(Originals.Value.Length)].ToList();
        for (var times = random.Next(1, 6); times > 0 && bytes.Count > 2; times--)
        {
            var at = random.Next(bytes.Count);
            var length = Math.Min(random.Next(1, 40), bytes.Count - at);
            switch (random.Next(7))
            {
                case 0:
                    bytes[at] = (byte)random.Next(256);
                    break;
                case 1:
                    bytes.RemoveRange(at, length);
                    break;
                case 2:
                    bytes.InsertRange(at, bytes.GetRange(at, length));
                    break;
                case 3:
                    bytes.InsertRange(at, Encoding.UTF8.GetBytes(Splices[random.Next(Splices.Length)]));
                    break;
                case 4:
                    bytes.RemoveRange(at, bytes.Count - at);
                    break;
                case 5:
                    // A figure becomes another: dates, levels, counts.
                    if (bytes.FindIndex(at, each => each is >= (byte)'0' and <= (byte)'9') is var digit and >= 0) bytes[digit] = (byte)('0' + random.Next(10));
                    break;
                default:
                    var other = Originals.Value[random.Next(Originals.Value.Length)];
                    var from = random.Next(other.Length);
                    bytes.InsertRange(at, other.AsSpan(from, Math.Min(length * 4, other.Length - from)).ToArray());
                    break;
            }
        }

        return [.. bytes];
    }
}
