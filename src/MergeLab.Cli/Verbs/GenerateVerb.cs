using System.CommandLine;
using MergeLab.Checkpoints;
using MergeLab.Cli.Commands;
using MergeLab.Core.Errors;
using MergeLab.Data.Tokenizers;
using MergeLab.Models.Common;
using MergeLab.Models.Generation;
using MergeLab.Tensors;

namespace MergeLab.Cli.Verbs;

/// <summary><c>generate</c>: greedy or beam search from token ids or a prompt.</summary>
static class GenerateVerb
{
    static readonly Option<string> Model = ModelOptions.Model();
    static readonly Option<string[]> Adapter = ModelOptions.Adapter();
    static readonly Option<string?> Inputs = new("--inputs") { Description = "A safetensors file: input_ids, and attention_mask where rows are padded", HelpName = "F" };
    static readonly Option<string[]> Prompt = new("--prompt") { Description = "A text, where the model folder holds a tokenizer.json; may be given several times", HelpName = "TEXT", DefaultValueFactory = _ => [] };

    sealed record Document(IReadOnlyList<long[]> Sequences, IReadOnlyList<float>? Scores, IReadOnlyList<string>? Text);

    public static Verb Create()
    {
        var verb = new Verb("generate", "Generate sequences from inputs, by greedy or beam search", "mergelab generate --model models/base --inputs batch.safetensors --max-new-tokens 32 --json", Run)
        {
            Model, Adapter, Inputs, Prompt,
        };
        foreach (var option in GenerationFlags.All) verb.Options.Add(option);
        return verb;
    }

    static ExitCode Run(Invocation invocation)
    {
        var (folder, inputs, prompts) = (invocation.Get(Model)!, invocation.Get(Inputs), invocation.Get(Prompt)!);
        if (inputs is null == (prompts.Length == 0))
            throw new ProblemException(inputs is null ? "nothing to generate from" : "--inputs and --prompt exclude each other", remedy: "give --inputs F or --prompt TEXT");
        using var opened = OpenedModel.Open(folder, invocation.Get(Adapter)!, new OpenOptions { Device = DeviceOption.Parse(invocation.Device) });
        if (opened.Model is not ISequenceToSequence model)
            throw new ProblemException("models of this type do not generate here", new Place(folder), "generation is implemented for encoder-decoder models");
        var tokenizer = LoadTokenizer(invocation, folder, needed: prompts.Length > 0);
        var options = GenerationFlags.Apply(invocation, FromModel(folder, model));
        var found = inputs is null
            ? TextGenerator.Generate(model, Encode(tokenizer!, prompts, model, folder), options, invocation.Threads, invocation.Cancellation)
            : FromFile(inputs, model, options, invocation);
        var texts = tokenizer is null ? null : found.Sequences.Select(s => tokenizer.Decode([.. s.Select(id => (int)id)])).ToArray();
        if (invocation.Json) invocation.WriteJson(new Document(found.Sequences, found.Scores, texts));
        else foreach (var line in texts?.Select(Terminal.Clean) ?? found.Sequences.Select(s => string.Join(' ', s))) invocation.Out.WriteLine(line);
        return ExitCode.Done;
    }

    static GenerationOptions FromModel(string folder, ISequenceToSequence model)
    {
        var file = Path.Combine(folder, GenerationOptions.FileName);
        return File.Exists(file) ? model.Defaults.With(ModelConfig.Read(file), model.VocabularySize) : model.Defaults;
    }

    static Generated FromFile(string path, ISequenceToSequence model, GenerationOptions options, Invocation invocation)
    {
        using var file = ModelInputs.Read(path);
        // A file made for a pass may be given as it is.
        file.RefuseOthers("input_ids", "attention_mask", "labels", "decoder_input_ids", "decoder_attention_mask");
        var ids = file.NeedIntegers("input_ids", 0, model.VocabularySize - 1);
        var mask = file.Integers("attention_mask", 0, 1, ids.GetLength(0), ids.GetLength(1));
        return TextGenerator.Generate(model, ids, mask, options, invocation.Threads, invocation.Cancellation);
    }

    static int[][] Encode(Tokenizer tokenizer, string[] prompts, ISequenceToSequence model, string folder)
    {
        var encoded = prompts.Select(p => tokenizer.Encode(p).Ids).ToArray();
        if (encoded.FirstOrDefault(e => e.Length == 0) is not null) throw new ProblemException("a prompt has no tokens", remedy: "give a text");
        if (encoded.SelectMany(e => e).Where(id => id >= model.VocabularySize).Take(1).ToArray() is [var id])
            throw new ProblemException($"the tokenizer gives the id {id}", new Place(folder), $"the model knows {model.VocabularySize} tokens", "check that tokenizer.json and model belong together");
        return encoded;
    }

    static Tokenizer? LoadTokenizer(Invocation invocation, string folder, bool needed)
    {
        if (!needed && !File.Exists(Path.Combine(folder, "tokenizer.json"))) return null;
        try
        {
            return Tokenizer.Load(folder);
        }
        catch (ProblemException e) when (!needed)
        {
            invocation.Say($"no text: {e.Problem.What}");
            return null;
        }
    }
}
