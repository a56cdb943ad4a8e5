using System.Text;
using System.Xml;

namespace ReliefFunctions.Core.Weather.Feeds;

/// <summary>
/// XML read in one pass into as little as alerts need: local names, texts and a few attributes, at most so deep and so many. Document type declarations are
/// refused and
/// nothing outside of the document is ever read.
/// </summary>
internal sealed class XmlTree
{
    private const int Deepest = 24, MostElements = 60_000, MostAttributes = 64, MostText = 200_000;

    private readonly List<XmlTree> _children = [];
    private readonly StringBuilder _text = new();

    private XmlTree(string name) => Name = name;

    /// <summary>The local name.</summary>
    public string Name { get; }

    /// <summary>The elements in it.</summary>
    public IReadOnlyList<XmlTree> Children => _children;

    /// <summary><c>href</c>, <c>url</c>, <c>rel</c> and <c>type</c>.</summary>
    public Dictionary<string, string> Attributes { get; } = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>Whether its end was read.</summary>
    public bool IsWhole { get; private set; }

    /// <summary>Why reading stopped before the end of the document; null when it did not. At the root.</summary>
    public AlertPayloadException? Broken { get; private set; }

    /// <summary>Its own text, trimmed; null when blank.</summary>
    public string? Text => _text.ToString().Trim() is { Length: > 0 } text ? text : null;

    /// <summary>The children of a name.</summary>
    public IEnumerable<XmlTree> All(string name) => _children.Where(child => string.Equals(child.Name, name, StringComparison.OrdinalIgnoreCase));

    /// <summary>The text of the first child of a name; null when there is none or it is blank.</summary>
    public string? Value(string name) => All(name).FirstOrDefault()?.Text;

    /// <summary>The first element of a name at any depth.</summary>
    public XmlTree? Find(string name)
    {
        foreach (var child in _children)
        {
            if (string.Equals(child.Name, name, StringComparison.OrdinalIgnoreCase)) return child;
            if (child.Find(name) is { } found) return found;
        }

        return null;
    }

    /// <summary>Every element of one of two names at any depth, in order; those inside of one are its own.</summary>
    public IEnumerable<XmlTree> Entries(string one, string other) =>
        _children.SelectMany(child => string.Equals(child.Name, one, StringComparison.OrdinalIgnoreCase)
            || string.Equals(child.Name, other, StringComparison.OrdinalIgnoreCase)
            ? [child] : child.Entries(one, other));

    /// <summary>Reads a document; throws <see cref="AlertPayloadException"/> when not even its root can be read.</summary>
    public static XmlTree Read(string text)
    {
        using var reader = XmlReader.Create(new StringReader(text), new XmlReaderSettings
        {
            DtdProcessing = DtdProcessing.Prohibit,
            XmlResolver = null,
            MaxCharactersInDocument = AlertNormaliser.MaxBytes * 2,
            MaxCharactersFromEntities = 1024,
            IgnoreComments = true,
            IgnoreProcessingInstructions = true,
            CheckCharacters = false,
        });
        Stack<XmlTree> open = new();
        XmlTree? root = null;
        var elements = 0;
        try
        {
            while (reader.Read())
            {
                switch (reader.NodeType)
                {
                    case XmlNodeType.Element:
                        if (reader.Depth >= Deepest) throw new AlertPayloadException("malformed-xml", $"XML 嵌套超过 {Deepest} 层，不像预警。请核对来源。");
                        if (++elements > MostElements) throw new AlertPayloadException("malformed-xml", $"XML 元素超过 {MostElements} 个，其余没有读。");
                        if (reader.AttributeCount > MostAttributes)
                        {
                            throw new AlertPayloadException("malformed-xml", $"XML 元素的属性超过 {MostAttributes} 个，不像预警。请核对来源。");
                        }

                        var element = new XmlTree(reader.LocalName);
                        foreach (var name in (ReadOnlySpan<string>)["href", "url", "rel", "type"])
                        {
                            if (reader.GetAttribute(name) is { Length: > 0 and < 2048 } value) element.Attributes[name] = value;
                        }

                        if (open.TryPeek(out var parent)) parent._children.Add(element);
                        root ??= element;
                        if (reader.IsEmptyElement) element.IsWhole = true;
                        else open.Push(element);
                        break;
                    case XmlNodeType.Text or XmlNodeType.CDATA or XmlNodeType.SignificantWhitespace:
                        if (open.TryPeek(out var owner) && owner._text.Length < MostText) owner._text.Append(reader.Value);
                        break;
                    case XmlNodeType.EndElement:
                        open.Pop().IsWhole = true;
                        break;
                }
            }
        }
        catch (XmlException error)
        {
            var broken = error.Message.Contains("DTD", StringComparison.Ordinal)
                ? new AlertPayloadException("dtd-refused", "XML 含有文档类型声明（DTD），不予接收。请去掉 <!DOCTYPE …> 后重发。", error)
                : new AlertPayloadException("malformed-xml", $"XML 不完整或有语法错误（第 {error.LineNumber} 行第 {error.LinePosition} 个字符）。请检查是否被截断。", error);
            if (root is null) throw broken;
            root.Broken = broken;
        }
        catch (AlertPayloadException error) when (root is not null)
        {
            root.Broken = error;
        }

        return root ?? throw new AlertPayloadException("malformed-xml", "XML 里没有任何元素。");
    }
}
