using System.Globalization;
using ReliefFunctions.Core.Campaigns;
using ReliefFunctions.Core.Weather;
using Night = (System.DateOnly Evening, ReliefFunctions.Core.Weather.NightWeather Weather);

namespace ReliefFunctions.Core.Patrols;

/// <summary>What the nights of a forecast ask for by the policy, and what tonight will be like.</summary>
internal static class ForecastJudge
{
    /// <summary>Until this hour of the morning the night is the one that began the evening before.</summary>
    private const int NightIsOver = 6;

    /// <summary>The rules that the forecast in force at an instant fulfils, with the reason in words.</summary>
    public static IEnumerable<(ForecastRule Rule, string Text)> Asked(
        IReadOnlyList<ColdForecast> forecasts, PatrolPolicy policy, DateTimeOffset at, TimeZoneInfo zone)
    {
        if (InForce(forecasts, policy, at) is not { } judged) yield break;
        var (nights, evening) = (Nights(judged), JudgedOn(judged, policy, at, zone));
        foreach (var rule in policy.Forecasts)
        {
            if (Judge(rule, judged.Index, nights, policy, evening) is { } text) yield return (rule, text);
        }
    }

    /// <summary>A dozen characters for notices that would grow too long.</summary>
    public static string Short(ForecastRule rule) => rule.Measure switch
    {
        ForecastMeasure.FreezingRain => "冻雨预报",
        ForecastMeasure.Snow => "降雪预报",
        ForecastMeasure.ColdWave => "强降温预报",
        _ => "低温预报",
    };

    /// <summary>The lowest temperature, °C, of the nights ahead at an instant; null without a forecast in force.</summary>
    public static double? Minimum(IReadOnlyList<ColdForecast> forecasts, PatrolPolicy policy, DateTimeOffset at, TimeZoneInfo zone)
    {
        if (InForce(forecasts, policy, at) is not { } forecast) return null;
        return Ahead(Nights(forecast), policy, JudgedOn(forecast, policy, at, zone)).Select(night => (double?)night.Weather.Minimum).Min();
    }

    /// <summary>The night that has begun or begins next; null without a forecast in force.</summary>
    public static NightWeather? Tonight(IReadOnlyList<ColdForecast> forecasts, PatrolPolicy policy, DateTimeOffset at, TimeZoneInfo zone)
    {
        var evening = EveningOf(at, zone);
        return InForce(forecasts, policy, at)?.Evenings().FirstOrDefault(night => night.Evening == evening).Weather;
    }

    private static ColdForecast? InForce(IReadOnlyList<ColdForecast> forecasts, PatrolPolicy policy, DateTimeOffset at) =>
        forecasts.LastOrDefault(each => each.Issued <= at && each.Issued.AddHours(policy.ForecastValidHours) > at);

    /// <summary>The evening from which a forecast looks ahead at an instant: that of its last judgement.</summary>
    private static DateOnly JudgedOn(ColdForecast forecast, PatrolPolicy policy, DateTimeOffset at, TimeZoneInfo zone) =>
        EveningOf(policy.ForecastTimes.Select(time => PatrolDecision.NextTime(at, time, zone, days: -1)).Append(forecast.Issued).Max(), zone);

    private static DateOnly EveningOf(DateTimeOffset at, TimeZoneInfo zone) => LocalTime.DateOf(at.AddHours(-NightIsOver), zone);

    private static List<Night> Nights(ColdForecast forecast) => [.. forecast.Evenings()];

    private static List<Night> Ahead(List<Night> nights, PatrolPolicy policy, DateOnly evening) =>
        [.. nights.Where(night => night.Evening >= evening && night.Evening < evening.AddDays(policy.ForecastDays))];

