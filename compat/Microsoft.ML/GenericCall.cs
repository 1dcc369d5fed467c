using System.Reflection;

namespace Microsoft.ML;

/// <summary>Calls a generic method with types known at run time; what it throws surfaces as it is.</summary>
internal static class GenericCall
{
    /// <param name="method">The method with any types in its place, such as <c>Create&lt;int&gt;</c>.</param>
    /// <param name="types">The types to call it with.</param>
    /// <param name="arguments">Its arguments.</param>
    public static TResult Invoke<TResult>(Delegate method, Type[] types, params object[] arguments)
        => (TResult)method.Method.GetGenericMethodDefinition().MakeGenericMethod(types)
            .Invoke(method.Target, BindingFlags.DoNotWrapExceptions, binder: null, arguments, culture: null);
}
