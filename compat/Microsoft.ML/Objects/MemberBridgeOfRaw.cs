using System.Linq.Expressions;
using System.Reflection;

namespace Microsoft.ML.Data;

internal sealed class MemberBridge<TRow, TMember, TRaw> : MemberBridge<TRow>
{
    private readonly MemberInfo _member;
    private readonly IMemberConverter<TMember, TRaw> _converter;

    public MemberBridge(MemberInfo member, IMemberConverter<TMember, TRaw> converter)
    {
        _member = member;
        _converter = converter;
    }

    public override Delegate CreateGetter(Func<TRow> current)
    {
        var read = Reader() ?? throw new InvalidOperationException($"Property '{_member.Name}' of {typeof(TRow)} has no public getter.");
        return (ValueGetter<TRaw>)((ref TRaw value) => _converter.ToColumn(read(current()), ref value));
    }

    public override Action<TRow> CreateWriter(DataViewRow row, DataViewSchema.Column column)
    {
        var getter = row.GetGetter<TRaw>(column);
        var read = Reader() ?? (_ => default);
        var write = Writer() ?? throw new InvalidOperationException($"Property '{_member.Name}' of {typeof(TRow)} has no public setter.");
        TRaw value = default;
        return target =>
        {
            getter(ref value);
            write(target, _converter.FromColumn(ref value, read(target)));
        };
    }

    private Func<TRow, TMember> Reader()
    {
        if (_member is PropertyInfo property)
            return property.GetGetMethod()?.CreateDelegate<Func<TRow, TMember>>();
        var row = Expression.Parameter(typeof(TRow));
        return Expression.Lambda<Func<TRow, TMember>>(Expression.Field(row, (FieldInfo)_member), row).Compile();
    }

    private Action<TRow, TMember> Writer()
    {
        if (_member is PropertyInfo property)
            return property.GetSetMethod()?.CreateDelegate<Action<TRow, TMember>>();
        var row = Expression.Parameter(typeof(TRow));
        var value = Expression.Parameter(typeof(TMember));
        return Expression.Lambda<Action<TRow, TMember>>(Expression.Assign(Expression.Field(row, (FieldInfo)_member), value), row, value).Compile();
    }
}
