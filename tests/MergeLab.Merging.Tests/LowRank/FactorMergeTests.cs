using MergeLab.Checkpoints.Adapters;
using MergeLab.Core.Errors;
using MergeLab.Merging.Tests.Merging;

namespace MergeLab.Merging.Tests.LowRank;

/// <summary>Whole recipes of methods that work on factors, to both forms of output.</summary>
public sealed class FactorMergeTests : IDisposable
{
    readonly MergeFixture fixture = new();

    public void Dispose() => fixture.Dispose();

    static readonly Dictionary<string, string[]> Adapters = new()
    {
        ["llama"] = ["llama-default", "llama-rslora", "llama-alpha"],
        ["gpt2"] = ["gpt2-conv1d", "gpt2-conv1d-unset"],
    };

    public static TheoryData<string, string> Recipes
    {
        get
        {
            var data = new TheoryData<string, string>();
            foreach (var basis in Adapters.Keys)
                foreach (var recipe in new[]
                         {
                             "merge_method: cart\nparameters: {rank_fraction: 0.2, scaling: 1.5}", "merge_method: tsv_m", "merge_method: iso_c\nparameters: {scaling: 0.7}",
                             "merge_method: iso_cts\nparameters: {common_space_fraction: 0.5}", "merge_method: core_space\nparameters: {inner: ties, density: 0.5}",
                             "merge_method: core_space\nparameters: {isotropize: true}", "merge_method: knots\nparameters: {density: 0.3}", "merge_method: knots\nparameters: {inner: mean, lora_scale: none}",
                             "merge_method: add_weighted_adapter\nparameters: {combination_type: cat}", "merge_method: add_weighted_adapter\nparameters: {combination_type: svd, svd_rank: 3}",
                             "merge_method: add_weighted_adapter\nparameters: {combination_type: ties_svd, density: 0.5}", "merge_method: add_weighted_adapter\nparameters: {combination_type: dare_linear_svd, density: 0.5}",
                         }) data.Add(basis, recipe);
            return data;
        }
    }

    [Theory]
    [MemberData(nameof(Recipes))]
    public void The_adapter_of_a_merge_applied_to_the_base_is_the_merged_model_to_the_bit(string basis, string recipe)
    {
        var dense = fixture.Merge(basis, Adapters[basis], recipe, "dense", threads: 1);
        var adapter = fixture.Merge(basis, Adapters[basis], recipe + "\noutput: adapter", "adapter", threads: 3);
        using (var opened = PeftAdapter.Open(adapter)) Assert.All(opened.Lora, m => Assert.Equal(1, m.Scale));
        Assert.Equal(MergeFixture.Bytes(dense), MergeFixture.Bytes(fixture.Apply(basis, adapter)));
    }

    [Fact]
    public void A_method_whose_result_is_no_adapter_says_so()
    {
        var problem = Assert.Throws<ProblemException>(() => fixture.Merge("llama", Adapters["llama"], "merge_method: wudi\noutput: adapter")).Problem;
        Assert.NotNull(problem.Why);
    }
}
