using ReliefFunctions.Core.Http;

namespace ReliefFunctions.Core.WeeklyReports;

/// <summary>How an office accepts or returns, alike for weekly and stage reports: which version, and what is said of it.</summary>
internal static class Reviewing
{
    /// <summary>
    /// The version that is judged and what is said of it; 422 without a reason for a return or with too long a comment, 400 when no version is named.
    /// </summary>
    public static async Task<(int Version, ReviewBody Said)> ReviewAsync(this ApiContext c, bool returns, int longest)
    {
        var said = await c.JsonAsync<ReviewBody>();
        if (returns && string.IsNullOrWhiteSpace(said.Comment))
        {
            throw new ProblemException(ProblemType.Invalid, $"退回必须写明原因，不超过 {longest} 字。",
                [new ProblemError { Pointer = "/comment", Code = "required", Message = "缺少退回原因。", Fix = "写明哪一项、为什么、怎样改。" }]);
        }

        if (said.Comment?.Length > longest)
        {
            throw new ProblemException(ProblemType.Invalid, "审核意见需要修改。",
            [
                new ProblemError
                {
                    Pointer = "/comment",
                    Code = "too-long",
                    Message = $"意见共 {said.Comment.Length} 字，超过 {longest} 字。",
                    Fix = "压缩文字，详细材料另附。",
                },
            ]);
        }

        var version = c.VersionNamed(said.Version) ?? throw new ProblemException(ProblemType.BadRequest, "请写明审核的是第几次报送：正文的“version”或 If-Match 请求头。");
        return (version, said);
    }
}
