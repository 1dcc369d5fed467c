using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace BertMLNet.AspNetCore;

/// <summary>The page to try the models on: three files out of the assembly.</summary>
internal static class PageFiles
{
    /// <summary>What the page may load, and who may show it in a frame: its own service, and nobody.</summary>
    private const string Policy =
        "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; img-src data:; "
        + "base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

    private static readonly (string Path, string File, string Type)[] Files =
    [
        ("/", "index.html", "text/html; charset=utf-8"),
        ("/page.css", "page.css", "text/css; charset=utf-8"),
        ("/page.js", "page.js", "text/javascript; charset=utf-8"),
    ];

    /// <summary>Adds them.</summary>
    public static RouteGroupBuilder Map(IEndpointRouteBuilder endpoints)
    {
        RouteGroupBuilder group = endpoints.MapGroup("");
        group.ExcludeFromDescription();
        foreach ((string path, string file, string type) in Files)
        {
            byte[] content = Read(file);
            group.MapGet(path, http => WriteAsync(http, content, type));
        }
        return group;
    }

    private static Task WriteAsync(HttpContext http, byte[] content, string type)
    {
        IHeaderDictionary headers = http.Response.Headers;
        headers.ContentSecurityPolicy = Policy;
        headers.XContentTypeOptions = "nosniff";
        headers["Referrer-Policy"] = "no-referrer";
        headers.CacheControl = "no-cache";
        http.Response.ContentType = type;
        http.Response.ContentLength = content.Length;
        return http.Response.Body.WriteAsync(content, http.RequestAborted).AsTask();
    }

    private static byte[] Read(string file)
    {
        using Stream stream = typeof(PageFiles).Assembly.GetManifestResourceStream(file)!;
        byte[] content = new byte[stream.Length];
        stream.ReadExactly(content);
        return content;
    }
}
