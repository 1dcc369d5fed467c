using Microsoft.ML.Data;

namespace Microsoft.ML;

public sealed partial class SchemaShape
{
    public struct Column
    {
        public readonly string Name;
        public readonly VectorKind Kind;
        public readonly DataViewType ItemType;
        public readonly bool IsKey;
        public readonly SchemaShape Annotations;

        internal Column(string name, VectorKind vecKind, DataViewType itemType, bool isKey, SchemaShape annotations = null)
        {
            Name = name;
            Kind = vecKind;
            ItemType = itemType;
            IsKey = isKey;
            Annotations = annotations ?? Empty;
        }

        internal bool IsValid => Name is not null;

        /// <summary>The shape of a column of that type; a key becomes the number beneath and <see cref="IsKey"/>.</summary>
        internal static Column Of(string name, DataViewType type, SchemaShape annotations = null)
        {
            var kind = type switch
            {
                VectorDataViewType { IsKnownSize: true } => VectorKind.Vector,
                VectorDataViewType => VectorKind.VariableVector,
                _ => VectorKind.Scalar,
            };
            var itemType = type.ItemType();
            bool isKey = itemType is KeyDataViewType;
            if (isKey && PrimitiveTypes.TryGet(itemType.RawType, out var number))
                itemType = number;
            return new Column(name, kind, itemType, isKey, annotations);
        }

        internal Column Renamed(string name) => new(name, Kind, ItemType, IsKey, Annotations);

        internal string GetTypeString()
        {
            string item = IsKey ? $"Key<{ItemType}>" : ItemType.ToString();
            return Kind switch
            {
                VectorKind.Vector => $"Vector<{item}>",
                VectorKind.VariableVector => $"VarVector<{item}>",
                _ => item,
            };
        }

        public enum VectorKind
        {
            Scalar,
            Vector,
            VariableVector,
        }
    }
}
