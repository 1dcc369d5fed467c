using BertMLNet.Modeling;
using TorchSharp;
using static TorchSharp.torch;

namespace BertMLNet.Training;

/// <summary>Finds devices of libtorch.</summary>
public static class TorchDevice
{
    private static readonly Lock ConsoleGate = new();
    private static bool _isLoaded;

    /// <summary>Whether libtorch is there and sees a CUDA device; false, not an error, where libtorch is missing.</summary>
    public static bool HasCuda()
    {
        try
        {
            return TorchLibrary.Fault is null && Quietly(cuda.is_available);
        }
        catch (Exception exception) when (IsMissingLibrary(exception))
        {
            return false;
        }
    }

    /// <summary>TorchSharp's device, after a look that it is there.</summary>
    /// <exception cref="BertMLNetException">The device or libtorch is not there.</exception>
    internal static Device Open(ComputeDevice device)
    {
        if (TorchLibrary.Fault is { } fault)
            throw new BertMLNetException($"device '{device}': {fault}.");
        try
        {
            if (device.CudaIndex is not { } index)
            {
                Quietly(() => TryInitializeDeviceType(DeviceType.CPU));
                return new Device(DeviceType.CPU);
            }
            if (!Quietly(cuda.is_available))
            {
                throw new BertMLNetException(
                    $"device '{device}': libtorch sees no CUDA device; add a CUDA build of libtorch and check the driver, or use 'cpu'.");
            }
            int count = cuda.device_count();
            if (index >= count)
            {
                throw new BertMLNetException(
                    $"device '{device}': there are {count} CUDA devices, counted from 0; use one of them, or 'cpu'.");
            }
            return new Device(DeviceType.CUDA, index);
        }
        catch (Exception exception) when (IsMissingLibrary(exception))
        {
            // Not the loader's words, but TorchSharp's, whose lines tell of its search.
            throw new BertMLNetException($"device '{device}': {TorchLibrary.FaultOf("", TorchLibrary.NewestVersion)}.", exception);
        }
    }

    /// <summary>
    /// Keeps TorchSharp from printing: where it finds no libtorch it writes a trace to standard output, where results go,
    /// before it throws.
    /// </summary>
    private static bool Quietly(Func<bool> load)
    {
        // Of two threads at once, one would take the other's silence for the output and put it back for good.
        lock (ConsoleGate)
        {
            if (_isLoaded)
                return load();
            TextWriter output = Console.Out;
            Console.SetOut(TextWriter.Null);
            try
            {
                bool result = load();
                _isLoaded = true;
                return result;
            }
            finally
            {
                Console.SetOut(output);
            }
        }
    }

    private static bool IsMissingLibrary(Exception exception) =>
        exception is DllNotFoundException or NotSupportedException or TypeInitializationException or EntryPointNotFoundException;
}
