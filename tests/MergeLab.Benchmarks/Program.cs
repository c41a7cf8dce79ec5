using System.Globalization;
using MergeLab.Benchmarks;

IBenchmark[] all =
[
    new GeoMedBenchmark(),
    new SpectralBenchmark(),
    new RougeBenchmark(),
    new TokenizerBenchmark(),
    new AdapterBenchmark(),
    new VocabularyBenchmark(),
    new T5Benchmark(),
    new StageBenchmark(),
    new MergeBenchmark(),
    new RecipeBenchmark(),
    new GeoMedXlBenchmark(),
];

CultureInfo.CurrentCulture = CultureInfo.InvariantCulture;
var only = args.Where(a => a.StartsWith("--only=", StringComparison.Ordinal)).SelectMany(a => a[7..].Split(',')).ToArray();
if (only.FirstOrDefault(o => all.All(b => b.Name != o)) is { } unknown)
{
    Console.Error.WriteLine($"error: no benchmark '{unknown}'\n  fix: known: {string.Join(", ", all.Select(b => b.Name))}");
    return 2;
}

Console.WriteLine("| benchmark | figure | value | target | reached |\n|---|---|---:|---|---|");
var missed = 0;
foreach (var benchmark in all.Where(b => only.Length == 0 || only.Contains(b.Name)))
{
    foreach (var figure in benchmark.Run())
    {
        var reached = figure.Reached switch { true => "yes", false => "NO", null => "" };
        Console.WriteLine($"| {benchmark.Name} | {figure.What} | {figure.Value:G5} {figure.Unit} | {figure.Target} | {reached} |");
        if (figure.Reached == false) missed++;
    }
}
return missed == 0 ? 0 : 1;
