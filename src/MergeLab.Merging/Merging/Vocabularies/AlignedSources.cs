using System.Globalization;
using MergeLab.Checkpoints;
using MergeLab.Core.Errors;
using MergeLab.Core.Text;
using MergeLab.Merging.Recipes;

namespace MergeLab.Merging.Vocabularies;

/// <summary>
/// Where each row of an aligned embedding comes from. A model's own row where it has the token. Else one row for all models that lack it:
/// the recipe's; that of the only model that has it; zeros where none has; the base's; the mean over the models that have it.
/// </summary>
sealed class AlignedSources
{
    /// <summary>In place of an input's number: a row of zeros.</summary>
    public const int Zeros = -1;

    /// <summary>The mean over the inputs that have the token.</summary>
    public const int Mean = -2;

    /// <summary>No token has this id: the mean of all rows that tokens have.</summary>
    public const int Filler = -3;

    readonly VocabularyPlan plan;
    readonly string tensor;
    readonly int[] models;
    readonly IReadOnlyList<TensorReader> readers;
    readonly int having;
    readonly int[] donors;
    readonly int[] rows;

    /// <param name="plan">The vocabulary.</param>
    /// <param name="tensor">Its name in the result, for messages.</param>
    /// <param name="models">For each input its number among the plan's models.</param>
    /// <param name="readers">The inputs: [rows, …], alike but for the rows.</param>
    /// <param name="having">How many of the inputs, from the first on, count for the general rule; the others are only there for rows that the recipe names.</param>
    public AlignedSources(VocabularyPlan plan, string tensor, int[] models, IReadOnlyList<TensorReader> readers, int having)
    {
        (this.plan, this.tensor, this.models, this.readers, this.having) = (plan, tensor, models, readers, having);
        CheckShapes();
        donors = new int[plan.Rows];
        rows = new int[plan.Rows];
        Array.Fill(donors, Filler);
        var basis = plan.HasBase ? Array.IndexOf(models, 0) : -1;
        for (var id = 0; id < plan.Output.Texts.Count; id++)
            if (plan.Output.Texts[id] is { } token) (donors[id], rows[id]) = plan.RuleOf(token) is { Source: { } row } rule ? Explicit(rule, row, id) : General(token, id, basis);
    }

    /// <summary>The rows of input <paramref name="input"/> in the new order.</summary>
    public TensorReader Reader(int input)
    {
        var (from, row) = ((int[])donors.Clone(), (int[])rows.Clone());
        var own = plan.OldIds[models[input]];
        for (var id = 0; id < own.Length; id++)
        {
            if (own[id] < 0 || plan.RuleOf(plan.Output.Texts[id]!) is { Force: true }) continue;
            (from[id], row[id]) = (input, own[id]);
        }
        return AlignedRows.Unmoved(readers[input], input, from, row) ?? new AlignedRows(readers, input, from, row, [.. models.Take(having).Select(m => plan.OldIds[m])]);
    }

    (int Donor, int Row) General(string token, int id, int basis)
    {
        var (count, last) = (0, -1);
        for (var i = 0; i < having; i++)
        {
            if (plan.OldIds[models[i]][id] < 0) continue;
            count++;
            last = i;
        }
        if (count == 0) plan.Note($"{tensor}: no model has a row for the token '{Excerpt.Of(token)}'; it is zero");
        var donor = count switch
        {
            0 => Zeros,
            1 => last,
            _ when basis >= 0 && plan.OldIds[models[basis]][id] >= 0 => basis,
            _ => Mean,
        };
        return (donor, donor >= 0 ? plan.OldIds[models[donor]][id] : 0);
    }

    (int Donor, int Row) Explicit(TokenRequest rule, TokenRow source, int id)
    {
        if (source is TokenRow.OfModel { Model: var model })
        {
            var donor = Input(rule, model);
            var own = plan.OldIds[models[donor]][id];
            return own >= 0 ? (donor, own) : throw Absent(rule, model, rule.Token);
        }
        if (source is not TokenRow.OfToken named) return (Zeros, 0);
        var input = Input(rule, named.Model);
        if (named.Token is { } text) return (input, plan.OldIdOf(models[input], text) ?? throw Absent(rule, named.Model, text));
        var (row, count) = (named.TokenId!.Value, readers[input].Tensor.Shape[0]);
        return row >= 0 && row < count ? (input, row)
            : throw new ProblemException($"the row of token '{Excerpt.Of(rule.Token)}' is not there", named.Model.Place,
                string.Create(CultureInfo.InvariantCulture, $"token_id is {row}, {readers[input].Tensor.Name} of {named.Model} has {count} rows"), "name one that it has, or another model");
    }

    int Input(TokenRequest rule, ModelReference model) => Array.IndexOf(models, plan.NumberOf(model)) is >= 0 and var input ? input
        : throw new ProblemException($"the row of token '{Excerpt.Of(rule.Token)}' is not there", model.Place, $"{model} has no part in {tensor}", "name a model of the merge");

    static ProblemException Absent(TokenRequest rule, ModelReference model, string text) =>
        new($"the row of token '{Excerpt.Of(rule.Token)}' is not there", model.Place, $"{model} has no token '{Excerpt.Of(text)}'", "name one that it has, or another model");

    void CheckShapes()
    {
        for (var i = 0; i < readers.Count; i++)
        {
            var (tensor, first) = (readers[i].Tensor, readers[0].Tensor);
            if (tensor.Shape.Count == 0 || !tensor.Shape.Skip(1).SequenceEqual(first.Shape.Skip(1)))
                throw new ProblemException("rows of these models cannot be aligned", At(i), $"{tensor.Name} is {tensor.ShapeText}, in another model {first.Name} is {first.ShapeText}");
            var highest = plan.OldIds[models[i]].DefaultIfEmpty(-1).Max();
            if (highest >= tensor.Shape[0])
                throw new ProblemException("the tokenizer has tokens without a row", At(i),
                    string.Create(CultureInfo.InvariantCulture, $"a token has the id {highest}, the tensor {tensor.Shape[0]} rows"), "correct vocab_size in the model's config");
        }
    }

    Place At(int input) => readers[input].Tensor is TensorInfo stored ? stored.Place : new Place(plan.Models[models[input]].ToString(), Tensor: readers[input].Tensor.Name);
}
