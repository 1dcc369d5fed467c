using System.Buffers;
using System.Runtime.InteropServices;

namespace BertMLNet.Tokenization;

/// <summary>A run of combining marks that waits for its end, to be put into canonical order; in pooled memory that grows.</summary>
[StructLayout(LayoutKind.Auto)]
internal struct CombiningMarks : IDisposable
{
    private const int FirstSize = 32;
    private CombiningMark[]? _marks;
    private int[]? _places;
    private int _placeCount;

    public int Count { get; private set; }

    /// <summary>Where in the original text the character before the run stands.</summary>
    public int PreviousStart { get; set; }

    /// <summary>Where in the original text the characters stand that the marks were written as, in the order of the text.</summary>
    public readonly ReadOnlySpan<int> Places => _places.AsSpan(0, _placeCount);

    public void Add(int codePoint, int start, bool continues)
    {
        if (_marks is null || _places is null)
            (_marks, _places) = (ArrayPool<CombiningMark>.Shared.Rent(FirstSize), ArrayPool<int>.Shared.Rent(FirstSize));
        Grow(ref _marks, Count);
        Grow(ref _places, _placeCount);
        _marks[Count] = new CombiningMark(codePoint, Characters.CombiningClassOf(codePoint), Count, continues);
        Count++;
        if (!continues)
            _places[_placeCount++] = start;
    }

    /// <summary>The marks in canonical order.</summary>
    public readonly ReadOnlySpan<CombiningMark> Ordered()
    {
        var marks = _marks.AsSpan(0, Count);
        marks.Sort(static (a, b) => a.Class != b.Class ? a.Class.CompareTo(b.Class) : a.Order.CompareTo(b.Order));
        return marks;
    }

    public void Clear() => Count = _placeCount = 0;

    public readonly void Dispose()
    {
        if (_marks is not null)
            ArrayPool<CombiningMark>.Shared.Return(_marks);
        if (_places is not null)
            ArrayPool<int>.Shared.Return(_places);
    }

    private static void Grow<T>(ref T[] array, int count)
    {
        if (count < array.Length)
            return;
        var larger = ArrayPool<T>.Shared.Rent(count * 2);
        array.AsSpan().CopyTo(larger);
        ArrayPool<T>.Shared.Return(array);
        array = larger;
    }
}

/// <summary>A character with a canonical combining class other than 0.</summary>
/// <param name="CodePoint">The character.</param>
/// <param name="Class">Its combining class.</param>
/// <param name="Order">How many marks of its run were written before it.</param>
/// <param name="Continues">Whether it came out of a decomposition and is not the first character of it.</param>
[StructLayout(LayoutKind.Auto)]
internal readonly record struct CombiningMark(int CodePoint, int Class, int Order, bool Continues);
