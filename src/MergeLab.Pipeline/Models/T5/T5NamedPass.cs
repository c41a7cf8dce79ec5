using System.Globalization;
using MergeLab.Core.Errors;
using MergeLab.Models.Common;

namespace MergeLab.Models.T5;

/// <summary>T5's pass by transformers' names of inputs and outputs.</summary>
static class T5NamedPass
{
    public static IReadOnlyDictionary<string, Tensor> Run(T5Model model, ModelInputs inputs, bool hiddenStates)
    {
        using var scope = NewDisposeScope();
        var found = model.Forward(Read(model, inputs), hiddenStates: hiddenStates);
        var outputs = new SortedDictionary<string, Tensor>(StringComparer.Ordinal) { ["logits"] = found.Logits, ["encoder_last_hidden_state"] = found.Encoded };
        if (found.Loss is { } loss) outputs["loss"] = loss;
        Add(outputs, "encoder_hidden_states", found.EncoderStates);
        Add(outputs, "decoder_hidden_states", found.DecoderStates);
        foreach (var output in outputs.Values) scope.MoveToOuter(output);
        return outputs;
    }

    static Seq2SeqBatch Read(T5Model model, ModelInputs inputs)
    {
        var largest = model.VocabularySize - 1;
        inputs.RefuseOthers("input_ids", "attention_mask", "decoder_input_ids", "decoder_attention_mask", "labels");
        var ids = inputs.NeedIntegers("input_ids", 0, largest);
        var (rows, columns) = (ids.GetLength(0), ids.GetLength(1));
        var mask = inputs.Integers("attention_mask", 0, 1, rows, columns);
        var labels = inputs.Integers("labels", 0, largest, rows, besides: Seq2SeqBatch.Ignored);
        var decoderIds = inputs.Integers("decoder_input_ids", 0, largest, rows, labels?.GetLength(1));
        if (labels is null && decoderIds is null)
            throw new ProblemException("neither 'labels' nor 'decoder_input_ids' is there", inputs.PlaceOf("labels"), "the decoder needs something to read", "add one of them");
        var decoderMask = inputs.Integers("decoder_attention_mask", 0, 1, rows, (decoderIds ?? labels)!.GetLength(1));
        return new Seq2SeqBatch(ToTensor(ids)!, ToTensor(mask), ToTensor(labels), ToTensor(decoderIds), ToTensor(decoderMask));

        Tensor? ToTensor(long[,]? values) => values is null ? null : tensor([.. values.Cast<long>()], [values.GetLength(0), values.GetLength(1)], device: model.Device);
    }

    static void Add(SortedDictionary<string, Tensor> outputs, string name, IReadOnlyList<Tensor> states)
    {
        for (var i = 0; i < states.Count; i++) outputs[string.Create(CultureInfo.InvariantCulture, $"{name}.{i}")] = states[i];
    }
}
