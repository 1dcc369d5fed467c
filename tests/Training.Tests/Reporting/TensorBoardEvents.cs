using System.Buffers.Binary;
using Google.Protobuf;

namespace BertMLNet.Training.Tests;

/// <summary>Reads event files as TensorBoard does: checks every checksum, and forgets what a restarted run writes again.</summary>
internal static class TensorBoardEvents
{
    /// <summary>The points of all curves of a folder, by tag.</summary>
    public static Dictionary<string, SortedDictionary<long, float>> Read(string folder)
    {
        var curves = new Dictionary<string, SortedDictionary<long, float>>(StringComparer.Ordinal);
        foreach (string file in Directory.GetFiles(folder, "events.out.tfevents.*").Order(StringComparer.Ordinal))
        {
            bool isFirst = true;
            foreach (byte[] record in Records(File.ReadAllBytes(file)))
            {
                Event read = Parse(record);
                Assert.Equal(isFirst ? "brain.Event:2" : null, read.Version);
                Assert.InRange(read.Time, DateTimeOffset.UtcNow.AddHours(-1).ToUnixTimeSeconds(), DateTimeOffset.UtcNow.AddHours(1).ToUnixTimeSeconds());
                isFirst = false;
                if (read.Starts)
                {
                    foreach (SortedDictionary<long, float> curve in curves.Values)
                        Array.ForEach([.. curve.Keys.Where(step => step >= read.Step)], step => curve.Remove(step));
                }
                foreach ((string tag, float value) in read.Values)
                {
                    if (!curves.TryGetValue(tag, out SortedDictionary<long, float>? curve))
                        curves.Add(tag, curve = []);
                    curve.Add(read.Step, value);
                }
            }
        }
        return curves;
    }

    private static IEnumerable<byte[]> Records(byte[] file)
    {
        for (int at = 0; at < file.Length;)
        {
            int length = checked((int)BinaryPrimitives.ReadUInt64LittleEndian(file.AsSpan(at)));
            Assert.Equal(MaskedChecksum(file.AsSpan(at, 8)), BinaryPrimitives.ReadUInt32LittleEndian(file.AsSpan(at + 8)));
            byte[] record = file[(at + 12)..(at + 12 + length)];
            Assert.Equal(MaskedChecksum(record), BinaryPrimitives.ReadUInt32LittleEndian(file.AsSpan(at + 12 + length)));
            yield return record;
            at += 12 + length + 4;
        }
    }

    /// <summary>Bit by bit, after the polynomial's definition.</summary>
    private static uint MaskedChecksum(ReadOnlySpan<byte> bytes)
    {
        uint crc = uint.MaxValue;
        foreach (byte b in bytes)
        {
            crc ^= b;
            for (int bit = 0; bit < 8; bit++)
                crc = (crc >> 1) ^ ((crc & 1) * 0x82F63B78u);
        }
        crc = ~crc;
        return unchecked(((crc >> 15) | (crc << 17)) + 0xa282ead8u);
    }

    private static Event Parse(byte[] record)
    {
        var read = new Event();
        var input = new CodedInputStream(record);
        for (uint tag = input.ReadTag(); tag != 0; tag = input.ReadTag())
        {
            switch (WireFormat.GetTagFieldNumber(tag))
            {
                case 1: read.Time = input.ReadDouble(); break;
                case 2: read.Step = input.ReadInt64(); break;
                case 3: read.Version = input.ReadString(); break;
                case 5: ParseSummary(input.ReadBytes(), read.Values); break;
                case 7: read.Starts = input.ReadBytes().SequenceEqual(new byte[] { 8, 1 }); break;
                default: Assert.Fail($"field {WireFormat.GetTagFieldNumber(tag)} of an event"); break;
            }
        }
        return read;
    }

    private static void ParseSummary(ByteString summary, List<(string, float)> values)
    {
        CodedInputStream input = summary.CreateCodedInput();
        while (input.ReadTag() != 0)
        {
            CodedInputStream value = input.ReadBytes().CreateCodedInput();
            Assert.Equal(1, WireFormat.GetTagFieldNumber(value.ReadTag()));
            string tag = value.ReadString();
            Assert.Equal(2, WireFormat.GetTagFieldNumber(value.ReadTag()));
            values.Add((tag, value.ReadFloat()));
            Assert.True(value.IsAtEnd);
        }
    }

    private sealed class Event
    {
        public double Time { get; set; }

        public long Step { get; set; }

        public string? Version { get; set; }

        public bool Starts { get; set; }

        public List<(string Tag, float Value)> Values { get; } = [];
    }
}
