using System.Globalization;
using ClosedXML.Excel;
using ReliefFunctions.Core.Campaigns;
using ReliefFunctions.Core.Http;
using ReliefFunctions.Core.Storage;
using ReliefFunctions.Core.Texts;
using ReliefFunctions.Core.WeeklyReports.Workbooks;

namespace ReliefFunctions.Core.WeeklyReports.Setup;

/// <summary>A district's roster as its office keeps it.</summary>
internal sealed record Roster(IReadOnlyList<Unit> Units, IReadOnlyList<UnitChannel> Channels)
{
    /// <summary>Changes with whatever its workbook shows.</summary>
    public string ETag { get; } = $"\"{Keys.Hash(StoredJson.Write((object[])[Units, Channels]))[..20]}\"";
}

/// <summary>The roster as a workbook: units, contacts and channels, each a sheet with one of them in each row.</summary>
internal sealed class RosterWorkbook
{
    private const string Code = "单位编码", Name = "单位名称", Kind = "类别", Aliases = "别名", Opens = "设立日期", Closes = "撤销日期", Points = "重点点位", Order = "排序";
    private const string Highest = "最高海拔", Office = "office", VersionSheet = "版本";
    private const string Person =
        "姓名", Role = "职责", Phone = "电话", Id = "渠道编号", ChannelKind = "类型", ChannelName = "渠道名称", Url = "网址", Secret = "密钥", To = "接收号码";

    private static readonly (string Name, UnitKind Kind)[] Kinds =
        [("乡镇街道", UnitKind.Township), ("公安", UnitKind.Police), ("城管", UnitKind.UrbanManagement), ("救助站", UnitKind.RescueStation),
            ("其他部门", UnitKind.Department)];

    private static readonly string[] Roles = [Contact.Reporter, Contact.StandBy, Contact.ShiftLeader, Contact.Leader];

    private readonly TableSheet _units = new("单位",
        new(Code, 16, "乡镇街道用九位区划代码；用过的编码不要改。", true), new(Name, 26, "全称。", true), new(Kind, 12, "决定填哪些指标。", true, [.. Kinds.Select(kind => kind.Name)]),
        new(Aliases, 24, "其他叫法，用顿号隔开。"), new(Opens, 13, "年中设立的填；例如 2026-12-15。"), new(Closes, 13, "撤销的填最后一天；单位不删除。"), new(Points, 40, "重点点位，用顿号隔开。"),
            new(Order, 8, "名单里的次序。"), new(Highest, 10, "米，整数；预警写“海拔1300米以上”时按它找乡镇，可不填。"));

    private readonly TableSheet _contacts = new("联系人",
        new(Code, 16, "与“单位”表一致。", true), new(Person, 14, "一人一行，先联系的在前。", true), new(Role, 12, "逐级升级按这里的职责找人；也可以写别的职责，例如 指挥中心。", true, Roles, Open: true),
            new(Phone, 18, "手机、座机都可以；座机带区号。"));

    private readonly TableSheet _channels;
    private readonly IUnitChannels _known;

    public RosterWorkbook(IUnitChannels channels)
    {
        _known = channels;
        _channels = new("通知渠道",
            new(Code, 16, "与“单位”表一致；办公室自己的填 office。", true), new(Id, 14, "字母、数字和连字符，例如 wecom-1。", true),
                new(ChannelKind, 12, "群机器人或短信网关。", true, channels.Kinds),
            new(ChannelName, 20, "例如 青岩镇值班群。"), new(Url, 50, "机器人给出的完整网址；已登记的不显示，留空沿用。"), new(Secret, 20, "加签密钥；已登记的不显示，留空沿用。"),
            new(To, 24, "短信网关的接收号码，用顿号隔开；留空沿用。"), new(Role, 12, "只通知一个人的填其职责，全单位的留空。", Choices: Roles, Open: true));
    }

    public byte[] Write(Roster roster)
    {
        using var book = new XLWorkbook();
        book.Style.Font.FontName = "宋体";
        book.Style.Font.FontSize = 10;
        _units.Write(book, roster.Units.Select(unit => (IReadOnlyList<string?>)
        [
            unit.Code, unit.Name, Kinds.First(kind => kind.Kind == unit.Kind).Name, string.Join('、', unit.Aliases), Day(unit.Opens), Day(unit.Closes),
            string.Join('、', unit.KeyPoints), unit.Order.ToString(CultureInfo.InvariantCulture), unit.HighestPoint?.ToString(CultureInfo.InvariantCulture),
        ]));
        _contacts.Write(book,
            roster.Units.SelectMany(unit => unit.Contacts.Select(contact => (IReadOnlyList<string?>)[unit.Code, contact.Name, contact.Role, contact.Phone])));
        _channels.Write(book,
            roster.Channels.Select(channel => (IReadOnlyList<string?>)[channel.Unit, channel.Id, channel.Kind, channel.Name, null, null, null, channel.Role]));
        // Whoever uploads it days later is told what others changed meanwhile.
        var version = book.AddWorksheet(VersionSheet);
        version.Cell(1, 1).SetValue<string>(roster.ETag);
        version.Hide();
        using var output = new MemoryStream();
        book.SaveAs(output);
        return output.ToArray();
    }

