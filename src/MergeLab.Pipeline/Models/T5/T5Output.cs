namespace MergeLab.Models.T5;

/// <summary>What a pass through T5 gives.</summary>
/// <param name="Logits">[rows, m, vocabulary]</param>
/// <param name="Loss">Mean cross-entropy over the labels that count (NaN without any); null without labels.</param>
/// <param name="Encoded">[rows, n, d_model]: the encoder's last state, after its norm.</param>
/// <param name="EncoderStates">Embeddings, then the state after each layer, the last one after the norm; empty unless asked for.</param>
/// <param name="DecoderStates">The same of the decoder, before the head's scaling.</param>
public sealed record T5Output(Tensor Logits, Tensor? Loss, Tensor Encoded, IReadOnlyList<Tensor> EncoderStates, IReadOnlyList<Tensor> DecoderStates);
