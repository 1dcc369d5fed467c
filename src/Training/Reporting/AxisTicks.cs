using System.Globalization;

namespace BertMLNet.Training;

/// <summary>Where an axis has its marks: at round numbers that span the data.</summary>
internal sealed class AxisTicks
{
    private readonly double _step;

    /// <summary>Chooses about <paramref name="wanted"/> marks.</summary>
    /// <param name="low">The least value of the data.</param>
    /// <param name="high">The greatest.</param>
    /// <param name="wanted">How many marks.</param>
    /// <param name="whole">Whether only whole numbers are marked.</param>
    public AxisTicks(double low, double high, int wanted, bool whole = false)
    {
        if (high <= low)
            (low, high) = (low - Math.Max(Math.Abs(low), 1) / 2, low + Math.Max(Math.Abs(low), 1) / 2);
        double rough = (high - low) / wanted;
        double magnitude = Math.Pow(10, Math.Floor(Math.Log10(rough)));
        _step = magnitude * (rough / magnitude) switch
        {
            < 1.5 => 1,
            < 3.5 => 2,
            < 7.5 => 5,
            _ => 10,
        };
        if (whole)
            _step = Math.Max(_step, 1);
        Low = Math.Floor(low / _step + 1e-9) * _step;
        High = Math.Ceiling(high / _step - 1e-9) * _step;
    }

    /// <summary>The first mark.</summary>
    public double Low { get; }

    /// <summary>The last mark.</summary>
    public double High { get; }

    /// <summary>The marks with their labels.</summary>
    public IEnumerable<(double Value, string Label)> Marks()
    {
        int count = (int)Math.Round((High - Low) / _step);
        for (int i = 0; i <= count; i++)
        {
            double value = Low + i * _step;
            yield return (value, Label(Math.Abs(value) < _step / 2 ? 0 : value));
        }
    }

    private string Label(double value)
    {
        if (value == 0)
            return "0";
        if (Math.Abs(value) is < 1e-3 or >= 1e6)
            return value.ToString("0.##e+0", CultureInfo.InvariantCulture);
        int decimals = Math.Clamp((int)Math.Ceiling(-Math.Log10(_step) - 1e-9), 0, 6);
        return value.ToString("F" + decimals.ToString(CultureInfo.InvariantCulture), CultureInfo.InvariantCulture);
    }
}
