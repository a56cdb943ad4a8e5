using Microsoft.Extensions.DependencyInjection;
using ReliefFunctions.Core.Features;

namespace ReliefFunctions.Core.Archive;

/// <summary>A season in one file, and back (归档), for the operator's commands.</summary>
public static class ArchiveFeature
{
    /// <summary>This feature.</summary>
    public static Feature Feature { get; } = new("Archive") { Services = (services, _) => services.AddSingleton<SeasonArchive>() };
}
