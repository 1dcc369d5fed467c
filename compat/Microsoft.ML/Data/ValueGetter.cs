namespace Microsoft.ML;

public delegate void ValueGetter<TValue>(ref TValue value);
