using System.Diagnostics.Metrics;
using System.Reflection;
using System.Text.Json;
using System.Text.RegularExpressions;
using LocalServiceBus;
using ReliefFunctions.Core;
using ReliefFunctions.Core.Messaging;
using ReliefFunctions.Core.Storage;
using ReliefFunctions.Core.Telemetry;
using ReliefFunctions.Testing;

namespace ReliefFunctions.Infrastructure;

/// <summary>What is deployed is what the code expects: entities, tables, containers, roles and settings.</summary>
public partial class BicepTests
{
    [Theory]
    [InlineData("build", "main.bicep")]
    [InlineData("build-params", "main.bicepparam")]
    [InlineData("build-params", "province.bicepparam")]
    public async Task It_compiles_without_a_warning(string command, string file)
    {
        var (exit, _, said) = await Bicep.RunAsync(command, Path.Combine(Bicep.Folder, file), "--stdout");
        Assert.Equal("", said.Trim());
        Assert.Equal(0, exit);
    }

    [Fact]
    public async Task The_linter_has_nothing_to_say()
    {
        var (exit, output, said) = await Bicep.RunAsync("lint", Path.Combine(Bicep.Folder, "main.bicep"));
        Assert.Equal("", (output + said).Trim());
        Assert.Equal(0, exit);
    }

    [Fact]
    public async Task The_namespace_has_the_entities_of_the_file_that_the_local_broker_reads_too()
    {
        var bus = await Bicep.ModuleAsync("bus");
        using var file = JsonDocument.Parse(await File.ReadAllTextAsync(EntityFile));
        Assert.True(JsonElement.DeepEquals(file.RootElement, DataFile(bus)));
        BrokerConfiguration.Load(EntityFile);
    }

    [Fact]
    public async Task Every_property_that_the_file_gives_an_entity_reaches_Azure()
    {
        var bus = await Bicep.ModuleAsync("bus");
        var space = Namespace();
        Check("Microsoft.ServiceBus/namespaces/queues", space.GetProperty("Queues").EnumerateArray());
        Check("Microsoft.ServiceBus/namespaces/topics", space.GetProperty("Topics").EnumerateArray());
        Check("Microsoft.ServiceBus/namespaces/topics/subscriptions", space.GetProperty("Topics").EnumerateArray().SelectMany(topic => topic.GetProperty("Subscriptions").EnumerateArray()));

        void Check(string type, IEnumerable<JsonElement> entities)
        {
            var given = bus.OfType(type).Single().GetProperty("properties").EnumerateObject().Select(property => property.Name).Order(StringComparer.Ordinal);
            var wanted = entities.SelectMany(entity => entity.GetProperty("Properties").EnumerateObject()).Select(property => JsonNamingPolicy.CamelCase.ConvertName(property.Name)).Distinct();
            Assert.Equal(wanted.Order(StringComparer.Ordinal), given);
        }
    }

