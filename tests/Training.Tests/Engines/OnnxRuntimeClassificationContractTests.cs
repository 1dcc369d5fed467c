using BertMLNet.Modeling;

namespace BertMLNet.Training.Tests;

public sealed class OnnxRuntimeClassificationContractTests() : OnnxRuntimeEngineContractTests(TaskHead.PairClassification);
