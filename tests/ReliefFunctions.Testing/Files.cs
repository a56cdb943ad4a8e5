using System.IO.Compression;
using System.Text;
using ClosedXML.Excel;

namespace ReliefFunctions.Testing;

/// <summary>Archives and workbooks taken apart and put together.</summary>
public static class Files
{
    /// <summary>An archive of these files, in this order.</summary>
    public static byte[] Zip(IEnumerable<(string Name, byte[] Bytes)> files, Encoding? names = null, CompressionLevel level = CompressionLevel.Optimal)
    {
        using var stream = new MemoryStream();
        using (var archive = new ZipArchive(stream, ZipArchiveMode.Create, leaveOpen: true, names))
        {
            foreach (var (name, bytes) in files)
            {
                using var entry = archive.CreateEntry(name, level).Open();
                entry.Write(bytes);
            }
        }

        return stream.ToArray();
    }

    /// <summary>What is in an archive, in its order.</summary>
    public static IReadOnlyList<(string Name, byte[] Bytes)> Unzip(byte[] file)
    {
        using var archive = new ZipArchive(new MemoryStream(file));
        return [.. archive.Entries.Select(entry =>
        {
            using var stream = entry.Open();
            using var bytes = new MemoryStream();
            stream.CopyTo(bytes);
            return (entry.FullName, bytes.ToArray());
        })];
    }

    /// <summary>A workbook opened, changed and saved by another program than ours.</summary>
    public static byte[] Saved(byte[] workbook, Action<XLWorkbook> change)
    {
        using var book = new XLWorkbook(new MemoryStream(workbook));
        change(book);
        using var stream = new MemoryStream();
        book.SaveAs(stream);
        return stream.ToArray();
    }
}
