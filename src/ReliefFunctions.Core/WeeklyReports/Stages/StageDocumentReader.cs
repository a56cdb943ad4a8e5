using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using System.Xml;
using ReliefFunctions.Core.Campaigns;
using ReliefFunctions.Core.Http;
using ReliefFunctions.Core.Texts;
using ReliefFunctions.Core.WeeklyReports.Workbooks;

namespace ReliefFunctions.Core.WeeklyReports.Stages;

/// <summary>The codes embedded in a stage report's document: which one it is, and the version that it corrects (0 for a first one).</summary>
internal sealed record StageToken(string District, string Season, string Stage, string Unit, int Version)
{
    public static StageToken Of(Campaign campaign, StageRow row) =>
        new(campaign.District, campaign.Season, StageReports.KeyOf(row.Stage), row.Unit, row.Version);

    public static StageToken? Parse(string text) => text.Split('|') is ["RF1", var district, var season, var stage, var unit, var version]
        && int.TryParse(version, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? new(district, season, stage, unit, number) : null;

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"RF1|{District}|{Season}|{Stage}|{Unit}|{Version}");
}

/// <summary>
/// Reads a stage report back from the document that was offered: sections by their content controls or, where an office program dropped those, by their
/// headings. Tables are not read: figures are computed.
/// </summary>
internal static partial class StageDocumentReader
{
    private const int LongestText = 60_000;

    /// <summary>What the document says, its codes when they are still there, and what is missing from it.</summary>
    public static (StageText Text, StageToken? Token, IReadOnlyList<ProblemError> Errors) Read(ReadOnlyMemory<byte> file)
    {
        try
        {
            using var package = OfficePackage.Open(file);
            if (package.MainPart is not { } main || !package.ContentTypeOf(main).Contains("wordprocessingml.document", StringComparison.OrdinalIgnoreCase))
            {
                return Refused("上传的不是 Word 文档（.docx）。");
            }

            using var reader = package.Open(main, LongestText * 40L);
            return Collected(reader);
        }
        catch (Exception broken) when (broken is DocumentTypeException || WorkbookPackage.IsBroken(broken))
        {
            return Refused("文档已损坏或没有传完整，打不开。");
        }
    }

    private static (StageText, StageToken?, IReadOnlyList<ProblemError>) Refused(string message) =>
        (StageText.Blank, null, [new ProblemError { Code = "not-a-document", Message = message, Fix = "用 Word 或 WPS 打开下载的材料，填好后另存为“Word 文档（*.docx）”再上传。" }]);

    private static (StageText, StageToken?, IReadOnlyList<ProblemError>) Collected(XmlReader reader)
    {
        var sections = StageText.Blank.Sections.ToDictionary(section => section.Name, section => section.Heading);
        var found = new Dictionary<string, StringBuilder>();
        var (controls, paragraph) = (new Stack<(int Depth, string? Tag)>(), new StringBuilder());
        var (token, heading, filledBy, reviewedBy) = ((StageToken?)null, (string?)null, (string?)null, (string?)null);
        var tables = 0;
        while (reader.Read())
        {
            if (reader.NodeType == XmlNodeType.Element)
            {
                switch (reader.LocalName)
                {
                    case "sdt" when !reader.IsEmptyElement:
                        controls.Push((reader.Depth, null));
                        break;
                    case "tag" when controls.Count > 0:
                        var tag = reader.GetAttribute("val", reader.NamespaceURI) ?? reader.GetAttribute("w:val") ?? "";
                        controls.Push(controls.Pop() with { Tag = sections.ContainsKey(tag) ? tag : null });
                        token ??= StageToken.Parse(tag);
                        if (sections.ContainsKey(tag)) found.TryAdd(tag, new StringBuilder());
                        break;
                    case "tbl" when !reader.IsEmptyElement:
                        tables++;
                        break;
                    case "p":
                        paragraph.Clear();
                        break;
                    case "br" or "cr":
                        paragraph.Append('\n');
                        break;
                    case "tab":
                        paragraph.Append(' ');
                        break;
                    case "t" when !reader.IsEmptyElement && paragraph.Length < LongestText:
                        paragraph.Append(reader.ReadElementContentAsString());
                        if (reader is { NodeType: XmlNodeType.EndElement, LocalName: "p" }) EndParagraph();
                        break;
                }
            }
            else if (reader.NodeType == XmlNodeType.EndElement)
            {
                if (reader.LocalName == "tbl") tables--;
                else if (reader.LocalName == "sdt" && controls.Count > 0) controls.Pop();
                else if (reader.LocalName == "p") EndParagraph();
            }
        }

        var errors = sections.Where(section => !found.ContainsKey(section.Key)).Select(section => new ProblemError
        {
            Pointer = "/" + section.Key,
            Code = "section-missing",
            Message = $"文档里找不到“{section.Value}”一节。",
            Fix = $"补上标题“{section.Value}”和内容；没有内容的也要保留标题，写“无”。",
        }).ToList();
        string? Text(string name) => found.GetValueOrDefault(name)?.ToString().Trim() is { Length: > 0 } text && text != StageText.NotFilled ? text : null;
        return (new StageText(Text("work"), Text("publicity"), Text("meetings"), Text("money"), Text("problems"), Text("next"), filledBy, reviewedBy), token,
            errors);

        void EndParagraph()
        {
            var text = Characters.Clean(paragraph.ToString()).Trim();
            paragraph.Clear();
            if (tables > 0 || text.Length == 0) return;
            if (controls.FirstOrDefault(control => control.Tag is not null).Tag is { } inside)
            {
                found[inside].Append(text).Append('\n');
                return;
            }

            var words = Numbering().Replace(text, "");
            if (sections.FirstOrDefault(section => section.Value == words).Key is { } begins)
            {
                heading = begins;
                found.TryAdd(begins, new StringBuilder());
            }
            else if (words == "累计数据")
            {
                heading = null;
            }
            else if (Signatures().Match(text) is { Success: true } signed)
            {
                (filledBy, reviewedBy) = (Name(signed.Groups[1].Value), Name(signed.Groups[2].Value));
                heading = null;
            }
            else if (heading is not null)
            {
                found[heading].Append(text).Append('\n');
            }
        }

        static string? Name(string text) => text.Trim() is { Length: > 0 } name ? name : null;
    }

    [GeneratedRegex(@"^\s*(?:[一二三四五六七八九十]+、|[0-9]+[.、．])\s*", RegexOptions.CultureInvariant)]
    private static partial Regex Numbering();

    [GeneratedRegex(@"^填报人[：:](.*?)审核人[：:](.*)\z", RegexOptions.CultureInvariant | RegexOptions.Singleline)]
    private static partial Regex Signatures();
}
