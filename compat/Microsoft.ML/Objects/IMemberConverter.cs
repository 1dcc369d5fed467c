namespace Microsoft.ML.Data;

internal interface IMemberConverter<TMember, TRaw>
{
    void ToColumn(TMember member, ref TRaw value);

    /// <param name="value">The cell; its arrays belong to the getter.</param>
    /// <param name="old">What the member holds, whose array may be reused.</param>
    TMember FromColumn(ref TRaw value, TMember old);
}
