namespace Microsoft.ML.Data;

internal static class DataViewTypeExtensions
{
    public static DataViewType ItemType(this DataViewType type) => type is VectorDataViewType vector ? vector.ItemType : type;

    public static bool IsText(this DataViewType type) => type is TextDataViewType;

    /// <summary>Whether a column is a vector of texts of that many slots, as slot names and text key values are.</summary>
    public static bool IsTextVector(this DataViewType type, int size)
        => type is VectorDataViewType { ItemType: TextDataViewType } vector && vector.Size == size;
}
