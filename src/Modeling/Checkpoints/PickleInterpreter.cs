using System.Buffers.Binary;
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

    /// <summary>The opcodes that are known; those that import names and call them in Python make plain values here.</summary>
    private static readonly Dictionary<char, Action<PickleInterpreter>> Opcodes = new()
    {
        ['\x80'] = pickle => pickle.RequireProtocol(pickle.Byte()),
        ['\x95'] = pickle => pickle.Number(8),
        ['('] = pickle => pickle.Mark(),
        ['0'] = pickle => pickle.Pop(),
        ['1'] = pickle => pickle.PopToMark(),

        ['N'] = pickle => pickle.Push(null),
        ['\x88'] = pickle => pickle.Push(true),
        ['\x89'] = pickle => pickle.Push(false),
        ['K'] = pickle => pickle.Push((long)pickle.Byte()),
        ['M'] = pickle => pickle.Push((long)pickle.Number(2)),
        ['J'] = pickle => pickle.Push((long)(int)pickle.Number(4)),
        ['\x8a'] = pickle => pickle.PushLong(pickle.Byte()),
        ['I'] = pickle => pickle.PushDecimal(),
        ['L'] = pickle => pickle.PushDecimal(),
        ['G'] = pickle => pickle.Push(BitConverter.UInt64BitsToDouble(BinaryPrimitives.ReverseEndianness(pickle.Number(8)))),
        ['X'] = pickle => pickle.PushText(pickle.Number(4)),
        ['T'] = pickle => pickle.PushText(pickle.Number(4)),
        ['\x8c'] = pickle => pickle.PushText(pickle.Byte()),
        ['U'] = pickle => pickle.PushText(pickle.Byte()),
        ['\x8d'] = pickle => pickle.PushText(pickle.Number(8)),

        ['}'] = pickle => pickle.Push(new PickleDictionary()),
        [']'] = pickle => pickle.Push(new List<object?>()),
        [')'] = pickle => pickle.Push(Array.Empty<object?>()),
        ['t'] = pickle => pickle.Push(pickle.PopToMark()),
        ['\x85'] = pickle => pickle.Push(pickle.PopTuple(1)),
        ['\x86'] = pickle => pickle.Push(pickle.PopTuple(2)),
        ['\x87'] = pickle => pickle.Push(pickle.PopTuple(3)),
        ['l'] = pickle => pickle.Push(pickle.PopToMark().ToList()),
        ['d'] = pickle => pickle.PushDictionary(pickle.PopToMark()),
        ['a'] = pickle => pickle.AddItems([pickle.Pop()]),
        ['e'] = pickle => pickle.AddItems(pickle.PopToMark()),
        ['s'] = pickle => pickle.SetItems(pickle.PopTuple(2)),
        ['u'] = pickle => pickle.SetItems(pickle.PopToMark()),

        ['q'] = pickle => pickle.Remember(pickle.Byte()),
        ['r'] = pickle => pickle.Remember((int)pickle.Number(4)),
        ['\x94'] = pickle => pickle.Remember(pickle._memo.Count),
        ['h'] = pickle => pickle.Recall(pickle.Byte()),
        ['j'] = pickle => pickle.Recall((int)pickle.Number(4)),

        ['c'] = pickle => pickle.Push(pickle.Global(pickle.Name(), pickle.Name())),
        ['\x93'] = pickle => pickle.PushNamed(pickle.PopTuple(2)),
        ['R'] = pickle => pickle.Call(pickle.PopTuple(2)),
        ['b'] = pickle => pickle.SetState(),
        ['Q'] = pickle => pickle.Push(pickle.Storage(pickle.Pop())),
    };

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
        for (char opcode = (char)input.ReadByte(); opcode != '.'; opcode = (char)input.ReadByte())
        {
            if (!Opcodes.TryGetValue(opcode, out Action<PickleInterpreter>? step))
                throw Damaged($"the opcode 0x{(byte)opcode:x2} is not one that tensors need");
            step(this);
        }
        return Pop();
    }

    private void Mark()
    {
        Count();
        _marks.Add(_stack.Count);
    }

    private byte Byte() => input.ReadByte();

    private ulong Number(int bytes) => input.ReadNumber(bytes);

    private string Name() => input.ReadLine(LongestName);

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

    private void AddItems(object?[] items) => Peek<List<object?>>("a list").AddRange(items);

    private void PushDictionary(object?[] entries)
    {
        Push(new PickleDictionary());
        SetItems(entries);
    }

    private void PushText(ulong bytes) => Push(input.ReadText(bytes));

    private void PushLong(byte bytes)
    {
        var number = new BigInteger(input.ReadBytes(bytes));
        Push(number >= long.MinValue && number <= long.MaxValue ? (long)number : number);
    }

    private void PushDecimal()
    {
        string text = Name();
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