    /// <summary>The version of the roster that the workbook was made from; null when it does not say.</summary>
    public static string? MadeFrom(IReadOnlyList<SheetCells> sheets) =>
        sheets.FirstOrDefault(sheet => sheet.Name == VersionSheet)?.Cells.GetValueOrDefault((1, 1))?.Text is { Length: > 0 } text ? text.Trim() : null;

    /// <summary>How the roster that stands differs from the one in the workbook, unit by unit.</summary>
    public static IReadOnlyList<ProblemError> Differences(Roster stands, Roster mine)
    {
        List<ProblemError> found = [];
        foreach (var unit in mine.Units)
        {
            if (stands.Units.FirstOrDefault(other => other.Code == unit.Code) is not { } before) continue;
            Say(Name, before.Name, unit.Name);
            Say(Kind, Kinds.First(kind => kind.Kind == before.Kind).Name, Kinds.First(kind => kind.Kind == unit.Kind).Name);
            Say(Aliases, string.Join('、', before.Aliases), string.Join('、', unit.Aliases));
            Say(Opens, Day(before.Opens), Day(unit.Opens));
            Say(Closes, Day(before.Closes), Day(unit.Closes));
            Say(Points, string.Join('、', before.KeyPoints), string.Join('、', unit.KeyPoints));
            Say(Highest, before.HighestPoint?.ToString(CultureInfo.InvariantCulture), unit.HighestPoint?.ToString(CultureInfo.InvariantCulture));
            Say("联系人", People(before), People(unit));
            Say("通知渠道", Ways(stands, unit.Code), Ways(mine, unit.Code));

            void Say(string what, string? theirs, string? yours)
            {
                if ((theirs ?? "") == (yours ?? "")) return;
                found.Add(new ProblemError
                {
                    Code = "changed",
                    Sheet = "单位",
                    Message = $"{unit.Name}：{what}现在是“{theirs}”，表里是“{yours}”。",
                    Fix = "核对后以表里的为准，或重新下载名册再改。",
                });
            }
        }

        if (Ways(stands, Office) != Ways(mine, Office))
        {
            found.Add(new ProblemError
            {
                Code = "changed",
                Sheet = "通知渠道",
                Message = $"办公室的通知渠道现在是“{Ways(stands, Office)}”，表里是“{Ways(mine, Office)}”。",
                Fix = "核对后以表里的为准，或重新下载名册再改。",
            });
        }

        return found;

        static string People(Unit unit) => string.Join('、', unit.Contacts.Select(contact => $"{contact.Role}{contact.Name}{contact.Phone}"));
        static string Ways(Roster roster, string unit) =>
            string.Join('、', roster.Channels.Where(channel => channel.Unit == unit)
                .Select(channel => $"{channel.Kind}{channel.Name ?? channel.Id}{channel.Role}"));
    }

    /// <summary>Reads a roster against the one that stands; everything wrong is told at once, and what is worth a look.</summary>
    public Roster Read(IReadOnlyList<SheetCells> sheets, Roster stands, List<ProblemError> errors, List<ProblemError> warnings)
    {
        var rows = _units.Read(sheets, errors).Where(row => row.Text(Code) is not null).ToList();
        var contacts = Contacts(_contacts.Read(sheets, errors), [.. rows.Select(row => row.Text(Code)!)], errors);
        var units = rows.Select(row => new Unit
        {
            Code = row.Text(Code)!,
            Name = row.Text(Name) ?? "",
            Kind = Kinds.FirstOrDefault(kind => kind.Name == row.Text(Kind)).Kind,
            Aliases = row.List(Aliases),
            Opens = row.Day(Opens),
            Closes = row.Day(Closes),
            KeyPoints = row.List(Points),
            Order = row.Number(Order) ?? 0,
            HighestPoint = row.Number(Highest),
            Contacts = [.. contacts[row.Text(Code)!]],
        }).ToList();
        // What is wrong with contacts is told on their own sheet.
        foreach (var problem in CampaignRules.Check([.. units.Select(unit => unit with { Contacts = [] })])
            .Where(problem => problem.Pointer is { Length: > 1 }))
        {
            var parts = problem.Pointer!.Split('/');
            var row = rows[int.Parse(parts[1], CultureInfo.InvariantCulture)];
            var head = parts[^1] switch { "code" => Code, "name" => Name, "highestPoint" => Highest, _ => Closes };
            row.Refuse(head, problem.Code ?? "invalid", problem.Message, problem.Fix ?? "");
        }

        foreach (var twice in rows.GroupBy(row => row.Text(Code)).Where(group => group.Count() > 1))
        {
            twice.Last().Refuse(Code, "repeated", $"单位编码 {twice.Key} 出现了 {twice.Count()} 次。", "每个单位只占一行。");
        }

        foreach (var (row, head) in rows.SelectMany(row => new[] { Name, Aliases, Points }.Select(head => (row, head))))
        {
            foreach (var (what, _) in PersonalData.Find(row.Text(head) ?? "")) row.Refuse(head, "personal-data", $"{head}含有{what}。", $"删除{what}；电话填到“联系人”表。");
        }

        var channels = Channels(_channels.Read(sheets, errors), [.. units.Select(unit => unit.Code).Append("office")], stands, errors);
        Warn(units, channels, stands, warnings);
        return new Roster(units, channels);
    }

