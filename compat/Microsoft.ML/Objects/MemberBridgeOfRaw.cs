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
        var read = Reader();
        return (ValueGetter<TRaw>)((ref TRaw value) => _converter.ToColumn(read(current()), ref value));
    }

    public override Action<TRow> CreateWriter(DataViewRow row, DataViewSchema.Column column)
    {
        var getter = row.GetGetter<TRaw>(column);
        var read = CanRead ? Reader() : _ => default;
        var write = Writer();
        TRaw value = default;
        return target =>
        {
            getter(ref value);
            write(target, _converter.FromColumn(ref value, read(target)));
        };
    }

    private bool CanRead => _member is not PropertyInfo property || property.GetGetMethod() is not null;

    private Func<TRow, TMember> Reader()
    {
        var row = Expression.Parameter(typeof(TRow));
        return Expression.Lambda<Func<TRow, TMember>>(Expression.MakeMemberAccess(row, _member), row).Compile();
    }

    private Action<TRow, TMember> Writer()
    {
        Check.That(_member is not PropertyInfo property || property.GetSetMethod() is not null, $"Property '{_member.Name}' of {typeof(TRow)} has no public setter.");
        var row = Expression.Parameter(typeof(TRow));
        var value = Expression.Parameter(typeof(TMember));
        return Expression.Lambda<Action<TRow, TMember>>(Expression.Assign(Expression.MakeMemberAccess(row, _member), value), row, value).Compile();
    }
}
