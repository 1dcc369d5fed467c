namespace BertMLNet.Training.Tests;

/// <summary>Fifty AdamW updates on one batch, as PyTorch made them in double precision (training.json of tests/oracles).</summary>
public sealed record GoldenTraining(float WeightDecay, double ClipNorm, float[] LearningRates, double[] Losses, double[] GradientNorms);
