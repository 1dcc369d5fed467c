namespace BertMLNet;

/// <summary>What somebody has to dispose of: whoever takes it over or, where an error comes before that, the one who made it.</summary>
internal static class Owned
{
    /// <summary>Gives what <paramref name="use"/> makes of it; where that fails it is disposed of.</summary>
    public static TResult HandOn<T, TResult>(T owned, Func<T, TResult> use)
        where T : IDisposable
    {
        try
        {
            return use(owned);
        }
        catch
        {
            owned.Dispose();
            throw;
        }
    }

    /// <summary>Gives it when <paramref name="prepare"/> is through; where that fails it is disposed of.</summary>
    public static T Prepared<T>(T owned, Action<T> prepare)
        where T : IDisposable => HandOn(owned, own =>
        {
            prepare(own);
            return own;
        });
}
