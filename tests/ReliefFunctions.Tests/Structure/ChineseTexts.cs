using System.Text;
using System.Text.RegularExpressions;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.CSharp.Syntax;

namespace ReliefFunctions.Tests.Structure;

/// <summary>The Chinese texts of a source file as templates: what is filled in stands as <c>{0}</c>, <c>{1}</c>…; texts joined by <c>+</c> are one.</summary>
internal static partial class ChineseTexts
{
    /// <summary>What only looks for a word, or takes it away, says nothing to anybody.</summary>
    private static readonly HashSet<string> Asking =
    [
        "Contains", "StartsWith", "EndsWith", "IndexOf", "LastIndexOf", "IndexOfAny", "Equals", "Split", "Trim", "TrimStart", "TrimEnd", "Remove", "TryGetValue",
    ];

    /// <summary>Every text of a file with the line it begins on.</summary>
    public static IEnumerable<(int Line, string Template)> Of(string source)
    {
        var root = CSharpSyntaxTree.ParseText(source).GetRoot();
        foreach (var node in root.DescendantNodes())
        {
            if (node is not ExpressionSyntax expression || !IsText(expression) || !IsWhole(expression) || IsAsking(expression)) continue;
            if (expression.FirstAncestorOrSelf<AttributeSyntax>() is not null) continue;
            var line = expression.GetLocation().GetLineSpan().StartLinePosition.Line + 1;
            foreach (var template in Templates(expression).Where(text => Han().IsMatch(text))) yield return (line, template);
        }
    }

    private static bool IsText(SyntaxNode node) => node switch
    {
        LiteralExpressionSyntax literal => literal.IsKind(SyntaxKind.StringLiteralExpression),
        InterpolatedStringExpressionSyntax => true,
        BinaryExpressionSyntax { RawKind: (int)SyntaxKind.AddExpression } sum => IsText(sum.Left) || IsText(sum.Right),
        ParenthesizedExpressionSyntax inner => IsText(inner.Expression),
        _ => false,
    };

    /// <summary>Whether it is no part of a longer sum of texts.</summary>
    private static bool IsWhole(ExpressionSyntax expression)
    {
        var outer = expression.Parent;
        while (outer is ParenthesizedExpressionSyntax) outer = outer.Parent;
        return expression is not ParenthesizedExpressionSyntax && !(outer is BinaryExpressionSyntax && IsText(outer));
    }

    private static bool IsAsking(ExpressionSyntax expression) => expression.Parent switch
    {
        ConstantPatternSyntax or CaseSwitchLabelSyntax => true,
        BinaryExpressionSyntax asked => asked.IsKind(SyntaxKind.EqualsExpression) || asked.IsKind(SyntaxKind.NotEqualsExpression),
        ArgumentSyntax { Parent: BracketedArgumentListSyntax } => true,
        ArgumentSyntax { Parent: ArgumentListSyntax { Parent: InvocationExpressionSyntax { Expression: MemberAccessExpressionSyntax called } } list } argument =>
            Asking.Contains(called.Name.Identifier.Text) || (called.Name.Identifier.Text == "Replace" && list.Arguments[0] == argument),
        _ => false,
    };

    private static IEnumerable<string> Templates(ExpressionSyntax expression)
    {
        var whole = new StringBuilder();
        Write(expression, whole);
        var text = Style().Replace(Placeholder().Replace(whole.ToString(), "\u0001"), "");
        foreach (var part in text.Contains("</", StringComparison.Ordinal) ? Tag().Split(text) : [text])
        {
            var holes = 0;
            yield return Hole().Replace(part.Trim(), _ => $"{{{holes++}}}").Replace("\n", "\\n", StringComparison.Ordinal);
        }
    }

    private static void Write(ExpressionSyntax expression, StringBuilder to)
    {
        switch (expression)
        {
            case LiteralExpressionSyntax literal when IsText(literal):
                to.Append(literal.Token.ValueText);
                break;
            case InterpolatedStringExpressionSyntax filled:
                foreach (var content in filled.Contents) to.Append(content is InterpolatedStringTextSyntax text ? Unescaped(filled, text) : "\u0001");
                break;
            case BinaryExpressionSyntax sum when IsText(sum):
                Write(sum.Left, to);
                Write(sum.Right, to);
                break;
            case ParenthesizedExpressionSyntax inner when IsText(inner):
                Write(inner.Expression, to);
                break;
            default:
                to.Append('\u0001');
                break;
        }
    }

    private static string Unescaped(InterpolatedStringExpressionSyntax filled, InterpolatedStringTextSyntax text) =>
        filled.StringStartToken.Text.Contains("\"\"\"", StringComparison.Ordinal) ? text.TextToken.ValueText
            : text.TextToken.ValueText.Replace("{{", "{", StringComparison.Ordinal).Replace("}}", "}", StringComparison.Ordinal);

    [GeneratedRegex(@"[\u4e00-\u9fff]")]
    private static partial Regex Han();

    [GeneratedRegex(@"</?[a-zA-Z!][^>]*>")]
    private static partial Regex Tag();

    /// <summary>A place that a policy's text leaves to be filled in, such as {单位}.</summary>
    [GeneratedRegex(@"\{[\u4e00-\u9fff]+\}")]
    private static partial Regex Placeholder();

    [GeneratedRegex("<style>.*?</style>", RegexOptions.Singleline)]
    private static partial Regex Style();

    [GeneratedRegex("\u0001")]
    private static partial Regex Hole();
}
