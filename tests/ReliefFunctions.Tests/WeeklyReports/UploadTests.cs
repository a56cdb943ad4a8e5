using System.Diagnostics;
using ReliefFunctions.Core.WeeklyReports;
using ReliefFunctions.Core.WeeklyReports.Workbooks;

namespace ReliefFunctions.Tests.WeeklyReports;

public class UploadTests
{
    public static TheoryData<string> Names => [.. Upload.All.Select(upload => upload.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public void Each_upload_is_read_or_refused_as_it_should_be(string name)
    {
        var upload = Upload.All.Single(upload => upload.Name == name);
        var target = Huaxi.Target();
        var read = ReportReading.FromWorkbook(upload.Make(), target).Checked(target, []);
        var errors = read.Problems.Where(problem => problem.Severity == ProblemSeverity.Error).ToList();
        if (upload.Errors.Length > 0)
        {
            Assert.True(upload.Errors.Order().SequenceEqual(errors.Select(error => error.Code).Distinct().Order()) || upload.Errors.Distinct().SequenceEqual(errors.Select(error => error.Code).Distinct()), string.Join("\n", errors));
            Assert.All(errors, error => Assert.False(string.IsNullOrWhiteSpace(error.Message) || string.IsNullOrWhiteSpace(error.Fix)));
            if (read.Content is not null) Assert.All(errors, error => Assert.True(error.Sheet is not null && (error.Cell is not null || error.Code == "row-missing"), error.ToString()));
            if (upload.Asks.Length == 0) return;
            return;
        }

        Assert.True(errors.Count == 0, string.Join("\n", errors));
        Assert.Equal(upload.Asks.Order(), read.Problems.Where(problem => problem.Severity == ProblemSeverity.Warning).Select(problem => problem.Code).Distinct().Order());
        Assert.Equal(upload.Reads(Huaxi.Good).ToCanonicalJson(), read.Content!.ToCanonicalJson());
    }

    [Fact]
    public void There_are_more_than_a_hundred_of_them() => Assert.True(Upload.All.Count >= 100, $"{Upload.All.Count}");

    [Fact]
    public void A_bomb_is_refused_in_flat_memory_and_little_time()
    {
        var bomb = Upload.All.Single(upload => upload.Name == "bomb of one part").Make();
        WorkbookPackage.Inspect(bomb, new UnpackingBudget());
        var (before, watch) = (GC.GetAllocatedBytesForCurrentThread(), Stopwatch.StartNew());
        Assert.Equal("too-large", WorkbookPackage.Inspect(bomb, new UnpackingBudget())!.Code);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 2_000_000);
        Assert.True(watch.Elapsed < TimeSpan.FromSeconds(5));
    }

    [Fact]
    public void Any_single_byte_changed_never_throws()
    {
        var good = Huaxi.Workbook(Huaxi.Good);
        var random = new Random(20261201);
        for (var i = 0; i < 300; i++)
        {
            var bytes = good.ToArray();
            for (var flips = random.Next(1, 4); flips > 0; flips--) bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
            var read = ReportReading.FromWorkbook(bytes, Huaxi.Target());
            Assert.True(read.Content is not null || read.Problems.Count > 0);
        }
    }

    [Fact]
    public void All_mistakes_of_a_form_are_told_at_once_with_sheet_cell_field_value_and_mending()
    {
        var target = Huaxi.Target();
        var wrong = new Dictionary<string, string> { ["A01"] = "十二", ["A04"] = "-3", ["D01"] = "2.5" };
        var read = ReportReading.FromWorkbook(Huaxi.Workbook(filling: new FormFilling(Huaxi.Good.With("E02", 9), Entered: wrong)), target).Checked(target, []);
        Assert.Equal([("A01", "十二"), ("A04", "-3"), ("D01", "2.5"), ("E02", "9")], read.Problems.Select(problem => (problem.Field!, problem.Value!)).Order());
        Assert.All(read.Problems, problem => Assert.Matches("^D[0-9]+$", problem.Cell!));
        Assert.Equal(wrong, read.Entered);
    }
}
