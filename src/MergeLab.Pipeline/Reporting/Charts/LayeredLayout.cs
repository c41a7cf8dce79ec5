namespace MergeLab.Reporting.Charts;

/// <summary>
/// Places the nodes of an acyclic graph in layers (Sugiyama, Tagawa and Toda, 1981): a node's layer is the longest path to it, edges over several layers
/// pass through empty places in those between, and the order inside a layer follows the neighbours' barycentres. Ties are broken by name.
/// </summary>
public sealed class LayeredLayout
{
    const int Sweeps = 8;

    readonly Dictionary<string, int> layers;

    /// <param name="edges">From what is needed to what needs it; those that close a cycle, and loops, are left out.</param>
    public LayeredLayout(IReadOnlyList<string> nodes, IEnumerable<(string From, string To)> edges)
    {
        var needs = nodes.ToDictionary(n => n, _ => new SortedSet<string>(StringComparer.Ordinal), StringComparer.Ordinal);
        foreach (var (from, to) in edges.Distinct().OrderBy(e => e.From, StringComparer.Ordinal).ThenBy(e => e.To, StringComparer.Ordinal))
            if (!Reaches(needs, from, to)) needs[to].Add(from);
        layers = [];
        foreach (var node in nodes) Layer(node, needs);
        Edges = [.. needs.SelectMany(n => n.Value.Select(from => Route(from, n.Key)))];
        string[] places = [.. nodes.Concat(Edges.SelectMany(e => e).Where(p => !needs.ContainsKey(p)))];
        Layers = [.. places.GroupBy(p => layers[p]).OrderBy(g => g.Key).Select(g => (IReadOnlyList<string>)[.. g.Order(StringComparer.Ordinal)])];
        for (var sweep = 0; sweep < Sweeps; sweep++) Sort(forward: sweep % 2 == 0);
    }

    /// <summary>Nodes and empty places, layer by layer, in order.</summary>
    public IReadOnlyList<IReadOnlyList<string>> Layers { get; private set; }

    /// <summary>Each edge as the places it passes through, its ends first and last.</summary>
    public IReadOnlyList<IReadOnlyList<string>> Edges { get; }

    /// <summary>Whether what <paramref name="from"/> needs, itself included, has <paramref name="to"/> in it.</summary>
    static bool Reaches(Dictionary<string, SortedSet<string>> needs, string from, string to) => from == to || needs[from].Any(n => Reaches(needs, n, to));

    int Layer(string node, Dictionary<string, SortedSet<string>> needs) =>
        layers.TryGetValue(node, out var known) ? known : layers[node] = needs[node].Count == 0 ? 0 : needs[node].Max(n => Layer(n, needs)) + 1;

    List<string> Route(string from, string to)
    {
        var route = new List<string> { from };
        for (var layer = layers[from] + 1; layer < layers[to]; layer++)
        {
            var place = $"{from}\0{to}\0{layer}";
            layers[place] = layer;
            route.Add(place);
        }
        route.Add(to);
        return route;
    }

    void Sort(bool forward)
    {
        var place = Layers.SelectMany(layer => layer.Select((name, i) => (name, At: i - ((layer.Count - 1) / 2.0)))).ToDictionary(p => p.name, p => p.At);
        var beside = Edges.SelectMany(e => e.Zip(e.Skip(1))).Select(s => forward ? (Of: s.Second, Near: s.First) : (Of: s.First, Near: s.Second)).ToLookup(s => s.Of, s => s.Near);
        var sorted = new IReadOnlyList<string>[Layers.Count];
        for (var i = 0; i < sorted.Length; i++)
        {
            var layer = forward ? i : sorted.Length - 1 - i;
            sorted[layer] = [.. Layers[layer].OrderBy(n => beside[n].Select(near => place[near]).DefaultIfEmpty(place[n]).Average()).ThenBy(n => n, StringComparer.Ordinal)];
            for (var at = 0; at < sorted[layer].Count; at++) place[sorted[layer][at]] = at - ((sorted[layer].Count - 1) / 2.0);
        }
        Layers = sorted;
    }
}
