using System.Globalization;
using System.Reflection;
using System.Runtime.CompilerServices;
using System.Text;

namespace BertMLNet.Cli.Tests;

/// <summary>Writes down an assembly's public types and members, much as C# has them, one a line, in the order of their names.</summary>
internal static class PublicApi
{
    private const BindingFlags Declared = BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly;

    private static readonly NullabilityInfoContext Nullability = new();

    private static readonly Dictionary<Type, string> Keywords = new()
    {
        [typeof(void)] = "void", [typeof(object)] = "object", [typeof(string)] = "string", [typeof(bool)] = "bool", [typeof(byte)] = "byte",
        [typeof(char)] = "char", [typeof(int)] = "int", [typeof(uint)] = "uint", [typeof(long)] = "long", [typeof(ulong)] = "ulong",
        [typeof(float)] = "float", [typeof(double)] = "double", [typeof(short)] = "short", [typeof(ushort)] = "ushort",
    };

    public static string Describe(Assembly assembly)
    {
        var text = new StringBuilder();
        foreach (Type type in assembly.GetExportedTypes().OrderBy(type => type.FullName, StringComparer.Ordinal))
        {
            text.Append(Header(type)).Append('\n');
            // What a tool generates from a format's definition is that tool's to shape.
            if (type.Namespace!.EndsWith(".Onnx", StringComparison.Ordinal))
                continue;
            foreach (string member in type.GetMembers(Declared).Select(Describe).OfType<string>().Distinct().Order(StringComparer.Ordinal))
                text.Append("    ").Append(member).Append('\n');
        }
        return text.ToString();
    }

    private static string Header(Type type)
    {
        string kind = type switch
        {
            { IsEnum: true } => "enum",
            { IsInterface: true } => "interface",
            { IsValueType: true } => "struct",
            _ when type.IsSubclassOf(typeof(MulticastDelegate)) => "delegate",
            { IsAbstract: true, IsSealed: true } => "static class",
            { IsAbstract: true } => "abstract class",
            { IsSealed: true } => "sealed class",
            _ => "class",
        };
        IEnumerable<Type> bases = type.IsEnum || kind == "delegate"
            ? []
            : type.GetInterfaces().Where(contract => contract.IsVisible && contract.Name != "IEquatable`1").OrderBy(Name, StringComparer.Ordinal);
        if (type.BaseType is { } parent && parent != typeof(object) && parent != typeof(ValueType) && parent != typeof(Enum) && kind != "delegate")
            bases = bases.Prepend(parent);
        string list = string.Join(", ", bases.Select(Name));
        return $"{kind} {type.Namespace}.{Name(type)}{(list.Length > 0 ? $" : {list}" : "")}";
    }

    private static string? Describe(MemberInfo member) => member switch
    {
        // Equality, printing and copying of records, which the compiler writes.
        _ when member.IsDefined(typeof(CompilerGeneratedAttribute)) => null,
        FieldInfo { IsSpecialName: true } or MethodInfo { IsSpecialName: true, Name: not ['o', 'p', '_', ..] } => null,
        FieldInfo field when IsSeen(field.IsPublic, field.IsFamily) => field.DeclaringType!.IsEnum
            ? string.Create(CultureInfo.InvariantCulture, $"{field.Name} = {field.GetRawConstantValue()}")
            : $"{(field.IsLiteral ? "const " : field.IsStatic ? "static " : "")}{Name(Nullability.Create(field), field.FieldType)} {field.Name}",
        PropertyInfo property when property.GetAccessors(nonPublic: true).FirstOrDefault(accessor => IsSeen(accessor.IsPublic, accessor.IsFamily)) is { } accessor =>
            $"{Modifiers(accessor)}{Name(Nullability.Create(property), property.PropertyType)} {PropertyName(property)} {{ {Accessors(property)}}}",
        ConstructorInfo constructor when IsSeen(constructor.IsPublic, constructor.IsFamily) && !constructor.IsStatic =>
            $"{(constructor.IsFamily ? "protected " : "")}{Name(constructor.DeclaringType!).Split('<')[0]}({Parameters(constructor)})",
        MethodInfo method when IsSeen(method.IsPublic, method.IsFamily) =>
            $"{Modifiers(method)}{Name(Nullability.Create(method.ReturnParameter), method.ReturnType)} {MethodName(method)}({Parameters(method)})",
        EventInfo occasion => $"event {Name(occasion.EventHandlerType!)} {occasion.Name}",
        _ => null,
    };

