using System.Text;
using System.Xml;

namespace ReliefFunctions.Core.WeeklyReports.Workbooks;

/// <summary>A document type declaration: no office program writes one.</summary>
internal sealed class DocumentTypeException : Exception;

/// <summary>
/// XML from strangers, read in time and memory that grow no faster than its length: <see cref="XmlReader"/> alone takes minutes over one start tag of
/// megabytes, and keeps every name and every open element that it has met.
/// </summary>
internal static class BoundedXml
{
    private const int LongestTag = 64 * 1024, MostAttributes = 120, Deepest = 100, MostNames = 4_000;

    /// <summary>
    /// A reader over a part in UTF-8, UTF-16 or UTF-32. Local names alone matter: the strict variant of the format has other namespaces.
    /// It throws <see cref="XmlException"/> for what is malformed or beyond the bounds, <see cref="DocumentTypeException"/> for a DTD.
    /// </summary>
    public static XmlReader Open(Stream part, long longest = long.MaxValue)
    {
        var text = new StreamReader(part, new UTF8Encoding(false, throwOnInvalidBytes: true), detectEncodingFromByteOrderMarks: true, 16 * 1024);
        return XmlReader.Create(new Guard(text, longest), new XmlReaderSettings
        {
            DtdProcessing = DtdProcessing.Prohibit,
            XmlResolver = null,
            IgnoreComments = true,
            IgnoreProcessingInstructions = true,
            NameTable = new Names(),
            CloseInput = true,
        });
    }

    private static XmlException TooMuch(string what) => new($"The part holds {what}.");

    /// <summary>Refuses names without number.</summary>
    private sealed class Names : NameTable
    {
        private int _count;

        public override string Add(char[] key, int start, int len) => Get(key, start, len) ?? Counted(base.Add(key, start, len));

        public override string Add(string key) => Get(key) ?? Counted(base.Add(key));

        private string Counted(string name) => ++_count <= MostNames ? name : throw TooMuch("too many names");
    }

    /// <summary>Looks at the characters on their way to the reader: where tags begin and end, and how many attributes and open elements there are.</summary>
    private sealed class Guard(TextReader inner, long longest) : TextReader
    {
        private enum In
        {
            Text,
            Opening,
            Tag,
            Quote,
            Declaration,
            Comment,
            Characters,
            Instruction,
        }

        private readonly StringBuilder _declaration = new();
        private In _in;
        private char _quote, _last, _beforeLast;
        private int _length, _attributes, _depth;
        private bool _closes;
        private long _read;

        public override int Peek() => inner.Peek();

        public override int Read()
        {
            var c = inner.Read();
            if (c >= 0) Watch([(char)c]);
            return c;
        }

        public override int Read(char[] buffer, int index, int count)
        {
            var read = inner.Read(buffer, index, count);
            Watch(buffer.AsSpan(index, read));
            return read;
        }

        protected override void Dispose(bool disposing)
        {
            if (disposing) inner.Dispose();
            base.Dispose(disposing);
        }

        private void Watch(ReadOnlySpan<char> text)
        {
            if ((_read += text.Length) > longest) throw TooMuch("too many characters");
            for (var i = 0; i < text.Length; i++)
            {
                var c = text[i];
                switch (_in)
                {
                    case In.Text:
                        var next = text[i..].IndexOf('<');
                        if (next < 0) return;
                        i += next;
                        (_in, _length, _attributes) = (In.Opening, 0, 0);
                        break;
                    case In.Opening:
                        _closes = c == '/';
                        _in = c switch { '!' => In.Declaration, '?' => In.Instruction, _ => In.Tag };
                        _declaration.Clear();
                        break;
                    case In.Tag when c is '"' or '\'':
                        (_in, _quote) = (In.Quote, c);
                        if (++_attributes > MostAttributes) throw TooMuch("an element with too many attributes");
                        break;
                    case In.Tag when c == '>':
                        if (_closes) _depth--;
                        else if (_last != '/' && ++_depth > Deepest) throw TooMuch("elements nested too deep");
                        _in = In.Text;
                        break;
                    case In.Quote when c == _quote:
                        _in = In.Tag;
                        break;
                    case In.Declaration:
                        Declare(c);
                        break;
                    case In.Comment when c == '>' && _last == '-' && _beforeLast == '-':
                    case In.Characters when c == '>' && _last == ']' && _beforeLast == ']':
                    case In.Instruction when c == '>' && _last == '?':
                        _in = In.Text;
                        break;
                }

                if (_in is In.Tag or In.Quote && ++_length > LongestTag) throw TooMuch("a tag without end");
                (_beforeLast, _last) = (_last, c);
            }
        }

        private void Declare(char c)
        {
            _declaration.Append(c);
            if (_declaration.Length == 2 && _declaration[0] == '-' && c == '-') (_in, _last, _beforeLast) = (In.Comment, ' ', ' ');
            else if (_declaration.Length == 7 && _declaration.ToString() == "[CDATA[") _in = In.Characters;
            else if (_declaration.Length == 7 && _declaration.ToString() == "DOCTYPE") throw new DocumentTypeException();
            else if (_declaration.Length > 7) throw TooMuch("a declaration");
        }
    }
}
