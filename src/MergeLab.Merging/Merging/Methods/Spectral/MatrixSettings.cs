using MergeLab.Merging.Engine;

namespace MergeLab.Merging.Methods.Spectral;

/// <summary>What a rule for whole matrices is told beside the matrices.</summary>
/// <param name="Values">What the recipe sets for the matrix.</param>
/// <param name="Models">What it sets for each model.</param>
/// <param name="Compat">The published behaviour asked for; null for ours.</param>
/// <param name="Noise">Singular values below this share of the largest are taken for zeros that were rounded.</param>
/// <param name="Threads">Worker threads; no byte depends on them.</param>
/// <param name="Note">Tells the user something once.</param>
/// <param name="Cancellation">Stops between tasks.</param>
sealed record MatrixSettings(
    MethodSettings Values, IReadOnlyList<MethodSettings> Models, string? Compat, double Noise, int Threads, Action<string> Note, CancellationToken Cancellation)
{
    /// <summary>Rounding of weights stored in 32 bits or less: about 6e-8 of a weight, which may be a hundred times its change.</summary>
    public const double NoiseOfSingles = 1e-5;

    /// <summary>Rounding of arithmetic in double.</summary>
    public const double NoiseOfDoubles = 1e-10;

    public const string FusionBench = "fusionbench";

    /// <summary>The reference's code gives weight to whatever basis its SVD completes a deficient matrix with.</summary>
    public bool Completes => Compat == FusionBench;

    /// <summary>What multiplies a model's task vector.</summary>
    public double Weight(int model) => Models[model].NumberOrNull("weight") ?? 1;

    /// <summary>Says that a matrix had fewer directions than the method assumes, and what was done.</summary>
    public void NoteDeficient() => Note(Completes
        ? "task vectors are rank-deficient: as in the reference, directions that the SVD completes them with have weight, and other libraries complete them differently"
        : "task vectors are rank-deficient: only the directions that they span are used");
}
