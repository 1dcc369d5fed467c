namespace TextLabels;

/// <summary>A text.</summary>
internal class Comment
{
    public string Text { get; set; } = "";
}
