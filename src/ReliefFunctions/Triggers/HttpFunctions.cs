using Microsoft.AspNetCore.Http;
using Microsoft.Azure.Functions.Worker;
using ReliefFunctions.Core.Http;

namespace ReliefFunctions.Triggers;

/// <summary>
/// The one HTTP trigger: every address and method is the route table's to answer; <c>/admin</c> and <c>/runtime</c> stay the Functions host's.
/// Authorization is the pipeline's, by access key.
/// </summary>
public sealed class HttpFunctions(Api api)
{
    [Function("Http")]
    public Task<IResult> Answer(
        [HttpTrigger(AuthorizationLevel.Anonymous, "get", "head", "post", "put", "patch", "delete", "options", Route = "{*path}")] HttpRequest request) =>
        api.RunAsync(request.HttpContext);
}
