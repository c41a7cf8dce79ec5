namespace MergeLab.Models.Common;

/// <summary>One batch for an encoder-decoder model, all int64. The tensors are the caller's.</summary>
/// <param name="InputIds">[rows, n]</param>
/// <param name="AttentionMask">[rows, n], 0 where a position is padding; null: all are read, padding too.</param>
/// <param name="Labels">[rows, m], -100 where no loss is wanted.</param>
/// <param name="DecoderInputIds">[rows, m]; from the labels when null.</param>
/// <param name="DecoderAttentionMask">[rows, m], 0 where a position is not to be seen.</param>
public sealed record Seq2SeqBatch(Tensor InputIds, Tensor? AttentionMask, Tensor? Labels, Tensor? DecoderInputIds = null, Tensor? DecoderAttentionMask = null)
{
    /// <summary>The label that counts nothing.</summary>
    public const long Ignored = -100;

    /// <summary>Rows padded on the right, with their mask. The tensors belong to the current dispose scope.</summary>
    /// <param name="inputs">Token ids, at least one row.</param>
    /// <param name="targets">Token ids with the end of sequence, or null.</param>
    /// <param name="padId">Fills the inputs.</param>
    /// <param name="device">Where the tensors lie.</param>
    public static Seq2SeqBatch Of(IReadOnlyList<int[]> inputs, IReadOnlyList<int[]>? targets, int padId, Device? device = null)
    {
        if (targets is not null && targets.Count != inputs.Count) throw new ArgumentException($"{inputs.Count} inputs, but {targets.Count} targets", nameof(targets));
        return new Seq2SeqBatch(Padded(inputs, padId, device), Padded([.. inputs.Select(i => Enumerable.Repeat(1, i.Length).ToArray())], 0, device),
            targets is null ? null : Padded(targets, Ignored, device));
    }

    static Tensor Padded(IReadOnlyList<int[]> rows, long fill, Device? device)
    {
        var length = Math.Max(1, rows.Max(r => r.Length));
        var values = new long[rows.Count * length];
        Array.Fill(values, fill);
        for (var i = 0; i < rows.Count; i++)
            for (var j = 0; j < rows[i].Length; j++) values[i * length + j] = rows[i][j];
        return tensor(values, [rows.Count, length], device: device);
    }
}
