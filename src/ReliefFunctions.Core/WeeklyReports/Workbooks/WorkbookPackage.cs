using System.Text;
using System.Xml;

namespace ReliefFunctions.Core.WeeklyReports.Workbooks;

/// <summary>What an upload may cost. One budget serves all workbooks of a batch, so that nesting does not multiply it.</summary>
internal sealed class UnpackingBudget
{
    public const int PackedBytes = 10 * 1024 * 1024;
    public const int Ratio = 100;
    public const int Parts = 200;

    /// <summary>Parts of all workbooks of a batch together.</summary>
    public const int BatchParts = 4_000;

    /// <summary>Bytes that may still be inflated.</summary>
    public long BytesLeft { get; set; } = 100L * 1024 * 1024;

    /// <summary>Archive entries that may still be opened.</summary>
    public int PartsLeft { get; set; } = Parts;
}

/// <summary>
/// Looks at an uploaded file before anything parses it: is it an .xlsx at all, how large does it really unpack, does it carry what a form has no use for.
/// Sizes are counted while inflating, because a header can claim anything.
/// </summary>
internal static class WorkbookPackage
{
    /// <summary>Null when the file may be parsed.</summary>
    public static ReportProblem? Inspect(ReadOnlyMemory<byte> file, UnpackingBudget budget)
    {
        if (file.Length == 0) return Refused("empty-file", "上传的文件是空的。", "重新选择填好的 .xlsx 文件。");
        if (file.Length > UnpackingBudget.PackedBytes) return TooLarge($"文件超过 {UnpackingBudget.PackedBytes / 1024 / 1024} MB。");
        if (!IsZip(file.Span)) return WhatItIs(file.Span);
        try
        {
            using var package = OfficePackage.Open(file);
            return Inspect(package, file.Length, budget);
        }
        catch (DocumentTypeException)
        {
            return DocumentType();
        }
        catch (Exception broken) when (IsBroken(broken))
        {
            return Damaged();
        }
    }

    public static bool IsZip(ReadOnlySpan<byte> file) => file.StartsWith("PK\x03\x04"u8) || file.StartsWith("PK\x05\x06"u8);

    /// <summary>How the archive and its XML tell that they are malformed, some of them careless; each means the same to the person.</summary>
    public static bool IsBroken(Exception exception) => exception is XmlException or IOException or InvalidDataException or FormatException
        or ArgumentException or InvalidOperationException or NotSupportedException or OverflowException or UriFormatException;

    public static ReportProblem Damaged() => Refused("damaged", "文件已损坏或没有传完整，打不开。", "在电脑上确认能打开，另存为新的 .xlsx 文件后再上传。");

    public static ReportProblem DocumentType() => Refused("dtd", "文件内含有文档类型声明（DTD），不是正常的表格。", "用 Excel 或 WPS 另存为新的 .xlsx 文件后再上传。");

    private static ReportProblem? Inspect(OfficePackage package, long packed, UnpackingBudget budget)
    {
        if (package.Names.Count > Math.Min(UnpackingBudget.Parts, budget.PartsLeft)) return TooLarge($"文件内部的部件超过 {UnpackingBudget.Parts} 个。");
        budget.PartsLeft -= package.Names.Count;
        if (Foreign(package) is { } foreign) return foreign;

        var buffer = new byte[64 * 1024];
        var unpacked = 0L;
        foreach (var name in package.Names)
        {
            using var stream = package.OpenBytes(name);
            int read;
            while ((read = stream.Read(buffer)) > 0)
            {
                unpacked += read;
                budget.BytesLeft -= read;
                if (budget.BytesLeft < 0) return TooLarge("文件解压后超过 100 MB。");
                if (unpacked > 1024 * 1024 && unpacked / packed > UnpackingBudget.Ratio) return TooLarge($"文件的压缩比超过 {UnpackingBudget.Ratio}，不像正常的表格。");
            }
        }

        // A link that a person typed is harmless, however malformed; anything else outside of the package would be fetched by somebody some day.
        return package.Names.Prepend("").SelectMany(package.Relationships).Any(relationship => relationship is { External: true, Type: not "hyperlink" })
            ? ExternalLinks()
            : null;
    }

