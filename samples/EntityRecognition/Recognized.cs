namespace EntityRecognition;

/// <summary>A text and what it names: a type, a place and a probability an entity.</summary>
internal sealed class Recognized : Sentence
{
    public string[] EntityType { get; set; } = [];

    public int[] EntityStart { get; set; } = [];

    public int[] EntityEnd { get; set; } = [];

    public float[] EntityScore { get; set; } = [];
}
