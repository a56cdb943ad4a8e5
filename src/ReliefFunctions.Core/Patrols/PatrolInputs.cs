using ReliefFunctions.Core.Weather;

namespace ReliefFunctions.Core.Patrols;

/// <summary>
/// Within which bounds a decision believes what comes in and what is stored. What only goes too far is cut; what cannot be meant, such as a message from the
/// future, is left out of the decision and kept apart. So a state that an older version stored is mended as it is read.
/// </summary>
internal static class PatrolInputs
{
    /// <summary>A person's decision stands at most this long.</summary>
    public static readonly TimeSpan LongestOverride = TimeSpan.FromDays(14);

    /// <summary>Clocks and time zones may be wrong by this; what is dated later is not believed.</summary>
    public static readonly TimeSpan ClockTolerance = TimeSpan.FromDays(1);

    private const int LongestText = 2_000, LongestName = 300, MostReferences = 100, MostAreas = 500, MostNights = 40, MostCuts = 20;

    /// <summary>The state within the bounds, the same one when all of it is, and what had to be left out.</summary>
    public static (PatrolState State, IReadOnlyList<QuarantinedInput> Faulty) Sound(PatrolState state, DateTimeOffset now)
    {
        List<QuarantinedInput> faulty = [];
        var alerts = Each(state.Alerts, each => (each with { Alert = Bounded(each.Alert) }, Fault(each.Alert, now)),
            each => QuarantinedInput.Of(each.Alert, now), faulty);
        var forecasts = Each(state.Forecasts, each => (Bounded(each), Fault(each, now)), each => QuarantinedInput.Of(each, now), faulty);
        var decision = state.Override;
        if (decision is not null && Fault(decision, now) is { } fault)
        {
            faulty.Add(QuarantinedInput.Of(decision, now) with { Reason = fault });
            decision = null;
        }

        decision = Bounded(decision);
        var proposal = state.Proposal is { Units: null } or { Basis: null } ? null : state.Proposal;
        if (proposal?.DueAt > now + PolicyRules.LongestProposal) proposal = proposal with { DueAt = now + PolicyRules.LongestProposal };
        var raised = Only(state.Raised, at => at <= now);
        var rejected = Only(state.Rejected, each => each is { Cause: not null } && each.Until <= now.AddDays(2));
        var seen = Only(state.Seen, each => each is { Cause: not null, Text: not null } && each.At <= now);
        var questions = Only(state.Questions, each => each is { Id: not null, Text: not null }
            && (each.Answer is not { } answer || (answer.At <= now && !(answer.Until > WeatherBounds.Plus(answer.At, LongestOverride)))));
        var coming = state.Coming is { } announced && announced.Values.All(each => each is { Reason: not null } && WeatherBounds.IsTime(each.From)) ? announced
            : PatrolState.Empty.Coming;
        var (units, noticeOf) = (state.Units ?? PatrolState.Empty.Units, state.NoticeOf ?? PatrolState.Empty.NoticeOf);
        var same = ReferenceEquals(alerts, state.Alerts) && ReferenceEquals(forecasts, state.Forecasts) && ReferenceEquals(decision, state.Override)
            && ReferenceEquals(proposal, state.Proposal) && ReferenceEquals(raised, state.Raised) && ReferenceEquals(rejected, state.Rejected)
            && ReferenceEquals(seen, state.Seen) && ReferenceEquals(questions, state.Questions) && ReferenceEquals(coming, state.Coming)
            && ReferenceEquals(units, state.Units) && ReferenceEquals(noticeOf, state.NoticeOf);
        return (same ? state : state with
        {
            Alerts = alerts,
            Forecasts = forecasts,
            Override = decision,
            Proposal = proposal,
            Raised = raised,
            Rejected = rejected,
            Seen = seen,
            Questions = questions,
            Coming = coming,
            Units = units,
            NoticeOf = noticeOf,
        }, faulty);
    }

