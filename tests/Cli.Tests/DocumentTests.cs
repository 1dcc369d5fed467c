using System.CommandLine;
using System.Text.RegularExpressions;
using BertMLNet.TestKit;

namespace BertMLNet.Cli.Tests;

/// <summary>Holds the documents to the code: samples, commands, messages, links.</summary>
public sealed partial class DocumentTests
{
    private static readonly string[] Pages =
        [.. Directory.GetFiles(Path.Combine(Repository.Root, "docs"), "*.md"), Path.Combine(Repository.Root, "README.md"), Path.Combine(Repository.Root, "CONTRIBUTING.md")];

    /// <summary>Every C# sample stands word for word, but for its indent, in code that is compiled.</summary>
    [Fact]
    public void Samples_are_compiled()
    {
        string[] code =
        [
            .. new[] { "samples", "tests" }
                .SelectMany(folder => Directory.EnumerateFiles(Path.Combine(Repository.Root, folder), "*.cs", SearchOption.AllDirectories))
                .Select(path => WithoutIndent(File.ReadAllText(path))),
        ];
        int samples = 0;
        foreach (string page in Pages)
        {
            foreach (string sample in Blocks(page).Where(block => block.Language == "csharp").Select(block => WithoutIndent(block.Text)))
            {
                samples++;
                // A sample may join several places, parted by an empty line.
                Assert.All(sample.Split("\n\n"), part => Assert.True(Array.Exists(code, file => file.Contains(part, StringComparison.Ordinal)), $"{page}:\n{part}"));
            }
        }
        Assert.InRange(samples, 5, 100);
    }

    /// <summary>Every command line is one that the command takes.</summary>
    [Fact]
    public void Commands_parse()
    {
        using var error = new StringWriter();
        var root = new BertMLNetCommand(new CliTerminal { Input = Stream.Null, Output = Stream.Null, Error = error });
        string[] commands =
        [
            .. Pages.SelectMany(Blocks).SelectMany(block => block.Text.Replace("\\\n", " ", StringComparison.Ordinal).Split('\n'))
                .SelectMany(line => Command().Matches(line).Select(match => Filled().Replace(match.Groups["arguments"].Value, "1"))),
        ];
        Assert.InRange(commands.Length, 10, 200);
        Assert.All(commands, command => Assert.True(root.Parse(command).Errors.Count == 0, $"{command}: {string.Join("; ", root.Parse(command).Errors.Select(e => e.Message))}"));
    }

    /// <summary>Every message in the list of troubles is one of the sources'.</summary>
    [Fact]
    public void Messages_occur_in_the_sources()
    {
        // A message may be folded over lines.
        string sources = FoldedText().Replace(string.Join(
            '\n', Directory.EnumerateFiles(Path.Combine(Repository.Root, "src"), "*.cs", SearchOption.AllDirectories).Select(File.ReadAllText)), "");
        string[] rows = [.. File.ReadAllLines(Path.Combine(Repository.Root, "docs", "troubleshooting.md")).Where(line => line.StartsWith("| `", StringComparison.Ordinal))];
        Assert.InRange(rows.Length, 30, 500);
        foreach (string row in rows)
        {
            string[] parts = [.. CodeSpan().Matches(row.Split(" | ")[0]).Select(match => match.Groups["code"].Value)];
            Assert.All(parts, part => Assert.True(sources.Contains(part, StringComparison.Ordinal), $"no source says: {part}"));
        }
    }

    [Fact]
    public void Links_lead_somewhere()
    {
        foreach (string page in Pages)
        {
            foreach (Match link in Link().Matches(File.ReadAllText(page)))
            {
                string[] target = link.Groups["target"].Value.Split('#');
                string path = target[0].Length == 0 ? page : Path.Combine(Path.GetDirectoryName(page)!, target[0]);
                Assert.True(Path.Exists(path), $"{page}: {link.Value}");
                if (target.Length == 2)
                    Assert.Contains(target[1], File.ReadLines(path).Where(line => line.StartsWith('#')).Select(Anchor));
            }
        }
    }

    private static IEnumerable<(string Language, string Text)> Blocks(string page) =>
        CodeBlock().Matches(File.ReadAllText(page).ReplaceLineEndings("\n")).Select(match => (match.Groups["language"].Value, match.Groups["text"].Value));

    private static string WithoutIndent(string text) => string.Join('\n', text.ReplaceLineEndings("\n").Split('\n').Select(line => line.Trim())).Trim();

    private static string Anchor(string heading) =>
        string.Concat(heading.TrimStart('#', ' ').ToLowerInvariant().Where(c => char.IsLetterOrDigit(c) || c is ' ' or '-')).Replace(' ', '-');

    [GeneratedRegex(@"^```(?<language>\w*)\n(?<text>.*?)^```", RegexOptions.Singleline | RegexOptions.Multiline | RegexOptions.ExplicitCapture)]
    private static partial Regex CodeBlock();

    /// <summary>Up to a redirection, a pipe, or another program's part of the line.</summary>
    [GeneratedRegex(@"(?<=^|parallel .*?|exec )bertmlnet (?<arguments>(train|evaluate|export|score|serve|import|inspect|tokenize|demo|pretrain|train-vocab) [^<>|""'\]]*?)(?= *($|[<>|""']|:::))", RegexOptions.ExplicitCapture)]
    private static partial Regex Command();

    /// <summary>What a shell or another program fills in.</summary>
    [GeneratedRegex(@"\$\(\(.*?\)\)|\$\w+|\{\.?\}", RegexOptions.CultureInvariant)]
    private static partial Regex Filled();

    [GeneratedRegex("`(?<code>[^`]+)`", RegexOptions.ExplicitCapture)]
    private static partial Regex CodeSpan();

    [GeneratedRegex(@"\]\((?!http)(?<target>[^)\s]+)\)", RegexOptions.ExplicitCapture)]
    private static partial Regex Link();

    [GeneratedRegex("\"\\s*\\+ \\$?\"", RegexOptions.CultureInvariant)]
    private static partial Regex FoldedText();
}
