using System.Buffers.Binary;
using System.Security.Cryptography;
using MergeLab.Evaluation.Tasks;

namespace MergeLab.Stages;

/// <summary>The first rows of a permutation that depends on the seed and the rows' ids alone, so that the same rows are taken whatever their order in the file.</summary>
static class RowSample
{
    public static IReadOnlyList<TaskRow> Take(IReadOnlyList<TaskRow> rows, int? limit, long? seed)
    {
        if (limit is not { } count || count >= rows.Count) return rows;
        // Taken by the permutation, given in file order: predictions are compared row by row across runs.
        var chosen = rows.Select((row, i) => (Rank: Rank(seed ?? 0, row.Id), i)).OrderBy(p => p.Rank).ThenBy(p => p.i).Take(count).Select(p => p.i).Order();
        return [.. chosen.Select(i => rows[i])];
    }

    static ulong Rank(long seed, string id)
    {
        Span<byte> digest = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(System.Text.Encoding.UTF8.GetBytes($"{seed}/{id}"), digest);
        return BinaryPrimitives.ReadUInt64LittleEndian(digest);
    }
}
