namespace Microsoft.ML.Runtime;

/// <summary>A named part of a context: its own random numbers, and channels whose messages reach the context's log.</summary>
internal sealed class Host : IHost
{
    private readonly Action<ChannelMessage, string> _log;
    private readonly string _fullName;

    public Host(string fullName, int? seed, ComponentCatalog components, Action<ChannelMessage, string> log)
    {
        _fullName = fullName;
        _log = log;
        ComponentCatalog = components;
        Rand = seed is { } value ? new Random(value) : new Random();
    }

    public Random Rand { get; }

    public ComponentCatalog ComponentCatalog { get; }

    public string ContextDescription => _fullName;

    public TException Process<TException>(TException ex)
        where TException : Exception
        => ex;

    public IHost Register(string name, int? seed = null, bool? verbose = null)
    {
        Check.NotEmpty(name, nameof(name));
        return new Host(_fullName.Length == 0 ? name : $"{_fullName}; {name}", seed ?? Rand.Next(), ComponentCatalog, _log);
    }

    public IChannel Start(string name)
    {
        Check.NotEmpty(name, nameof(name));
        return new Channel(_fullName.Length == 0 ? name : $"{_fullName}; {name}", _log);
    }

    /// <summary>Typed messages have no listener here: <see cref="MLContext"/> has no public way to add one.</summary>
    public IPipe<TMessage> StartPipe<TMessage>(string name) => new SilentPipe<TMessage>(name);

    public IProgressChannel StartProgressChannel(string name) => new SilentProgressChannel();
}
