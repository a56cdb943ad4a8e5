using System.Net;
using QRCoder;

namespace ReliefFunctions.Core.Access.People;

/// <summary>The slips on paper: two in a row, each with its code to scan and to type.</summary>
internal static class InvitationSheet
{
    /// <summary>A slip.</summary>
    /// <param name="To">Whom it is for: the unit's or office's name.</param>
    /// <param name="Link">What the picture holds.</param>
    /// <param name="Code">To be typed when it cannot be scanned.</param>
    /// <param name="Until">In words.</param>
    public sealed record Slip(string To, string Link, string Code, string Until);

    /// <summary>The picture of an address, as SVG.</summary>
    public static string Picture(string address)
    {
        using var data = QRCodeGenerator.GenerateQrCode(address, QRCodeGenerator.ECCLevel.M);
        using var picture = new SvgQRCode(data);
        return picture.GetGraphic(4, "#000000", "#ffffff", true, SvgQRCode.SizingMode.ViewBoxAttribute);
    }

    /// <summary>A code as it is read best: groups of four.</summary>
    public static string Grouped(string code) => $"{code[..7]}{string.Join('-', code[7..].Chunk(4).Select(group => new string(group)))}";

    /// <summary>The page to print.</summary>
    public static string Page(string title, string address, IReadOnlyList<Slip> slips) => $$"""
        <!doctype html>
        <html lang="zh-CN"><head><meta charset="utf-8"><meta name="robots" content="noindex"><title>{{Text(title)}}</title>
        <style>
        @page{size:A4;margin:12mm}
        body{font:14px/1.6 "Noto Sans CJK SC","Microsoft YaHei",sans-serif;margin:0;color:#000;background:#fff}
        main{display:grid;grid-template-columns:1fr 1fr;gap:6mm}
        section{border:1px dashed #555;padding:5mm;break-inside:avoid;overflow-wrap:anywhere}
        h2{font-size:15px;margin:0 0 1mm}h1{font-size:18px}svg{display:block;width:46mm;height:46mm;margin:0 auto 2mm}
        p{margin:0 0 1mm}code{font-size:13px}.to{font-weight:700;font-size:18px}
        </style></head><body><main>{{string.Concat(slips.Select(slip => Section(title, address, slip)))}}</main></body></html>
        """;

    private static string Section(string title, string address, Slip slip) => $"""
        <section><h2>{Text(title)}</h2><p class="to">{Text(slip.To)}</p>{Picture(slip.Link)}
        <p>用手机扫码，填写姓名即可登录。只能用一次，{Text(slip.Until)}前有效。扫不了的，用浏览器打开 {Text(address)}，输入邀请码：</p>
        <p><code>{Text(Grouped(slip.Code))}</code></p><p>请只交给本人，不要拍照转发。</p></section>
        """;

    private static string Text(string value) => WebUtility.HtmlEncode(value);
}
