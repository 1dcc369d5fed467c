using System.Text.Json;
using BertMLNet;
using BertMLNet.AspNetCore;
using Microsoft.AspNetCore.Diagnostics.HealthChecks;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace Microsoft.AspNetCore.Builder;

/// <summary>Adds the endpoints of the models that a service has.</summary>
public static class BertEndpointRouteBuilderExtensions
{
    /// <summary>
    /// Adds <c>/predict</c>, <c>/rerank</c>, <c>/embed</c>, <c>/answer</c> and <c>/entities</c> for the models that
    /// there are, <c>/info</c> and
    /// <c>/health</c>; all but <c>/answer</c> and <c>/entities</c> are as text-embeddings-inference has them.
    /// </summary>
    /// <returns>The endpoints, for authorization, rate limits and the like.</returns>
    /// <exception cref="BertMLNetException">No model was added, or one cannot be opened.</exception>
    public static IEndpointConventionBuilder MapBert(this IEndpointRouteBuilder endpoints)
    {
        ArgumentNullException.ThrowIfNull(endpoints);
        // Opened now, so that a model that cannot be used stops the service and not its first request.
        ServedModel[] models = [.. endpoints.ServiceProvider.GetServices<ServedModel>()];
        if (models.Length == 0)
            throw new BertMLNetException(
                "MapBert: the service has no model; add one with services.AddBertPairClassifier or a sister of it.");
        if (models.SelectMany(model => model.Endpoints).GroupBy(path => path).FirstOrDefault(path => path.Count() > 1) is { } twice)
        {
            throw new BertMLNetException(
                $"MapBert: two models have the endpoint {twice.Key}; run one service for each.");
        }
        RouteGroupBuilder group = endpoints.MapGroup("");
        foreach (ServedModel model in models)
            model.Map(group);
        group.MapGet("/info", (Delegate)((HttpContext http) => http.Response.WriteAsync(ServiceInfo.Of(models), http.RequestAborted)))
            .WithName("info").WithSummary("Tells which model is served, and the limits of a request.").Produces<object>();
        group.MapHealthChecks("/health", new HealthCheckOptions
        {
            Predicate = check => check.Name == BertHealthCheck.Name,
            ResponseWriter = WriteHealthAsync,
        });
        return group;
    }

    /// <summary>Adds a page at <c>/</c> on which people try the models: plain files, without scripts or styles from elsewhere.</summary>
    public static IEndpointConventionBuilder MapBertPage(this IEndpointRouteBuilder endpoints)
    {
        ArgumentNullException.ThrowIfNull(endpoints);
        return PageFiles.Map(endpoints);
    }

    private static Task WriteHealthAsync(HttpContext http, HealthReport report)
    {
        if (report.Status == HealthStatus.Healthy)
            return Task.CompletedTask;
        http.Response.ContentType = "application/json; charset=utf-8";
        string message = report.Entries.Values.Select(entry => entry.Description).FirstOrDefault(text => text is not null) ?? "unhealthy";
        return JsonSerializer.SerializeAsync(
            http.Response.Body, new ErrorResponse(message, "Unhealthy"), ServingJson.Web.ErrorResponse, http.RequestAborted);
    }
}
