using System.Reflection;
using Microsoft.ML.Model;

namespace Microsoft.ML.Transforms;

/// <summary>
/// A custom mapping in a model file: its contract and the assembly that has it. Loading looks that assembly up by name,
/// among those the program has, and creates the factory that bears the contract.
/// </summary>
internal static class CustomMappingModel
{
    public const string Kind = "CustomMapping";

    public static void Save(ModelSaveContext context, string contractName, Assembly assembly)
    {
        Check.That(contractName is not null, "Empty contract name for a transform: the transform cannot be saved");
        context.Write(Kind, new() { ["contract"] = contractName, ["assembly"] = assembly.FullName });
    }

    public static ITransformer Load(ModelLoadContext context)
    {
        string contractName = context.State.Text("contract");
        context.Components.RegisterAssembly(Assembly.Load(new AssemblyName(context.State.Text("assembly"))));
        return context.Components.CreateExtension(contractName) is ICustomMappingFactory factory
            ? factory.CreateTransformer(contractName)
            : throw new InvalidOperationException($"The class with contract '{contractName}' must derive from '{typeof(CustomMappingFactory<,>).FullName}'.");
    }
}
