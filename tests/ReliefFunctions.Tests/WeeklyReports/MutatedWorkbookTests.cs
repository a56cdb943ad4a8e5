using System.Globalization;
using System.IO.Compression;
using System.Text;
using ReliefFunctions.Core.WeeklyReports;

namespace ReliefFunctions.Tests.WeeklyReports;

/// <summary>
/// Workbooks changed at random, in their bytes and in their XML: each is read or refused in words, within bounds. 2,000 of them unless
/// <c>MUTATED_WORKBOOKS</c> says how many; the seed of each is its number.
/// </summary>
public class MutatedWorkbookTests
{
    private static readonly int Count = int.TryParse(Environment.GetEnvironmentVariable("MUTATED_WORKBOOKS"), NumberStyles.None, CultureInfo.InvariantCulture, out var count) ? count : 2_000;
    private static readonly string[] Snippets = ["<", ">", "&", "\"", "]]>", "<!--", "<![CDATA[", "&#0;", "&#xD800;", "\uFFFE", "r=\"A1\"", "t=\"s\"", "<c r=\"D11\"><v>1</v></c>", "</row>", "<row r=\"1\">", "1E308", "-", "NaN", "_x0000_", "_xD83D_", "xmlns:y=\"urn:y\"", "9999999999"];

    [Fact]
    public void Every_one_is_read_or_refused_in_words_and_within_bounds()
    {
        var parts = Files.Unzip(Huaxi.Workbook(Huaxi.Good.WithText("X02", "按计划巡查，整体平稳。")));
        var (read, most) = (0, 0L);
        for (var seed = 0; seed < Count; seed++)
        {
            var file = Mutated(parts, new Random(seed));
            var before = GC.GetAllocatedBytesForCurrentThread();
            ReadReport report;
            try
            {
                report = ReportReading.FromWorkbook(file, Huaxi.Target()).Checked(Huaxi.Target(), []);
            }
            catch (Exception e)
            {
                throw new InvalidOperationException($"Seed {seed}.", e);
            }

            most = Math.Max(most, GC.GetAllocatedBytesForCurrentThread() - before);
            Assert.True(report.Content is not null || report.Problems.Any(problem => problem.Message.Length > 0 && problem.Fix is { Length: > 0 }), $"Seed {seed}");
            if (report.Content is not null) read++;
        }

        Assert.True(most <= 50_000_000, $"{most} bytes");
        Assert.InRange(read, Count / 20, Count);
    }

    private static byte[] Mutated(IReadOnlyList<(string Name, byte[] Bytes)> parts, Random random)
    {
        var changed = random.Next(parts.Count);
        var file = Files.Zip(parts.Select((part, i) => (part.Name, i == changed && random.Next(4) > 0 ? Text(part.Bytes, random) : part.Bytes)), level: CompressionLevel.NoCompression);
        for (var flips = random.Next(3) == 0 ? random.Next(1, 6) : 0; flips > 0; flips--) file[random.Next(file.Length)] = (byte)random.Next(256);
        return random.Next(20) == 0 ? file[..random.Next(file.Length)] : file;
    }

    private static byte[] Text(byte[] part, Random random)
    {
        var text = new StringBuilder(Encoding.UTF8.GetString(part));
        for (var edits = random.Next(1, 4); edits > 0 && text.Length > 10; edits--)
        {
            var at = random.Next(text.Length - 5);
            var length = Math.Min(random.Next(1, 200), text.Length - at);
            switch (random.Next(5))
            {
                case 0:
                    text.Remove(at, length);
                    break;
                case 1:
                    text.Insert(at, text.ToString(at, length));
                    break;
                case 2:
                    text.Insert(at, Snippets[random.Next(Snippets.Length)]);
                    break;
                case 3:
                    text[at] = (char)random.Next(32, 127);
                    break;
                default:
                    text.Insert(at, string.Concat(Enumerable.Repeat(Snippets[random.Next(Snippets.Length)], random.Next(1, 2_000))));
                    break;
            }
        }

        return Encoding.UTF8.GetBytes(text.ToString());
    }
}
