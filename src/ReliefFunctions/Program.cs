using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.HttpOverrides;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Azure.Functions.Worker.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using ReliefFunctions.Core;
using ReliefFunctions.Core.Access;
using ReliefFunctions.Core.Http;
using ReliefFunctions.Core.Messaging.ServiceBus;
using ReliefFunctions.Core.Storage;
using ReliefFunctions.Triggers;

var builder = FunctionsApplication.CreateBuilder(args);
builder.ConfigureFunctionsWebApplication();

// The pipeline bounds each route's body and says so in words; the server's own limit would answer 500 without any.
builder.Services.Configure<KestrelServerOptions>(kestrel =>
{
    kestrel.Limits.MaxRequestBodySize = null;
    kestrel.AddServerHeader = false;
});

// The worker's server takes the last X-Forwarded-For entry for the caller's address. Where a setting names the front end's header, that alone counts.
if (builder.Configuration[$"{AccessOptions.Section}:{nameof(AccessOptions.CallerAddressHeader)}"] is { Length: > 0 })
{
    builder.Services.Configure<ForwardedHeadersOptions>(forwarded => forwarded.ForwardedHeaders = ForwardedHeaders.None);
}

builder.Services.AddReliefFunctions(builder.Configuration).AddServiceBus(builder.Configuration);
builder.Services.AddSingleton<MessageReceiver>();

var app = builder.Build();
ServerRefusals.Begin(app.Services);
app.Services.GetRequiredService<StoragePreparation>().Begin(app.Services.GetRequiredService<IHostApplicationLifetime>().ApplicationStopping);
await app.RunAsync();
