namespace EntityRecognition;

/// <summary>A text.</summary>
internal class Sentence
{
    public string Text { get; set; } = "";
}