    [Fact]
    public void The_file_has_the_entities_that_the_code_sends_to_and_receives_from()
    {
        var space = Namespace();
        string Name(JsonElement entity) => entity.GetProperty("Name").GetString()!;
        var sources = space.GetProperty("Queues").EnumerateArray().Select(Name)
            .Concat(space.GetProperty("Topics").EnumerateArray().SelectMany(topic => topic.GetProperty("Subscriptions").EnumerateArray().Select(subscription => $"{Name(topic)}/{Name(subscription)}")))
            .Concat(space.GetProperty("Topics").EnumerateArray().Select(Name));
        Assert.Equal(EntityNames().Order(StringComparer.Ordinal), sources.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task The_app_has_a_role_on_each_entity_and_no_wider_one()
    {
        var bus = await Bicep.ModuleAsync("bus");
        var roles = bus.OfType("Microsoft.Authorization/roleAssignments").Select(role => (
            Over: role.GetProperty("copy").GetProperty("count").GetString()!,
            Scope: role.GetProperty("scope").GetString()!,
            Role: RoleName().Match(role.GetProperty("properties").GetProperty("roleDefinitionId").GetString()!).Groups[1].Value)).ToList();
        Assert.Equal(
            [("queues", "receiver"), ("queues", "sender"), ("subscriptions", "receiver"), ("topics", "sender")],
            roles.Select(role => (VariableName().Match(role.Over).Groups[1].Value, role.Role)).Order());
        Assert.All(roles, role => Assert.Matches("namespaces/(queues|topics)", role.Scope));
    }

    [Fact]
    public async Task Tables_and_containers_are_those_of_the_code_with_a_role_on_each()
    {
        var storage = await Bicep.ModuleAsync("storage");
        var deployed = DataFile(storage).GetProperty("x-storage");
        Assert.Equal(AllFeatures.List.SelectMany(feature => feature.Tables).Select(table => table.Name).Order(StringComparer.Ordinal), Variable("Tables").Order(StringComparer.Ordinal));
        Assert.Equal(Containers().Order(StringComparer.Ordinal), Variable("Containers").Order(StringComparer.Ordinal));
        var scopes = storage.OfType("Microsoft.Authorization/roleAssignments").Select(role => role.GetProperty("scope").GetString()!).ToList();
        Assert.Single(scopes, scope => scope.Contains("blobServices/containers", StringComparison.Ordinal));
        Assert.Single(scopes, scope => scope.Contains("tableServices/tables", StringComparison.Ordinal));
        Assert.DoesNotContain(scopes, scope => scope.Contains("dataName", StringComparison.Ordinal) && !scope.Contains("Services", StringComparison.Ordinal));

        IEnumerable<string> Variable(string name) => deployed.GetProperty(name).EnumerateArray().Select(value => value.GetString()!);
    }

    [Fact]
    public async Task Keys_and_connection_strings_open_neither_the_data_nor_the_bus()
    {
        var storage = await Bicep.ModuleAsync("storage");
        var data = storage.OfType("Microsoft.Storage/storageAccounts").Single(account => account.GetProperty("name").GetString()!.Contains("dataName", StringComparison.Ordinal));
        Assert.Contains("'allowSharedKeyAccess', false()", data.GetProperty("properties").GetString(), StringComparison.Ordinal);
        Assert.True((await Bicep.ModuleAsync("bus")).OfType("Microsoft.ServiceBus/namespaces").Single().GetProperty("properties").GetProperty("disableLocalAuth").GetBoolean());
    }

    [Fact]
    public async Task Every_setting_that_the_code_reads_is_set_by_Bicep_or_explained_in_the_sample_settings()
    {
        var set = await SettingsAsync();
        var sample = await File.ReadAllTextAsync(Path.Combine(Repository.Root, "local.settings.sample.json"));
        var missing = CodeSettings().Where(setting => !set.Contains(setting) && !sample.Contains($"\"{setting}", StringComparison.Ordinal));
        Assert.Empty(missing);
    }

    [Fact]
    public async Task Every_setting_of_the_product_that_Bicep_sets_is_read_by_the_code()
    {
        var read = CodeSettings().ToHashSet();
        var ours = (await SettingsAsync()).Where(setting => Sections().Any(section => setting.StartsWith(section + "__", StringComparison.Ordinal)));
        Assert.All(ours, setting => Assert.Contains(setting, read));
    }

    [Fact]
    public async Task Alerts_ask_for_metrics_by_the_names_that_the_code_gives_them()
    {
        var published = new HashSet<string>();
        using var listener = new MeterListener();
        listener.InstrumentPublished = (instrument, _) => published.Add(instrument.Name);
        listener.Start();
        System.Runtime.CompilerServices.RuntimeHelpers.RunClassConstructor(typeof(ReliefTelemetry).TypeHandle);
        var queries = (await Bicep.ModuleAsync("alerts")).GetProperty("variables").GetProperty("queries").EnumerateArray().Select(query => query.GetProperty("query").GetString()!);
        Assert.All(queries, query => Assert.Contains(MetricName().Match(query).Groups[1].Value, published));
    }

    private static string EntityFile { get; } = Path.Combine(Bicep.Folder, "entities.json");

    /// <summary>The data file as a module holds it.</summary>
    private static JsonElement DataFile(JsonElement module) =>
        module.GetProperty("variables").EnumerateObject().Single(variable => variable.Name.StartsWith("$fxv", StringComparison.Ordinal)).Value;

    private static JsonElement Namespace() =>
        JsonDocument.Parse(File.ReadAllText(EntityFile)).RootElement.GetProperty("UserConfig").GetProperty("Namespaces")[0];

    /// <summary>Queues, topics and subscriptions as the features tell them.</summary>
    private static IEnumerable<string> EntityNames() => AllFeatures.List.SelectMany(feature => feature.BusEntities);

    private static IEnumerable<string> Containers() => Constants(typeof(BlobStore));

    private static IEnumerable<string> Constants(Type type) =>
        type.GetFields(BindingFlags.Public | BindingFlags.Static).Where(field => field is { IsLiteral: true, FieldType.Name: nameof(String) }).Select(field => (string)field.GetRawConstantValue()!);

    private static async Task<HashSet<string>> SettingsAsync() =>
        [.. (await Bicep.ModuleAsync("app")).GetProperty("variables").GetProperty("settings").EnumerateObject().Select(setting => setting.Name)];

    /// <summary>The sections by which options are bound.</summary>
    private static IEnumerable<string> Sections() => OptionTypes().Select(type => (string)type.GetField("Section")!.GetRawConstantValue()!);

    private static IEnumerable<Type> OptionTypes() =>
        typeof(Entities).Assembly.GetTypes().Where(type => type.GetField("Section", BindingFlags.Public | BindingFlags.Static) is { IsLiteral: true });

    /// <summary>What options types hold, as app settings; loopback is for one machine only.</summary>
    private static IEnumerable<string> CodeSettings() =>
        from type in OptionTypes()
        from property in type.GetProperties(BindingFlags.Public | BindingFlags.Instance)
        where property.CanWrite && property.Name != "AllowLoopback"
        select $"{type.GetField("Section")!.GetRawConstantValue()}__{property.Name}";

    [GeneratedRegex(@"name == ""(relief\.[a-z.]+)""")]
    private static partial Regex MetricName();

    [GeneratedRegex(@"\.(sender|receiver)\)")]
    private static partial Regex RoleName();

    [GeneratedRegex(@"variables\('(\w+)'\)")]
    private static partial Regex VariableName();
}
