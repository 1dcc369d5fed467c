namespace BertMLNet.Modeling;

/// <summary>A tensor's entry in a TensorFlow checkpoint's index (<c>BundleEntryProto</c>).</summary>
internal sealed record BundleEntry(TensorInfo Info, int Shard, long Offset, uint Checksum, bool IsSliced)
{
    private const int HighestRank = 16;

    /// <summary>Parses the message.</summary>
    /// <exception cref="InvalidDataException">The message is damaged.</exception>
    public static BundleEntry Parse(ReadOnlySpan<byte> message)
    {
        string elementType = TypeOf(0);
        long[] shape = [];
        ulong shard = 0;
        ulong offset = 0;
        ulong size = 0;
        ulong checksum = 0;
        bool sliced = false;
        var fields = new ProtoReader(message);
        while (fields.Next())
        {
            switch (fields.Field)
            {
                case 1:
                    elementType = TypeOf(fields.Number);
                    break;
                case 2:
                    shape = ParseShape(fields.Bytes);
                    break;
                case 3:
                    shard = fields.Number;
                    break;
                case 4:
                    offset = fields.Number;
                    break;
                case 5:
                    size = fields.Number;
                    break;
                case 6:
                    checksum = fields.Number;
                    break;
                case 7:
                    sliced = true;
                    break;
                default:
                    break;
            }
        }
        if (shard > int.MaxValue || offset > long.MaxValue / 2 || size > long.MaxValue / 2)
            throw new InvalidDataException($"a place of shard {shard}, byte {offset}, {size} bytes");
        int elementSize = ElementTypes.SizeOf(elementType);
        if (CheckpointChecks.CountOf(shape) is not { } count || (elementSize > 0 && !sliced && count * elementSize != (long)size))
            throw new InvalidDataException($"{elementType} of shape [{string.Join(", ", shape)}] does not take the {size} bytes that it has");
        return new BundleEntry(new TensorInfo(elementType, shape, (long)size), (int)shard, (long)offset, (uint)checksum, sliced);
    }

    private static long[] ParseShape(ReadOnlySpan<byte> message)
    {
        var sizes = new List<long>();
        var fields = new ProtoReader(message);
        while (fields.Next())
        {
            if (fields.Field == 3 && fields.Number != 0)
                throw new InvalidDataException("a shape of unknown rank");
            if (fields.Field != 2)
                continue;
            if (sizes.Count == HighestRank)
                throw new InvalidDataException($"a shape of more than {HighestRank} dimensions");
            long size = 0;
            var dimension = new ProtoReader(fields.Bytes);
            while (dimension.Next())
            {
                if (dimension.Field == 1)
                    size = (long)dimension.Number;
            }
            sizes.Add(size);
        }
        return [.. sizes];
    }

    /// <summary>TensorFlow's <c>DataType</c> by safetensors' names; types that have none there keep TensorFlow's number.</summary>
    private static string TypeOf(ulong type) => type switch
    {
        1 => "F32",
        2 => "F64",
        3 => "I32",
        4 => "U8",
        5 => "I16",
        6 => "I8",
        7 => "STRING",
        9 => "I64",
        10 => "BOOL",
        14 => "BF16",
        17 => "U16",
        19 => "F16",
        22 => "U32",
        23 => "U64",
        _ => string.Create(System.Globalization.CultureInfo.InvariantCulture, $"DT_{type}"),
    };
}