    private static string? Day(DateOnly? day) => day?.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

    private static ILookup<string, Contact> Contacts(IReadOnlyList<TableRow> rows, HashSet<string> units, List<ProblemError> errors)
    {
        foreach (var row in rows)
        {
            if (row.Text(Code) is { } code && !units.Contains(code)) row.Refuse(Code, "unit", $"“单位”表里没有编码 {code.Cut(40)}。", "核对编码，或先在“单位”表里加上。");
            if (row.Text(Phone) is { } phone && !PhoneNumber.Is(phone))
            {
                row.Refuse(Phone, "phone", $"电话“{phone.Cut(30)}”不对：手机应为 11 位，座机应带区号。", "核对号码；一格只填一个号码。");
            }

            if (row.Text(Person) is { } name)
            {
                if (name.Length > 30) row.Refuse(Person, "too-long", "姓名超过 30 字。", "只填姓名。");
                foreach (var (what, _) in PersonalData.Find(name)) row.Refuse(Person, "personal-data", $"姓名一格里有{what}。", "电话填到“电话”列。");
            }
        }

        return rows.Where(row => row.Text(Code) is not null && row.Text(Person) is not null)
            .ToLookup(row => row.Text(Code)!, row => new Contact(row.Text(Person)!, row.Text(Role) ?? "", row.Text(Phone)));
    }

    private List<UnitChannel> Channels(IReadOnlyList<TableRow> rows, HashSet<string> units, Roster stands, List<ProblemError> errors)
    {
        var channels = new List<UnitChannel>();
        foreach (var row in rows.Where(row => row.Text(Code) is not null && row.Text(Id) is not null))
        {
            var (code, id, numbers) = (row.Text(Code)!, row.Text(Id)!, row.List(To));
            if (!units.Contains(code)) row.Refuse(Code, "unit", $"“单位”表里没有编码 {code.Cut(40)}。", "核对编码；办公室自己的渠道填 office。");
            foreach (var number in numbers.Where(number => !PhoneNumber.Is(number))) row.Refuse(To, "phone", $"接收号码“{number.Cut(30)}”不对。", "核对号码，多个号码用顿号隔开。");
            var channel = new UnitChannel(code, id, row.Text(ChannelKind) ?? "", row.Text(ChannelName), row.Text(Url), row.Text(Secret), numbers.Count > 0
                ? [.. numbers.Select(PhoneNumber.Digits)] : null, row.Text(Role));
            if (_known.Refusal(channel, stands.Channels.Any(known => known.Unit == code && known.Id == id)) is { } refusal)
            {
                row.Refuse(channel.Url is null ? Id : Url, "channel", refusal, "请填写正确后再上传。");
            }

            if (channels.Exists(other => other.Unit == code && other.Id == id)) row.Refuse(Id, "repeated", $"{code} 的渠道 {id} 出现了两次。", "每个渠道只占一行。");
            channels.Add(channel);
        }

        return channels;
    }

    private static void Warn(List<Unit> units, List<UnitChannel> channels, Roster stands, List<ProblemError> warnings)
    {
        void Say(string code, string message, string fix) => warnings.Add(new ProblemError { Code = code, Message = message, Fix = fix });
        string Names(IEnumerable<Unit> some) => string.Join("、", some.Select(unit => unit.Name));
        var open = units.Where(unit => unit.Closes is null).ToList();
        if (open.Where(unit => channels.TrueForAll(channel => channel.Unit != unit.Code || channel.Role is not null)).ToList() is { Count: > 0 } unreached)
        {
            Say("no-channel", $"{unreached.Count} 家没有通知渠道，催报和通知只能靠打电话：{Names(unreached)}。", "在“通知渠道”表里补上群机器人或短信网关。");
        }

        if (open.Where(unit => unit.Contacts.All(contact => contact.Phone is null)).ToList() is { Count: > 0 } unphoned)
        {
            Say("no-phone", $"{unphoned.Count} 家没有可打的电话：{Names(unphoned)}。", "在“联系人”表里补上电话。");
        }

        if (stands.Units.Where(unit => units.TrueForAll(other => other.Code != unit.Code)).ToList() is { Count: > 0 } absent)
        {
            Say("kept", $"{absent.Count} 家已登记而不在表里，保留不动：{Names(absent)}。", "撤销的单位请填“撤销日期”，不要删行。");
        }
    }
}
