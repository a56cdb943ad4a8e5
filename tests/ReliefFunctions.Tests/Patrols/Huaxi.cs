using System.Globalization;
using ReliefFunctions.Core.Campaigns;
using ReliefFunctions.Core.Patrols;
using ReliefFunctions.Core.Weather;

namespace ReliefFunctions.Tests.Patrols;

/// <summary>A small district for the rules' tests: three townships, the police, urban management and the station.</summary>
internal static class Huaxi
{
    public static readonly PatrolPolicy Policy = Samples.Read<PatrolPolicy>("policy-v1.json");

    public static readonly Campaign Campaign = Samples.Campaign with
    {
        Name = "寒冬送温暖",
        Office = "领导小组办公室",
        DutyPhone = "0851-83851000",
        Calendar = new CampaignCalendar(),
    };

    public static readonly IReadOnlyList<Unit> Units =
    [
        new Unit { Code = "520111101", Name = "青岩镇", Kind = UnitKind.Township, KeyPoints = ["青岩古镇北门", "客运站", "南街桥洞", "背街"] },
        new Unit { Code = "520111102", Name = "石板镇", Kind = UnitKind.Township },
        new Unit { Code = "520111201", Name = "高坡苗族乡", Kind = UnitKind.Township, Aliases = ["高坡乡"] },
        new Unit { Code = "police", Name = "区公安分局", Kind = UnitKind.Police },
        new Unit { Code = "urban", Name = "区综合行政执法局", Kind = UnitKind.UrbanManagement },
        new Unit { Code = "station", Name = "区救助管理站", Kind = UnitKind.RescueStation },
    ];

    /// <summary>A local time of the district, such as <c>12-16 20:30</c>; January and later are 2027.</summary>
    public static DateTimeOffset At(string local)
    {
        var time = DateTime.ParseExact(local, "MM-dd HH:mm", CultureInfo.InvariantCulture);
        return new DateTimeOffset(time.Month >= 7 ? 2026 : 2027, time.Month, time.Day, time.Hour, time.Minute, 0, TimeSpan.FromHours(8));
    }

    public static WeatherAlert Alert(string sent, AlertLevel level, AlertMessageType type = AlertMessageType.Alert, string name = "寒潮", string? expires = null, string? text = null) => new()
    {
        Source = "cap",
        Identifier = $"{name}-{level}-{type}-{sent}".Replace(' ', 'T'),
        Issuer = "花溪区气象台",
        Sent = At(sent),
        Status = AlertStatus.Actual,
        MessageType = type,
        TypeName = name,
        Level = level,
        Areas = ["520111"],
        Expires = expires is null ? null : At(expires),
        Description = text,
    };

    /// <summary>A forecast by days: the first minimum is last night's, the second tonight's.</summary>
    public static ColdForecast Forecast(string issued, params double[] minima) => new()
    {
        Source = "open-meteo",
        Issued = At(issued),
        Areas = ["520111"],
        Index = ColdStress.JagTi,
        Nights = [.. minima.Select((minimum, index) => new ForecastNight(DateOnly.FromDateTime(At(issued).DateTime).AddDays(index), minimum, minimum, 0, 5, ColdWaveGrade.None))],
    };
}

/// <summary>Decides again and again, as a campaign does.</summary>
internal sealed class Season
{
    public PatrolState State { get; private set; } = PatrolState.Empty;

    public PatrolPolicy Policy { get; init; } = Huaxi.Policy;

    public List<PatrolOrder> Orders { get; } = [];

    public IReadOnlyList<string> Notes { get; private set; } = [];

    /// <summary>When the last decision was made.</summary>
    public DateTimeOffset Now { get; private set; }

    public List<OfficeMessage> Told { get; } = [];

    public List<QuarantinedInput> Quarantined { get; } = [];

    public PatrolOrder? Do(string at, PatrolCommand command, IReadOnlyList<Unit>? units = null)
    {
        var outcome = PatrolDecision.Decide(State, command, Huaxi.Campaign, units ?? Huaxi.Units, Policy, Huaxi.At(at));
        (State, Notes) = (outcome.State, outcome.Notes);
        Now = Huaxi.At(at);
        Told.AddRange(outcome.Told);
        Quarantined.AddRange(outcome.Quarantined);
        if (outcome.Order is { } order) Orders.Add(order);
        return outcome.Order;
    }

    public PatrolOrder? Alert(string sent, AlertLevel level, AlertMessageType type = AlertMessageType.Alert, string name = "寒潮", string? expires = null, string? text = null) =>
        Do(sent, new PatrolCommand.ApplyAlert(Huaxi.Alert(sent, level, type, name, expires, text)));

    public PatrolOrder? Tick(string at) => Do(at, new PatrolCommand.Tick());

    /// <summary>Ticks every half hour and answers what was ordered when.</summary>
    public IReadOnlyList<string> TickThrough(string from, string to)
    {
        List<string> ordered = [];
        for (var at = Huaxi.At(from); at <= Huaxi.At(to); at = at.AddMinutes(30))
        {
            var local = at.ToString("MM-dd HH:mm", CultureInfo.InvariantCulture);
            if (Tick(local) is { } order) ordered.Add($"{local} {order.Highest}");
        }

        return ordered;
    }

    public PatrolIntensity Of(string unit) => State.Units[unit];

    public PatrolIntensity Highest => State.Units.Values.Max();
}
