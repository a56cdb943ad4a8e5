using System.Globalization;
using System.IO.Compression;
using System.Text;
using ReliefFunctions.Core.Http;
using ReliefFunctions.Core.Texts;

namespace ReliefFunctions.Core.WeeklyReports.Workbooks;

/// <summary>One file of a batch: its bytes, or why it was passed over.</summary>
internal sealed record BatchFile(string Name, byte[] Bytes, ReportProblem? Problem);

/// <summary>Takes a zip of workbooks apart within one budget. Entry names are only ever shown, never used as paths.</summary>
internal static class BatchArchive
{
    private const int LongestName = 255;
    private static readonly HashSet<string> Clutter = new([".DS_Store", "Thumbs.db", "ehthumbs.db", "desktop.ini", ".directory"],
        StringComparer.OrdinalIgnoreCase);

    static BatchArchive() => Encoding.RegisterProvider(CodePagesEncodingProvider.Instance);

    /// <summary>The files of an upload: of a zip its entries, of anything else the upload itself.</summary>
    public static IReadOnlyList<BatchFile> Open(UploadedFile file, UnpackingBudget budget)
    {
        var upload = file.Bytes;
        if (!WorkbookPackage.IsZip(upload)) return [new BatchFile(file.Name, upload, null)];
        try
        {
            // Latin-1 keeps the bytes of names that do not say they are UTF-8.
            using var archive = new ZipArchive(Streams.Over(upload), ZipArchiveMode.Read, leaveOpen: false, Encoding.Latin1);
            if (archive.Entries.Any(entry => entry.FullName.Equals("[Content_Types].xml", StringComparison.OrdinalIgnoreCase)))
            {
                return [new BatchFile(file.Name, upload, null)];
            }

            if (archive.Entries.Count > UnpackingBudget.Parts)
            {
                return [new BatchFile(file.Name, [], ReportProblem.Error("too-large", $"压缩包里的文件超过 {UnpackingBudget.Parts} 个。", "分几次上传。"))];
            }

            var files = new List<BatchFile>();
            foreach (var entry in archive.Entries)
            {
                var name = NameOf(entry.FullName);
                if (IsPassedOver(name)) continue;
                files.Add(Read(entry, Shown(name), budget));
            }

            return files.Count > 0 ? files : [new BatchFile(file.Name, [], ReportProblem.Error("not-a-workbook", "压缩包里没有文件。", "把各单位的 .xlsx 调度表放进压缩包再上传。"))];
        }
        catch (Exception broken) when (broken is InvalidDataException or IOException or NotSupportedException or ArgumentException or OverflowException)
        {
            return [new BatchFile(file.Name, [], WorkbookPackage.Damaged())];
        }
    }

    private static BatchFile Read(ZipArchiveEntry entry, string name, UnpackingBudget budget)
    {
        try
        {
            using var stream = entry.Open();
            using var bytes = new MemoryStream();
            var buffer = new byte[64 * 1024];
            int read;
            while ((read = stream.Read(buffer)) > 0)
            {
                budget.BytesLeft -= read;
                if (bytes.Length + read > UnpackingBudget.PackedBytes || budget.BytesLeft < 0)
                {
                    return new BatchFile(name, [], ReportProblem.Error("too-large", "文件太大。", "单个表不超过 10 MB，一批解压后合计不超过 100 MB；分几次上传。"));
                }

                bytes.Write(buffer, 0, read);
            }

            return new BatchFile(name, bytes.ToArray(), null);
        }
        catch (Exception broken) when (broken is InvalidDataException or IOException or NotSupportedException)
        {
            return new BatchFile(name, [], WorkbookPackage.Damaged());
        }
    }

    /// <summary>Windows tools in China write names in GBK and do not say so; others write UTF-8.</summary>
    private static string NameOf(string name)
    {
        if (name.Any(c => c > 0xFF) || name.All(char.IsAscii)) return name;
        var bytes = Encoding.Latin1.GetBytes(name);
        try
        {
            return new UTF8Encoding(false, throwOnInvalidBytes: true).GetString(bytes);
        }
        catch (DecoderFallbackException)
        {
            return Encoding.GetEncoding("GB18030").GetString(bytes);
        }
    }

    /// <summary>Folders, and what systems and office programs leave beside the files: locks of files that are open, lists of what a folder shows.</summary>
    private static bool IsPassedOver(string name)
    {
        var steps = name.Replace('\\', '/').Split('/');
        return steps[^1].Length == 0 || steps.Contains("__MACOSX")
            || steps[^1].StartsWith("~$", StringComparison.Ordinal) || steps[^1].StartsWith(".~", StringComparison.Ordinal)
                || steps[^1].StartsWith("._", StringComparison.Ordinal)
            || Clutter.Contains(steps[^1]);
    }

    private static string Shown(string name)
    {
        var plain = new string([.. Characters.Clean(name).Replace('\\', '/').Split('/')[^1]
            .Where(c => !char.IsControl(c) && char.GetUnicodeCategory(c) != UnicodeCategory.Format)]);
        return PersonalData.Masked(plain).Cut(LongestName);
    }
}
