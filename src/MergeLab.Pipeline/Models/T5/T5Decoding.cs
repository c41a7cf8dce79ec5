using MergeLab.Models.Common;
using MergeLab.Models.Generation;

namespace MergeLab.Models.T5;

/// <summary>T5's decoder one token at a time: the encoder's keys and values are computed once, the decoder's kept.</summary>
sealed class T5Decoding : IDecoding
{
    const int FirstLength = 32;

    readonly T5Model model;
    readonly T5LayerCache[] layers;
    Tensor? encodedBias;
    Tensor distances;
    int length;

    public T5Decoding(T5Model model, Tensor inputIds, Tensor? mask, int copies)
    {
        this.model = model;
        using var scope = NewDisposeScope();
        var encoded = model.Encode(inputIds, mask);
        layers = [.. model.Decoder.Blocks.Select(b => Cache(b, encoded, copies))];
        encodedBias = mask is null ? null : Repeated(AttentionMask.Additive(mask), copies).DetachFromDisposeScope();
        distances = model.Decoder.BiasByDistance(FirstLength, model.Device).DetachFromDisposeScope();
    }

    public Tensor Step(ReadOnlySpan<long> tokens)
    {
        using var scope = NewDisposeScope();
        var room = (int)distances.size(3);
        if (length == room)
        {
            distances.Dispose();
            distances = model.Decoder.BiasByDistance(room *= 2, model.Device).DetachFromDisposeScope();
        }
        length++;
        var bias = distances.narrow(3, room - length, length);
        var x = model.Embed(tensor(tokens.ToArray(), [tokens.Length, 1], device: model.Device));
        for (var i = 0; i < layers.Length; i++) x = model.Decoder.Blocks[i].Step(x, layers[i], bias, encodedBias);
        return model.Head(model.Decoder.Finish(x)).squeeze(1).MoveToOuterDisposeScope();
    }

    public void Select(ReadOnlySpan<long> rows, bool sameInputs)
    {
        using var index = tensor(rows.ToArray(), device: model.Device);
        foreach (var layer in layers) layer.Select(index, !sameInputs);
        if (sameInputs || encodedBias is null) return;
        using var before = encodedBias;
        encodedBias = before.index_select(0, index).DetachFromDisposeScope();
    }

    public void Dispose()
    {
        foreach (var layer in layers) layer.Dispose();
        encodedBias?.Dispose();
        distances.Dispose();
    }

    static T5LayerCache Cache(T5Block block, Tensor encoded, int copies)
    {
        var (keys, values) = block.Cross!.Project(encoded);
        // Each head's keys lie together, as the products of every step read them.
        return new T5LayerCache(Repeated(keys, copies).contiguous(), Repeated(values, copies).contiguous());
    }

    static Tensor Repeated(Tensor x, int copies) => copies == 1 ? x : x.repeat_interleave(copies, 0);
}
