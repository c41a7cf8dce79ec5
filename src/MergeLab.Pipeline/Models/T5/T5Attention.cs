using MergeLab.Models.Common;

namespace MergeLab.Models.T5;

/// <summary>Multi-head attention without biases and without the division by √d_kv.</summary>
sealed class T5Attention
{
    readonly int heads, width;
    readonly Linear query, key, value, output;

    public T5Attention(T5Config config, Parameters parameters, string module)
    {
        (heads, width) = (config.Heads, config.HeadWidth);
        query = parameters.Linear(module + ".q.weight");
        key = parameters.Linear(module + ".k.weight");
        value = parameters.Linear(module + ".v.weight");
        output = parameters.Linear(module + ".o.weight");
    }

    /// <param name="states">[rows, keys, d_model]</param>
    /// <returns>[rows, heads, keys, d_kv] each</returns>
    public (Tensor Keys, Tensor Values) Project(Tensor states) => (Split(key.Apply(states)), Split(value.Apply(states)));

    /// <param name="x">[rows, queries, d_model]</param>
    /// <param name="keys">[rows, heads, keys, d_kv]</param>
    /// <param name="values">[rows, heads, keys, d_kv]</param>
    /// <param name="bias">Position bias and mask, added to the scores; broadcast to [rows, heads, queries, keys].</param>
    /// <param name="dropout">Probability of dropping an attention weight.</param>
    /// <returns>[rows, queries, d_model]</returns>
    public Tensor Attend(Tensor x, Tensor keys, Tensor values, Tensor? bias, double dropout)
    {
        using var scope = NewDisposeScope();
        var mixed = Ops.Attention(Split(query.Apply(x)), keys, values, bias, dropout: dropout);
        return output.Apply(mixed.transpose(1, 2).reshape(x.size(0), x.size(1), heads * width)).MoveToOuterDisposeScope();
    }

    Tensor Split(Tensor x) => x.view(x.size(0), x.size(1), heads, width).transpose(1, 2);
}
