using System.Globalization;
using BertMLNet.Modeling;
using TorchSharp;
using static TorchSharp.torch;

namespace BertMLNet.Training;

/// <summary>Finds the device that a user names.</summary>
public static class TorchDevice
{
    /// <summary>Whether libtorch is there and sees a CUDA device; false, not an error, where libtorch is missing.</summary>
    public static bool HasCuda()
    {
        try
        {
            return cuda.is_available();
        }
        catch (Exception exception) when (IsMissingLibrary(exception))
        {
            return false;
        }
    }

    /// <summary>The device by its name, after a look that it is there.</summary>
    /// <exception cref="BertMLNetException">The name is not a device's, or the device or libtorch is not there.</exception>
    internal static Device Parse(string name)
    {
        try
        {
            if (string.Equals(name, "cpu", StringComparison.Ordinal))
            {
                InitializeDeviceType(DeviceType.CPU);
                return new Device(DeviceType.CPU);
            }
            int index = CudaIndex(name);
            if (!cuda.is_available())
                throw new BertMLNetException($"device '{name}': libtorch sees no CUDA device; add a CUDA build of libtorch and check the driver, or use 'cpu'.");
            int count = cuda.device_count();
            if (index >= count)
                throw new BertMLNetException($"device '{name}': there are {count} CUDA devices, counted from 0; use one of them, or 'cpu'.");
            return new Device(DeviceType.CUDA, index);
        }
        catch (Exception exception) when (IsMissingLibrary(exception))
        {
            throw new BertMLNetException(
                $"device '{name}': TorchSharp finds no libtorch for this platform; add a package like 'TorchSharp-cpu' or 'TorchSharp-cuda-linux' to the application.",
                exception);
        }
    }

    private static int CudaIndex(string name)
    {
        if (string.Equals(name, "cuda", StringComparison.Ordinal))
            return 0;
        if (name.StartsWith("cuda:", StringComparison.Ordinal)
            && int.TryParse(name.AsSpan(5), NumberStyles.None, CultureInfo.InvariantCulture, out int index))
        {
            return index;
        }
        throw new BertMLNetException($"device '{name}' is not known; expected 'cpu', 'cuda' or 'cuda:N', for example 'cuda:0'.");
    }

    private static bool IsMissingLibrary(Exception exception) =>
        exception is DllNotFoundException or NotSupportedException or TypeInitializationException or EntryPointNotFoundException;
}
