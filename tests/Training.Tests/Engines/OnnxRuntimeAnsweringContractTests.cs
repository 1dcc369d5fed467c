using BertMLNet.Modeling;

namespace BertMLNet.Training.Tests;

public sealed class OnnxRuntimeAnsweringContractTests() : OnnxRuntimeEngineContractTests(TaskHead.QuestionAnswering);
