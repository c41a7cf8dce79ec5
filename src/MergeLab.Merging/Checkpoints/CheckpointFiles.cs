using MergeLab.Core.Errors;
using MergeLab.Core.Json;
using MergeLab.Core.Text;

namespace MergeLab.Checkpoints;

/// <summary>Finds and opens the weight files of a path, and checks a sharded index against its shards.</summary>
static class CheckpointFiles
{
    const int MostShards = 10_000;
    const int MostListed = 8;

    static readonly string[] Pickles = ["pytorch_model.bin", "pytorch_model.bin.index.json", "adapter_model.bin", "model.bin", "model.pt", "model.pth", "consolidated.00.pth"];

    public static Checkpoint Open(string path, bool adapters)
    {
        if (File.Exists(path))
        {
            if (IsPickle(path)) throw PickleRefused(path);
            return path.EndsWith(".index.json", StringComparison.Ordinal) ? OpenShards(path, Path.GetDirectoryName(Path.GetFullPath(path))!, path) : OpenAll(path, null, [path]);
        }
        if (!Directory.Exists(path)) throw new ProblemException("no such file or folder", new Place(path), remedy: "give a safetensors file or a folder that holds model.safetensors");
        var single = Path.Combine(path, Checkpoint.SingleFile);
        if (File.Exists(single)) return OpenAll(path, path, [single]);
        var index = Path.Combine(path, Checkpoint.IndexFile);
        if (File.Exists(index)) return OpenShards(path, path, index);
        var adapter = Path.Combine(path, "adapter_model.safetensors");
        if (File.Exists(adapter))
        {
            if (adapters) return OpenAll(path, path, [adapter]);
            throw new ProblemException("this is an adapter, not a model", new Place(path), "it holds adapter_model.safetensors", "name its base model and the adapter: BASE+ADAPTER");
        }
        throw Nothing(path);
    }

    static bool IsPickle(string path) => Path.GetExtension(path) is ".bin" or ".pt" or ".pth" or ".pkl" or ".ckpt";

    static ProblemException PickleRefused(string path) => new("pickled weights are not read", new Place(path),
        "unpickling runs whatever program the file holds", "save the model as safetensors: save_pretrained(folder, safe_serialization=True)");

    static ProblemException Nothing(string folder)
    {
        foreach (var name in Pickles)
            if (File.Exists(Path.Combine(folder, name))) return PickleRefused(Path.Combine(folder, name));
        var others = Directory.EnumerateFiles(folder, "*.safetensors").Select(Path.GetFileName).Order(StringComparer.Ordinal).Take(MostListed).ToList();
        return new ProblemException("no weights in this folder", new Place(folder), $"neither {Checkpoint.SingleFile} nor {Checkpoint.IndexFile} is there",
            others.Count > 0 ? $"name the file: {string.Join(", ", others)}" : "give a folder that holds one of them");
    }

    static Checkpoint OpenAll(string path, string? folder, IEnumerable<string> names)
    {
        var files = new List<SafetensorsFile>();
        try
        {
            foreach (var name in names) files.Add(SafetensorsFile.Open(name));
            return new Checkpoint(path, folder, files);
        }
        catch
        {
            foreach (var file in files) file.Dispose();
            throw;
        }
    }

    static Checkpoint OpenShards(string path, string folder, string index)
    {
        var root = JsonFile.Read(index).Root;
        if (!root.IsObject || root.Find("weight_map") is not { IsObject: true } map)
            throw root.Problem("the index has no weight_map", "it must map tensor names to shard files");
        var shards = new SortedDictionary<string, JsonCursor>(StringComparer.Ordinal);
        foreach (var (_, shard) in map.Properties())
        {
            shards.TryAdd(ShardName(shard), shard);
            if (shards.Count > MostShards) throw shard.Problem($"the index names more than {MostShards} shards");
        }
        foreach (var (name, value) in shards)
        {
            if (!File.Exists(Path.Combine(folder, name)))
                throw value.Problem($"the shard {name} is missing", $"no such file in {folder}", "fetch the model again");
        }
        var opened = new List<SafetensorsFile>();
        try
        {
            foreach (var name in shards.Keys) opened.Add(SafetensorsFile.Open(Path.Combine(folder, name)));
            CheckAgainst(map, opened);
            return new Checkpoint(path, folder, opened);
        }
        catch
        {
            foreach (var file in opened) file.Dispose();
            throw;
        }
    }

    /// <summary>A shard is a file beside the index: no folders, so nothing outside the model is ever opened.</summary>
    static string ShardName(JsonCursor shard)
    {
        var name = shard.IsString ? shard.AsString() : null;
        if (name is null || !name.EndsWith(".safetensors", StringComparison.Ordinal) || name.AsSpan().ContainsAny('/', '\\', ':') || name.Any(char.IsControl))
            throw shard.Problem("the index names a shard that is not a safetensors file beside it", $"it is {(name is null ? "not a string" : $"'{Excerpt.Of(name)}'")}");
        return name;
    }

    static void CheckAgainst(JsonCursor map, List<SafetensorsFile> shards)
    {
        var holder = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var file in shards)
        {
            foreach (var tensor in file.Tensors)
            {
                if (!holder.TryAdd(tensor.Name, Path.GetFileName(file.Path)))
                    throw new ProblemException($"the tensor is also in {holder[tensor.Name]}", tensor.Place, "two shards hold the same name", "fetch the model again");
            }
        }
        var named = new HashSet<string>(StringComparer.Ordinal);
        foreach (var (name, shard) in map.Properties())
        {
            var promised = shard.AsString();
            if (!holder.TryGetValue(name, out var actual)) throw new ProblemException($"the index promises a tensor that no shard holds", shard.Place with { Tensor = name }, $"{promised} lacks it", "fetch the model again");
            if (actual != promised) throw new ProblemException($"the index looks for the tensor in the wrong shard", shard.Place with { Tensor = name }, $"it says {promised}, the tensor is in {actual}");
            named.Add(name);
        }
        if (holder.Count == named.Count) return;
        var extra = holder.Keys.Where(n => !named.Contains(n)).Order(StringComparer.Ordinal).ToList();
        throw new ProblemException($"the shards hold {extra.Count} tensors that the index does not name", new Place(map.File), string.Join(", ", extra.Take(MostListed)) + (extra.Count > MostListed ? ", …" : ""));
    }
}
