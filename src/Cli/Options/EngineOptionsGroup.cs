using System.CommandLine;
using BertMLNet.Modeling;
using BertMLNet.Training;

namespace BertMLNet.Cli;

/// <summary>What computes a training: every command that trains has these options.</summary>
internal sealed class EngineOptionsGroup
{
    private readonly Option<string> _engine = new("--engine")
    {
        Description = "What computes: auto takes torchsharp on a CUDA device and onnxruntime otherwise.",
        DefaultValueFactory = _ => EngineChoice.Auto,
    };

    private readonly Option<string?> _device = new("--device")
    {
        Description = "Where: cpu, or cuda:N (default: cuda:0 for torchsharp where there is one, cpu otherwise).",
        HelpName = "cpu|cuda:N",
    };

    private readonly Option<bool> _bfloat16 = new("--bf16")
    {
        Description = "Compute matrix products in bfloat16; for torchsharp on CUDA.",
    };

    /// <summary>Creates the options.</summary>
    public EngineOptionsGroup()
    {
        _engine.AcceptOnlyFromAmong(EngineChoice.Auto, EngineChoice.OnnxRuntime, EngineChoice.TorchSharp);
        _device.Validators.Add(result =>
        {
            try
            {
                if (result.Tokens is [var name, ..])
                    ComputeDevice.Parse(name.Value);
            }
            catch (BertMLNetException exception)
            {
                result.AddError($"--device: {exception.Message}");
            }
        });
    }

    /// <summary>Adds the options to a command.</summary>
    public void AddTo(Command command)
    {
        foreach (Option option in new Option[] { _engine, _device, _bfloat16 })
            command.Options.Add(option);
    }

    /// <summary>Chooses, says what was taken and why, and returns what makes the engine.</summary>
    /// <exception cref="UsageException">What is asked for does not go together.</exception>
    public Func<ParameterSet, OptimizerOptions, ITrainingEngine> Choose(ParseResult arguments, CliTerminal terminal)
    {
        EngineChoice choice = EngineChoice.Make(
            arguments.GetRequiredValue(_engine),
            arguments.GetValue(_device) is { } device ? ComputeDevice.Parse(device) : null,
            arguments.GetValue(_bfloat16),
            TorchDevice.HasCuda);
        terminal.Notice($"engine: {choice}");
        return choice.Create;
    }
}