    /// <summary>The command within the bounds, and why it cannot be decided on, in Chinese.</summary>
    public static (PatrolCommand Command, string? Fault) Sound(PatrolCommand command, DateTimeOffset now) => command switch
    {
        PatrolCommand.ApplyAlert(var alert) => (new PatrolCommand.ApplyAlert(Bounded(alert)), Fault(alert, now)),
        PatrolCommand.ApplyForecast(var forecast) => (new PatrolCommand.ApplyForecast(Bounded(forecast)), Fault(forecast, now)),
        PatrolCommand.SetOverride { Override: var decision } set => (set with { Override = Bounded(decision)! }, Fault(decision, now)),
        _ => (command, null),
    };

    /// <summary>The alert with its times, texts and lists cut; the same one when nothing is to be cut.</summary>
    public static WeatherAlert Bounded(WeatherAlert alert)
    {
        var latest = WeatherBounds.Plus(alert.Sent, WeatherBounds.Longest);
        if (Fits(alert, latest)) return alert;
        DateTimeOffset? Within(DateTimeOffset? at) => at > latest ? latest : at;
        return alert with
        {
            Source = Cut(alert.Source, LongestName),
            Identifier = Cut(alert.Identifier, LongestName),
            Sender = alert.Sender is null ? null : Cut(alert.Sender, LongestName),
            Issuer = Cut(alert.Issuer, LongestName),
            TypeName = Cut(alert.TypeName, LongestName),
            TypeCode = alert.TypeCode is null ? null : Cut(alert.TypeCode, LongestName),
            LevelText = alert.LevelText is null ? null : Cut(alert.LevelText, LongestName),
            AreaText = alert.AreaText is null ? null : Cut(alert.AreaText, LongestName),
            Headline = alert.Headline is null ? null : Cut(alert.Headline, LongestName),
            Description = alert.Description is null ? null : Cut(alert.Description, LongestText),
            Level = Enum.IsDefined(alert.Level) ? alert.Level : AlertLevel.Unknown,
            Status = Enum.IsDefined(alert.Status) ? alert.Status : AlertStatus.Unknown,
            MessageType = Enum.IsDefined(alert.MessageType) ? alert.MessageType : AlertMessageType.Other,
            Effective = Within(alert.Effective),
            Onset = Within(alert.Onset),
            Expires = Within(alert.Expires),
            Ends = Within(alert.Ends),
            Kind = Enum.IsDefined(alert.Kind) ? alert.Kind : AlertKind.Signal,
            Cut = [.. (alert.Cut ?? []).Where(each => each is not null).Take(MostCuts).Select(each => Cut(each, LongestName))],
            References = [.. (alert.References ?? []).Where(each => each?.Identifier is not null).Take(MostReferences)
                .Select(each => each with { Identifier = Cut(each.Identifier, LongestName) })],
            Areas = [.. (alert.Areas ?? []).Where(IsArea).Take(MostAreas)],
        };
    }

    /// <summary>Why an alert cannot be meant, in Chinese; null when it can.</summary>
    private static string? Fault(WeatherAlert alert, DateTimeOffset now) => Fault("发布时间", alert.Sent, now);

    private static string? Fault(ColdForecast forecast, DateTimeOffset now) =>
        Fault("发布时间", forecast.Issued, now) ?? (forecast.Nights is null || !forecast.Nights.Any(IsNight) ? "没有一天的数值在合理范围内" : null);

    private static string? Fault(PatrolOverride decision, DateTimeOffset now) =>
        Fault("决定时间", decision.At, now) ?? (Enum.IsDefined(decision.Intensity) ? null : "巡查强度不在四级之内");

    private static string? Fault(string what, DateTimeOffset at, DateTimeOffset now) =>
        !WeatherBounds.IsTime(at) ? $"{what}的年份 {at.Year} 不在 {WeatherBounds.FirstYear} 至 {WeatherBounds.LastYear} 之间" : at > now + ClockTolerance
            ? $"{what} {at:yyyy-MM-dd HH:mm zzz} 晚于现在" : null;

