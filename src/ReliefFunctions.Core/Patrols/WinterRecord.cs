using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using ReliefFunctions.Core.Campaigns;
using ReliefFunctions.Core.Http;
using ReliefFunctions.Core.Storage;
using ReliefFunctions.Core.Texts;
using ReliefFunctions.Core.Weather;

namespace ReliefFunctions.Core.Patrols;

/// <summary>
/// A winter that was not received here: the hours that a station observed and the warnings of then, brought to what the feeds would have brought. It lets a
/// district try a policy in its first year.
/// </summary>
internal static partial class WinterRecord
{
    /// <summary>Hours of a year and a bit; more is no winter.</summary>
    private const int MostHours = 10_000;

    /// <summary>Warnings of one winter at most.</summary>
    private const int MostWarnings = 400;

    /// <summary>A feed brings what is observed for the coming nights at these hours, with the three days before that tell a cold run.</summary>
    private static readonly TimeOnly[] Brought = [new(7, 0), new(16, 0)];

    private static readonly string[] TimeForms =
    [
        "yyyy-M-d'T'H:mm", "yyyy-M-d'T'H:mm:ss", "yyyy-M-d H:mm", "yyyy-M-d H:mm:ss", "yyyy/M/d H:mm", "yyyy/M/d H:mm:ss", "yyyyMMddHH", "yyyyMMddHHmm",
        "yyyy年M月d日H时", "yyyy年M月d日H时m分",
    ];

    /// <summary>What a column holds by how its head begins, the field that Open-Meteo calls it, and its unit where the head names none.</summary>
    private static readonly (string Field, string Unit, string[] Heads)[] Known =
    [
        ("temperature_2m", "°C", ["temperature_2m", "气温", "温度", "逐时气温", "小时气温"]),
        ("wind_speed_10m", "m/s", ["wind_speed_10m", "风速", "平均风速", "2分钟平均风速", "10分钟平均风速", "小时风速"]),
        ("precipitation", "mm", ["precipitation", "降水", "小时降水", "雨量", "1小时降水"]),
        ("snowfall", "cm", ["snowfall", "降雪", "小时降雪", "新增积雪"]),
        ("weather_code", "wmo code", ["weather_code", "weathercode", "天气代码"]),
    ];

    /// <summary>The winter's weather in order, and the campaign as it would have been in it; what cannot be read is told.</summary>
    public static (Campaign Winter, IReadOnlyList<(DateTimeOffset At, PatrolCommand Command)> Weather) Read(
        string? record, string? warnings, Campaign campaign, List<ProblemError> errors)
    {
        var hours = string.IsNullOrWhiteSpace(record) ? [] : Hours(record, campaign, errors);
        List<WeatherAlert> alerts = [];
        if (!string.IsNullOrWhiteSpace(warnings))
        {
            // A date without a year is of this winter.
            var end = hours.Count > 0 ? hours[^1].At : default;
            alerts = Alerts(warnings, hours.Count > 0 ? LocalTime.ToUtc(DateOnly.FromDateTime(end), TimeOnly.FromDateTime(end), campaign.Zone())
                : LocalTime.ToUtc(campaign.Start, TimeOnly.MinValue, campaign.Zone()), campaign, errors);
        }

        DateOnly? first = hours.Count > 0 ? DateOnly.FromDateTime(hours[0].At)
            : alerts.Count > 0 ? LocalTime.DateOf(alerts.Min(alert => alert.Sent), campaign.Zone()) : null;
        if (first is not { } day) return (campaign, []);
        var winter = In(campaign, YearOf(campaign.Start) - YearOf(day));
        var forecasts = hours.Count == 0 ? [] : Forecasts(hours, winter);
        return (winter,
        [
            .. alerts.Select(alert => (alert.Sent, (PatrolCommand)new PatrolCommand.ApplyAlert(alert)))
                .Concat(forecasts.Select(forecast => (forecast.Issued, (PatrolCommand)new PatrolCommand.ApplyForecast(forecast))))
                .OrderBy(each => each.Item1),
        ]);
    }

