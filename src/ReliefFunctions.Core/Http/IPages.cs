using Microsoft.AspNetCore.Http;

namespace ReliefFunctions.Core.Http;

/// <summary>Pages and files for people, at addresses that are no route of the API.</summary>
public interface IPages
{
    /// <summary>What answers GET and HEAD at an address; null when there is nothing.</summary>
    IResult? Find(HttpRequest request);
}
