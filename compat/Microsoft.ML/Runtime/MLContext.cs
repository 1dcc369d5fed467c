using Microsoft.ML.Data;
using Microsoft.ML.Runtime;

namespace Microsoft.ML;

public sealed class MLContext : IHostEnvironment
{
    private readonly Host _host;

    public MLContext(int? seed = null)
    {
        _host = new Host("", seed, new ComponentCatalog(), OnMessage);
        Data = new DataOperationsCatalog(_host);
        Model = new ModelOperationsCatalog(_host);
    }

    public event EventHandler<LoggingEventArgs> Log;

    public BinaryClassificationCatalog BinaryClassification { get; } = new();

    public MulticlassClassificationCatalog MulticlassClassification { get; } = new();

    public TransformsCatalog Transforms { get; } = new();

    public DataOperationsCatalog Data { get; }

    public ModelOperationsCatalog Model { get; }

    public ComponentCatalog ComponentCatalog => _host.ComponentCatalog;

    public bool FallbackToCpu { get; set; }

    public int? GpuDeviceId { get; set; }

    string IExceptionContext.ContextDescription => _host.ContextDescription;

    TException IExceptionContext.Process<TException>(TException ex) => _host.Process(ex);

    IHost IHostEnvironment.Register(string name, int? seed, bool? verbose) => _host.Register(name, seed, verbose);

    IChannel IChannelProvider.Start(string name) => _host.Start(name);

    IPipe<TMessage> IChannelProvider.StartPipe<TMessage>(string name) => _host.StartPipe<TMessage>(name);

    IProgressChannel IProgressChannelProvider.StartProgressChannel(string name) => _host.StartProgressChannel(name);

    private void OnMessage(ChannelMessage message, string source)
        => Log?.Invoke(this, new LoggingEventArgs(message.Message, message.Kind, source));
}
