using System.Text.Json;
using System.Text.RegularExpressions;
using System.Xml;
using LocalServiceBus.Entities;

namespace LocalServiceBus;

/// <summary>
/// The entities of a broker, read from a file in the format of the official Service Bus emulator's <c>config.json</c>
/// (comments and trailing commas allowed), so that one file serves both.
/// </summary>
public sealed partial class BrokerConfiguration
{
    private BrokerConfiguration()
    {
    }

    internal List<(string Name, QueueSettings Settings)> Queues { get; } = [];

    internal List<TopicConfiguration> Topics { get; } = [];

    /// <summary>Reads a configuration from a file.</summary>
    /// <exception cref="BrokerConfigurationException">The file says something that is wrong or not supported.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public static BrokerConfiguration Load(string path) => Parse(File.ReadAllText(path));

    /// <summary>Reads a configuration from JSON text.</summary>
    /// <exception cref="BrokerConfigurationException">The text says something that is wrong or not supported.</exception>
    public static BrokerConfiguration Parse(string json)
    {
        JsonDocument document;
        try
        {
            document = JsonDocument.Parse(json, new JsonDocumentOptions
            {
                CommentHandling = JsonCommentHandling.Skip,
                AllowTrailingCommas = true,
            });
        }
        catch (JsonException e)
        {
            throw new BrokerConfigurationException($"第 {e.LineNumber + 1} 行", "不是合法的 JSON，请检查括号、引号和逗号");
        }

        using (document)
        {
            var configuration = new BrokerConfiguration();
            configuration.ReadRoot(new Node("", document.RootElement));
            return configuration;
        }
    }

    private void ReadRoot(Node root)
    {
        var user = root.ObjectBesideOthers("UserConfig")["UserConfig"] ?? throw root.Wrong("缺少 UserConfig");
        var fields = user.Object("Namespaces", "Logging");
        fields["Logging"]?.Object("Type");
        var namespaces = (fields["Namespaces"] ?? throw user.Wrong("缺少 Namespaces")).Items().ToList();
        if (namespaces.Count != 1) throw user.At("Namespaces").Wrong($"必须恰好有 1 个命名空间，现有 {namespaces.Count} 个");

        var space = namespaces[0].Object("Name", "Queues", "Topics");
        var names = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        foreach (var queue in space["Queues"]?.Items() ?? [])
        {
            var parts = queue.Object("Name", "Properties");
            Queues.Add((Name(queue, parts, names), Settings(parts["Properties"], isTopic: false, isSubscription: false)));
        }

        foreach (var topic in space["Topics"]?.Items() ?? [])
        {
            var parts = topic.Object("Name", "Properties", "Subscriptions");
            var name = Name(topic, parts, names);
            var settings = Settings(parts["Properties"], isTopic: true, isSubscription: false);
            var subscriptions = new List<SubscriptionConfiguration>();
            var subscriptionNames = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
            foreach (var subscription in parts["Subscriptions"]?.Items() ?? [])
            {
                var own = subscription.Object("Name", "Properties", "Rules");
                subscriptions.Add(new SubscriptionConfiguration(
                    Name(subscription, own, subscriptionNames),
                    Settings(own["Properties"], isTopic: false, isSubscription: true),
                    Rules(own["Rules"])));
            }

            Topics.Add(new TopicConfiguration(name, settings, subscriptions));
        }
    }

    private static string Name(Node entity, Dictionary<string, Node?> fields, HashSet<string> taken)
    {
        var node = fields["Name"] ?? throw entity.Wrong("缺少 Name");
        var name = node.Text();
        if (name.Length > 260 || !NamePattern().IsMatch(name)) throw node.Wrong($"名称“{name}”不合规：只能用字母、数字、. - _ /，首尾须为字母或数字");

        return taken.Add(name) ? name : throw node.Wrong($"名称“{name}”重复");
    }

