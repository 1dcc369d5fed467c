using System.Reflection;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.RegularExpressions;
using TorchSharp;

namespace BertMLNet.Training;

/// <summary>Looks whether TorchSharp's native library can be loaded, and says why not.</summary>
/// <remarks>
/// The look comes before TorchSharp's own. Where that finds no library it copies half a gigabyte out of NuGet's package folder
/// into the application's, writes a trace to standard output and throws, all without the loader's reason.
/// </remarks>
internal static partial class TorchLibrary
{
    private const string Name = "LibTorchSharp";
    private const string OtherEngine = "train with ONNX Runtime on the CPU (option engine onnxruntime, option device cpu)";

    private static readonly string[] Platforms = ["linux-x64", "win-x64", "win-arm64", "osx-arm64"];
    private static readonly Lazy<string?> Found = new(Look);

    /// <summary>What keeps the library from loading, and what helps; null where nothing does.</summary>
    public static string? Fault => Found.Value;

    /// <summary>The platform of this process, by the names that NuGet has for platforms.</summary>
    private static string Platform =>
        (OperatingSystem.IsWindows() ? "win" : OperatingSystem.IsMacOS() ? "osx" : "linux")
        + "-" + RuntimeInformation.ProcessArchitecture.ToString().ToLowerInvariant();

    /// <summary>The fault of a platform that TorchSharp has no library for.</summary>
    public static string? FaultOf(string platform) =>
        Platforms.Contains(platform, StringComparer.Ordinal) ? null : $"TorchSharp has no library for {platform}; {OtherEngine}";

    /// <summary>The fault that the loader's words tell of.</summary>
    /// <param name="reasons">What <see cref="DllNotFoundException"/> says: a line for each place that was tried.</param>
    /// <param name="newestVersion">Finds the newest version of a libstdc++, given its path.</param>
    public static string FaultOf(string reasons, Func<string, string?> newestVersion)
    {
        // Other words of the loader's may be in another language.
        if (MissingVersion().Match(reasons) is { Success: true } missing)
        {
            string file = missing.Groups["file"].Value, version = missing.Groups["version"].Value;
            string there = newestVersion(file) is { } newest ? $"goes up to {newest}" : "has none of that name";
            return $"TorchSharp's library asks for {version}, and this system's '{file}' {there}; build the application anew with "
                + $"the property TorchSharpOnOlderLibstdcxx set to true, {OtherEngine}, or take a newer distribution";
        }
        string? reason = reasons.ReplaceLineEndings("\n").Split('\n').Skip(1)
            .FirstOrDefault(line => line.Contains(": ", StringComparison.Ordinal) && !OwnName().IsMatch(line));
        return $"TorchSharp finds no libtorch{(reason is null ? "" : $" ({reason.Trim()})")}; "
            + "add a package like 'libtorch-cpu-linux-x64' or 'libtorch-cuda-12.8-linux-x64' to the application, "
            + $"name the folder of libtorch 2.10 in LD_LIBRARY_PATH (PATH on Windows), or {OtherEngine}";
    }

    /// <summary>The newest version of its symbols that a libstdc++ names; null where it cannot be read.</summary>
    public static string? NewestVersion(string path)
    {
        try
        {
            return VersionName().Matches(Encoding.Latin1.GetString(File.ReadAllBytes(path)))
                .Select(match => Version.Parse(match.Groups["number"].ValueSpan))
                .Max() is { } newest ? $"GLIBCXX_{newest}" : null;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    private static string? Look()
    {
        if (FaultOf(Platform) is { } fault)
            return fault;
        Assembly torchSharp = typeof(DeviceType).Assembly;
        // Notebooks take TorchSharp out of NuGet's package folder, and TorchSharp finds the library in its own way.
        string own = Path.TrimEndingDirectorySeparator(AppContext.BaseDirectory);
        if (torchSharp.Location is { Length: > 0 } location && Path.GetDirectoryName(location) != own)
            return null;
        try
        {
            // As TorchSharp does: on Windows the one is found by the other's being there.
            NativeLibrary.TryLoad("torch_cpu", torchSharp, searchPath: null, out _);
            NativeLibrary.Load(Name, torchSharp, searchPath: null);
            return null;
        }
        catch (Exception exception) when (exception is DllNotFoundException or BadImageFormatException)
        {
            return FaultOf(exception.Message, NewestVersion);
        }
    }

    [GeneratedRegex(
        @"(?<file>/[^\s:]*libstdc\+\+[^\s:]*): [^\n]*?(?<version>GLIBCXX_[0-9.]*[0-9])",
        RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 10_000)]
    private static partial Regex MissingVersion();

    /// <summary>A place where the library itself was not found.</summary>
    [GeneratedRegex(@"^\S*LibTorchSharp(\.so|\.dylib)?[:,]", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 10_000)]
    private static partial Regex OwnName();

    [GeneratedRegex(@"GLIBCXX_(?<number>3\.\d+(\.\d+)?)", RegexOptions.ExplicitCapture, matchTimeoutMilliseconds: 10_000)]
    private static partial Regex VersionName();
}
