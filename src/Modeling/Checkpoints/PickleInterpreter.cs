using System.Globalization;
using System.Numerics;

namespace BertMLNet.Modeling;

/// <summary>
/// Reads a pickle of tensors. It is a closed interpreter: it knows the opcodes that <c>torch.save</c> writes for
/// dictionaries of tensors and the names of <see cref="PickleGlobal"/>, builds nothing but plain values, and refuses all
/// else by name. Stack, memo and the number of values are bounded, and no value is ever walked recursively, so cyclic
/// or deep structures are harmless.
/// </summary>
internal sealed partial class PickleInterpreter(PickleInput input)
{
    // BERT-large makes about 10,000 values.
    private const int MostValues = 1 << 20;
    private const int LongestName = 256;
    private const int HighestRank = 16;

    private readonly List<object?> _stack = [];
    private readonly List<int> _marks = [];
    private readonly Dictionary<int, object?> _memo = [];
    private readonly Dictionary<string, TorchStorage> _storages = [];
    private int _values;

    /// <summary>Every storage that the pickle speaks of, whole, by key.</summary>
    public IReadOnlyDictionary<string, TorchStorage> Storages => _storages;

    /// <summary>Interprets the pickle up to its end and returns its value.</summary>
    /// <exception cref="BertMLNetException">The pickle is damaged, or speaks of anything but tensors.</exception>
    public object? Run()
    {
        while (true)
        {
            byte opcode = input.ReadByte();
            switch ((char)opcode)
            {
                case '.':
                    return Pop();
                case '\x80':
                    RequireProtocol(input.ReadByte());
                    break;
                case '\x95':
                    input.ReadUInt64();
                    break;
                case '(':
                    Count();
                    _marks.Add(_stack.Count);
                    break;
                case '0':
                    Pop();
                    break;
                case '1':
                    PopToMark();
                    break;
                default:
                    if (!Literal((char)opcode) && !Container((char)opcode) && !Memo((char)opcode) && !Construct((char)opcode))
                        throw Damaged($"the opcode 0x{opcode:x2} is not one that tensors need");
                    break;
            }
        }
    }

    private bool Literal(char opcode)
    {
        switch (opcode)
        {
            case 'N':
                Push(null);
                return true;
            case '\x88':
                Push(true);
                return true;
            case '\x89':
                Push(false);
                return true;
            case 'K':
                Push((long)input.ReadByte());
                return true;
            case 'M':
                Push((long)input.ReadUInt16());
                return true;
            case 'J':
                Push((long)input.ReadInt32());
                return true;
            case '\x8a':
                PushLong(input.ReadBytes(input.ReadByte()));
                return true;
            case 'I' or 'L':
                PushDecimal(input.ReadLine(LongestName));
                return true;
            case 'G':
                Push(input.ReadBigEndianDouble());
                return true;
            case 'X' or 'T':
                Push(input.ReadText((uint)input.ReadInt32()));
                return true;
            case '\x8c' or 'U':
                Push(input.ReadText(input.ReadByte()));
                return true;
            case '\x8d':
                Push(input.ReadText(input.ReadUInt64()));
                return true;
            default:
                return false;
        }
    }

    private bool Container(char opcode)
    {
        switch (opcode)
        {
            case '}':
                Push(new PickleDictionary());
                return true;
            case ']':
                Push(new List<object?>());
                return true;
            case ')':
                Push(Array.Empty<object?>());
                return true;
            case 't':
                Push(PopToMark());
                return true;
            case '\x85' or '\x86' or '\x87':
                Push(PopTuple(opcode - '\x84'));
                return true;
            case 'l':
                Push(PopToMark().ToList());
                return true;
            case 'd':
                object?[] entries = PopToMark();
                Push(new PickleDictionary());
                SetItems(entries);
                return true;
            case 'a':
                object? item = Pop();
                Peek<List<object?>>("a list").Add(item);
                return true;
            case 'e':
                object?[] items = PopToMark();
                Peek<List<object?>>("a list").AddRange(items);
                return true;
            case 's':
                SetItems(PopTuple(2));
                return true;
            case 'u':
                SetItems(PopToMark());
                return true;
            default:
                return false;
        }
    }

    private bool Memo(char opcode)
    {
        switch (opcode)
        {
            case 'q':
                Remember(input.ReadByte());
                return true;
            case 'r':
                Remember(input.ReadInt32());
                return true;
            case '\x94':
                Remember(_memo.Count);
                return true;
            case 'h':
                Recall(input.ReadByte());
                return true;
            case 'j':
                Recall(input.ReadInt32());
                return true;
            default:
                return false;
        }
    }

    private void Remember(int slot)
    {
        Count();
        _memo[slot] = Peek<object?>("a value");
    }

    private void Recall(int slot) =>
        Push(_memo.TryGetValue(slot, out object? value) ? value : throw Damaged($"the memo has no entry {slot}"));

    private void SetItems(object?[] entries)
    {
        if (entries.Length % 2 != 0)
            throw Damaged("a dictionary key has no value");
        PickleDictionary dictionary = Peek<PickleDictionary>("a dictionary");
        for (int i = 0; i < entries.Length; i += 2)
            dictionary.Entries.Add((entries[i], entries[i + 1]));
    }

    private void PushLong(byte[] littleEndian)
    {
        var number = new BigInteger(littleEndian);
        Push(number >= long.MinValue && number <= long.MaxValue ? (long)number : number);
    }

    private void PushDecimal(string text)
    {
        // Protocol 0 writes true as 01, false as 00, and long numbers with an L.
        if (!long.TryParse(text.TrimEnd('L'), NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out long number))
            throw Damaged($"'{text}' is not a whole number");
        Push(text switch { "01" => true, "00" => false, _ => number });
    }

    private void Push(object? value)
    {
        Count();
        _stack.Add(value);
    }

    private object? Pop()
    {
        if (_stack.Count == 0 || _marks.Count > 0 && _marks[^1] >= _stack.Count)
            throw Damaged("the stack is empty");
        object? value = _stack[^1];
        _stack.RemoveAt(_stack.Count - 1);
        return value;
    }

    private T Peek<T>(string expected) =>
        _stack.Count > 0 && _stack[^1] is T value ? value : throw Damaged($"expected {expected} on the stack");

    private object?[] PopTuple(int count)
    {
        object?[] items = new object?[count];
        for (int i = count - 1; i >= 0; i--)
            items[i] = Pop();
        return items;
    }

    private object?[] PopToMark()
    {
        if (_marks.Count == 0 || _marks[^1] > _stack.Count)
            throw Damaged("the stack has no mark");
        int mark = _marks[^1];
        _marks.RemoveAt(_marks.Count - 1);
        object?[] items = [.. _stack.Skip(mark)];
        _stack.RemoveRange(mark, items.Length);
        return items;
    }

    /// <summary>Bounds time and memory alike: every step that makes or keeps a value is counted.</summary>
    private void Count(int values = 1)
    {
        _values += values;
        if (_values > MostValues)
            throw Damaged($"more than {MostValues} values are too many for tensors");
    }

    private void RequireProtocol(byte protocol)
    {
        if (protocol is < 2 or > 5)
            throw Damaged($"protocol {protocol} is not known");
    }

    private BertMLNetException Damaged(string what) =>
        new($"{input.Path}: the pickle is damaged or holds more than tensors: {what} (byte {input.Position}).");
}
