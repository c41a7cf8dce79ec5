using MergeLab.Checkpoints;
using MergeLab.Core.Errors;
using MergeLab.Models.Common;
using MergeLab.Models.Generation;

namespace MergeLab.Models.T5;

/// <summary>
/// T5 (Raffel et al. 2020) and T5 v1.1/Flan for conditional generation: a function of its <see cref="Parameters"/>, in their type.
/// A pass records a graph where parameters or LoRA factors require gradients; wrap it in no_grad or inference_mode otherwise.
/// </summary>
public sealed class T5Model : IModel, ISequenceToSequence
{
    readonly Linear? head;
    readonly Tensor embedding;
    readonly T5Stack encoder, decoder;

    /// <param name="config">Sizes.</param>
    /// <param name="parameters">Of this architecture; disposed with the model.</param>
    public T5Model(T5Config config, Parameters parameters)
    {
        Config = config;
        Parameters = parameters;
        Defaults = new GenerationOptions { StartId = config.StartId, PadId = config.PadId, EosIds = [config.EosId] };
        embedding = parameters[parameters.Names.Contains(T5Layout.Embedding) ? T5Layout.Embedding : parameters.Names.First(n => n.EndsWith("embed_tokens.weight", StringComparison.Ordinal) || n == T5Layout.Head)];
        head = parameters.Names.Contains(T5Layout.Head) ? parameters.Linear(T5Layout.Head) : null;
        encoder = new T5Stack(config, parameters, decoder: false);
        decoder = new T5Stack(config, parameters, decoder: true);
    }

    public T5Config Config { get; }

    public Parameters Parameters { get; }

    public Device Device => embedding.device;

    public int VocabularySize => Config.VocabularySize;

    public GenerationOptions Defaults { get; init; }

    /// <summary>The model of a checkpoint, of one with adapters computed as it is read, or with LoRA left unmultiplied.</summary>
    /// <param name="source">Must stay open as long as the model is used, unless it is trainable.</param>
    /// <param name="device">Where it computes; the CPU by default.</param>
    /// <param name="trainable">All parameters are leaves with gradients.</param>
    /// <param name="factored">Keep the LoRA of an adapted model as low-rank terms.</param>
    /// <param name="dtype">Float32, or Float64 for reference values.</param>
    /// <exception cref="ProblemException">No config, an unsound config, or weights that do not fit it.</exception>
    public static T5Model Load(WeightSource source, Device? device = null, bool trainable = false, bool factored = false, ScalarType dtype = ScalarType.Float32)
    {
        var file = source.Config ?? throw new ProblemException("the model has no config.json", new Place(source.Name), remedy: "give a folder that holds config.json beside the weights");
        var config = T5Config.Read(file);
        var specs = T5Layout.Specs(config, T5Layout.EmbeddingIn(source), T5Layout.IsUntied(source, config));
        return new T5Model(config, Parameters.Load(source, specs, device ?? CPU, trainable, factored, dtype));
    }

    /// <summary>A new model with T5's starting deviations.</summary>
    public static T5Model Create(T5Config config, ulong seed, Device? device = null, bool trainable = true) =>
        new(config, Parameters.Initialise(T5Layout.Specs(config, T5Layout.Embedding, config.UntiedHead), seed, device ?? CPU, trainable));

    /// <summary>Writes a model folder that transformers and this class read.</summary>
    public void Save(string target, DType type = DType.F32, CheckpointWriterOptions? options = null) => ModelWriter.Write(target, Parameters, Config.ToJson(), type, options);

    /// <summary>The teacher-forced loss: mean cross-entropy over the labels that are not -100.</summary>
    /// <param name="batch">With labels.</param>
    /// <param name="dropout">Probability of dropping, from libtorch's default generator; 0 outside training.</param>
    public Tensor Loss(Seq2SeqBatch batch, double dropout = 0)
    {
        using var scope = NewDisposeScope();
        return (Forward(batch, dropout).Loss ?? throw new ArgumentException("a loss needs labels", nameof(batch))).MoveToOuterDisposeScope();
    }

    /// <summary>A whole pass. The results belong to the current dispose scope.</summary>
    public T5Output Forward(Seq2SeqBatch batch, double dropout = 0, bool hiddenStates = false)
    {
        using var scope = NewDisposeScope();
        List<Tensor>? encoderStates = hiddenStates ? [] : null, decoderStates = hiddenStates ? [] : null;
        var encoded = Encode(batch.InputIds, batch.AttentionMask, dropout, encoderStates);
        var inputs = batch.DecoderInputIds ?? ShiftRight(batch.Labels ?? throw new ArgumentException("neither labels nor decoder inputs", nameof(batch)));
        var mask = batch.AttentionMask is { } m ? AttentionMask.Additive(m) : null;
        var logits = Head(decoder.Apply(Embed(inputs), batch.DecoderAttentionMask, encoded, mask, dropout, decoderStates));
        var loss = batch.Labels is { } labels
            ? F.cross_entropy(logits.view(-1, Config.VocabularySize), labels.reshape(-1), ignore_index: Seq2SeqBatch.Ignored)
            : null;
        foreach (var tensor in new[] { logits, loss, encoded }.Concat(encoderStates ?? []).Concat(decoderStates ?? []))
            if (tensor is not null) scope.MoveToOuter(tensor);
        return new T5Output(logits, loss, encoded, encoderStates ?? [], decoderStates ?? []);
    }

    public Tensor Encode(Tensor inputIds, Tensor? mask) => Encode(inputIds, mask, 0, null);

    public Tensor Decode(Tensor decoderInputIds, Tensor encoded, Tensor? mask)
    {
        using var scope = NewDisposeScope();
        return Head(decoder.Apply(Embed(decoderInputIds), null, encoded, mask is null ? null : AttentionMask.Additive(mask), 0, null)).MoveToOuterDisposeScope();
    }

    public Tensor ShiftRight(Tensor labels)
    {
        using var scope = NewDisposeScope();
        var start = full([labels.size(0), 1], Config.StartId, ScalarType.Int64, labels.device);
        var shifted = cat([start, labels.narrow(1, 0, labels.size(1) - 1)], 1);
        return shifted.masked_fill(shifted.eq(Seq2SeqBatch.Ignored), Config.PadId).MoveToOuterDisposeScope();
    }

    public IReadOnlyDictionary<string, Tensor> Forward(ModelInputs inputs, bool hiddenStates) => T5NamedPass.Run(this, inputs, hiddenStates);

    public IDecoding Start(Tensor inputIds, Tensor? mask, int copies = 1) => new T5Decoding(this, inputIds, mask, copies);

    public void Dispose() => Parameters.Dispose();

    internal T5Stack Decoder => decoder;

    internal Tensor Embed(Tensor ids) => Ops.Embedding(embedding, ids);

    /// <param name="states">[..., d_model] after the decoder's norm</param>
    internal Tensor Head(Tensor states)
    {
        using var scope = NewDisposeScope();
        if (Config.ScaledHead) states = states.mul(Math.Pow(Config.Width, -0.5));
        return (head is null ? F.linear(states, embedding) : head.Apply(states)).MoveToOuterDisposeScope();
    }

    Tensor Encode(Tensor inputIds, Tensor? mask, double dropout, List<Tensor>? states)
    {
        using var scope = NewDisposeScope();
        var encoded = encoder.Apply(Embed(inputIds), mask, null, null, dropout, states);
        foreach (var state in states ?? []) scope.MoveToOuter(state);
        return scope.MoveToOuter(encoded);
    }
}
