namespace Microsoft.ML.Data;

internal static class AnnotationKinds
{
    public const string SlotNames = nameof(SlotNames);
    public const string KeyValues = nameof(KeyValues);
    public const string IsNormalized = nameof(IsNormalized);
}
