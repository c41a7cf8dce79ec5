using MergeLab.Checkpoints.Adapters;

namespace MergeLab.Models.Common;

/// <summary>Tells whether what adapters do to a tensor can be left as low-rank terms beside it.</summary>
static class FactoredLora
{
    /// <summary>The updates of all adapters; null where any is more than a linear layer's plain B·A.</summary>
    public static IReadOnlyList<BoundLora>? Of(AdaptedModel model, string tensor)
    {
        var found = new List<BoundLora>();
        foreach (var binding in model.Bindings)
        {
            if (!binding.Changes.TryGetValue(tensor, out var changes)) continue;
            foreach (var change in changes)
            {
                if (change is not BoundLora { Layout: WeightLayout.Direct, Initialisation: BaseInitialisation.None, Module: { Form: LoraForm.Linear, Magnitude: null } } lora) return null;
                found.Add(lora);
            }
        }
        return found;
    }
}
