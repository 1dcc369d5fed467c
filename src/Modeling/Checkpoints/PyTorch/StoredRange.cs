namespace BertMLNet.Modeling;

/// <summary>A range of a file's bytes: a storage, or another file of a zip archive.</summary>
/// <param name="Offset">Where the bytes start.</param>
/// <param name="Length">Their number.</param>
/// <param name="Crc32">Their checksum, where the format has one.</param>
internal sealed record StoredRange(long Offset, long Length, uint? Crc32);
