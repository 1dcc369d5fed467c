// A web service that classifies sentence pairs, with a page to try it on. Requests at the same time share batches.
//   dotnet run --project samples/WebApi -- --model MODEL_FOLDER --urls http://localhost:5000
//   curl -d '{"inputs":["It rained.","Rain fell."]}' -H 'Content-Type: application/json' http://localhost:5000/predict
WebApplicationBuilder builder = WebApplication.CreateBuilder(args);
if (builder.Configuration["model"] is not { } modelPath)
{
    await Console.Error.WriteLineAsync("usage: WebApi --model MODEL_FOLDER [--urls URL]").ConfigureAwait(false);
    return 2;
}
builder.Services.AddBertPairClassifier(modelPath);

WebApplication app = builder.Build();
app.MapBert();
app.MapBertPage();
await app.RunAsync().ConfigureAwait(false);
return 0;
