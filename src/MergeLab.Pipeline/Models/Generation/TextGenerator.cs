using MergeLab.Models.Common;

namespace MergeLab.Models.Generation;

/// <summary>What was generated.</summary>
/// <param name="Sequences">Rows of equal length, with the start token; <see cref="GenerationOptions.ReturnSequences"/> rows for each input.</param>
/// <param name="Scores">Of beam search: one a row. Null for greedy search.</param>
public sealed record Generated(IReadOnlyList<long[]> Sequences, IReadOnlyList<float>? Scores);

/// <summary>Greedy or beam search over any number of inputs, in batches whose make-up depends on the inputs alone: any number of threads gives the same bytes.</summary>
public static class TextGenerator
{
    /// <summary>Inputs decoded together; with beams fewer, as each is several rows.</summary>
    const int RowsAtOnce = 64;

    /// <summary>A batch as it is given, padding included; it is cut into fixed blocks of rows.</summary>
    /// <param name="model">Used by several threads.</param>
    /// <param name="inputIds">[rows, n]</param>
    /// <param name="mask">[rows, n], or null</param>
    /// <param name="options">Checked here.</param>
    /// <param name="threads">Blocks worked on at the same time.</param>
    /// <param name="cancellation">Ends it between two steps.</param>
    public static Generated Generate(ISequenceToSequence model, long[,] inputIds, long[,]? mask, GenerationOptions options, int threads = 1, CancellationToken cancellation = default)
    {
        options = options.Checked(model.VocabularySize);
        var block = BlockOf(options);
        var (rows, length) = (inputIds.GetLength(0), inputIds.GetLength(1));
        var blocks = (rows + block - 1) / block;
        var found = new Found[blocks];
        Parallel.For(0, blocks, new ParallelOptions { MaxDegreeOfParallelism = threads, CancellationToken = cancellation }, i =>
        {
            var (first, count) = (i * block, Math.Min(block, rows - i * block));
            found[i] = Run(model, Rows(inputIds, first, count, length), mask is null ? null : Rows(mask, first, count, length), options, cancellation);
        });
        return Join(found, options);
    }

    /// <summary>Inputs of any lengths, padded on the right in batches of similar lengths.</summary>
    public static Generated Generate(ISequenceToSequence model, IReadOnlyList<int[]> inputs, GenerationOptions options, int threads = 1, CancellationToken cancellation = default)
    {
        options = options.Checked(model.VocabularySize);
        var batches = LengthSorted.Batches([.. inputs.Select(i => i.Length)], BlockOf(options));
        var found = new Found[inputs.Count];
        Parallel.ForEach(batches, new ParallelOptions { MaxDegreeOfParallelism = threads, CancellationToken = cancellation }, batch =>
        {
            using var scope = NewDisposeScope();
            using var mode = inference_mode();
            var padded = Seq2SeqBatch.Of([.. batch.Select(i => inputs[i])], null, options.PadId ?? 0, model.Device);
            var one = Run(model, padded.InputIds, padded.AttentionMask, options, cancellation);
            for (var i = 0; i < batch.Length; i++)
                found[batch[i]] = new Found(one.Sequences[(i * options.ReturnSequences)..((i + 1) * options.ReturnSequences)], one.Scores?[(i * options.ReturnSequences)..((i + 1) * options.ReturnSequences)]);
        });
        return Join(found, options);
    }

    sealed record Found(long[][] Sequences, float[]? Scores);

    static int BlockOf(GenerationOptions options) => Math.Max(1, RowsAtOnce / options.Beams);

    static long[,] Rows(long[,] of, int first, int count, int length)
    {
        var part = new long[count, length];
        Array.Copy(of, (long)first * length, part, 0, (long)count * length);
        return part;
    }

    static Found Run(ISequenceToSequence model, long[,] ids, long[,]? mask, GenerationOptions options, CancellationToken cancellation)
    {
        using var scope = NewDisposeScope();
        using var mode = inference_mode();
        return Run(model, ToTensor(ids, model.Device), mask is null ? null : ToTensor(mask, model.Device), options, cancellation);
    }

    static Found Run(ISequenceToSequence model, Tensor ids, Tensor? mask, GenerationOptions options, CancellationToken cancellation)
    {
        using var decoding = model.Start(ids, mask, options.Beams);
        if (options.Beams == 1) return new Found(GreedySearch.Run(decoding, (int)ids.size(0), options, cancellation), null);
        var best = BeamSearch.Run(decoding, (int)ids.size(0), options, cancellation).SelectMany(h => h).ToArray();
        return new Found([.. best.Select(h => h.Tokens)], [.. best.Select(h => h.Score)]);
    }

    static Tensor ToTensor(long[,] values, Device device) => tensor([.. values.Cast<long>()], [values.GetLength(0), values.GetLength(1)], device: device);

    static Generated Join(Found[] found, GenerationOptions options)
    {
        var rows = found.SelectMany(f => f.Sequences).ToArray();
        var length = rows.Length == 0 ? 0 : rows.Max(r => r.Length);
        var fill = Fill(options);
        for (var i = 0; i < rows.Length; i++)
        {
            var before = rows[i].Length;
            Array.Resize(ref rows[i], length);
            rows[i].AsSpan(before).Fill(fill);
        }
        return new Generated(rows, options.Beams == 1 ? null : [.. found.SelectMany(f => f.Scores!)]);
    }

    /// <summary>transformers fills the results of beam search with the end token where padding is 0, which it takes for absent.</summary>
    static int Fill(GenerationOptions options)
    {
        var end = options.EosIds.Count > 0 ? options.EosIds[0] : options.PadId ?? 0;
        return options.PadId is { } pad && (options.Beams == 1 || pad != 0) ? pad : end;
    }
}
