using System.Reflection;
using Microsoft.ML.Transforms;

namespace Microsoft.ML.Runtime;

/// <summary>The extension classes, by contract name, that loading a model may create.</summary>
public sealed class ComponentCatalog
{
    private readonly Lock _lock = new();
    private readonly HashSet<string> _assemblies = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Type> _extensions = new(StringComparer.Ordinal);

    internal ComponentCatalog()
    {
    }

    public void RegisterAssembly(Assembly assembly, bool throwOnError = true)
    {
        ArgumentNullException.ThrowIfNull(assembly);
        lock (_lock)
        {
            if (!_assemblies.Add(assembly.FullName))
                return;
            foreach (var type in assembly.GetTypes().Where(type => type is { IsClass: true, IsAbstract: false }))
            {
                var attribute = type.GetCustomAttribute<ExtensionBaseAttribute>(inherit: false);
                if (attribute is not null)
                    Add(attribute.ContractName, type, throwOnError);
            }
        }
    }

    /// <summary>A new instance of the extension class registered under a contract name.</summary>
    internal object CreateExtension(string contractName)
    {
        lock (_lock)
        {
            Check.That(_extensions.TryGetValue(contractName, out var type),
                $"No extension class is registered for the contract '{contractName}'; register its assembly with ComponentCatalog.RegisterAssembly.");
            return Activator.CreateInstance(type);
        }
    }

    private void Add(string contractName, Type type, bool throwOnError)
    {
        bool usable = type.GetConstructor(Type.EmptyTypes) is not null && typeof(ICustomMappingFactory).IsAssignableFrom(type);
        bool added = usable && _extensions.TryAdd(contractName, type);
        Check.That(added || !throwOnError, usable
            ? $"The contract '{contractName}' has already been registered, by {_extensions[contractName]}."
            : $"{type} has no public parameterless constructor, or is not a custom mapping factory.");
    }
}
