using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace BertMLNet.Training;

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
