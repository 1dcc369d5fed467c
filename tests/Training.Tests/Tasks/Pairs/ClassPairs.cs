namespace BertMLNet.Training.Tests;

/// <summary>Pairs whose answers are classes, as tests look at them.</summary>
internal static class ClassPairs
{
    extension(LabelledPairs pairs)
    {
        public IReadOnlyList<string> Labels => pairs.Classes.Labels;

        public float[] ClassWeights => pairs.Classes.Weights;

        private ClassAnswers Classes => (ClassAnswers)pairs.Answers;

        public static LabelledPairs Read(IPairSource source, PairEncoder encode, IReadOnlyList<string>? labels = null) =>
            LabelledPairs.Read(source, encode, new ClassAnswers(labels ?? source.KnownLabels));

        public int ClassOf(int index) => pairs.Classes.ClassOf(pairs.RowOf(index));

        public int[] CountClasses()
        {
            var counts = new int[pairs.Labels.Count];
            for (int i = 0; i < pairs.Count; i++)
                counts[pairs.ClassOf(i)]++;
            return counts;
        }

        public LabelledPairs WithClassWeights(params IReadOnlyList<float> weights) => pairs.With(pairs.Classes.Weighted(weights));

        public LabelledPairs WithBalancedClassWeights() => pairs.With(pairs.Classes.Balanced());

        public LabelledPairs WithClasses(IReadOnlyList<string> labels, IReadOnlyList<int> places) =>
            pairs.With(pairs.Classes.Renamed(labels, places));
    }
}
