namespace BertMLNet;

/// <summary>Options of a transformer that works with a model folder.</summary>
public interface IModelOptions
{
    /// <summary>The model folder.</summary>
    string ModelPath { get; }
}