    private static ReportProblem? Foreign(OfficePackage package)
    {
        bool Has(string name) => package.Has(name);
        bool Under(string folder) => package.Names.Any(name => name.StartsWith(folder, StringComparison.OrdinalIgnoreCase));
        bool Says(string type) => package.ContentTypes.Any(named => named.Contains(type, StringComparison.OrdinalIgnoreCase));

        if (!Has("[Content_Types].xml"))
        {
            if (Has("mimetype") || Has("content.xml")) return SaveAs("上传的是 OpenDocument 文件（.ods 等）。");
            return package.Names.Any(name => name.EndsWith(".xlsx", StringComparison.OrdinalIgnoreCase))
                ? Refused("not-a-workbook", "上传的是压缩包。", "先解压，再上传其中的 .xlsx 文件；多个单位的表由办公室用“批量上传”。")
                : Refused("not-a-workbook", "上传的压缩文件里没有工作簿。", "请上传填好的 .xlsx 文件，不要打成压缩包。");
        }

        if (Has("xl/workbook.bin") || Says("sheet.binary")) return SaveAs("上传的是二进制工作簿（.xlsb）。");
        if (Says("macroEnabled") || Says("vbaProject") || Under("xl/macrosheets/")
            || package.Names.Any(name => name.EndsWith("vbaProject.bin", StringComparison.OrdinalIgnoreCase)))
        {
            return Macros();
        }

        var main = package.MainPart;
        var type = main is null ? "" : package.ContentTypeOf(main);
        if (!type.Contains("spreadsheetml", StringComparison.OrdinalIgnoreCase))
        {
            if (type.Contains("wordprocessingml", StringComparison.OrdinalIgnoreCase) || Under("word/"))
            {
                return Refused("not-a-workbook", "上传的是 Word 文档（.docx），不是调度表工作簿。", "请在下载的 .xlsx 调度表中填报，不要只改文件扩展名。");
            }

            if (type.Contains("presentationml", StringComparison.OrdinalIgnoreCase) || Under("ppt/"))
            {
                return Refused("not-a-workbook", "上传的是演示文稿（.pptx），不是调度表工作簿。", "请在下载的 .xlsx 调度表中填报。");
            }

            if (main is null) return Under("xl/") ? Damaged() : Refused("not-a-workbook", "上传的压缩文件里没有工作簿。", "请上传填好的 .xlsx 文件，不要打成压缩包。");
        }

        if (Under("xl/externalLinks/") || Has("xl/connections.xml") || Under("xl/queryTables/") || Says("externalLink+xml") || Says("connections+xml"))
        {
            return ExternalLinks();
        }

        return Under("xl/embeddings/") || Under("xl/activeX/") || Under("xl/model/") || Says("oleObject") || Says("activeX")
            ? Refused("embedded-objects", "工作簿里嵌入了别的文件或控件。", "删除嵌入的对象（附件请单独上传），再保存上传。")
            : null;
    }

    private static ReportProblem ExternalLinks() =>
        Refused("external-links", "工作簿链接了别的文件或外部数据。", "在“数据—编辑链接”中断开链接，填报单元格只保留数值，再上传。");

    private static ReportProblem WhatItIs(ReadOnlySpan<byte> file)
    {
        static byte[] Wide(string text) => Encoding.Unicode.GetBytes(text);
        if (file.StartsWith((ReadOnlySpan<byte>)[0xD0, 0xCF, 0x11, 0xE0]))
        {
            if (file.IndexOf(Wide("EncryptedPackage")) >= 0) return Refused("encrypted", "工作簿设了打开密码。", "在“文件—信息—保护工作簿”中取消密码，再保存上传。");
            if (file.IndexOf(Wide("WordDocument")) >= 0) return Refused("not-a-workbook", "上传的是 Word 文档（.doc），不是调度表工作簿。", "请在下载的 .xlsx 调度表中填报。");
            return SaveAs("上传的是旧格式工作簿（.xls 或 WPS 的 .et）。");
        }

        if (file.StartsWith("%PDF"u8) || file.StartsWith((ReadOnlySpan<byte>)[0xFF, 0xD8, 0xFF])
            || file.StartsWith((ReadOnlySpan<byte>)[0x89, (byte)'P', (byte)'N', (byte)'G']))
        {
            return Refused("not-a-workbook", "上传的是扫描件或图片，不是调度表工作簿。", "请上传填好的 .xlsx 文件；盖章扫描件作为附件另传。");
        }

        if (file.StartsWith("Rar!"u8) || file.StartsWith((ReadOnlySpan<byte>)[(byte)'7', (byte)'z', 0xBC, 0xAF]))
        {
            return Refused("not-a-workbook", "上传的是压缩包。", "先解压，再上传其中的 .xlsx 文件。");
        }

        if (file.TrimStart((ReadOnlySpan<byte>)[0xEF, 0xBB, 0xBF, (byte)' ', (byte)'\r', (byte)'\n', (byte)'\t']).StartsWith("<"u8))
        {
            return SaveAs("上传的是网页或 XML 格式的表格。");
        }

        if (file.IndexOf("urn:relieffunctions:problem:"u8) >= 0) return Refused("not-xlsx", "这不是调度表，是下载没有成功时的提示（可以用记事本打开看原因）。", "按提示处理后重新下载调度表，填好再上传。");
        return SaveAs("上传的文件不是 .xlsx 工作簿（可能是文本、CSV 或只改了扩展名的文件）。");
    }

    private static ReportProblem SaveAs(string what) =>
        Refused("not-xlsx", what, "用 Excel 或 WPS 打开，点“文件—另存为”，保存类型选“Excel 工作簿（*.xlsx）”（WPS 选“Microsoft Excel 文件（*.xlsx）”），再上传新文件。");

    private static ReportProblem Macros() => Refused("macros", "工作簿带有宏。", "点“文件—另存为”，保存类型选“Excel 工作簿（*.xlsx）”，提示不能保存宏时选“是”，再上传新文件。");

    private static ReportProblem TooLarge(string what) => Refused("too-large", what, "从空表重新填写，不要在表内粘贴图片或整列设置格式，再上传。");

    private static ReportProblem Refused(string code, string message, string fix) => ReportProblem.Error(code, message, fix);
}

/// <summary>Streams over memory without copying it.</summary>
internal static class Streams
{
    public static MemoryStream Over(ReadOnlyMemory<byte> memory) =>
        System.Runtime.InteropServices.MemoryMarshal.TryGetArray(memory, out var segment)
            ? new MemoryStream(segment.Array!, segment.Offset, segment.Count, writable: false)
            : new MemoryStream(memory.ToArray(), writable: false);
}
