namespace MergeLab.Evaluation.Classification;

/// <summary>Precision, recall and F1; with a class's number of true examples, or 0 for an average.</summary>
public readonly record struct ClassScore(double Precision, double Recall, double F1, int Support = 0);

/// <summary>
/// How often each true label was predicted as each label, over the sorted union of both: scikit-learn's classification scores. An undefined
/// quotient is 0.
/// </summary>
public sealed class Confusion<TLabel> where TLabel : notnull
{
    readonly int[] _true;
    readonly int[] _predicted;
    readonly int[] _hits;
    readonly Dictionary<(int True, int Predicted), int> _counts = [];

    /// <exception cref="MergeLab.Core.Errors.ProblemException">Lengths differ.</exception>
    public Confusion(IReadOnlyList<TLabel> expected, IReadOnlyList<TLabel> predicted)
    {
        Pairing.Check(predicted.Count, expected.Count);
        Labels = [.. expected.Concat(predicted).Distinct().Order()];
        Count = expected.Count;
        (_true, _predicted, _hits) = (new int[Labels.Count], new int[Labels.Count], new int[Labels.Count]);
        var index = Labels.Select((label, i) => (label, i)).ToDictionary(p => p.label, p => p.i);
        for (var e = 0; e < expected.Count; e++)
        {
            var (t, p) = (index[expected[e]], index[predicted[e]]);
            _true[t]++;
            _predicted[p]++;
            if (t == p) _hits[t]++;
            _counts[(t, p)] = _counts.GetValueOrDefault((t, p)) + 1;
        }
    }

    public IReadOnlyList<TLabel> Labels { get; }

    /// <summary>Number of examples.</summary>
    public int Count { get; }

    /// <summary>Examples with the true label at one index of <see cref="Labels"/> predicted as that at another.</summary>
    public int this[int expected, int predicted] => _counts.GetValueOrDefault((expected, predicted));

    int Hits => _hits.Sum();

    public double Accuracy => (double)Hits / Count;

    public IReadOnlyList<ClassScore> PerClass => [.. Labels.Select((_, c) => Of(_hits[c], _predicted[c], _true[c]))];

    /// <summary>Mean over the classes, a class that is predicted but never true included.</summary>
    public ClassScore Macro => Mean(PerClass, _ => 1);

    /// <summary>Over all examples together.</summary>
    public ClassScore Micro => Of(Hits, Count, Count) with { Support = 0 };

    /// <summary>Mean over the classes weighted by their true examples.</summary>
    public ClassScore Weighted => Mean(PerClass, c => c.Support);

    /// <summary>Mean recall over the classes that have true examples.</summary>
    public double BalancedAccuracy => PerClass.Where(c => c.Support > 0).Average(c => c.Recall);

    /// <summary>Matthews correlation for any number of classes (Gorodkin, 2004); 0 where either side is constant.</summary>
    public double Matthews
    {
        get
        {
            double n = Count, both = 0, predicted = 0, expected = 0;
            for (var c = 0; c < Labels.Count; c++)
            {
                both += (double)_true[c] * _predicted[c];
                predicted += (double)_predicted[c] * _predicted[c];
                expected += (double)_true[c] * _true[c];
            }
            var spread = ((n * n) - predicted) * ((n * n) - expected);
            return spread == 0 ? 0 : ((Hits * n) - both) / Math.Sqrt(spread);
        }
    }

    /// <summary>Cohen's kappa; NaN where chance alone explains everything.</summary>
    public double Kappa
    {
        get
        {
            double chance = 0;
            for (var c = 0; c < Labels.Count; c++) chance += (double)_true[c] * _predicted[c] / Count;
            return 1 - ((Count - Hits) / (Count - chance));
        }
    }

    static ClassScore Of(int hits, int predicted, int expected) => new(
        predicted == 0 ? 0 : (double)hits / predicted,
        expected == 0 ? 0 : (double)hits / expected,
        predicted + expected == 0 ? 0 : 2.0 * hits / (predicted + expected),
        expected);

    static ClassScore Mean(IReadOnlyList<ClassScore> classes, Func<ClassScore, double> weight)
    {
        double precision = 0, recall = 0, f1 = 0, total = 0;
        foreach (var c in classes)
        {
            var w = weight(c);
            precision += w * c.Precision;
            recall += w * c.Recall;
            f1 += w * c.F1;
            total += w;
        }
        return new ClassScore(precision / total, recall / total, f1 / total);
    }
}