    /// <summary>The reason in words when a rule holds for the nights seen on an evening; null when it does not.</summary>
    private static string? Judge(ForecastRule rule, string index, List<Night> nights, PatrolPolicy policy, DateOnly evening)
    {
        var ahead = Ahead(nights, policy, evening);
        Night? Worst(Func<NightWeather, bool> holds, Func<NightWeather, double?> by) =>
            ahead.Where(night => holds(night.Weather)).OrderBy(night => by(night.Weather)).Select(night => (Night?)night).FirstOrDefault();
        switch (rule.Measure)
        {
            case ForecastMeasure.ColdNights:
                bool IsCold(NightWeather night) => night.Minimum <= rule.Value || night.Felt <= (rule.Felt ?? rule.Value);
                if (LongestRun(nights, ahead, IsCold, policy.WarmNightsIgnored) is not { } run || run.Cold < rule.Nights) return null;
                var (on, night) = run.Coldest;
                var felt = night.Felt is { } value && value < night.Minimum ? $"，体感{Rounded(value)}℃（{index}）" : "";
                return $"预报{On(on)}最低{Rounded(night.Minimum)}℃{felt}{(rule.Nights > 1 ? $"，连续{rule.Nights}夜以上" : "")}";
            case ForecastMeasure.Felt:
                return Worst(night => night.Felt <= rule.Value, night => night.Felt) is { } worst
                    ? string.Create(CultureInfo.InvariantCulture, $"预报{On(worst.Evening)}体感{Rounded(worst.Weather.Felt!.Value)}℃（{index}）") : null;
            case ForecastMeasure.Snow:
                return Worst(night => night.Snow >= rule.Value, night => -night.Snow) is { } snow
                    ? string.Create(CultureInfo.InvariantCulture, $"预报{On(snow.Evening)}降雪{snow.Weather.Snow:0.#}厘米") : null;
            case ForecastMeasure.FreezingRain:
                return Worst(night => night.FreezingHours >= rule.Value, night => -night.FreezingHours) is { } ice
                    ? $"预报{On(ice.Evening)}有冻雨{ice.Weather.FreezingHours}小时" : null;
            case ForecastMeasure.ColdWave:
                if (Worst(night => (int)night.Wave >= rule.Value, night => -(int)night.Wave) is not { } wave) return null;
                var grade = wave.Weather.Wave switch { ColdWaveGrade.Extreme => "超强寒潮", ColdWaveGrade.Strong => "强寒潮", _ => "寒潮" };
                return $"预报{On(wave.Evening)}达到{grade}标准（GB/T 21987）";
            default:
                return null;
        }
    }

    /// <summary>To a tenth, and never −0.</summary>
    internal static string Rounded(double celsius) => (Math.Round(celsius, 1) + 0.0).ToString("0.#", CultureInfo.InvariantCulture);

    private static string On(DateOnly evening) => $"{evening.Month}月{evening.Day}日夜间";

    /// <summary>
    /// Of the runs of cold nights that reach into the nights ahead the one with the most of them, and its coldest night, those ahead first. A few warm nights
    /// between cold ones do not break a run, and whoever looks at such a night looks at the run.
    /// </summary>
    private static (int Cold, Night Coldest)? LongestRun(List<Night> nights, List<Night> ahead, Func<NightWeather, bool> cold, int warmIgnored)
    {
        if (ahead.Count == 0) return null;
        var (first, last) = (ahead[0].Evening, ahead[^1].Evening);
        List<List<Night>> runs = [];
        foreach (var night in nights.Where(night => cold(night.Weather)))
        {
            var before = runs.Count > 0 ? runs[^1][^1].Evening : (DateOnly?)null;
            if (before is { } day && night.Evening.DayNumber - day.DayNumber <= warmIgnored + 1 && IsWhole(nights, day, night.Evening)) runs[^1].Add(night);
            else runs.Add([night]);
        }

        if (runs.Where(run => run[0].Evening <= last && run[^1].Evening >= first).MaxBy(run => run.Count) is not { } longest) return null;
        return (longest.Count, longest.OrderByDescending(night => night.Evening >= first && night.Evening <= last).ThenBy(night => night.Weather.Minimum)
            .First());
    }

    /// <summary>Whether every night between two is known: what was not forecast bridges nothing.</summary>
    private static bool IsWhole(List<Night> nights, DateOnly from, DateOnly to) =>
        nights.Count(night => night.Evening >= from && night.Evening <= to) == to.DayNumber - from.DayNumber + 1;
}
