namespace MergeLab.Models.Generation;

/// <summary>A batch of sequences that grow by one token a step, with whatever the model caches of them. Used by one thread, in inference mode.</summary>
public interface IDecoding : IDisposable
{
    /// <summary>Appends one token to each row.</summary>
    /// <param name="tokens">One a row.</param>
    /// <returns>[rows, vocabulary] float32: logits of the token after it, in the current dispose scope.</returns>
    Tensor Step(ReadOnlySpan<long> tokens);

    /// <summary>Goes on with the given rows, in that order; a row may occur several times.</summary>
    /// <param name="rows">Numbers of present rows.</param>
    /// <param name="sameInputs">Each new row has the input of the row that had its number: what depends on inputs alone stays.</param>
    void Select(ReadOnlySpan<long> rows, bool sameInputs);
}

/// <summary>An encoder-decoder model that can be decoded step by step.</summary>
public interface ISequenceToSequence
{
    int VocabularySize { get; }

    /// <summary>Where it computes.</summary>
    Device Device { get; }

    /// <summary>What generation starts with, ends with and fills up with, unless told otherwise.</summary>
    GenerationOptions Defaults { get; }

    /// <summary>The encoder's last state.</summary>
    /// <param name="inputIds">[rows, n] int64</param>
    /// <param name="mask">[rows, n], or null to read padding too</param>
    /// <returns>[rows, n, width]</returns>
    Tensor Encode(Tensor inputIds, Tensor? mask);

    /// <summary>The decoder's logits for given encoder states, all positions at once.</summary>
    /// <param name="decoderInputIds">[rows, m] int64</param>
    /// <param name="encoded">[rows, n, width]</param>
    /// <param name="mask">[rows, n], or null</param>
    /// <returns>[rows, m, vocabulary]</returns>
    Tensor Decode(Tensor decoderInputIds, Tensor encoded, Tensor? mask);

    /// <summary>What the decoder reads for given labels [rows, m]: the start token, then the labels without the last; -100 becomes padding.</summary>
    Tensor ShiftRight(Tensor labels);

    /// <summary>Reads a batch of inputs and stands before the first token.</summary>
    /// <param name="inputIds">[rows, n] int64</param>
    /// <param name="mask">[rows, n], or null to read padding too</param>
    /// <param name="copies">Rows to decode for each input: beams.</param>
    IDecoding Start(Tensor inputIds, Tensor? mask, int copies = 1);
}
