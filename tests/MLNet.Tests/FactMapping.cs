using Microsoft.ML.Transforms;

namespace BertMLNet.Tests;

/// <summary>A contract of these tests' own: its mapping copies a text and says which mapping it is.</summary>
[CustomMappingFactoryAttribute(Contract)]
public sealed class FactMapping : CustomMappingFactory<FactInput, FactOutput>
{
    internal const string Contract = "BertMLNet.Tests.Fact";

    private static int made;

    public override Action<FactInput, FactOutput> GetMapping()
    {
        int number = Interlocked.Increment(ref made);
        return (input, output) => (output.Text, output.Mapping) = (input.Sentence1, number);
    }
}
