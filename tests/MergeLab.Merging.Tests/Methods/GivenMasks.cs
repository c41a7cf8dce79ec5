using MergeLab.Merging.Draws;

namespace MergeLab.Merging.Tests.Methods;

/// <summary>Masks in memory, by tensor and model.</summary>
sealed class GivenMasks(Func<string, string, bool[]?> find) : IKeepMasks
{
    public KeepMask? Find(string tensor, string model, long count)
    {
        if (find(tensor, model) is not { } keeps) return null;
        var bits = new byte[(keeps.Length + 7) / 8];
        for (var i = 0; i < keeps.Length; i++)
            if (keeps[i]) bits[i / 8] |= (byte)(1 << (i % 8));
        return new KeepMask(bits);
    }
}
