namespace MergeLab.Pipeline.Tests.Tensors;

/// <summary>Tests of what the whole process shares: the count of live handles, the default generator, intra-op threads.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class Alone
{
    public const string Name = "alone";
}
