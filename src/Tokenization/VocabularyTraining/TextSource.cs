namespace BertMLNet.Tokenization;

/// <summary>Plain text to learn a vocabulary from.</summary>
/// <remarks>
/// The runtime takes a gzip file that is cut short for a whole one, unless its switch
/// <c>System.IO.Compression.UseStrictValidation</c> is on, as it is in the <c>bertmlnet</c> command.
/// </remarks>
/// <param name="Path">
/// A file of UTF-8 text, as it is or compressed with gzip, or a folder, whose <c>.txt</c> and <c>.txt.gz</c> files are
/// read, those in folders inside it, too.
/// </param>
/// <param name="Weight">How often each word of the text counts, at least 1: so a small text has its say beside a large one.</param>
public sealed record TextSource(string Path, int Weight = 1);
