using ReliefFunctions.LocalHost;

return await LocalCommand.RunAsync(args);
