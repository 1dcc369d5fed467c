using System.Reflection;

namespace Microsoft.ML.Data;

/// <summary>Carries values between a member of <typeparamref name="TRow"/> objects and a column.</summary>
internal abstract class MemberBridge<TRow>
{
    /// <summary>A ValueGetter over the member of whatever object is current.</summary>
    public abstract Delegate CreateGetter(Func<TRow> current);

    /// <summary>Writes a row's column into the member of an object.</summary>
    public abstract Action<TRow> CreateWriter(DataViewRow row, DataViewSchema.Column column);

    public static MemberBridge<TRow> Create(MemberInfo member, DataViewType columnType)
    {
        var memberType = MemberColumn.MemberType(member);
        object converter = memberType switch
        {
            _ when memberType == typeof(string) => new TextConverter(),
            _ when memberType == typeof(string[]) => new TextArrayConverter(),
            _ when memberType.IsArray => Make(typeof(ArrayConverter<>), memberType.GetElementType()),
            _ when columnType is VectorDataViewType vector => Make(typeof(VectorConverter<>), vector.ItemType.RawType),
            _ when columnType is KeyDataViewType key => Make(typeof(KeyConverter<>), key.RawType, key.Count),
            _ => Make(typeof(ScalarConverter<>), memberType),
        };
        return (MemberBridge<TRow>)Activator.CreateInstance(
            typeof(MemberBridge<,,>).MakeGenericType(typeof(TRow), memberType, columnType.RawType), member, converter);
    }

    private static object Make(Type generic, Type argument, params object[] arguments)
        => Activator.CreateInstance(generic.MakeGenericType(argument), arguments);
}
