using System.Reflection;

namespace Microsoft.ML.Data;

/// <summary>A member of a class bound to a column name and type.</summary>
internal sealed record MemberColumn(MemberInfo Member, string Name, DataViewType Type, DataViewSchema.Annotations Annotations)
{
    /// <summary>The members of a class that a definition maps, or all of them in one direction.</summary>
    public static MemberColumn[] Bind(Type userType, SchemaDefinition definition, SchemaDefinition.Direction direction)
        => [.. (definition ?? SchemaDefinition.Create(userType, direction)).Select(column => Bind(userType, column))];

    /// <summary>The type of the column that a member makes: by its own type and its KeyType and VectorType attributes.</summary>
    public static DataViewType TypeOf(MemberInfo member)
    {
        var (itemRawType, isVector) = Unwrap(MemberType(member));
        Check.Parameter(PrimitiveTypes.TryGet(itemRawType, out var itemType), "rawType",
            $"Could not determine an IDataView type and registered custom types for member {member.Name}");
        if (member.GetCustomAttribute<KeyTypeAttribute>() is { } key)
        {
            Check.Parameter(KeyDataViewType.IsValidDataType(itemRawType), "userType",
                $"Member {member.Name} marked with KeyType attribute, but does not appear to be a valid kind of data for a key type");
            itemType = new KeyDataViewType(itemRawType, key.Count);
        }

        var vector = member.GetCustomAttribute<VectorTypeAttribute>();
        Check.Parameter(isVector || vector is null, "userType",
            $"Member {member.Name} marked with VectorTypeAttribute, but does not appear to be a vector type");
        if (!isVector)
            return itemType;
        return vector is { Dimensions.Length: > 0 } ? new VectorDataViewType(itemType, vector.Dimensions) : new VectorDataViewType(itemType);
    }

    public static Type MemberType(MemberInfo member) => member is FieldInfo field ? field.FieldType : ((PropertyInfo)member).PropertyType;

    /// <summary>Whether a member can hold the values of a column; sizes and key counts may differ.</summary>
    public static bool CanHold(MemberInfo member, DataViewType columnType)
    {
        var (itemRawType, isVector) = Unwrap(MemberType(member));
        return isVector == columnType is VectorDataViewType && itemRawType == columnType.ItemType().RawType;
    }

    private static MemberColumn Bind(Type userType, SchemaDefinition.Column column)
    {
        Check.Parameter(column.MemberName is not null, "userSchemaDefinition", "Null field name detected in schema definition");
        var member = (MemberInfo)userType.GetField(column.MemberName) ?? userType.GetProperty(column.MemberName);
        Check.Parameter(member is not null, "userSchemaDefinition",
            $"No field or property with name '{column.MemberName}' found in type '{userType.FullName}'");
        var bound = new MemberColumn(
            member,
            string.IsNullOrEmpty(column.ColumnName) ? column.MemberName : column.ColumnName,
            column.ColumnType ?? TypeOf(member),
            column.Annotations);
        Check.Parameter(CanHold(member, bound.Type), "userSchemaDefinition",
            $"Column '{bound.Name}' is supposed to be {bound.Type}, but member '{member.Name}' is {MemberType(member)}");
        return bound;
    }

    private static (Type Item, bool IsVector) Unwrap(Type type)
    {
        bool isBuffer = type.IsGenericType && type.GetGenericTypeDefinition() == typeof(VBuffer<>);
        var item = type.IsArray ? type.GetElementType() : isBuffer ? type.GetGenericArguments()[0] : type;
        return (item == typeof(string) ? typeof(ReadOnlyMemory<char>) : item, type.IsArray || isBuffer);
    }
}