    /// <summary>The campaign as it would have been so many years before.</summary>
    private static Campaign In(Campaign campaign, int yearsBefore) => yearsBefore == 0 ? campaign : campaign with
    {
        Start = campaign.Start.AddYears(-yearsBefore),
        End = campaign.LastDay.AddYears(-yearsBefore),
        Extension = null,
    };

    /// <summary>The year in which the winter of a day begins.</summary>
    private static int YearOf(DateOnly day) => day.Month >= 7 ? day.Year : day.Year - 1;

    private static List<WeatherAlert> Alerts(string warnings, DateTimeOffset end, Campaign campaign, List<ProblemError> errors)
    {
        var text = warnings.ReplaceLineEndings("\n");
        var paragraphs = (text.Contains("\n\n", StringComparison.Ordinal) ? BlankLine().Split(text) : text.Split('\n'))
            .Select(each => each.Trim()).Where(each => each.Length > 0).ToList();
        if (paragraphs.Count > MostWarnings) Refuse($"预警有 {paragraphs.Count} 段，最多 {MostWarnings} 段。", "只留这个冬天的低温雨雪冰冻类预警。");
        List<WeatherAlert> alerts = [];
        foreach (var (paragraph, index) in paragraphs.Take(MostWarnings).Select((paragraph, index) => (paragraph, index)))
        {
            try
            {
                var normal = AlertNormaliser.Normalise(Encoding.UTF8.GetBytes(paragraph), new PayloadContext(end, campaign.Zone(), [campaign.District]));
                foreach (var alert in normal.Alerts)
                {
                    var scoped = AlertIntake.Scoped(alert, campaign.District);
                    var counts = AlertIntake.WhyIgnored(scoped, alert, alert.Sent) is null && !Stations.IsForeign(alert.Issuer, campaign, [campaign]);
                    if (alert.Undated) Refuse($"第 {index + 1} 段预警没有写明发布时间。", "写上发布的年月日和时刻。");
                    else if (counts) alerts.Add(scoped);
                }
            }
            catch (AlertPayloadException refused)
            {
                Refuse($"第 {index + 1} 段预警：{refused.Message}", "照发布的原文粘贴，一条一段。");
            }
        }

        return [.. alerts.DistinctBy(alert => alert.Hash)];

        void Refuse(string message, string fix)
        {
            if (errors.Count < 20) errors.Add(new ProblemError { Pointer = "/warnings", Message = message, Fix = fix });
        }
    }

    /// <summary>What a feed would have brought each morning and afternoon, had it foreseen what came.</summary>
    private static IEnumerable<ColdForecast> Forecasts(IReadOnlyList<Hour> hours, Campaign winter)
    {
        var (first, last) = (DateOnly.FromDateTime(hours[0].At), DateOnly.FromDateTime(hours[^1].At));
        var (from, to) = (first > winter.Start ? first : winter.Start, last < winter.LastDay ? last : winter.LastDay);
        var next = 0;
        for (var day = from; day <= to; day = day.AddDays(1))
        {
            while (next < hours.Count && DateOnly.FromDateTime(hours[next].At) < day.AddDays(-3)) next++;
            var slice = hours.Skip(next).TakeWhile(hour => DateOnly.FromDateTime(hour.At) <= day.AddDays(7)).ToList();
            if (slice.Count == 0 || DateOnly.FromDateTime(slice[^1].At) < day) continue;
            var payload = Encoding.UTF8.GetBytes(Payload(slice));
            foreach (var time in Brought)
            {
                var at = LocalTime.ToUtc(day, time, winter.Zone());
                var brought = AlertNormaliser.Normalise(payload, new PayloadContext(at, winter.Zone(), [winter.District]));
                foreach (var forecast in brought.Forecasts) yield return forecast;
            }
        }
    }

