using Microsoft.Azure.Functions.Worker.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using ReliefFunctions.Bus;
using ReliefFunctions.Core;
using ReliefFunctions.Core.Messaging;

var builder = FunctionsApplication.CreateBuilder(args);
builder.ConfigureFunctionsWebApplication();
builder.Services.AddReliefFunctions(builder.Configuration);
builder.Services.AddSingleton(_ => ServiceBusConnection.Open(builder.Configuration));
builder.Services.AddSingleton<IMessageSender, ServiceBusMessageSender>();
builder.Services.AddSingleton<IDeadLetterBox, ServiceBusDeadLetters>();
builder.Services.AddSingleton<MessageReceiver>();

var app = builder.Build();
await app.Services.PrepareStorageAsync();
await app.RunAsync();
