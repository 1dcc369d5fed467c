namespace Microsoft.ML.Data;

public sealed partial class TextLoader
{
    /// <summary>Fields of a line by number; both ends belong to it.</summary>
    public sealed class Range
    {
        public int Min;
        public int? Max;
        public bool ForceVector;

        public Range()
        {
        }

        public Range(int index)
            : this(index, index)
        {
        }

        public Range(int min, int? max)
        {
            Check.Parameter(min >= 0, nameof(min), "A field's number cannot be negative.");
            Check.Parameter(max is null || max >= min, nameof(max), "A range cannot end before it starts.");
            Min = min;
            Max = max;
        }
    }
}
