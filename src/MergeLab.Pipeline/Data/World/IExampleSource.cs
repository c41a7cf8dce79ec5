namespace MergeLab.Data.World;

/// <summary>An endless list of examples that can be entered anywhere; safe to read from several threads at once.</summary>
public interface IExampleSource
{
    string Name { get; }

    Example Get(long index);
}
