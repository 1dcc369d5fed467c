using BertMLNet.Scoring;

namespace BertMLNet.Tests;

[Collection(nameof(MemoryCollection))]
public sealed class MemoryTests
{
    [Fact]
    public void Two_hundred_classifiers_opened_and_closed_leave_no_memory_behind()
    {
        // 2 MB of weights: two hundred sessions left open would take 400 MB and more.
        using var model = TinyModel.Pairs(vocabulary: 16_000, width: 32);
        void OpenAndClose(int times)
        {
            for (int i = 0; i < times; i++)
            {
                using var classifier = PairClassifier.Load(model.Path);
                classifier.Score("w1", "w2");
            }
        }

        OpenAndClose(20);
        long before = ProcessMemory.AfterCollection();
        OpenAndClose(200);
        Assert.InRange(ProcessMemory.AfterCollection() - before, long.MinValue, 150L << 20);
    }
}