    private static QueueSettings Settings(Node? properties, bool isTopic, bool isSubscription)
    {
        var settings = new QueueSettings();
        if (properties is null) return settings;

        var known = new List<string> { "DefaultMessageTimeToLive" };
        if (!isSubscription) known.AddRange(["RequiresDuplicateDetection", "DuplicateDetectionHistoryTimeWindow"]);

        if (!isTopic)
        {
            known.AddRange(["LockDuration", "MaxDeliveryCount", "DeadLetteringOnMessageExpiration", "RequiresSession", "ForwardTo",
                "ForwardDeadLetteredMessagesTo"]);
        }

        var fields = properties.Object([.. known]);
        Node? Field(string name) => fields.GetValueOrDefault(name);

        foreach (var forward in new[] { Field("ForwardTo"), Field("ForwardDeadLetteredMessagesTo") })
        {
            if (forward is not null && forward.Text().Length > 0) throw forward.Wrong("LocalServiceBus 不支持自动转发，请留空");
        }

        if (Field("RequiresSession") is { } session && session.Flag()) throw session.Wrong("LocalServiceBus 不支持会话，请设为 false");

        if (Field("DefaultMessageTimeToLive") is { } ttl)
        {
            settings = settings with { DefaultTimeToLive = ttl.Duration(TimeSpan.FromDays(36_500)) };
        }

        if (Field("LockDuration") is { } lockDuration)
        {
            settings = settings with { LockDuration = lockDuration.Duration(TimeSpan.FromMinutes(5)) };
        }

        if (Field("MaxDeliveryCount") is { } count) settings = settings with { MaxDeliveryCount = count.Number(1, 2_000) };

        if (Field("DeadLetteringOnMessageExpiration") is { } expiry)
        {
            settings = settings with { DeadLetterOnExpiration = expiry.Flag() };
        }

        var window = Field("DuplicateDetectionHistoryTimeWindow")?.Duration(TimeSpan.FromDays(7)) ?? TimeSpan.FromMinutes(10);
        if (Field("RequiresDuplicateDetection") is { } duplicates && duplicates.Flag())
        {
            settings = settings with { DuplicateWindow = window };
        }

        return settings;
    }

    private static List<Rule> Rules(Node? list)
    {
        var rules = new List<Rule>();
        var names = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        foreach (var rule in list?.Items() ?? [])
        {
            var parts = rule.Object("Name", "Properties");
            var name = Name(rule, parts, names);
            var properties = parts["Properties"] ?? throw rule.Wrong("缺少 Properties");
            var fields = properties.Object("FilterType", "CorrelationFilter", "SqlFilter", "Action");
            if (fields["SqlFilter"] is { } sql) throw sql.Wrong("LocalServiceBus 不支持 SQL 过滤器，请改用 CorrelationFilter");

            if (fields["Action"] is { } action) throw action.Wrong("LocalServiceBus 不支持规则动作，请删去");

            var type = fields["FilterType"] ?? throw properties.Wrong("缺少 FilterType");
            if (type.Text() != "Correlation") throw type.Wrong($"不支持“{type.Text()}”，LocalServiceBus 只支持 Correlation");

            rules.Add(new Rule(name, Filter(fields["CorrelationFilter"] ?? throw properties.Wrong("缺少 CorrelationFilter"))));
        }

        // As on the service, a subscription without rules takes everything.
        return rules.Count > 0 ? rules : [new Rule("$Default", new CorrelationFilter())];
    }

    private static CorrelationFilter Filter(Node filter)
    {
        var fields = filter.Object(
            "ContentType", "CorrelationId", "Label", "MessageId", "ReplyTo", "ReplyToSessionId", "SessionId", "To", "Properties");
        if (fields.Values.All(f => f is null)) throw filter.Wrong("至少要有一个条件");

        var wanted = new Dictionary<string, object>();
        if (fields["Properties"] is { } properties)
        {
            foreach (var (key, value) in properties.Members())
            {
                wanted[key] = value.Scalar();
            }
        }

        return new CorrelationFilter
        {
            ContentType = fields["ContentType"]?.Text(),
            CorrelationId = fields["CorrelationId"]?.Text(),
            Label = fields["Label"]?.Text(),
            MessageId = fields["MessageId"]?.Text(),
            ReplyTo = fields["ReplyTo"]?.Text(),
            ReplyToSessionId = fields["ReplyToSessionId"]?.Text(),
            SessionId = fields["SessionId"]?.Text(),
            To = fields["To"]?.Text(),
            Properties = wanted,
        };
    }

    [GeneratedRegex(@"^[A-Za-z0-9]$|^[A-Za-z0-9][\w\-./]*[A-Za-z0-9]$", RegexOptions.CultureInvariant)]
    private static partial Regex NamePattern();

