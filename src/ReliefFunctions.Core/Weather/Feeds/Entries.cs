using System.Text.Json;

namespace ReliefFunctions.Core.Weather.Feeds;

/// <summary>Reads the entries of a payload one by one: what cannot be read is counted, named and told, and the rest arrives.</summary>
internal static class Entries
{
    /// <summary>Reads entries called <paramref name="name"/>, such as <c>alerts[2]</c> in what is told.</summary>
    public static NormalisedPayload Read<T>(string format, string name, IEnumerable<T> entries, Func<T, IEnumerable<WeatherAlert>> read)
    {
        List<WeatherAlert> alerts = [];
        List<SkippedEntry> skipped = [];
        var (index, unread, tooMany) = (-1, 0, 0);
        foreach (var entry in entries)
        {
            index++;
            if (alerts.Count >= AlertNormaliser.MaxAlerts)
            {
                tooMany++;
                continue;
            }

            try
            {
                alerts.AddRange(read(entry));
            }
            catch (Exception error) when (error is AlertPayloadException or InvalidOperationException or ArgumentException or FormatException
                or OverflowException or JsonException)
            {
                unread++;
                if (skipped.Count < AlertNormaliser.MaxSkipped)
                    skipped.Add(new SkippedEntry($"{name}[{index}]", error is AlertPayloadException ? error.Message : "字段的写法认不出。"));
            }
        }

        if (unread > skipped.Count) skipped.Add(new SkippedEntry(name, $"另有 {unread - skipped.Count} 条读不出，未逐条列出。"));
        if (tooMany > 0) skipped.Add(new SkippedEntry(name, $"超过每次 {AlertNormaliser.MaxAlerts} 条的上限，另有 {tooMany} 条没有读。"));
        return new NormalisedPayload { Format = format, Alerts = alerts, Skipped = skipped };
    }

    /// <summary>An entry that lacks what it must have.</summary>
    public static AlertPayloadException Lacks(string what) => new("incomplete", $"缺少 {what}。");
}

/// <summary>What several feeds say alike: a heading and a text beside fields of their own.</summary>
internal static class Headings
{
    /// <summary>
    /// A message completed from its heading and text: the office where the feed names a person or who passed it on; lifted where the words say so; a drill
    /// where they do;
    /// onset and end where the feed names none. Other signals that its heading lifts are messages of their own.
    /// </summary>
    public static IEnumerable<WeatherAlert> Complete(WeatherAlert alert, PayloadContext context, bool allClear = false)
    {
        var said = SignalText.ReadAll(alert.Headline, context.Received, context.Zone);
        var text = said.Count > 0 && IsOffice(said[0].Issuer) ? [] : SignalText.ReadAll(alert.Description, context.Received, context.Zone);
        var mine = said.Concat(text).FirstOrDefault(each => each.Type == alert.TypeName) ?? (said.Count > 0 ? said[0] : text.Count > 0 ? text[0] : null);
        var named = said.Concat(text).FirstOrDefault(each => IsOffice(each.Issuer))?.Issuer
            ?? said.Concat(text).FirstOrDefault(each => each.Issuer.Length > 0)?.Issuer;
        var issuer = IsOffice(alert.Issuer) && !(named is not null && IsRelay(alert.Issuer)) ? alert.Issuer : named
            ?? (IsPerson(alert.Issuer) ? "" : alert.Issuer);
        var lifted = allClear
            || (mine?.Action == AlertMessageType.Cancel && (mine.Type == alert.TypeName || alert.TypeName == Unnamed || text.Count + said.Count == 1));
        var type = alert.MessageType is AlertMessageType.Alert or AlertMessageType.Update && lifted ? AlertMessageType.Cancel : alert.MessageType;
        var status = alert.Status == AlertStatus.Actual ? SignalText.Drill(alert.Headline) ?? SignalText.Drill(alert.Description) : null;
        if (type == AlertMessageType.Alert && SignalText.Corrects(alert.Headline)) type = AlertMessageType.Update;
        var level = alert.Level == AlertLevel.Unknown && alert.LevelText is null && mine is not null ? mine.Level : alert.Level;
        var (onset, ends) = type != AlertMessageType.Cancel && alert.Onset is null && alert.StatedEnd is null
            ? SignalText.Validity(alert.Description, alert.Sent, context.Zone) : (null, null);
        List<string> notes = [.. alert.Cut];
        if (status is not null) notes.Add("文字写明是演练或测试，不通知任何人。");
        if (type != alert.MessageType && type == AlertMessageType.Cancel) notes.Add("文字写明解除，按解除处理。");
        var main = alert with
        {
            Issuer = issuer,
            MessageType = type,
            Status = status ?? alert.Status,
            Level = level,
            Kind = mine is { Kind: AlertKind.Response } && mine.Type == alert.TypeName ? AlertKind.Response : alert.Kind,
            Onset = alert.Onset ?? onset,
            Ends = alert.Ends ?? ends,
            Description = SignalText.Clip(alert.Description),
            Cut = notes,
        };
        yield return main;

        // 将大风蓝色预警变更为寒潮黄色预警, 解除大风蓝色…同时发布…: the other signal ends with it.
        foreach (var other in said.Where(each => each.Action == AlertMessageType.Cancel && each.Type != main.TypeName && said.Count > 1)
            .DistinctBy(each => each.Type))
        {
            yield return main with
            {
                MessageType = AlertMessageType.Cancel,
                TypeName = other.Type,
                TypeCode = null,
                Level = other.Level,
                LevelText = null,
                References = [],
                Onset = null,
                Ends = null,
                Expires = null,
            };
        }
    }

    /// <summary>What stands for a type that is not named.</summary>
    public const string Unnamed = "未说明";

    /// <summary>Whether a name is that of an office: a person's, and a sender's code, are none.</summary>
    public static bool IsOffice(string name) =>
        Array.Exists(["台", "局", "站", "中心", "政府", "委", "指挥部", "办公室", "部", "厅", "小组", "NWS", "Service", "Office", "Agency"],
            word => name.Contains(word, StringComparison.Ordinal));

    private static bool IsRelay(string name) => name.Contains("预警信息发布", StringComparison.Ordinal) || name.Contains("预警发布", StringComparison.Ordinal);

    private static bool IsPerson(string name) =>
        name.Length is >= 2 and <= 5 && name.All(c => c is >= '\u4E00' and <= '\u9FFF' or '·') && !"省市区县旗州盟".Contains(name[^1], StringComparison.Ordinal);
}
