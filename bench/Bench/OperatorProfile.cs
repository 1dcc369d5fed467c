using System.Text.Json;
using Microsoft.ML.OnnxRuntime;

namespace BertMLNet.Bench;

/// <summary>Reads ONNX Runtime's own profile: the time and, for matrix products, the arithmetic of each operator.</summary>
internal static class OperatorProfile
{
    /// <summary>Lets a session write its profile; nothing where <paramref name="prefix"/> is null.</summary>
    public static void Enable(SessionOptions session, string? prefix)
    {
        if (prefix is null)
            return;
        session.ProfileOutputPathPrefix = prefix;
        session.EnableProfiling = true;
    }

    /// <summary>Sums the last runs of the profile by operator and, for products, by shape; the file is deleted.</summary>
    /// <returns>Rows of operator, milliseconds a run, calls a run, and GFLOP/s where the operator is a product.</returns>
    public static List<OperatorTime> Read(string prefix, int? lastRuns, bool byShape)
    {
        int runs = lastRuns ?? 1;
        string path = Directory.GetFiles(Path.GetDirectoryName(prefix)!, Path.GetFileName(prefix) + "*").Single();
        var events = new Dictionary<string, List<(double Duration, JsonElement Event)>>();
        using (JsonDocument document = JsonDocument.Parse(File.ReadAllBytes(path)))
        {
            foreach (JsonElement item in document.RootElement.EnumerateArray())
            {
                string name = item.GetProperty("name").GetString()!;
                if (item.GetProperty("cat").GetString() != "Node" || !name.EndsWith("_kernel_time", StringComparison.Ordinal))
                    continue;
                if (!events.TryGetValue(name, out List<(double, JsonElement)>? list))
                    events[name] = list = [];
                list.Add((item.GetProperty("dur").GetDouble(), item.Clone()));
            }
        }
        File.Delete(path);

        var sums = new Dictionary<string, OperatorTime>();
        foreach (List<(double Duration, JsonElement Event)> calls in events.Values)
        {
            // A node runs once a run.
            foreach ((double duration, JsonElement item) in calls.Skip(lastRuns is null ? 0 : Math.Max(0, calls.Count - runs)))
            {
                JsonElement arguments = item.GetProperty("args");
                string type = arguments.GetProperty("op_name").GetString()!;
                double operations = Operations(type, arguments);
                string key = byShape ? $"{type} {Shapes(arguments)}" : type;
                OperatorTime sum = sums.GetValueOrDefault(key, new(key, 0, 0, 0, 0));
                sums[key] = sum with
                {
                    Milliseconds = sum.Milliseconds + duration / 1000 / runs,
                    Calls = sum.Calls + 1.0 / runs,
                    GigaOperations = sum.GigaOperations + operations / 1e9 / runs,
                    GigaBytes = sum.GigaBytes + (Bytes(arguments, "input_type_shape") + Bytes(arguments, "output_type_shape")) / 1e9 / runs,
                };
            }
        }
        return [.. sums.Values.OrderByDescending(sum => sum.Milliseconds)];
    }

    /// <summary>Two a multiplication and addition: outputs times the inner dimension, which is what is left of the inputs' sizes.</summary>
    private static double Operations(string type, JsonElement arguments)
    {
        if (type is not ("Gemm" or "MatMul" or "FusedMatMul" or "FusedGemm"))
            return 0;
        JsonElement[] inputs = [.. arguments.GetProperty("input_type_shape").EnumerateArray().Select(Shape)];
        JsonElement output = Shape(arguments.GetProperty("output_type_shape")[0]);
        // A weight that was packed when the session opened is not among the inputs; then the first is not transposed.
        if (inputs.Length < 2 || inputs[1].GetArrayLength() < 2)
            return 2 * Size(output) * inputs[0].EnumerateArray().Last().GetDouble();
        double batch = Product(output.EnumerateArray().SkipLast(2));
        double perBatch = inputs[1].GetArrayLength() == 2
            ? Size(inputs[0]) * Size(inputs[1]) / Size(output)
            : Size(inputs[0]) / batch * (Size(inputs[1]) / batch) / (Size(output) / batch);
        return 2 * Size(output) * Math.Sqrt(perBatch);
    }

    private static double Bytes(JsonElement arguments, string side) => arguments.GetProperty(side).EnumerateArray()
        .Sum(typed => Size(Shape(typed)) * (typed.EnumerateObject().First().Name == "int64" ? sizeof(long) : sizeof(float)));

    /// <summary>The inputs' shapes, as in <c>4096x256 256x1024 1024</c>.</summary>
    private static string Shapes(JsonElement arguments) => string.Join(
        ' ', arguments.GetProperty("input_type_shape").EnumerateArray().Select(typed => string.Join('x', Shape(typed).EnumerateArray())));

    private static JsonElement Shape(JsonElement typed) => typed.EnumerateObject().First().Value;

    private static double Size(JsonElement shape) => Product(shape.EnumerateArray());

    private static double Product(IEnumerable<JsonElement> dimensions) => dimensions.Aggregate(1.0, (product, dimension) => product * dimension.GetDouble());
}
