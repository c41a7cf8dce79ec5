using MergeLab.Core.Errors;

namespace MergeLab.Evaluation.Classification;

/// <summary>pass@k (Chen et al., Evaluating large language models trained on code, 2021, section 2.1).</summary>
public static class PassAtK
{
    /// <summary>The chance that at least one of k drawn samples is right, without bias, from n samples of which c are right.</summary>
    /// <exception cref="ProblemException">k &gt; n, where the estimate has no meaning, or a count is out of range.</exception>
    public static double Of(int n, int c, int k)
    {
        if (n < 1 || c < 0 || c > n) throw new ProblemException($"{c} right of {n} samples is not possible");
        if (k < 1 || k > n) throw new ProblemException($"pass@{k} needs at least {k} samples, not {n}", remedy: "draw more samples, or choose a smaller k");
        if (n - c < k) return 1;
        var allWrong = 1.0;
        for (var i = n - c + 1; i <= n; i++) allWrong *= 1 - ((double)k / i);
        return 1 - allWrong;
    }
}
