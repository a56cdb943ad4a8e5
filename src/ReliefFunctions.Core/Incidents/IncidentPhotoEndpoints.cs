using Microsoft.AspNetCore.Http;
using ReliefFunctions.Core.Campaigns;
using ReliefFunctions.Core.Http;
using ReliefFunctions.Core.Storage;

namespace ReliefFunctions.Core.Incidents;

/// <summary>
/// Photos of incidents over HTTP: a unit sends them, of which only the picture is kept; office and leaders alone see them, each look is on
/// record.
/// </summary>
public static class IncidentPhotoEndpoints
{
    private const string PhotosTemplate = IncidentEndpoints.IncidentTemplate + "/photos";

    private const string PhotoTemplate = PhotosTemplate + "/{photo}";

    private const long LargestPhoto = 8 * 1024 * 1024;

    private static readonly string[] Types = [PhotoContent.Jpeg, PhotoContent.Png, PhotoContent.WebP];

    /// <summary>The routes.</summary>
    public static IReadOnlyList<ApiRoute> Routes { get; } =
    [
        new("AddIncidentPhoto", "POST", PhotosTemplate, AccessRule.UnitOrOffice, Add)
        {
            Summary = "上传一张现场照片（jpeg、png、webp，不超过 8 MB）；同一张不会重复",
            MaxBody = LargestPhoto,
            Takes = [.. Types, "multipart/form-data"],
            Response = typeof(IncidentPhoto),
            Problems = [ProblemType.UnsupportedType, ProblemType.Conflict],
        },
        new("GetIncidentPhoto", "GET", PhotoTemplate, IncidentEndpoints.Overview, Get)
        {
            Summary = "查看一张照片（只限办公室和领导，每次查看都有记录）",
            Gives = Types,
        },
        new("DeleteIncidentPhoto", "DELETE", PhotoTemplate, AccessRule.Office, Delete) { Summary = "删除一张不该留存的照片", Response = typeof(IReadOnlyList<IncidentPhoto>) },
    ];

    private static async Task<IResult> Add(ApiContext c)
    {
        var campaign = await c.CampaignAsync();
        var row = await IncidentEndpoints.IncidentAsync(c, campaign);
        var file = await c.FileAsync();
        if (PhotoContent.Of(file.Bytes) is not { } content)
        {
            throw new ProblemException(ProblemType.UnsupportedType, "这不是完整的照片。请用手机拍照后直接上传（jpeg、png 或 webp）；苹果手机请在“设置—相机—格式”里选“兼容性最佳”。");
        }

        var store = c.Service<IncidentStore>();
        var sha256 = Keys.Hash(content.Bytes);
        var photo = new IncidentPhoto(sha256[..16], sha256, content.ContentType, content.Bytes.Length, c.Now, c.Actor.Id);
        var most = (await store.PolicyAsync(campaign, c.Aborted)).MostPhotos;
        if (row.Photos.Count >= most && row.Photos.All(known => known.Id != photo.Id)) throw Full(most);
        var stored = await store.AddPhotoAsync(campaign, row.Id, photo, BinaryData.FromBytes(content.Bytes), most,
            c.Audit("incident.photo-added", row.Id, photo.Id), c.Aborted) ?? throw Full(most);
        return c.Json(stored.Photos.First(known => known.Id == photo.Id));
    }

    private static async Task<IResult> Get(ApiContext c)
    {
        var campaign = await c.CampaignAsync();
        var row = await IncidentEndpoints.IncidentAsync(c, campaign);
        var photo = Photo(c, row);
        var stream = await c.Service<IncidentStore>().OpenPhotoAsync(campaign, row.Id, photo, c.Aborted) ?? throw NoPhoto();
        if (!c.HeadersOnly) await c.Service<IncidentStore>().RecordAsync(campaign, c.Audit("incident.photo-seen", row.Id, photo.Id), c.Aborted);
        return Results.Stream(stream, photo.ContentType);
    }

    private static async Task<IResult> Delete(ApiContext c)
    {
        var campaign = await c.CampaignAsync();
        var row = await IncidentEndpoints.IncidentAsync(c, campaign);
        var photo = Photo(c, row);
        var left = await c.Service<IncidentStore>().DeletePhotosAsync(campaign, row, [photo], byRule: false, c.Audit("incident.photo-deleted", row.Id, photo.Id), c.Aborted);
        return c.Json(left?.Photos ?? []);
    }

    private static IncidentPhoto Photo(ApiContext c, IncidentRow row) => row.Photos.FirstOrDefault(photo => photo.Id == c.Route("photo")) ?? throw NoPhoto();

    private static ProblemException NoPhoto() => new(ProblemType.NotFound, "没有这张照片，或已按规定删除。");

    private static ProblemException Full(int most) => new(ProblemType.Conflict, $"一起情况最多 {most} 张照片，已经满了。确需更换的，请办公室先删除一张。");
}