    private static bool Fits(WeatherAlert alert, DateTimeOffset latest) =>
        Name(alert.Source) && Name(alert.Identifier) && Name(alert.Issuer) && Name(alert.TypeName) && alert.Sender?.Length is null or <= LongestName
        && alert.TypeCode?.Length is null or <= LongestName && alert.LevelText?.Length is null or <= LongestName
            && alert.AreaText?.Length is null or <= LongestName
        && alert.Headline?.Length is null or <= LongestName && alert.Description?.Length is null or <= LongestText
        && Enum.IsDefined(alert.Level) && Enum.IsDefined(alert.Status) && Enum.IsDefined(alert.MessageType)
        && !(alert.Effective > latest) && !(alert.Onset > latest) && !(alert.Expires > latest) && !(alert.Ends > latest)
        && Enum.IsDefined(alert.Kind) && alert.Cut is { Count: <= MostCuts } cuts && cuts.All(Name)
        && alert.References is { Count: <= MostReferences } references && references.All(each => Name(each?.Identifier))
        && alert.Areas is { Count: <= MostAreas } areas && areas.All(IsArea);

    private static bool Name(string? text) => text is { Length: <= LongestName };

    private static bool IsArea(string? area) => area is { Length: > 0 and <= 12 };

    private static ColdForecast Bounded(ColdForecast forecast)
    {
        if (forecast is { Nights: { Count: <= MostNights } nights, Areas: { Count: <= MostAreas } areas, Source: not null, Index: not null }
            && nights.All(IsNight) && nights.Zip(nights.Skip(1)).All(pair => pair.First.Date < pair.Second.Date) && areas.All(IsArea))
        {
            return forecast;
        }

        return forecast with
        {
            Source = Cut(forecast.Source, LongestName),
            Index = Cut(forecast.Index, LongestName),
            Areas = [.. (forecast.Areas ?? []).Where(IsArea).Take(MostAreas)],
            Nights = [.. (forecast.Nights ?? []).Where(IsNight).DistinctBy(night => night.Date).OrderBy(night => night.Date).Take(MostNights)],
        };
    }

    /// <summary>−60…60 ℃, felt down to −100; wind of at most 360 km/h (100 m/s), snow of at most 500 cm; years 2000 to 2100.</summary>
    private static bool IsNight(ForecastNight? night) =>
        night is
        {
            Date.Year: >= 2000 and <= 2100, Minimum: >= -60 and <= 60, Felt: null or (>= -100 and <= 60), Snow: null or (>= 0 and <= 500),
            Wind: null or (>= 0 and <= 360)
        }
        && night.Night is null or { Minimum: >= -60 and <= 60, Felt: null or (>= -100 and <= 60), FreezingHours: >= 0 and <= 24 };

    private static PatrolOverride? Bounded(PatrolOverride? decision)
    {
        if (decision is null || Fault(decision, DateTimeOffset.MaxValue - ClockTolerance) is not null) return decision;
        var latest = decision.At + LongestOverride;
        return decision is { Units: not null, Reason: not null, DecidedBy: not null } && decision.Until <= latest
            && decision.Units.All(unit => unit is not null) ? decision : decision with
            {
                Units = [.. (decision.Units ?? []).Where(unit => unit is not null)],
                Reason = decision.Reason ?? "",
                DecidedBy = decision.DecidedBy ?? "",
                Until = decision.Until < latest ? decision.Until : latest,
            };
    }

    private static IReadOnlyList<T> Each<T>(IReadOnlyList<T>? all, Func<T, (T Bounded, string? Fault)> judge, Func<T, QuarantinedInput> of,
        List<QuarantinedInput> faulty) where T : class
    {
        if (all is null) return [];
        var (kept, same) = (new List<T>(all.Count), true);
        foreach (var each in all)
        {
            // A hole in a list says nothing and is nothing to keep.
            if (each is null || each is ReceivedAlert { Alert: null })
            {
                same = false;
                continue;
            }

            var (bounded, fault) = judge(each);
            same &= fault is null && (ReferenceEquals(bounded, each) || bounded.Equals(each));
            if (fault is null) kept.Add(bounded);
            else faulty.Add(of(each) with { Reason = fault });
        }

        return same ? all : kept;
    }

    private static IReadOnlyList<T> Only<T>(IReadOnlyList<T>? all, Predicate<T> keep) =>
        all is null ? [] : all.All(each => keep(each)) ? all : [.. all.Where(each => keep(each))];

    private static string Cut(string? text, int most) =>
        text is null ? "" : WeatherBounds.Cut(text, most);
}
