using System.Text.RegularExpressions;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;
using Microsoft.Extensions.DependencyInjection;
using ReliefFunctions.Core.Clocks;
using ReliefFunctions.Core.Http;
using ReliefFunctions.Core.Messaging;

namespace ReliefFunctions.Tests.Structure;

/// <summary>
/// The function app's packages are not everywhere to be had, so its source is compiled here against Core and the declarations below,
/// which stand for those packages' public surface, and its triggers are compared with what LocalHost serves.
/// </summary>
public partial class FunctionAppTests(AzuriteFixture azurite) : IClassFixture<AzuriteFixture>
{
    private static readonly string Folder = Path.Combine(Repository.Root, "src", "ReliefFunctions");
    private static readonly Lazy<CSharpCompilation> Compiled = new(Compile);

    [Fact]
    public void The_function_apps_source_compiles_against_Core() =>
        Assert.Empty(Compiled.Value.GetDiagnostics().Where(d => d.Severity == DiagnosticSeverity.Error).Select(d => d.ToString()));

    [Fact]
    public void Every_route_is_an_HTTP_trigger_of_the_same_name_method_and_template_and_no_other_is()
    {
        var expected = ApiRoutes.All.Select(route => $"{route.Name} {route.Method.ToLowerInvariant()} {route.Template}").Order(StringComparer.Ordinal);
        var actual = Triggers("HttpTriggerAttribute").Select(trigger => $"{trigger.Function} {trigger.Arguments[1]} {trigger.Named["Route"]}").Order(StringComparer.Ordinal);
        Assert.Equal(expected, actual);
    }

    [Fact]
    public void Every_HTTP_trigger_runs_the_route_of_its_own_name()
    {
        foreach (var method in Methods().Where(method => method.Symbol.Parameters.Any(parameter => Has(parameter, "HttpTriggerAttribute"))))
        {
            var named = Compiled.Value.GetSemanticModel(method.Syntax.SyntaxTree).GetConstantValue(method.Syntax.DescendantNodes().OfType<InvocationExpressionSyntax>()
                .Single(call => call.Expression.ToString() is "ApiRoutes.Named" or "Run").ArgumentList.Arguments.Last().Expression).Value;
            Assert.Equal(FunctionName(method.Symbol), named);
        }
    }

