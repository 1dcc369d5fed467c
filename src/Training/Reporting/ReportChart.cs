namespace BertMLNet.Training;

/// <summary>The picture that the report draws of a table.</summary>
public enum ReportChart
{
    /// <summary>None: the table alone.</summary>
    None,

    /// <summary>A square of shaded cells, in place of the table: counts, a right class a row, a predicted one a column.</summary>
    Matrix,

    /// <summary>Bars above the table: a group a row, named by the first column; a bar for each column of fractions from 0 to 1.</summary>
    Bars,
}
