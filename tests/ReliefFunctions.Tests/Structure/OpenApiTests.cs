using ReliefFunctions.Core.Http;
using ReliefFunctions.Core;

namespace ReliefFunctions.Tests.Structure;

public class OpenApiTests
{
    [Fact]
    public void The_committed_API_document_is_that_of_the_route_table()
    {
        var file = Path.Combine(Repository.Root, "docs", "openapi.json");
        var document = OpenApiDocument.Of(AllFeatures.Routes);
        if (Environment.GetEnvironmentVariable("UPDATE_OPENAPI") is "1") File.WriteAllText(file, document);
        Assert.True(File.ReadAllText(file) == document, "docs/openapi.json is not that of the routes: run the tests once with UPDATE_OPENAPI=1 and commit the file.");
    }

    [Fact]
    public void Every_route_has_a_name_and_an_address_of_its_own_and_says_what_it_is_for()
    {
        Assert.Equal(AllFeatures.Routes.Count, AllFeatures.Routes.Select(route => route.Name).Distinct().Count());
        Assert.Equal(AllFeatures.Routes.Count, AllFeatures.Routes.Select(route => $"{route.Method} {System.Text.RegularExpressions.Regex.Replace(route.Template, @"\{\w+", "{")}").Distinct().Count());
        Assert.All(AllFeatures.Routes, route => Assert.False(string.IsNullOrEmpty(route.Summary), route.Name));
    }

    /// <summary>What an address means must not hang on the order of the table.</summary>
    [Fact]
    public void No_address_fits_two_routes()
    {
        var routes = AllFeatures.Routes.Select(route => (Route: route, Parts: route.Template.Split('/'))).ToList();
        Assert.Empty(
            from one in routes
            from other in routes
            where string.CompareOrdinal(one.Route.Name, other.Route.Name) < 0 && one.Route.Method == other.Route.Method && one.Parts.Length == other.Parts.Length
                && one.Parts.Zip(other.Parts).All(pair => pair.First[0] == '{' || pair.Second[0] == '{' || pair.First.Equals(pair.Second, StringComparison.OrdinalIgnoreCase))
            select $"{one.Route.Method} {one.Route.Template} ~ {other.Route.Template}");
    }
}
