// What ML.NET's users see of BertMLNet, in lines that can be compared; and what an ONNX graph computes.
using BertMLNet.Parity.Pipelines;

switch (args)
{
    case ["save", var models, var folder]:
        Saving.Save(models, folder);
        return 0;
    case ["load", var kind, var file]:
        Saving.Load(kind, file);
        return 0;
    case ["transform", var kind, var model]:
        Transforming.Show(kind, model);
        return 0;
    case ["classify", var model]:
        Scorers.Classify(model);
        return 0;
    case ["answer", var model]:
        Scorers.Answer(model);
        return 0;
    case ["graph", var file]:
        Graphs.Run(file);
        return 0;
    case ["bad", var models, var pipelines, var folder]:
        BadUses.Show(models, pipelines, folder);
        return 0;
    default:
        await Console.Error.WriteLineAsync("""
            usage: save MODELS FOLDER | load pair|qa FILE | transform pair|qa|tokens MODEL
                   classify MODEL | answer MODEL | graph FILE | bad MODELS PIPELINES FOLDER
            """);
        return 2;
}
