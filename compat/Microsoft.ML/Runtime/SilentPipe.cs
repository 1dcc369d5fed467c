namespace Microsoft.ML.Runtime;

internal sealed class SilentPipe<TMessage> : IPipe<TMessage>
{
    public SilentPipe(string name) => ContextDescription = name;

    public string ContextDescription { get; }

    public TException Process<TException>(TException ex)
        where TException : Exception
        => ex;

    public void Send(TMessage msg)
    {
    }

    public void Dispose()
    {
    }
}
