namespace BertMLNet.Tokenization;

/// <summary>Questions to <see cref="CharacterTraits"/>.</summary>
internal static class CharacterTraitsExtensions
{
    /// <summary>Whether a character has one of the wanted traits.</summary>
    public static bool HasAny(this CharacterTraits traits, CharacterTraits wanted) => (traits & wanted) != CharacterTraits.None;
}
