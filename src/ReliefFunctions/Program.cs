using Microsoft.Azure.Functions.Worker.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using ReliefFunctions.Core;
using ReliefFunctions.Core.Messaging.ServiceBus;
using ReliefFunctions.Triggers;

var builder = FunctionsApplication.CreateBuilder(args);
builder.ConfigureFunctionsWebApplication();
builder.Services.AddReliefFunctions(builder.Configuration).AddServiceBus(builder.Configuration);
builder.Services.AddSingleton<MessageReceiver>();

var app = builder.Build();
await app.Services.PrepareStorageAsync();
await app.RunAsync();