    private static bool IsSeen(bool isPublic, bool isFamily) => isPublic || isFamily;

    private static string Modifiers(MethodInfo method) =>
        (method.IsFamily ? "protected " : "")
        + (method switch
        {
            { IsStatic: true } => "static ",
            { DeclaringType.IsInterface: true } => "",
            { IsAbstract: true } => "abstract ",
            { IsVirtual: true, IsFinal: false } when method.GetBaseDefinition() != method => "override ",
            { IsVirtual: true, IsFinal: false } when !method.DeclaringType!.IsSealed => "virtual ",
            _ => "",
        });

    private static string PropertyName(PropertyInfo property) =>
        property.GetIndexParameters() is { Length: > 0 } indices ? $"this[{string.Join(", ", indices.Select(Parameter))}]" : property.Name;

    private static string Accessors(PropertyInfo property)
    {
        string get = property.GetMethod is { } getter && IsSeen(getter.IsPublic, getter.IsFamily) ? "get; " : "";
        if (property.SetMethod is not { } setter || !IsSeen(setter.IsPublic, setter.IsFamily))
            return get;
        bool init = setter.ReturnParameter.GetRequiredCustomModifiers().Contains(typeof(IsExternalInit));
        string required = property.IsDefined(typeof(RequiredMemberAttribute)) ? "required " : "";
        return $"{required}{get}{(init ? "init" : "set")}; ";
    }

    private static string MethodName(MethodInfo method) =>
        method.IsGenericMethod ? $"{method.Name}<{string.Join(", ", method.GetGenericArguments().Select(Name))}>" : method.Name;

    private static string Parameters(MethodBase method) =>
        (method.IsDefined(typeof(ExtensionAttribute)) ? "this " : "") + string.Join(", ", method.GetParameters().Select(Parameter));

    private static string Parameter(ParameterInfo parameter)
    {
        string passing = parameter.IsOut ? "out " : parameter.ParameterType.IsByRef ? (parameter.IsIn ? "in " : "ref ") : "";
        Type type = parameter.ParameterType.IsByRef ? parameter.ParameterType.GetElementType()! : parameter.ParameterType;
        string text = $"{passing}{Name(Nullability.Create(parameter), type)} {parameter.Name}";
        return parameter.HasDefaultValue
            ? text + " = " + (parameter.DefaultValue switch
            {
                null => type.IsValueType && Nullable.GetUnderlyingType(type) is null ? "default" : "null",
                string value => $"\"{value}\"",
                bool value => value ? "true" : "false",
                var value => Convert.ToString(value, CultureInfo.InvariantCulture),
            })
            : text;
    }

    private static string Name(NullabilityInfo nullability, Type type) =>
        Name(type) + (!type.IsValueType && nullability.ReadState == NullabilityState.Nullable ? "?" : "");

    private static string Name(Type type)
    {
        if (Keywords.TryGetValue(type, out string? keyword))
            return keyword;
        if (type.IsArray)
            return $"{Name(type.GetElementType()!)}[{new string(',', type.GetArrayRank() - 1)}]";
        if (Nullable.GetUnderlyingType(type) is { } underlying)
            return Name(underlying) + "?";
        if (type.IsByRef)
            return "ref " + Name(type.GetElementType()!);
        if (type.IsGenericParameter)
            return type.Name;
        string name = type.Name.Split('`')[0];
        if (type.IsGenericType && type.GetGenericArguments() is { Length: > 0 } arguments)
            name += $"<{string.Join(", ", arguments.Select(Name))}>";
        return type.DeclaringType is { } outer ? $"{Name(outer)}.{name}" : name;
    }
}
