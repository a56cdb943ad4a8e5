using ReliefFunctions.LocalHost.Demo;
using ReliefFunctions.LocalHost.Operations;

namespace ReliefFunctions.LocalHost;

/// <summary>The command line: <c>serve</c> (when nothing is said) or <c>demo</c>.</summary>
public static class LocalCommand
{
    private const string Help = """
        用法：
          dotnet run --project src/ReliefFunctions.LocalHost              启动全部服务（网页、接口、存储、消息总线）
          dotnet run --project src/ReliefFunctions.LocalHost -- demo      用样例季走完全流程，结果写入 out/
          … -- backup  --season 520111/2026-2027 --file 归档.zip           把一季的全部记录和文件备份成一个文件
          … -- restore --file 归档.zip [--replace]                          从归档恢复（先停宿主）；中断后原样再运行一次即可
          … -- remove  --season 520111/2026-2027 --file 归档.zip           删除已归档且过了保存期限的一季

        管理员的命令（经公开接口；--url 网址 指向 Azure 上的宿主，密钥放在环境变量 RELIEF_KEY）：
          … -- operations                                                  运行情况：预警源、待发消息、各区县周报和签收
          … -- keys [list | issue --name … --role … --scope … [--unit …] | revoke 编号]
          … -- campaign import --folder samples/huaxi-2026-2027            按文件夹登记表样、方案、单位和专项行动
          … -- dead-letters [list | resend 编号 | drop 编号 --reason …]
          … -- quarantine [list | show 编号 | put-back 编号 --by … | drop 编号 --by … --reason …] --season 520111/2026-2027

        demo 的选项：
          --out 目录        汇总表写到哪里（默认 out）
          --serve           完成后不退出，在 --Local:Port 上继续提供网页与接口
          --data 目录       使用并保留这个数据目录；中断后再次运行会接着完成（默认用完即弃）

        设置（环境变量用两个下划线代替冒号，例如 Local__Port）：
          --Local:Port 7071                    网页与接口端口，0 为任选空闲端口
          --Local:Data data                    数据目录
          --Local:Clock 2026-12-15T10:00+08:00 从这一时刻起走时，用于开季前试用
          --Storage:ConnectionString …         使用已有的存储服务
          --Storage:TableEndpoint … --Storage:BlobEndpoint …  备份、恢复 Azure 中的数据（用已登录的 Azure 身份）
          --ServiceBus:ConnectionString …      使用已有的 Service Bus
        """;

    /// <summary>Runs a command; the exit code is 0 when it did what was asked.</summary>
    public static async Task<int> RunAsync(string[] args)
    {
        if (args.Any(arg => arg is "-h" or "--help"))
        {
            Console.WriteLine(Help);
            return 0;
        }

        using var stop = new CancellationTokenSource();
        Console.CancelKeyPress += (_, e) =>
        {
            e.Cancel = true;
            stop.Cancel();
        };
        try
        {
            var words = args.TakeWhile(arg => !arg.StartsWith('-')).ToList();
            var command = words.FirstOrDefault() ?? "serve";
            var settings = args.Skip(words.Count).Select(arg => arg is "--replace" or "--serve" ? arg + "=true" : arg);
            var configuration = new ConfigurationBuilder().AddEnvironmentVariables().AddCommandLine([.. settings]).Build();
            var options = LocalOptions.From(configuration);
            switch (command)
            {
                case "serve":
                    return await ServeAsync(options, stop.Token);
                case "demo":
                    return await DemoCommand.RunAsync(options with { Data = configuration["data"] }, configuration["out"] ?? "out", Console.Out, stop.Token,
                        serve: configuration["serve"] is "true");
                case "backup" or "restore" or "remove":
                    return await ArchiveCommand.RunAsync(command, options, configuration, Console.WriteLine, stop.Token);
                case var noun when OperatorCommand.Nouns.Contains(noun):
                    return await OperatorCommand.RunAsync(words, options, configuration, Console.Out, stop.Token);
                default:
                    await Console.Error.WriteLineAsync($"没有“{command}”这个命令。\n{Help}");
                    return 2;
            }
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            return 130;
        }
        catch (Exception e) when (e is InvalidOperationException or IOException or DemoFailedException)
        {
            await Console.Error.WriteLineAsync($"未能完成：{e.Message}");
            return 1;
        }
    }

    private static async Task<int> ServeAsync(LocalOptions options, CancellationToken ct)
    {
        await using var app = await LocalApp.StartAsync(options, Console.WriteLine, ct: ct);
        var season = await SampleSeason.LoadAsync(app, options, ct);

        // The clocks run by the minute; who looks at once should see the week open.
        await app.RunJobsAsync(ct);
        Console.WriteLine("ReliefFunctions 本机运行（供试用、开发、测试；正式运行请部署到 Azure）");
        foreach (var line in app.Describe()) Console.WriteLine("  " + line);
        Console.WriteLine($"  数据目录     {Path.GetFullPath(options.Data ?? Path.GetTempPath())}");
        Console.WriteLine($"  当前时刻     {TimeZoneInfo.ConvertTime(app.Clock.GetUtcNow(), season.Campaign.Zone()):yyyy-MM-dd HH:mm}（{season.Campaign.TimeZone}）");
        Console.WriteLine($"  样例行动     {season.Campaign.Name}（{season.Campaign.District}/{season.Campaign.Season}，{season.Units.Count} 个单位）");
        Console.WriteLine("  样例密钥（每个数据目录随机生成，另存于数据目录的 sample-keys.json）");
        foreach (var key in season.Keys) Console.WriteLine($"    {key.Name,-16}{key.Secret}");
        Console.WriteLine("按 Ctrl+C 停止。");
        await app.WaitForShutdownAsync(ct).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        return 0;
    }
}
