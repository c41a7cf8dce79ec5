using MergeLab.Data.World;

namespace MergeLab.Models.Training;

/// <summary>
/// The batches of a training: step n takes the n-th run of consecutive examples, so that labels a source deals out in turn stay balanced and
/// a resumed training sees what it would have seen.
/// </summary>
/// <param name="source">Endless.</param>
/// <param name="encode">Token ids of a text, with the end token.</param>
/// <param name="size">Examples a batch.</param>
public sealed class ExampleBatches(IExampleSource source, Func<string, int[]> encode, int size)
{
    public string Name => source.Name;

    public TokenPair[] Get(int step)
    {
        var batch = new TokenPair[size];
        for (var i = 0; i < size; i++) batch[i] = Encode(source.Get((long)step * size + i), encode);
        return batch;
    }

    public static TokenPair Encode(Example example, Func<string, int[]> encode) => new(encode(example.Input), encode(example.Target));
}
