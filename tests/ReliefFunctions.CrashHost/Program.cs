using Microsoft.Extensions.Configuration;
using ReliefFunctions.CrashHost;

return await Run.RunAsync(args, new ConfigurationBuilder().AddEnvironmentVariables().AddCommandLine(args[1..]).Build(), Console.Out);
