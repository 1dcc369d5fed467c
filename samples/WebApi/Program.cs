// A web service that classifies sentence pairs, with a pool of prediction engines over one model.
//   dotnet run --project samples/WebApi -- --model MODEL_FOLDER --urls http://localhost:5000
//   curl -d '{"sentence1":"…","sentence2":"…"}' -H 'Content-Type: application/json' http://localhost:5000/classify
using BertMLNet;
using Microsoft.ML;
using WebApi;

WebApplicationBuilder builder = WebApplication.CreateBuilder(args);
if (builder.Configuration["model"] is not { } modelPath)
{
    await Console.Error.WriteLineAsync("usage: WebApi --model MODEL_FOLDER [--urls URL]").ConfigureAwait(false);
    return 2;
}
builder.Services.AddSingleton(_ =>
{
    var mlContext = new MLContext();
    IDataView noRows = mlContext.Data.LoadFromEnumerable(Array.Empty<PairRequest>());
    // The context's own method takes its GPU settings and logs to it.
    BertTransformer model = mlContext.BertPairClassify(new() { ModelPath = modelPath }).Fit(noRows);
    return new BertPredictionPool<PairRequest, PairResponse>(mlContext, model);
});

WebApplication app = builder.Build();
// Opened now, so that a model that cannot be used stops the service and not its first request.
app.Services.GetRequiredService<BertPredictionPool<PairRequest, PairResponse>>();
app.MapPost("/classify", (PairRequest pair, BertPredictionPool<PairRequest, PairResponse> pool) => pool.Predict(pair));
await app.RunAsync().ConfigureAwait(false);
return 0;