    private static string Payload(List<Hour> hours)
    {
        var units = hours[0].Units;
        var fields = Known.Select((known, index) => (known.Field, Index: index)).Where(each => units[each.Index] is not null).ToList();
        return StoredJson.Write(new Dictionary<string, object>
        {
            ["hourly_units"] = fields.ToDictionary(each => each.Field, each => units[each.Index]!),
            ["hourly"] = fields.ToDictionary(each => each.Field, each => (object)hours.Select(hour => hour.Values[each.Index]))
                .Append(new("time", hours.Select(hour => hour.At.ToString("yyyy-MM-dd'T'HH:mm", CultureInfo.InvariantCulture)))).ToDictionary(),
        });
    }

    private static IReadOnlyList<Hour> Hours(string record, Campaign campaign, List<ProblemError> errors)
    {
        var (head, rows, offset) = record.TrimStart('﻿', ' ', '\r', '\n', '\t') is ['{', ..] json ? OfJson(json) : OfCsv(record);
        var time = head.FindIndex(each => Is(each, ["time", "时间", "日期时间", "观测时间", "资料时间", "datetime", "date"]));
        var columns = Known.Select(known => head.FindIndex(each => Is(each, known.Heads))).ToArray();
        if (time < 0 || columns[0] < 0)
        {
            Refuse("找不到“时间”和“气温”两列。", "第一行写列名：时间、气温（℃）、风速（m/s）、降水（mm）、降雪（cm）、天气代码；后四列可以没有。");
            return [];
        }

        var units = Known.Select((known, index) => columns[index] < 0 ? null
            : Unit().Match(head[columns[index]]) is { Success: true } unit ? Plain(unit.Groups[1].Value)
            : head[columns[index]].StartsWith(known.Field, StringComparison.OrdinalIgnoreCase) && index == 1 ? "km/h" : known.Unit).ToArray();
        SortedDictionary<DateTime, Hour> hours = [];
        var unread = 0;
        foreach (var row in rows.Take(MostHours))
        {
            if (!DateTime.TryParseExact(row.ElementAtOrDefault(time)?.Trim(), TimeForms, CultureInfo.InvariantCulture, DateTimeStyles.None, out var written)
                || written.Year is < 2000 or > 2100)
            {
                if (row.Any(cell => !string.IsNullOrWhiteSpace(cell))) unread++;
                continue;
            }

            var at = offset is { } there ? LocalTime.In(new DateTimeOffset(written, there), campaign.Zone()).DateTime : written;
            var values = columns.Select(column => column >= 0
                && double.TryParse(row.ElementAtOrDefault(column), NumberStyles.Float, CultureInfo.InvariantCulture, out var value) && double.IsFinite(value)
                ? value : (double?)null).ToArray();
            if (values[0] is not null) hours.TryAdd(at, new Hour(at, values, units));
        }

        if (hours.Count == 0) Refuse("没有一行有认得出的时间和气温。", "时间形如 2025-12-15 20:00，气温是数字。");
        else if (unread > hours.Count) Refuse($"有 {unread} 行的时间认不出。", "时间形如 2025-12-15 20:00。");
        else if (hours.Keys.Last() - hours.Keys.First() > TimeSpan.FromDays(300)) Refuse("记录超过 300 天。", "只留一个冬天。");
        return [.. hours.Values];

        void Refuse(string message, string fix) => errors.Add(new ProblemError { Pointer = "/record", Message = message, Fix = fix });
    }

