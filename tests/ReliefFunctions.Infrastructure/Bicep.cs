using System.Diagnostics;
using System.Reflection;
using System.Text.Json;
using ReliefFunctions.Testing;

namespace ReliefFunctions.Infrastructure;

/// <summary>The Bicep compiler, and what it makes of <c>infra/</c>.</summary>
internal static class Bicep
{
    public static string Folder { get; } = Path.Combine(Repository.Root, "infra");

    private static readonly Lazy<Task<JsonElement>> Built = new(async () =>
    {
        var (exit, output, said) = await RunAsync("build", Path.Combine(Folder, "main.bicep"), "--stdout");
        Assert.True(exit == 0, said);
        return JsonDocument.Parse(output).RootElement;
    });

    /// <summary>The deployment template.</summary>
    public static Task<JsonElement> TemplateAsync() => Built.Value;

    /// <summary>The template of one module of <c>resources.bicep</c>.</summary>
    public static async Task<JsonElement> ModuleAsync(string name)
    {
        var group = Module(await TemplateAsync(), "resources");
        return Module(group, name);
    }

    /// <summary>Runs the compiler; what it warns of stands in <c>Said</c>.</summary>
    public static async Task<(int Exit, string Output, string Said)> RunAsync(params string[] arguments)
    {
        Assert.True(OperatingSystem.IsLinux(), "The compiler's package is that for Linux; run these tests there.");
        var program = Assembly.GetExecutingAssembly().GetCustomAttributes<AssemblyMetadataAttribute>().Single(data => data.Key == "Bicep").Value!;
        var start = new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
        using var process = Process.Start(start)!;
        var said = process.StandardError.ReadToEndAsync();
        var output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        return (process.ExitCode, output, await said);
    }

    /// <summary>Resources of a template by type.</summary>
    public static IEnumerable<JsonElement> OfType(this JsonElement template, string type) => Resources(template).Where(resource => resource.GetProperty("type").GetString() == type);

    private static JsonElement Module(JsonElement template, string name) =>
        template.OfType("Microsoft.Resources/deployments").Single(deployment => deployment.GetProperty("name").GetString() == name).GetProperty("properties").GetProperty("template");

    private static IEnumerable<JsonElement> Resources(JsonElement template)
    {
        var resources = template.GetProperty("resources");
        return resources.ValueKind == JsonValueKind.Object ? resources.EnumerateObject().Select(resource => resource.Value) : resources.EnumerateArray();
    }
}
