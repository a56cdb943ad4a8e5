using ReliefFunctions.Core.Campaigns;
using ReliefFunctions.Core.Storage;

namespace ReliefFunctions.Core.Patrols.Delivery;

/// <summary>Channels as a roster lists them.</summary>
public sealed class RosterChannels(ChannelStore store, ChannelClient client) : IUnitChannels
{
    private static readonly (string Name, ChannelKind Kind)[] Names =
        [("企业微信", ChannelKind.WeCom), ("钉钉", ChannelKind.DingTalk), ("飞书", ChannelKind.Feishu), ("短信网关", ChannelKind.Webhook)];

    /// <inheritdoc/>
    public IReadOnlyList<string> Kinds { get; } = [.. Names.Select(name => name.Name)];

    /// <inheritdoc/>
    public async Task<IReadOnlyList<UnitChannel>> OfDistrictAsync(string district, CancellationToken ct) =>
        [.. (await store.OfDistrictAsync(district, ct)).OrderBy(unit => unit.Key, StringComparer.Ordinal).SelectMany(unit => unit.Value.Select(channel =>
            new UnitChannel(unit.Key, channel.Id, Names.First(name => name.Kind == channel.Kind).Name, channel.Name, Role: channel.Role)))];

    /// <inheritdoc/>
    public async Task<IReadOnlySet<string>> ReachedAsync(string district, CancellationToken ct) =>
        (await store.OfDistrictAsync(district, ct)).Where(unit => unit.Value.Any(channel => channel is { Events: true, Role: null })).Select(unit => unit.Key)
            .ToHashSet();

    /// <inheritdoc/>
    public string? Refusal(UnitChannel channel, bool isKnown)
    {
        ArgumentNullException.ThrowIfNull(channel);
        if (!Keys.IsPart(channel.Id)) return "渠道编号只能用字母、数字和连字符，例如 wecom-1。";
        if (channel.Url is null) return isKnown ? null : "新渠道要填网址。";
        return client.Refusal(channel.Url) is { } refusal ? $"{refusal}请填写机器人给出的完整 https 网址。" : null;
    }

    /// <inheritdoc/>
    public async Task PutAsync(string district, string unit, IReadOnlyList<UnitChannel> channels, AuditEntry audit, CancellationToken ct)
    {
        ArgumentNullException.ThrowIfNull(channels);
        await store.ChangeAsync(district, unit, known => [.. channels.Select(channel =>
        {
            var kind = Names.First(name => name.Name == channel.Kind).Kind;
            var before = known.FirstOrDefault(one => one.Id == channel.Id) ?? new DeliveryChannel { Id = channel.Id, Kind = kind };
            return before with
            {
                Kind = kind,
                Name = channel.Name,
                Url = channel.Url ?? before.Url,
                Secret = channel.Secret ?? before.Secret,
                To = channel.To ?? before.To,
                Role = channel.Role,
            };
        })], ifMatch: null, audit, ct);
    }
}
