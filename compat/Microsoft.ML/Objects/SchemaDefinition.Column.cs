namespace Microsoft.ML.Data;

public sealed partial class SchemaDefinition
{
    public sealed class Column
    {
        private readonly List<(string Kind, DataViewType Type, Delegate Getter)> _annotations = [];

        internal Column(string memberName, DataViewType columnType, string columnName = null)
        {
            MemberName = memberName;
            ColumnName = columnName ?? memberName;
            ColumnType = columnType;
        }

        public string MemberName { get; }

        public string ColumnName { get; set; }

        public DataViewType ColumnType { get; set; }

        public DataViewSchema.Annotations Annotations
        {
            get
            {
                var builder = new DataViewSchema.Annotations.Builder();
                foreach (var (kind, type, getter) in _annotations)
                    builder.Add(kind, type, getter);
                return builder.ToAnnotations();
            }
        }

        public void AddAnnotation<T>(string kind, T value, DataViewType annotationType)
        {
            ArgumentNullException.ThrowIfNull(kind);
            ArgumentNullException.ThrowIfNull(annotationType);
            Check.That(_annotations.TrueForAll(annotation => annotation.Kind != kind), "Column already contains an annotation of this kind.");
            var source = new Constant<T>(value);
            var member = typeof(Constant<T>).GetField(nameof(source.Value));
            Check.That(MemberColumn.CanHold(member, annotationType), $"An annotation of type {annotationType} cannot have a value of type {typeof(T)}.");
            _annotations.Add((kind, annotationType, MemberBridge<Constant<T>>.Create(member, annotationType).CreateGetter(() => source)));
        }

        internal void CopyAnnotations(DataViewSchema.Annotations annotations)
        {
            foreach (var annotation in annotations.Schema)
                _annotations.Add((annotation.Name, annotation.Type, annotations.GetterOf(annotation.Index)));
        }

        /// <summary>An annotation given as a value, read as a member would be: a string as text, an array as a vector.</summary>
        private sealed class Constant<T>
        {
            public readonly T Value;

            public Constant(T value) => Value = value;
        }
    }
}
