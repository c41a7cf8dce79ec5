using System.Numerics;

namespace MergeLab.Merging.Methods.Rounding;

/// <summary>
/// What happens to the result of each arithmetic step. A type argument of kernels, so that one kernel serves exact arithmetic (where the
/// calls vanish) and the published arithmetic that rounds 16-bit tensors after every operation.
/// </summary>
public interface IRounding<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>False where both functions are the identity.</summary>
    static abstract bool Rounds { get; }

    static abstract T Round(T value);

    static abstract Vector<T> Round(Vector<T> values);
}

/// <summary>Steps keep the precision they are computed in.</summary>
public readonly struct Unrounded<T> : IRounding<T> where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    public static bool Rounds => false;

    public static T Round(T value) => value;

    public static Vector<T> Round(Vector<T> values) => values;
}