    [Fact]
    public void Every_scheduled_job_is_a_timer_trigger_with_its_schedule_and_no_other_is()
    {
        var expected = Schedules.ByName.Select(pair => $"{pair.Key} {pair.Value}").Order(StringComparer.Ordinal);
        Assert.Equal(expected, Triggers("TimerTriggerAttribute").Select(trigger => $"{trigger.Function} {trigger.Arguments[0]}").Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Every_schedule_has_its_job_and_every_consumer_its_trigger()
    {
        var world = await azurite.WorldAsync(DateTimeOffset.UnixEpoch);
        Assert.Equal(Schedules.ByName.Keys.Order(StringComparer.Ordinal), world.Services.GetServices<IScheduledJob>().Select(job => job.Name).Order(StringComparer.Ordinal));
        var triggers = Triggers("ServiceBusTriggerAttribute").Select(trigger => string.Join('/', trigger.Arguments)).Order(StringComparer.Ordinal);
        Assert.Equal(world.Get<MessageDispatcher>().Sources.Order(StringComparer.Ordinal), triggers);
    }

    private static IEnumerable<(string Function, IReadOnlyList<string> Arguments, IReadOnlyDictionary<string, string> Named)> Triggers(string attribute) =>
        from method in Methods()
        from parameter in method.Symbol.Parameters
        from data in parameter.GetAttributes()
        where data.AttributeClass?.Name == attribute
        select (FunctionName(method.Symbol),
            (IReadOnlyList<string>)[.. data.ConstructorArguments.SelectMany(argument => argument.Kind == TypedConstantKind.Array ? argument.Values : [argument]).Select(argument => argument.Value?.ToString() ?? "")],
            (IReadOnlyDictionary<string, string>)data.NamedArguments.ToDictionary(pair => pair.Key, pair => pair.Value.Value?.ToString() ?? ""));

    private static IEnumerable<(IMethodSymbol Symbol, MethodDeclarationSyntax Syntax)> Methods() =>
        from tree in Compiled.Value.SyntaxTrees
        from syntax in tree.GetRoot().DescendantNodes().OfType<MethodDeclarationSyntax>()
        let symbol = (IMethodSymbol)Compiled.Value.GetSemanticModel(tree).GetDeclaredSymbol(syntax)!
        where symbol.GetAttributes().Any(attribute => attribute.AttributeClass?.Name == "FunctionAttribute")
        select (symbol, syntax);

    private static string FunctionName(IMethodSymbol method) =>
        (string)method.GetAttributes().Single(attribute => attribute.AttributeClass?.Name == "FunctionAttribute").ConstructorArguments[0].Value!;

    private static bool Has(IParameterSymbol parameter, string attribute) => parameter.GetAttributes().Any(data => data.AttributeClass?.Name == attribute);

    private static CSharpCompilation Compile()
    {
        var sources = Directory.GetFiles(Folder, "*.cs", SearchOption.AllDirectories)
            .Where(file => !Build().IsMatch(Path.GetRelativePath(Folder, file)))
            .Select(file => CSharpSyntaxTree.ParseText(File.ReadAllText(file), new CSharpParseOptions(LanguageVersion.Preview), file))
            .Append(CSharpSyntaxTree.ParseText(ImplicitUsings + Declarations, new CSharpParseOptions(LanguageVersion.Preview)));
        var references = ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator).Where(File.Exists)
            .Where(path => Path.GetFileName(path) is var name && !name.StartsWith("ReliefFunctions.LocalHost", StringComparison.Ordinal) && !name.StartsWith("ReliefFunctions.Tests", StringComparison.Ordinal))
            .Select(path => MetadataReference.CreateFromFile(path));
        return CSharpCompilation.Create("ReliefFunctions", sources, references, new CSharpCompilationOptions(OutputKind.ConsoleApplication, nullableContextOptions: NullableContextOptions.Enable));
    }

    private const string ImplicitUsings = """
        global using System; global using System.Collections.Generic; global using System.IO; global using System.Linq;
        global using System.Threading; global using System.Threading.Tasks;

        """;

    /// <summary>What the triggers use of Microsoft.Azure.Functions.Worker 2.52 and its extensions, as documented.</summary>
    private const string Declarations = """
        namespace Microsoft.Azure.Functions.Worker
        {
            [AttributeUsage(AttributeTargets.Method)] public sealed class FunctionAttribute(string name) : Attribute { public string Name => name; }
            public enum AuthorizationLevel { Anonymous, User, Function, System, Admin }
            [AttributeUsage(AttributeTargets.Parameter)] public sealed class HttpTriggerAttribute(AuthorizationLevel authLevel, params string[] methods) : Attribute { public string? Route { get; set; } }
            [AttributeUsage(AttributeTargets.Parameter)] public sealed class TimerTriggerAttribute(string schedule) : Attribute { public bool RunOnStartup { get; set; } }
            [AttributeUsage(AttributeTargets.Parameter)] public sealed class ServiceBusTriggerAttribute : Attribute
            {
                public ServiceBusTriggerAttribute(string queueName) { }
                public ServiceBusTriggerAttribute(string topicName, string subscriptionName) { }
                public string? Connection { get; set; }
                public bool AutoCompleteMessages { get; set; }
            }
            public sealed class TimerInfo;
            public class ServiceBusMessageActions
            {
                public virtual Task CompleteMessageAsync(global::Azure.Messaging.ServiceBus.ServiceBusReceivedMessage message, CancellationToken cancellationToken = default) => Task.CompletedTask;
                public virtual Task AbandonMessageAsync(global::Azure.Messaging.ServiceBus.ServiceBusReceivedMessage message, IDictionary<string, object>? propertiesToModify = default, CancellationToken cancellationToken = default) => Task.CompletedTask;
                public virtual Task DeadLetterMessageAsync(global::Azure.Messaging.ServiceBus.ServiceBusReceivedMessage message, Dictionary<string, object>? propertiesToModify = default, string? deadLetterReason = default, string? deadLetterErrorDescription = default, CancellationToken cancellationToken = default) => Task.CompletedTask;
            }
        }

        namespace Microsoft.Azure.Functions.Worker.Builder
        {
            using Microsoft.Extensions.Configuration;
            using Microsoft.Extensions.DependencyInjection;
            using Microsoft.Extensions.Hosting;
            public sealed class FunctionsApplicationBuilder
            {
                public ConfigurationManager Configuration { get; } = new();
                public IServiceCollection Services { get; } = new ServiceCollection();
                public IHost Build() => throw new NotSupportedException();
            }
            public static class FunctionsApplication { public static FunctionsApplicationBuilder CreateBuilder(string[] args) => new(); }
            public static class AspNetCoreExtensions { public static FunctionsApplicationBuilder ConfigureFunctionsWebApplication(this FunctionsApplicationBuilder builder) => builder; }
        }
        """;

    [GeneratedRegex(@"(^|[\\/])(bin|obj)[\\/]")]
    private static partial Regex Build();
}
