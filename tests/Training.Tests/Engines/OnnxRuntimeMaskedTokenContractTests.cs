using BertMLNet.Modeling;

namespace BertMLNet.Training.Tests;

public sealed class OnnxRuntimeMaskedTokenContractTests() : OnnxRuntimeEngineContractTests(TaskHead.MaskedLanguageModel);
