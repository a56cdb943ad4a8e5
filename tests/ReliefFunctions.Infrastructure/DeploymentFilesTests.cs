using ReliefFunctions.Testing;
using YamlDotNet.Serialization;

namespace ReliefFunctions.Infrastructure;

/// <summary>The files that other tools read: their syntax, and that what they name exists.</summary>
public class DeploymentFilesTests
{
    [Fact]
    public void The_compose_file_starts_storage_and_the_official_emulator_with_the_products_entities()
    {
        var services = Map(Read("compose.yaml")["services"]);
        Assert.Contains("azurite", services.Keys);
        var entities = ((List<object>)Map(services["servicebus"])["volumes"]).Cast<string>().Single().Split(':')[0];
        Assert.True(File.Exists(Path.Combine(Repository.Root, entities)), entities);
        Assert.Contains("5672", ((List<object>)Map(services["servicebus"])["ports"]).Cast<string>().Single(), StringComparison.Ordinal);
    }

    [Fact]
    public void The_workflow_builds_the_whole_solution_tests_and_publishes_what_azd_deploys()
    {
        var steps = ((List<object>)Map(Map(Read(".github/workflows/build.yml")["jobs"])["build"])["steps"]).Select(Map).ToList();
        var commands = steps.Where(step => step.ContainsKey("run")).Select(step => (string)step["run"]).ToList();
        Assert.Contains(commands, command => command.Contains("ReliefFunctions.sln", StringComparison.Ordinal));
        Assert.Contains(commands, command => File.Exists(Path.Combine(Repository.Root, command)));
        Assert.Contains(commands, command => command.Contains("publish src/ReliefFunctions ", StringComparison.Ordinal));
        Assert.All(steps.Where(step => step.ContainsKey("uses")), step => Assert.Contains('@', (string)step["uses"]));
    }

    [Fact]
    public void Azd_finds_the_infrastructure_and_the_app()
    {
        var azure = Read("azure.yaml");
        var infra = Map(azure["infra"]);
        Assert.True(File.Exists(Path.Combine(Repository.Root, (string)infra["path"], infra["module"] + ".bicep")));
        var app = Map(Map(azure["services"])["app"]);
        Assert.True(Directory.Exists(Path.Combine(Repository.Root, (string)app["project"])));
        Assert.Equal("function", app["host"]);
    }

    [Fact]
    public async Task The_app_wears_the_tag_by_which_azd_finds_it()
    {
        var site = (await Bicep.ModuleAsync("app")).OfType("Microsoft.Web/sites").Single();
        Assert.Contains("createObject('azd-service-name', 'app')", site.GetProperty("tags").GetString(), StringComparison.Ordinal);
    }

    private static Dictionary<object, object> Read(string file) =>
        new DeserializerBuilder().Build().Deserialize<Dictionary<object, object>>(File.ReadAllText(Path.Combine(Repository.Root, file)));

    private static Dictionary<object, object> Map(object value) => (Dictionary<object, object>)value;
}
