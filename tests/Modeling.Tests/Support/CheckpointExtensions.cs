namespace BertMLNet.Modeling.Tests;

internal static class CheckpointExtensions
{
    public static float[] Read(this ICheckpoint checkpoint, string name)
    {
        float[] values = new float[checkpoint.Tensors[name].Count];
        checkpoint.Read(name, values);
        return values;
    }
}
