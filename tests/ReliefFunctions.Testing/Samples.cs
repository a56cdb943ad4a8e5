using ReliefFunctions.Core.Campaigns;
using ReliefFunctions.Core.Storage;
using ReliefFunctions.Core.WeeklyReports;
using ReliefFunctions.Core.WeeklyReports.Workbooks;

namespace ReliefFunctions.Testing;

/// <summary>The sample district: its files, and a campaign of it for tests that need no more than that.</summary>
public static class Samples
{
    /// <summary>The folder of the sample season.</summary>
    public static string Folder { get; } = System.IO.Path.Combine(Repository.Root, "samples", "huaxi-2026-2027");

    /// <summary>What a campaign needs, in the order in which it is put there: address below <c>/api/v1/</c> and file.</summary>
    public static IReadOnlyList<(string Address, string File)> SetUp { get; } =
    [
        ("districts/520111/forms/1", "form-v1.json"),
        ("districts/520111/policies/1", "policy-v1.json"),
        ("districts/520111/units", "units.json"),
        ("campaigns/520111/2026-2027", "campaign.json"),
    ];

    public static Campaign Campaign { get; } = new()
    {
        District = "520111",
        DistrictName = "花溪区",
        Season = "2026-2027",
        Name = "花溪区“寒冬送温暖”专项救助行动",
        Office = "花溪区专项行动领导小组办公室",
        DutyPhone = "0851-00000000",
        Start = new DateOnly(2026, 12, 1),
        End = new DateOnly(2027, 4, 30),
        Forms = [new FormInForce(1, new DateOnly(2026, 12, 1))],
        PolicyVersion = 1,
        Calendar = new CampaignCalendar { PublicHolidays = [new DateOnly(2027, 1, 1)] },
    };

    public static string Path(params string[] parts) => System.IO.Path.Combine([Folder, .. parts]);

    public static string Text(params string[] parts) => File.ReadAllText(Path(parts));

    public static byte[] Bytes(params string[] parts) => File.ReadAllBytes(Path(parts));

    public static T Read<T>(params string[] parts) => StoredJson.Read<T>(Text(parts));

    /// <summary>A form as the product writes it, filled in.</summary>
    internal static byte[] Workbook(ReportTarget target, FormFilling filling)
    {
        using var stream = new MemoryStream();
        WorkbookForm.Write(stream, target, filling);
        return stream.ToArray();
    }
}
