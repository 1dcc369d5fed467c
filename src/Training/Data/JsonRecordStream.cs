using System.Text;
using System.Text.Json;
using BertMLNet.Modeling;

namespace BertMLNet.Training;

/// <summary>
/// Walks through JSON of any size: tokens one at a time where the structure is large, whole values where they are small.
/// Memory is bounded by the largest single value asked for.
/// </summary>
internal sealed class JsonRecordStream : IDisposable
{
    private const int FirstBufferBytes = 1 << 16;

    private readonly Stream _stream;
    private readonly string _name;
    private readonly int _maxRecordBytes;
    private byte[] _buffer;
    private int _start;
    private int _end;
    private long _nextLine = 1;

    /// <summary>The line on which the reader's state began, from which it counts lines.</summary>
    private long _firstLine = 1;
    private bool _final;
    private JsonReaderState _state = new(new JsonReaderOptions { AllowMultipleValues = true });

    /// <summary>Begins to read UTF-8, with or without a byte order mark; the stream is disposed with this object.</summary>
    public JsonRecordStream(Stream stream, string name, int maxRecordBytes)
    {
        _stream = stream;
        _name = name;
        _maxRecordBytes = maxRecordBytes;
        _buffer = new byte[Math.Min(FirstBufferBytes, maxRecordBytes)];
        Fill();
        if (_buffer.AsSpan(0, _end).StartsWith(Encoding.UTF8.Preamble))
            _start = Encoding.UTF8.Preamble.Length;
    }

    private delegate bool Step<T>(ref Utf8JsonReader reader, out T result);

    /// <summary>The line, from 1, on which what was last read begins.</summary>
    public long Line { get; private set; } = 1;

    /// <summary>
    /// The first of these names among the properties of the first object, as far as it lies in the stream's first bytes;
    /// null where there is none. Nothing is consumed.
    /// </summary>
    public string? PeekProperty(params ReadOnlySpan<string> names)
    {
        while (true)
        {
            var reader = new Utf8JsonReader(_buffer.AsSpan(_start, _end - _start), _final, _state);
            try
            {
                while (reader.Read())
                {
                    if (reader.TokenType == JsonTokenType.EndObject && reader.CurrentDepth == 0)
                        return null;
                    if (reader.TokenType != JsonTokenType.PropertyName || reader.CurrentDepth != 1)
                        continue;
                    foreach (string name in names)
                    {
                        if (reader.ValueTextEquals(name))
                            return name;
                    }
                }
            }
            catch (Exception exception) when (exception is JsonException or InvalidOperationException)
            {
                // The walk itself will meet the same error and report it with its place.
                return null;
            }
            if (_final || _end == _buffer.Length)
                return null;
            Fill();
        }
    }

    /// <summary>Reads the next token.</summary>
    /// <param name="text">The name, where the token is a property's.</param>
    /// <returns>The token; <see cref="JsonTokenType.None"/> at the end.</returns>
    public JsonTokenType Read(out string? text)
    {
        (JsonTokenType token, text) = Advance((ref Utf8JsonReader reader, out (JsonTokenType, string?) result) =>
        {
            bool read = reader.Read();
            result = read ? (reader.TokenType, reader.TokenType == JsonTokenType.PropertyName ? reader.GetString() : null) : default;
            return read;
        });
        return token;
    }

    /// <summary>Reads the next value whole, unless an array or the stream ends first.</summary>
    /// <returns>The value, for the caller to dispose; null at the end.</returns>
    public JsonDocument? ReadValue() =>
        Advance((ref Utf8JsonReader reader, out JsonDocument? value) =>
        {
            value = null;
            if (!reader.Read())
                return false;
            return reader.TokenType == JsonTokenType.EndArray || JsonDocument.TryParseValue(ref reader, out value);
        });

    /// <summary>Passes over the next value, however large.</summary>
    public void Skip()
    {
        int depth = 0;
        do
        {
            JsonTokenType token = Read(out _);
            if (token is JsonTokenType.StartObject or JsonTokenType.StartArray)
                depth++;
            else if (token is JsonTokenType.EndObject or JsonTokenType.EndArray)
                depth--;
        }
        while (depth > 0);
    }

    /// <summary>
    /// Passes over the line on which the next value begins, whatever it holds; for JSON lines, behind a value that could not be read.
    /// </summary>
    public void SkipLine()
    {
        _state = new(new JsonReaderOptions { AllowMultipleValues = true });
        bool begun = false;
        while (true)
        {
            while (_start < _end)
            {
                byte next = _buffer[_start++];
                if (next == (byte)'\n')
                {
                    _nextLine++;
                    if (begun)
                    {
                        _firstLine = _nextLine;
                        return;
                    }
                }
                begun |= next is not ((byte)' ' or (byte)'\t' or (byte)'\r' or (byte)'\n');
            }
            if (_final)
                return;
            Fill();
        }
    }

    public void Dispose() => _stream.Dispose();

    private T Advance<T>(Step<T> step)
    {
        while (true)
        {
            ReadOnlySpan<byte> bytes = _buffer.AsSpan(_start, _end - _start);
            var reader = new Utf8JsonReader(bytes, _final, _state);
            try
            {
                if (step(ref reader, out T result))
                {
                    int consumed = (int)reader.BytesConsumed;
                    Consume(bytes[..consumed]);
                    _state = reader.CurrentState;
                    return result;
                }
            }
            catch (JsonException exception)
            {
                throw new BertMLNetException(
                    $"{_name}, line {_firstLine + (exception.LineNumber ?? 0)}, byte {(exception.BytePositionInLine ?? 0) + 1}: "
                    + $"this is not valid JSON: {exception.Message.Split(" LineNumber", 2)[0]}",
                    exception);
            }
            catch (InvalidOperationException exception)
            {
                throw new BertMLNetException(
                    $"{_name}, line {_nextLine}: a property's name is not valid text: {exception.Message}", exception);
            }
            if (_final)
                return default!;
            Fill();
        }
    }

    private void Consume(ReadOnlySpan<byte> bytes)
    {
        ReadOnlySpan<byte> blank = " \t\r\n,"u8;
        int lead = bytes.IndexOfAnyExcept(blank);
        Line = _nextLine + bytes[..Math.Max(lead, 0)].Count((byte)'\n');
        _nextLine += bytes.Count((byte)'\n');
        _start += bytes.Length;
    }

    /// <summary>
    /// Makes room, in a larger buffer where the last value did not fit, and reads on. A larger buffer is filled, so that a
    /// large value is not looked at anew for every few bytes; the first is not, so that a slow pipe's values come as they arrive.
    /// </summary>
    private void Fill()
    {
        int kept = _end - _start;
        if (kept == _buffer.Length)
        {
            if (_buffer.Length >= _maxRecordBytes)
            {
                throw new BertMLNetException(
                    $"{_name}, line {_nextLine}: one record takes more than {_maxRecordBytes} bytes; split it, or raise the limit.");
            }
            Array.Resize(ref _buffer, (int)Math.Min(2L * _buffer.Length, _maxRecordBytes));
        }
        else if (_start > 0)
        {
            _buffer.AsSpan(_start, kept).CopyTo(_buffer);
        }
        _start = 0;
        _end = kept;
        try
        {
            do
            {
                int read = _stream.Read(_buffer, _end, _buffer.Length - _end);
                _final = read == 0;
                _end += read;
            }
            while (!_final && _end < _buffer.Length && _buffer.Length > FirstBufferBytes);
        }
        catch (Exception exception) when (exception is IOException or InvalidDataException)
        {
            throw new BertMLNetException($"{_name}: cannot be read: {exception.Message}", exception);
        }
    }
}
