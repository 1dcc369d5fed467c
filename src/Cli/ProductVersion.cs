using System.Reflection;

namespace BertMLNet.Cli;

/// <summary>Which build this is.</summary>
internal static class ProductVersion
{
    private static readonly Assembly Product = typeof(ProductVersion).Assembly;

    /// <summary>The version without the commit that follows a plus sign.</summary>
    public static string Number { get; } =
        Product.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion.Split('+')[0];

    /// <summary><c>nuget</c> or <c>compat</c>.</summary>
    public static string PackageSet { get; } =
        Product.GetCustomAttributes<AssemblyMetadataAttribute>().Single(entry => entry.Key == "MLPackages").Value!;
}
