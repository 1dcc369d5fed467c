using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;

namespace BertMLNet.AspNetCore;

/// <summary>Whether the models take requests: not before they are open, nor while the service stops.</summary>
internal sealed class BertHealthCheck(IEnumerable<ServedModel> models, IHostApplicationLifetime lifetime) : IHealthCheck
{
    /// <summary>The check's name.</summary>
    public const string Name = "bert";

    /// <inheritdoc/>
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        if (lifetime.ApplicationStopping.IsCancellationRequested)
            return Task.FromResult(HealthCheckResult.Unhealthy("The service is stopping."));
        return Task.FromResult(models.FirstOrDefault(model => !model.IsOpen) is { } closed
            ? HealthCheckResult.Unhealthy($"The model for {closed.Task} takes no requests.")
            : HealthCheckResult.Healthy());
    }
}
