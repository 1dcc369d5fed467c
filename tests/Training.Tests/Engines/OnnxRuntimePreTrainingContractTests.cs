using BertMLNet.Modeling;

namespace BertMLNet.Training.Tests;

public sealed class OnnxRuntimePreTrainingContractTests() : OnnxRuntimeEngineContractTests(TaskHead.PreTraining);