    private static (List<string> Head, IEnumerable<IReadOnlyList<string>> Rows, TimeSpan? Offset) OfCsv(string record)
    {
        var text = record.TrimStart('﻿');
        var (tab, comma) = (text.IndexOf('\t', StringComparison.Ordinal), text.IndexOf(',', StringComparison.Ordinal));
        if (tab >= 0 && (comma < 0 || tab < comma)) text = text.Replace('\t', ',');
        var records = Csv.Read(text, MostHours + 100) ?? [];
        var head = records.Take(20).TakeWhile(row => !row.Any(cell => Is(cell, Known[0].Heads))).Count();

        // Open-Meteo writes two lines on the place first.
        var place = records.Take(head).Select(row => row.ToList()).FirstOrDefault(row => row.Contains("utc_offset_seconds"));
        var offset = place is not null && records.ElementAtOrDefault(records.ToList().FindIndex(row => row.Contains("utc_offset_seconds")) + 1) is { } values
            && int.TryParse(values.ElementAtOrDefault(place.IndexOf("utc_offset_seconds")), CultureInfo.InvariantCulture, out var seconds)
            ? Offset(seconds) : null;
        return ([.. (records.ElementAtOrDefault(head) ?? []).Select(cell => cell.Trim())], records.Skip(head + 1), offset);
    }

    private static (List<string> Head, IEnumerable<IReadOnlyList<string>> Rows, TimeSpan? Offset) OfJson(string json)
    {
        try
        {
            using var document = JsonDocument.Parse(json);
            if (document.RootElement.ValueKind != JsonValueKind.Object || !document.RootElement.TryGetProperty("hourly", out var hourly)
                || hourly.ValueKind != JsonValueKind.Object)
            {
                return ([], [], null);
            }

            var named = document.RootElement.TryGetProperty("hourly_units", out var block) && block.ValueKind == JsonValueKind.Object ? block : default;
            var columns = hourly.EnumerateObject().Where(each => each.Value.ValueKind == JsonValueKind.Array)
                .Select(each => (Head: named.ValueKind == JsonValueKind.Object && each.Name != "time" && named.TryGetProperty(each.Name, out var unit)
                    ? $"{each.Name} ({unit})" : each.Name, Cells: each.Value.EnumerateArray().Select(cell => cell.ToString()).ToList())).ToList();
            TimeSpan? offset = document.RootElement.TryGetProperty("utc_offset_seconds", out var seconds) && seconds.ValueKind == JsonValueKind.Number
                && seconds.TryGetInt32(out var value) ? Offset(value) : null;
            var longest = Math.Min(MostHours, columns.Select(column => column.Cells.Count).DefaultIfEmpty().Max());
            return ([.. columns.Select(column => column.Head)],
                [
                    .. Enumerable.Range(0, longest)
                        .Select(row => (IReadOnlyList<string>)[.. columns.Select(column => column.Cells.ElementAtOrDefault(row) ?? "")]),
                ],
                offset);
        }
        catch (JsonException)
        {
            return ([], [], null);
        }
    }

    private static TimeSpan? Offset(int seconds) => seconds is >= -14 * 3600 and <= 14 * 3600 ? TimeSpan.FromSeconds(seconds / 60 * 60) : null;

    private static bool Is(string? cell, string[] heads) =>
        Unit().Replace(cell ?? "", "").Trim() is { Length: > 0 } name && heads.Contains(name, StringComparer.OrdinalIgnoreCase);

    private static string Plain(string unit) => unit.Trim() switch
    {
        "℃" or "°C" or "摄氏度" or "度" => "°C",
        "米/秒" or "米每秒" or "m/s" => "m/s",
        "公里/小时" or "千米/小时" or "km/h" => "km/h",
        "毫米" => "mm",
        "厘米" => "cm",
        var other => other,
    };

    [GeneratedRegex(@"\s*[（(]([^（）()]*)[)）]\s*")]
    private static partial Regex Unit();

    [GeneratedRegex(@"\n[ \t]*\n")]
    private static partial Regex BlankLine();

    /// <summary>One observed hour of the campaign's zone; values and their units in the order of <see cref="Known"/>.</summary>
    private sealed record Hour(DateTime At, double?[] Values, string?[] Units);
}
