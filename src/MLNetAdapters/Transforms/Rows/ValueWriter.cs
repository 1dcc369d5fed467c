namespace BertMLNet;

/// <summary>Writes one output column's value of a scored row into the consumer's buffer.</summary>
internal delegate void ValueWriter<TResult, TValue>(in TResult result, ref TValue value);
