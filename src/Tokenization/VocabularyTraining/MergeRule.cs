namespace BertMLNet.Tokenization;

/// <summary>Which two pieces are joined next.</summary>
public enum MergeRule
{
    /// <summary>
    /// The pair that stands most often in the text: what shortens the text most. The default, as it spells words with
    /// fewer pieces.
    /// </summary>
    Frequency,

    /// <summary>
    /// The pair that makes the text likeliest, if pieces are drawn independently (Schuster and Nakajima, Japanese and
    /// Korean Voice Search, 2012). To the first order the logarithm grows by
    /// <c>pair * log(pair * total / (left * right))</c>, where <c>pair</c>, <c>left</c> and <c>right</c> say how often
    /// the pair and its pieces stand in the text, and <c>total</c> how many characters it has.
    /// </summary>
    Likelihood,
}
