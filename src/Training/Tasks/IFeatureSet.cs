using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace BertMLNet.Training;

/// <summary>
/// Tokenized examples, by index. Lengths are known without making a batch, so that examples of like length can go
/// together. It is not changed while it is in use, and any thread may read it.
/// </summary>
internal interface IFeatureSet
{
    /// <summary>The number of features: one an example, or one a window of it.</summary>
    int Count { get; }

    /// <summary>The tokens of one feature, special tokens included.</summary>
    int LengthOf(int index);

    /// <summary>Makes a batch of features, in the order given, with targets where the set has them.</summary>
    PackedBatch Pack(ReadOnlySpan<int> indices);

    /// <summary>
    /// The features of one epoch, from 0, as many as this set has, worked out from the epoch alone; the set itself where it is the same
    /// in every epoch.
    /// </summary>
    IFeatureSet ForEpoch(int epoch) => this;

    /// <summary>A hash of all that the features are made of, by which a resumed run knows its data again.</summary>
    string Fingerprint => DataHash.Of(this);

    /// <summary>Where a feature comes from, for messages: <c>train.tsv, line 12</c>.</summary>
    string Locate(int index);
}

/// <summary>A hash of a feature set's tokens and targets, by which a resumed run knows its data again.</summary>
internal static class DataHash
{
    private const int FeaturesABatch = 256;

    public static string Of(IFeatureSet features)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (int[] indices in Enumerable.Range(0, features.Count).Chunk(FeaturesABatch))
        {
            PackedBatch batch = features.Pack(indices);
            hash.AppendData(MemoryMarshal.AsBytes<int>(batch.Lengths));
            hash.AppendData(MemoryMarshal.AsBytes<int>(batch.InputIds));
            hash.AppendData(MemoryMarshal.AsBytes<int>(batch.TokenTypeIds));
            batch.Targets?.AddTo(hash);
        }
        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }
}
