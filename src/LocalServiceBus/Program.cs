using System.Net.Sockets;
using LocalServiceBus;

const string Usage = "用法：dotnet run --project src/LocalServiceBus -- --config config.json [--port 5672] [--key 访问密钥]";

string? path = null;
var options = new BrokerOptions { Port = 5672 };
for (var i = 0; i < args.Length; i += 2)
{
    var value = i + 1 < args.Length ? args[i + 1] : null;
    switch (args[i])
    {
        case "--config" when value is not null:
            path = value;
            break;
        case "--port" when ushort.TryParse(value, out var port):
            options.Port = port;
            break;
        case "--key" when value is not null:
            options.AccessKey = value;
            break;
        default:
            Console.Error.WriteLine($"参数“{args[i]}”不认识，或者缺少取值。{Usage}");
            return 2;
    }
}

if (path is null)
{
    Console.Error.WriteLine(Usage);
    return 2;
}

Broker broker;
try
{
    broker = await Broker.StartAsync(BrokerConfiguration.Load(path), options);
}
catch (BrokerConfigurationException e)
{
    Console.Error.WriteLine(e.Message);
    return 1;
}
catch (Exception e) when (e is IOException or UnauthorizedAccessException)
{
    Console.Error.WriteLine($"读不了配置文件 {path}：{e.Message}");
    return 1;
}
catch (SocketException)
{
    Console.Error.WriteLine($"端口 {options.Port} 被占用，请用 --port 换一个，或用 --port 0 任选空闲端口。");
    return 1;
}

using var stop = new CancellationTokenSource();
using var interrupt = System.Runtime.InteropServices.PosixSignalRegistration.Create(
    System.Runtime.InteropServices.PosixSignal.SIGINT, Stop);
using var terminate = System.Runtime.InteropServices.PosixSignalRegistration.Create(
    System.Runtime.InteropServices.PosixSignal.SIGTERM, Stop);
Console.WriteLine($"LocalServiceBus 已在 127.0.0.1:{broker.Port} 启动，按 Ctrl+C 停止。消息只在内存里。");
Console.WriteLine(broker.ConnectionString);
try
{
    await Task.Delay(Timeout.Infinite, stop.Token);
}
catch (OperationCanceledException)
{
}

await broker.DisposeAsync();
return 0;

void Stop(System.Runtime.InteropServices.PosixSignalContext context)
{
    context.Cancel = true;
    stop.Cancel();
}
