using System.Diagnostics;
using System.Text;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core.Features;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Net.Http.Headers;
using ReliefFunctions.Core.Texts;

namespace ReliefFunctions.Core.Http;

/// <summary>How slow a line may be. The defaults suit a phone at the edge of 2G.</summary>
public sealed class BodyOptions
{
    /// <summary>Name of the configuration section.</summary>
    public const string Section = "Bodies";

    /// <summary>For so long nothing need arrive.</summary>
    public TimeSpan Grace { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>After it, bytes for each second since the beginning.</summary>
    public double BytesPerSecond { get; init; } = 50;

    /// <summary>The whole body takes no longer.</summary>
    public TimeSpan Total { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>Until when, from the beginning, more must have arrived than this.</summary>
    internal TimeSpan Until(long bytes) =>
        TimeSpan.FromSeconds(Math.Min(Total.TotalSeconds, Math.Max(Grace.TotalSeconds, (bytes + 1) / Math.Max(BytesPerSecond, 0.001))));
}

/// <summary>One file that somebody sent.</summary>
/// <param name="Name">As they call it, without a path; empty when they do not say. For people alone, never a path or a key.</param>
/// <param name="ContentType">As claimed.</param>
/// <param name="Bytes">What it holds.</param>
public sealed record UploadedFile(string Name, string ContentType, byte[] Bytes);

/// <summary>Reads bodies from any client over any line: raw or as a web form, fast or slow, and breaking off half-way.</summary>
internal static partial class RequestBody
{
    private const int MostParts = 500, LongestName = 255;

    static RequestBody() => Encoding.RegisterProvider(CodePagesEncodingProvider.Instance);

    /// <summary>The bytes; throws a problem when they are more than <paramref name="most"/>, come too slowly or break off.</summary>
    public static async Task<byte[]> ReadAsync(HttpContext http, long most, BodyOptions options)
    {
        if (http.Request.ContentLength > most) throw TooLarge(most);

        // The pace is judged here, alike under both hosts: the server's own rule ends a line that has only stalled.
        if (http.Features.Get<IHttpMinRequestBodyDataRateFeature>() is { } server && http.Request.Protocol.StartsWith("HTTP/1", StringComparison.Ordinal))
        {
            server.MinDataRate = null;
        }

        using var buffer = new MemoryStream(http.Request.ContentLength is { } length and > 0 ? (int)Math.Min(length, most) : 0);
        using var patience = CancellationTokenSource.CreateLinkedTokenSource(http.RequestAborted);
        var (started, chunk) = (Stopwatch.GetTimestamp(), new byte[81_920]);
        try
        {
            while (true)
            {
                var left = options.Until(buffer.Length) - Stopwatch.GetElapsedTime(started);
                if (left <= TimeSpan.Zero) throw TooSlow(http);
                patience.CancelAfter(left);
                var read = await http.Request.Body.ReadAsync(chunk, patience.Token);
                if (read == 0) return buffer.ToArray();
                if (buffer.Length + read > most) throw TooLarge(most);
                buffer.Write(chunk, 0, read);
            }
        }
        catch (OperationCanceledException) when (!http.RequestAborted.IsCancellationRequested)
        {
            throw TooSlow(http);
        }
        catch (BadHttpRequestException e) when (e.StatusCode == StatusCodes.Status413PayloadTooLarge)
        {
            throw TooLarge(most);
        }
        catch (Exception e) when (e is IOException or BadHttpRequestException)
        {
            throw TooSlow(http);
        }
    }

    /// <summary>The files of a body: those of a web form (RFC 7578), or the body itself.</summary>
    public static async Task<IReadOnlyList<UploadedFile>> FilesAsync(HttpRequest request, byte[] body)
    {
        var claimed = request.ContentType ?? "";
        if (!claimed.StartsWith("multipart/", StringComparison.OrdinalIgnoreCase))
        {
            return [new UploadedFile(NameOf(request.Headers.ContentDisposition.ToString()), claimed, body)];
        }

        var boundary = MediaTypeHeaderValue.TryParse(claimed, out var type) ? HeaderUtilities.RemoveQuotes(type.Boundary).Value : null;
        if (string.IsNullOrEmpty(boundary)) throw Unreadable("没有写明分隔符（boundary）");
        var files = new List<UploadedFile>();
        try
        {
            var reader = new MultipartReader(boundary, new MemoryStream(body, writable: false));
            for (var part = 0; await reader.ReadNextSectionAsync() is { } section; part++)
            {
                if (part == MostParts) throw Unreadable($"超过 {MostParts} 个部分");
                using var bytes = new MemoryStream();
                await section.Body.CopyToAsync(bytes);
                var disposition = section.ContentDisposition ?? "";
                if (disposition.Contains("filename", StringComparison.OrdinalIgnoreCase) || section.ContentType is not null)
                {
                    // A form whose file was not chosen sends an empty one without a name.
                    var name = NameOf(disposition);
                    if (name.Length > 0 || bytes.Length > 0) files.Add(new UploadedFile(name, section.ContentType ?? "", bytes.ToArray()));
                }
            }
        }
        catch (Exception e) when (e is InvalidDataException or IOException or FormatException or ArgumentException)
        {
            throw Unreadable("内容不完整");
        }

        return files.Count > 0 ? files : throw new ProblemException(ProblemType.BadRequest, "网页表单里没有文件。请选择文件后再上传。");
    }

    /// <summary>A file's name by its header: RFC 5987 before all, RFC 2047, or as it is; without a path, and without what names a person.</summary>
    internal static string NameOf(string disposition)
    {
        var extended = Extended().Match(disposition);
        var plain = Quoted().Match(disposition);
        var name = extended.Success ? Decoded(extended.Groups[1].Value, bytes: UnescapedBytes(extended.Groups[2].Value))
            : plain.Success
                ? EncodedWords(plain.Groups[1].Success
                    ? plain.Groups[1].Value.Replace("\\\"", "\"", StringComparison.Ordinal).Replace("%22", "\"", StringComparison.Ordinal)
                    : plain.Groups[2].Value)
            : "";
        name = Characters.Clean(name).Replace("\uFFFD", "", StringComparison.Ordinal).Replace('\\', '/').Split('/')[^1].Trim();
        return PersonalData.Masked(
            new string([.. name.Where(c => !char.IsControl(c) && char.GetUnicodeCategory(c) != System.Globalization.UnicodeCategory.Format)])).Cut(LongestName);
    }

    private static string EncodedWords(string text)
    {
        if (!text.Contains("=?", StringComparison.Ordinal)) return text;
        return EncodedWord().Replace(Between().Replace(text, "?=$1"), word =>
        {
            var content = word.Groups[3].Value;
            try
            {
                return Decoded(word.Groups[1].Value, word.Groups[2].Value is "B" or "b" ? Convert.FromBase64String(content)
                    : UnescapedBytes(content.Replace('_', ' ').Replace('=', '%')));
            }
            catch (FormatException)
            {
                return content;
            }
        });
    }

    private static byte[] UnescapedBytes(string text) =>
        Encoding.Latin1.GetBytes(Escaped().Replace(text, match => ((char)Convert.ToByte(match.Groups[1].Value, 16)).ToString()));

    private static string Decoded(string charset, byte[] bytes)
    {
        try
        {
            return Encoding.GetEncoding(charset.Length > 0 ? charset : "utf-8").GetString(bytes);
        }
        catch (Exception e) when (e is ArgumentException or NotSupportedException)
        {
            return Encoding.UTF8.GetString(bytes);
        }
    }

    private static ProblemException TooLarge(long most) => new(ProblemType.TooLarge, $"内容超过 {most / 1024 / 1024.0:0.#} MB 的上限。请压缩图片、删除无关工作表后重新上传。");

    private static ProblemException TooSlow(HttpContext http)
    {
        http.Response.Headers.Connection = "close";
        return new ProblemException(ProblemType.SlowBody, "网络太慢或中途断开，内容没有传完，本次没有保存。请原样再传一次，不会重复。");
    }

    private static ProblemException Unreadable(string why) => new(ProblemType.BadRequest, $"网页表单读不出来：{why}。请重新选择文件上传，或把文件本身作为请求正文。");

    [GeneratedRegex(@"filename\*\s*=\s*""?([A-Za-z0-9_-]*)'[^']*'([^;""]*)", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Extended();

    [GeneratedRegex(@"filename\s*=\s*(?:""((?:[^""\\]|\\.)*)""|([^;]*))", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Quoted();

    [GeneratedRegex(@"=\?([^?]{1,40})\?([BbQq])\?([^?]*)\?=", RegexOptions.CultureInvariant)]
    private static partial Regex EncodedWord();

    /// <summary>Blanks between encoded words belong to the folding.</summary>
    [GeneratedRegex(@"\?=\s+(=\?)", RegexOptions.CultureInvariant)]
    private static partial Regex Between();

    [GeneratedRegex("%([0-9A-Fa-f]{2})", RegexOptions.CultureInvariant)]
    private static partial Regex Escaped();
}
