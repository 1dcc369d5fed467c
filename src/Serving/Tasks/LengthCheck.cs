using BertMLNet.Modeling;
using BertMLNet.Scoring;
using BertMLNet.Tokenization;

namespace BertMLNet.AspNetCore;

/// <summary>
/// Finds texts that are too long for a model, where they are not to be shortened. Its tokenizer is loaded when it is first asked for.
/// </summary>
/// <param name="path">The model folder.</param>
/// <param name="maxLength">The longest sequence; where it is null, the model's own.</param>
internal sealed class LengthCheck(string path, int? maxLength)
{
    private readonly Lazy<PairTokenizer> _tokenizer = new(() => new(ModelFolder.Open(path), maxLength, TruncationStrategy.None));

    /// <summary>Refuses a pair that is too long.</summary>
    /// <exception cref="RequestException">There is one.</exception>
    public void Require(IEnumerable<TextPair> pairs)
    {
        PairTokenizer tokenizer = _tokenizer.Value;
        int[] ids = new int[tokenizer.MaxLength];
        byte[] typeIds = new byte[tokenizer.MaxLength];
        foreach (TextPair pair in pairs)
        {
            try
            {
                tokenizer.Encode(pair, ids, typeIds);
            }
            catch (BertMLNetException exception)
            {
                throw RequestException.TooLarge(exception.Message);
            }
        }
    }
}
