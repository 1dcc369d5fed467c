namespace BertMLNet.Cli;

/// <summary>What the process tells its caller.</summary>
internal static class ExitCodes
{
    public const int Done = 0;
    public const int Failed = 1;
    public const int BadUsage = 2;
    public const int Cancelled = 130;

    /// <summary>The reader of standard output has gone, as <c>head</c> does: what a shell reports of any command then.</summary>
    public const int ClosedPipe = 141;
}
