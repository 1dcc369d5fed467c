namespace BertMLNet.Cli;

/// <summary>The small pre-trained model that comes with the command.</summary>
internal static class ShippedModel
{
    /// <summary>Its folder; null where the command was built without it.</summary>
    public static string? Find()
    {
        string folder = Path.Combine(AppContext.BaseDirectory, "models", "bertmlnet-mini-en");
        return Directory.Exists(folder) ? folder : null;
    }
}
