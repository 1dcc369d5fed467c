using BertMLNet.Scoring;

namespace BertMLNet.Tests;

[Collection(nameof(MemoryCollection))]
public sealed class MemoryTests
{
    [Fact]
    public void Two_hundred_classifiers_opened_and_closed_leave_no_memory_behind()
    {
        // 2 MB of weights: fifty sessions left open would take 100 MB and more.
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
        Assert.InRange(ProcessMemory.LeftBehind(4, () => OpenAndClose(50)), long.MinValue, 40L << 20);
    }
}
