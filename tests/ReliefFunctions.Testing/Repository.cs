namespace ReliefFunctions.Testing;

/// <summary>Where the sources lie.</summary>
public static class Repository
{
    public static string Root { get; } = Find();

    private static string Find()
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "ReliefFunctions.sln"))) return folder.FullName;
        }

        throw new InvalidOperationException("The tests run from a checkout of the repository.");
    }
}
