using System.Text.Json.Nodes;
using MergeLab.Core.Errors;

namespace MergeLab.Experiments.Reading;

/// <summary>Checks that every <c>@name</c> in a set that is merged stands for one merge, and that no merge needs itself.</summary>
sealed class References
{
    const int MostDepth = 64;

    readonly Dictionary<string, MergeEntry> named = new(StringComparer.Ordinal);
    readonly Dictionary<string, AdapterList> sets;
    readonly HashSet<MergeEntry> done = [];
    readonly List<MergeEntry> path = [];

    References(IReadOnlyList<MergeEntry> merges, IReadOnlyDictionary<string, AdapterList> sets)
    {
        this.sets = new(sets, StringComparer.Ordinal);
        foreach (var merge in merges)
        {
            if (merge.Name is null || named.TryAdd(merge.Name, merge)) continue;
            throw new ProblemException($"two merges are named '{merge.Name}'", merge.Place, $"the other stands in line {named[merge.Name].Place.Line}", "rename one of them");
        }
    }

    public static void Check(IReadOnlyList<MergeEntry> merges, IReadOnlyDictionary<string, AdapterList> sets)
    {
        var references = new References(merges, sets);
        var known = new Known("merge", references.named.Keys);
        foreach (var set in sets.Values)
            foreach (var name in set.Members.Where(m => m[0] == '@')) known.Name(name[1..], set.Place);
        foreach (var merge in merges) references.Visit(merge);
    }

    void Visit(MergeEntry merge)
    {
        if (done.Contains(merge)) return;
        var start = path.IndexOf(merge);
        if (start >= 0)
        {
            var cycle = string.Join(" → ", path[start..].Append(merge).Select(m => $"@{m.Name} (line {m.Place.Line})"));
            throw new ProblemException("merges need each other", merge.Place, cycle, "take one of them out of the others' sets");
        }
        if (path.Count == MostDepth) throw new ProblemException($"merges take one another's results more than {MostDepth} deep", merge.Place, remedy: "shorten the chain");
        path.Add(merge);
        foreach (var set in merge.Sets.Select(s => sets[s]))
            foreach (var member in set.Members.Where(m => m[0] == '@')) Visit(Single(named[member[1..]], member, set));
        path.RemoveAt(path.Count - 1);
        done.Add(merge);
    }

    static MergeEntry Single(MergeEntry merge, string member, AdapterList user)
    {
        var grid = merge.Sets.Count > 1 || merge.Parameters.Any(p => p.Value is JsonArray);
        return !grid ? merge : throw new ProblemException($"'{member}' stands for several merges", user.Place,
            $"the merge in line {merge.Place.Line} has several sets or a list as a parameter's value", "name a merge with one set and no list");
    }
}
