using System.Reflection;
using Microsoft.ML;
using Microsoft.ML.Data;
using Microsoft.ML.Runtime;
using Microsoft.ML.Transforms;

namespace MLNet.Conformance;

/// <summary>What ML.NET keeps to itself: an outside library must not come to rely on more.</summary>
public class WallTests
{
    private const BindingFlags Public = BindingFlags.Public | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly;

    [Fact]
    public void AModelSaveContextOnlyDisposes()
        => Assert.Equal(["Dispose"], typeof(ModelSaveContext).GetMembers(Public).Select(member => member.Name));

    [Theory]
    [InlineData(typeof(SchemaShape.Column))]
    [InlineData(typeof(TransformsCatalog))]
    [InlineData(typeof(TransformsCatalog.ConversionTransforms))]
    [InlineData(typeof(DataOperationsCatalog))]
    [InlineData(typeof(ModelOperationsCatalog))]
    [InlineData(typeof(BinaryClassificationCatalog))]
    [InlineData(typeof(MulticlassClassificationCatalog.MulticlassClassificationTrainers))]
    [InlineData(typeof(ComponentCatalog))]
    [InlineData(typeof(RowToRowTransformerBase))]
    [InlineData(typeof(OneToOneTransformerBase))]
    [InlineData(typeof(TrivialEstimator<ITransformer>))]
    [InlineData(typeof(ExtensionBaseAttribute))]
    [InlineData(typeof(DataViewSchema))]
    [InlineData(typeof(SchemaDefinition))]
    [InlineData(typeof(TextLoader))]
    [InlineData(typeof(CustomMappingTransformer<Sentence, Sentence>))]
    [InlineData(typeof(PredictionEngine<Sentence, Sentence>))]
    public void TheseHaveNoConstructorToCallOrDeriveFrom(Type type)
        => Assert.DoesNotContain(type.GetConstructors(BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance),
            constructor => constructor.IsPublic || constructor.IsFamily || constructor.IsFamilyOrAssembly);

    [Theory]
    [InlineData(typeof(TransformsCatalog))]
    [InlineData(typeof(MulticlassClassificationCatalog.MulticlassClassificationTrainers))]
    public void ACatalogDoesNotShowItsContext(Type catalog)
        => Assert.DoesNotContain(catalog.GetProperties(Public), property => typeof(IHostEnvironment).IsAssignableFrom(property.PropertyType));

    [Fact]
    public void AShapeOffersOnlyWhatItReads()
    {
        Assert.DoesNotContain(typeof(SchemaShape).GetMethods(Public), method => method.Name is "Create" or "TryFindColumn");
        Assert.DoesNotContain(typeof(SchemaShape.Column).GetMethods(Public), method => method.Name is "GetTypeString" or "IsCompatibleWith");
    }
}
