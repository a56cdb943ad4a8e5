using System.Net;
using Microsoft.AspNetCore.Http;

namespace ReliefFunctions.Core.Http;

/// <summary>A small page for a phone, without scripts but for one line where it must be: nothing in it is fetched, framed or sent anywhere but here.</summary>
/// <param name="title">Plain text.</param>
/// <param name="status">HTTP status.</param>
/// <param name="body">HTML; what people typed must have gone through <see cref="Text"/>.</param>
/// <param name="script">JavaScript of ours, which alone may run; null for none.</param>
public sealed class HtmlPage(string title, int status, string body, string? script = null) : IResult
{
    /// <summary>Text from people as HTML.</summary>
    public static string Text(string value) => WebUtility.HtmlEncode(value);

    /// <inheritdoc/>
    public Task ExecuteAsync(HttpContext httpContext)
    {
        SafeHeaders.Page(httpContext, script);
        var page = $$"""
            <!doctype html>
            <html lang="zh-CN"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><meta name="robots" content="noindex"><title>{{Text(title)}}</title>
            <style>
            body{font:17px/1.7 -apple-system,"PingFang SC","Microsoft YaHei",sans-serif;margin:0;background:#f3f4f6;color:#1a1a1a}
            main{max-width:36rem;margin:0 auto;padding:1rem 1.1rem 2rem;background:#fff;min-height:100vh;box-sizing:border-box;overflow-wrap:anywhere}
            h1{font-size:1.3rem;line-height:1.4;margin:.4rem 0 1rem;padding-left:.7rem;border-left:.4rem solid #1f6feb}h1.urgent{border-color:#b42318}
            h2{font-size:1.05rem;margin:1.2rem 0 .3rem}ul{margin:0;padding-left:1.3rem}.to{font-weight:700}.meta{color:#555;font-size:.9rem}[role=alert]{background:#fff4e5;border:1px solid #b54708;padding:.6rem .8rem;border-radius:.4rem}
            [role=status]{background:#e7f6ec;border:1px solid #1a7f37;padding:.6rem .8rem;border-radius:.4rem;font-weight:700}
            .forward{border:1px solid #767676;padding:.6rem .8rem;border-radius:.4rem;user-select:all}label{display:block;margin:1rem 0 .8rem}input{display:block;width:100%;box-sizing:border-box;font:inherit;padding:.6rem;border:1px solid #767676;border-radius:.4rem}
            button{display:block;width:100%;font:inherit;font-weight:700;padding:.8rem;border:0;border-radius:.4rem;background:#0b57d0;color:#fff}
            </style></head>
            <body><main>{{body}}</main>{{(script is null ? "" : $"<script>{script}</script>")}}</body></html>
            """;
        return Results.Content(Language.Tell(httpContext) ? Language.Page(page) : page, "text/html; charset=utf-8", statusCode: status)
            .ExecuteAsync(httpContext);
    }
}
