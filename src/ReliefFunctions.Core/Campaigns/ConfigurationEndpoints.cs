using System.Globalization;
using Microsoft.AspNetCore.Http;
using ReliefFunctions.Core.Http;
using ReliefFunctions.Core.Storage;

namespace ReliefFunctions.Core.Campaigns;

/// <summary>Versioned configuration of a district over HTTP: a version is stored once, after its feature has checked it.</summary>
internal static class ConfigurationEndpoints
{
    /// <summary>
    /// The two routes of one kind of configuration; the template holds <c>{district}</c> and <c>{version}</c>. <paramref name="checkAgainst"/> holds a
    /// version against each of those before it, given first, as far back as their numbers have no gap; <paramref name="whole"/> says what a version leaves to
    /// be understood, so that who reads it sees it.
    /// </summary>
    public static IReadOnlyList<ApiRoute> Of<T>(
        string kind, string label, string template, string putName, string getName, Func<T, int, IReadOnlyList<ProblemError>> check, Func<T, T,
            IReadOnlyList<ProblemError>>? checkAgainst = null, Func<T, T>? whole = null) where T : class =>
    [
        new(putName, "PUT", template, AccessRule.Office, c => PutAsync(c, kind, label, check, checkAgainst, whole ?? (value => value)))
        {
            Summary = $"登记一个{label}版本（登记后不可修改）",
            Request = typeof(T),
            Response = typeof(T),
            Query = [ApiParameter.ValidateOnly],
        },
        new(getName, "GET", template, AccessRule.Readers, c => GetAsync(c, kind, label, whole ?? (value => value)))
        {
            Summary = $"读取一个{label}版本",
            Response = typeof(T),
        },
    ];

    private static async Task<IResult> PutAsync<T>(ApiContext c, string kind, string label, Func<T, int, IReadOnlyList<ProblemError>> check, Func<T, T,
        IReadOnlyList<ProblemError>>? checkAgainst, Func<T, T> whole) where T : class
    {
        var (value, version) = (await c.JsonAsync<T>(), Version(c));
        var errors = check(value, version);
        for (var earlier = version - 1; checkAgainst is not null && errors.Count == 0; earlier--)
        {
            if (await c.Service<CampaignStore>().ConfigurationAsync<T>(c.Route("district"), kind, earlier, c.Aborted) is not { } before) break;
            errors = checkAgainst(before, value);
        }

        if (errors.Count > 0) throw new ProblemException(ProblemType.Invalid, $"{label}有 {errors.Count} 处需要修改，本次未保存。", errors);
        if (!c.ValidatesOnly && !await IsStoredAsync()) await StoreAsync(c, kind, version, value);
        return c.Json(value);

        async Task<bool> IsStoredAsync() => await c.Service<CampaignStore>().ConfigurationAsync<T>(c.Route("district"), kind, version, c.Aborted) is { } known
            && StoredJson.Write(whole(known)) == StoredJson.Write(whole(value));
    }

    /// <summary>Stores a version that its feature has checked; 409 when its number is taken by another.</summary>
    public static async Task StoreAsync<T>(ApiContext c, string kind, int version, T value) where T : class
    {
        var audit = c.Audit($"{kind}.put", $"{c.Route("district")}/{version}");
        if (await c.Service<CampaignStore>().PutConfigurationAsync(c.Route("district"), kind, version, value, audit, c.Aborted) is Outcome<T>.Refused)
        {
            throw new ProblemException(ProblemType.Conflict, $"第 {version} 版已经存在且内容不同。已使用的版本不能修改，请改用下一个版本号。");
        }
    }

    private static async Task<IResult> GetAsync<T>(ApiContext c, string kind, string label, Func<T, T> whole) where T : class =>
        await c.Service<CampaignStore>().ConfigurationAsync<T>(c.Route("district"), kind, Version(c), c.Aborted) is { } value
            ? c.Json(whole(value))
            : throw new ProblemException(ProblemType.NotFound, $"没有第 {Version(c)} 版{label}。");

    private static int Version(ApiContext c) =>
        int.TryParse(c.Route("version"), NumberStyles.None, CultureInfo.InvariantCulture, out var version) && version > 0
        ? version
        : throw new ProblemException(ProblemType.BadRequest, $"“{c.Route("version")}”不是版本号，应为正整数。");
}
