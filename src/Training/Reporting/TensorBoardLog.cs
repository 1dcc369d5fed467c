using System.Buffers.Binary;
using System.Globalization;
using BertMLNet.Modeling;
using Google.Protobuf;

namespace BertMLNet.Training;

/// <summary>
/// Writes a run's curves as TensorBoard's event file while it goes on: loss, learning rate and gradient norm of every update
/// (<c>train/…</c>), and the metrics of every evaluation (<c>validation/…</c>).
/// </summary>
/// <remarks>
/// An event file is a sequence of records: length, its masked CRC-32C, an <c>Event</c> message, and the masked CRC-32C of that
/// (tensorflow/core/lib/io/record_writer.h, tensorflow/core/util/event.proto). The file is begun with the first report, so a run
/// that is refused leaves none. A run that starts anew deletes the files of the one before; a run that goes on adds a file whose
/// first event tells TensorBoard to forget what the interrupted run wrote from there on.
/// </remarks>
/// <param name="folder">Where the file goes.</param>
/// <param name="next">Is told what this is told.</param>
internal sealed class TensorBoardLog(string folder, IProgress<TrainingProgress>? next) : IProgress<TrainingProgress>, IDisposable
{
    private const string FilePrefix = "events.out.tfevents.";
    private const int LengthBytes = sizeof(ulong);
    private const int ChecksumBytes = sizeof(uint);

    // Field numbers of Event, Summary, Summary.Value and SessionLog.
    private const int EventTime = 1, EventStep = 2, EventVersion = 3, EventSummary = 5, EventSession = 7;
    private const int SummaryValue = 1, ValueTag = 1, ValueNumber = 2;
    private const int SessionStatus = 1, SessionStarts = 1;

    private FileStream? _file;

    /// <summary>Writes the update or the evaluation that has ended.</summary>
    /// <exception cref="BertMLNetException">The file cannot be written.</exception>
    public void Report(TrainingProgress value)
    {
        try
        {
            if (_file is null)
                Begin(value.Update);
            if (value.Phase == TrainingPhase.Training)
            {
                Write(
                    value.Update,
                    [
                        new("train/loss", value.Loss),
                        new("train/learning_rate", value.LearningRate),
                        new("train/gradient_norm", value.GradientNorm),
                    ]);
            }
            if (value.Metrics is { } metrics)
            {
                Write(
                    value.Update,
                    [
                        new("validation/loss", metrics.Loss),
                        .. metrics.Values.Select(number => KeyValuePair.Create("validation/" + number.Key, number.Value)),
                    ]);
                _file!.Flush();
            }
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new BertMLNetException($"{folder}: TensorBoard's events cannot be written: {exception.Message}", exception);
        }
        next?.Report(value);
    }

    /// <summary>Ends the file.</summary>
    public void Dispose() => _file?.Dispose();

    private void Begin(long update)
    {
        Directory.CreateDirectory(folder);
        bool isFirst = update <= 1;
        if (isFirst)
            Array.ForEach(Directory.GetFiles(folder, FilePrefix + "*"), File.Delete);
        // TensorBoard reads a folder's files in the order of their names, which begin with the second they were made in.
        long second = DateTimeOffset.UtcNow.ToUnixTimeSeconds();
        string path;
        do
            path = Path.Combine(folder, string.Create(CultureInfo.InvariantCulture, $"{FilePrefix}{second++:D10}.bertmlnet"));
        while (File.Exists(path));
        _file = new FileStream(path, FileMode.CreateNew, FileAccess.Write, FileShare.Read);
        WriteEvent(0, output => WriteText(output, EventVersion, "brain.Event:2"));
        if (!isFirst)
        {
            WriteEvent(update, output => WriteMessage(output, EventSession, session =>
            {
                session.WriteTag(SessionStatus, WireFormat.WireType.Varint);
                session.WriteEnum(SessionStarts);
            }));
        }
    }

    private void Write(long update, IReadOnlyList<KeyValuePair<string, double>> numbers) =>
        WriteEvent(update, output => WriteMessage(output, EventSummary, summary =>
    {
        foreach ((string tag, double number) in numbers)
        {
            WriteMessage(summary, SummaryValue, value =>
            {
                WriteText(value, ValueTag, tag);
                value.WriteTag(ValueNumber, WireFormat.WireType.Fixed32);
                value.WriteFloat((float)number);
            });
        }
    }));

    private void WriteEvent(long update, Action<CodedOutputStream> writeContent)
    {
        byte[] message = Message(output =>
        {
            output.WriteTag(EventTime, WireFormat.WireType.Fixed64);
            output.WriteDouble((DateTime.UtcNow - DateTime.UnixEpoch).TotalSeconds);
            output.WriteTag(EventStep, WireFormat.WireType.Varint);
            output.WriteInt64(update);
            writeContent(output);
        });
        Span<byte> header = stackalloc byte[LengthBytes + ChecksumBytes];
        BinaryPrimitives.WriteUInt64LittleEndian(header, (ulong)message.Length);
        BinaryPrimitives.WriteUInt32LittleEndian(header[LengthBytes..], Checksum(header[..LengthBytes]));
        Span<byte> footer = stackalloc byte[ChecksumBytes];
        BinaryPrimitives.WriteUInt32LittleEndian(footer, Checksum(message));
        _file!.Write(header);
        _file.Write(message);
        _file.Write(footer);
    }

    private static uint Checksum(ReadOnlySpan<byte> bytes) => Crc32C.Mask(Crc32C.Append(0, bytes));

    private static byte[] Message(Action<CodedOutputStream> write)
    {
        using var buffer = new MemoryStream();
        using (var output = new CodedOutputStream(buffer, leaveOpen: true))
            write(output);
        return buffer.ToArray();
    }

    private static void WriteMessage(CodedOutputStream output, int field, Action<CodedOutputStream> write)
    {
        output.WriteTag(field, WireFormat.WireType.LengthDelimited);
        output.WriteBytes(ByteString.CopyFrom(Message(write)));
    }

    private static void WriteText(CodedOutputStream output, int field, string text)
    {
        output.WriteTag(field, WireFormat.WireType.LengthDelimited);
        output.WriteString(text);
    }
}
