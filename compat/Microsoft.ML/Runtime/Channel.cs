namespace Microsoft.ML.Runtime;

internal sealed class Channel : IChannel
{
    private readonly string _source;
    private readonly Action<ChannelMessage, string> _log;

    public Channel(string source, Action<ChannelMessage, string> log)
    {
        _source = source;
        _log = log;
    }

    public string ContextDescription => _source;

    public TException Process<TException>(TException ex)
        where TException : Exception
        => ex;

    public void Send(ChannelMessage msg) => _log(msg, _source);

    public void Trace(MessageSensitivity sensitivity, string fmt) => Send(ChannelMessageKind.Trace, sensitivity, fmt);

    public void Trace(MessageSensitivity sensitivity, string fmt, params object[] args) => Send(ChannelMessageKind.Trace, sensitivity, fmt, args);

    public void Error(MessageSensitivity sensitivity, string fmt) => Send(ChannelMessageKind.Error, sensitivity, fmt);

    public void Error(MessageSensitivity sensitivity, string fmt, params object[] args) => Send(ChannelMessageKind.Error, sensitivity, fmt, args);

    public void Warning(MessageSensitivity sensitivity, string fmt) => Send(ChannelMessageKind.Warning, sensitivity, fmt);

    public void Warning(MessageSensitivity sensitivity, string fmt, params object[] args) => Send(ChannelMessageKind.Warning, sensitivity, fmt, args);

    public void Info(MessageSensitivity sensitivity, string fmt) => Send(ChannelMessageKind.Info, sensitivity, fmt);

    public void Info(MessageSensitivity sensitivity, string fmt, params object[] args) => Send(ChannelMessageKind.Info, sensitivity, fmt, args);

    public void Dispose()
    {
    }

    private void Send(ChannelMessageKind kind, MessageSensitivity sensitivity, string format, object[] arguments = null)
    {
        Check.NotEmpty(format, nameof(format));
        Send(new ChannelMessage(kind, sensitivity, format, arguments));
    }
}
