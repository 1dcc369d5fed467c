using System.Reflection;

namespace BertMLNet.Cli;

/// <summary>Which build this is.</summary>
internal static class ProductVersion
{
    private static readonly Assembly Product = typeof(ProductVersion).Assembly;

    /// <summary>The version without the commit that follows a plus sign.</summary>
    public static string Number { get; } =
        Product.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion.Split('+')[0];
}