    /// <summary>A JSON value that knows where it stands.</summary>
    private sealed record Node(string Path, JsonElement Value)
    {
        internal BrokerConfigurationException Wrong(string problem) => new(Path.Length == 0 ? "$" : Path, problem);

        internal Node At(string member) => new(Path.Length == 0 ? member : $"{Path}.{member}", Value.GetProperty(member));

        internal Dictionary<string, Node?> Object(params string[] known) => Object(Members(), known);

        /// <summary>Fields as <see cref="Object(string[])"/>; <c>$schema</c> and what starts with <c>x-</c> are other readers'.</summary>
        internal Dictionary<string, Node?> ObjectBesideOthers(params string[] known) =>
            Object(Members().Where(member => member.Name != "$schema" && !member.Name.StartsWith("x-", StringComparison.Ordinal)), known);

        private static Dictionary<string, Node?> Object(IEnumerable<(string Name, Node Value)> members, string[] known)
        {
            var fields = known.ToDictionary(name => name, _ => (Node?)null);
            foreach (var (key, value) in members)
            {
                if (!fields.TryGetValue(key, out var existing))
                {
                    throw value.Wrong($"不认识的字段“{key}”，这里可用：{string.Join("、", known)}");
                }

                if (existing is not null) throw value.Wrong("字段重复");

                fields[key] = value;
            }

            return fields;
        }

        internal IEnumerable<(string Name, Node Value)> Members()
        {
            if (Value.ValueKind != JsonValueKind.Object) throw Wrong("应为对象 { … }");

            return Value.EnumerateObject().Select(p => (p.Name, new Node(Path.Length == 0 ? p.Name : $"{Path}.{p.Name}", p.Value)));
        }

        internal IEnumerable<Node> Items()
        {
            if (Value.ValueKind != JsonValueKind.Array) throw Wrong("应为数组 [ … ]");

            return Value.EnumerateArray().Select((item, i) => new Node($"{Path}[{i}]", item));
        }

        internal string Text() => Value.ValueKind == JsonValueKind.String ? Value.GetString()! : throw Wrong("应为文本");

        internal bool Flag() => Value.ValueKind switch
        {
            JsonValueKind.True => true,
            JsonValueKind.False => false,
            _ => throw Wrong("应为 true 或 false"),
        };

        internal int Number(int least, int most) =>
            Value.ValueKind == JsonValueKind.Number && Value.TryGetInt32(out var number) && number >= least && number <= most
                ? number
                : throw Wrong($"应为 {least} 到 {most} 的整数");

        internal object Scalar() => Value.ValueKind switch
        {
            JsonValueKind.String => Value.GetString()!,
            JsonValueKind.True => true,
            JsonValueKind.False => false,
            JsonValueKind.Number => Value.GetDouble(),
            _ => throw Wrong("应为文本、数字或 true/false"),
        };

        internal TimeSpan Duration(TimeSpan longest)
        {
            TimeSpan duration;
            try
            {
                duration = XmlConvert.ToTimeSpan(Text());
            }
            catch (Exception e) when (e is FormatException or OverflowException)
            {
                throw Wrong($"“{Text()}”不是 ISO 8601 时长，例如 PT1M、PT20S");
            }

            return duration > TimeSpan.Zero && duration <= longest
                ? duration
                : throw Wrong($"“{Text()}”超出范围：须大于零且不超过 {XmlConvert.ToString(longest)}");
        }
    }
}

internal sealed record TopicConfiguration(string Name, QueueSettings Settings, List<SubscriptionConfiguration> Subscriptions);

internal sealed record SubscriptionConfiguration(string Name, QueueSettings Settings, List<Rule> Rules);

/// <summary>A broker's configuration says something wrong; the message says what, where, and how to mend it.</summary>
public sealed class BrokerConfigurationException : Exception
{
    internal BrokerConfigurationException(string path, string problem)
        : base($"LocalServiceBus 配置有误：{path}：{problem}。")
    {
        Path = path;
    }

    /// <summary>Where it stands in the file, for example <c>UserConfig.Namespaces[0].Queues[2].Properties.LockDuration</c>.</summary>
    public string Path { get; }
}
