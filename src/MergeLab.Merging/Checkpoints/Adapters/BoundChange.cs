namespace MergeLab.Checkpoints.Adapters;

/// <summary>What an adapter does to one tensor of its base.</summary>
/// <param name="Tensor">The base's tensor.</param>
public abstract record BoundChange(TensorSpec Tensor)
{
    /// <summary>Commutes with other additive changes: several adapters may have one on the same tensor.</summary>
    public abstract bool IsAdditive { get; }

    /// <summary>Loads what applying it takes.</summary>
    /// <param name="before">The base's tensor.</param>
    internal abstract IReadOnlyList<TensorUpdate> Load(TensorReader before);
}

/// <summary>ΔW = Scale·B·A of one module, in the layout of its weight.</summary>
public sealed record BoundLora(TensorSpec Tensor, LoraModule Module, WeightLayout Layout, BaseInitialisation Initialisation) : BoundChange(Tensor)
{
    public override bool IsAdditive => Module.Magnitude is null;

    /// <summary>Rows of the weight as a matrix: its first dimension.</summary>
    public long Rows => Layout == WeightLayout.Direct ? Module.Outputs : Module.Inputs;

    /// <summary>Columns of the weight as a matrix: its other dimensions.</summary>
    public long Columns => Layout == WeightLayout.Direct ? Module.Inputs : Module.Outputs;

    /// <summary>The factors in the weight's layout: Δ = Scale·Left·Right.</summary>
    public LowRankUpdate Factors() => LowRankUpdate.Of(Module.ReadA(), Module.ReadB(), Module.Rank, (float)Module.Scale, Layout);

    internal override IReadOnlyList<TensorUpdate> Load(TensorReader before)
    {
        var updates = new List<TensorUpdate>();
        if (Initialisation != BaseInitialisation.None) updates.Add(InitialFactors.Removed(before, this));
        updates.Add(Factors());
        if (Module.Magnitude is { } magnitude)
        {
            var gains = DoraGains.Of(before, updates, Module.Widen(magnitude), Rows, Columns, Layout);
            updates.Add(new AxisScale(gains, Layout == WeightLayout.Direct ? Columns : 1));
        }
        return updates;
    }
}

/// <summary>b' = b + Scale·(the bias inside B).</summary>
sealed record BoundBias(TensorSpec Tensor, LoraModule Module) : BoundChange(Tensor)
{
    public override bool IsAdditive => true;

    internal override IReadOnlyList<TensorUpdate> Load(TensorReader before) => [new VectorSum(Module.Widen(Module.Bias!), (float)Module.Scale)];
}

/// <summary>The base's tensor is replaced.</summary>
sealed record BoundReplacement(TensorSpec Tensor, SafetensorsFile File, TensorInfo Value) : BoundChange(Tensor)
{
    public override bool IsAdditive => false;

    internal override IReadOnlyList<TensorUpdate> Load(TensorReader before) => [new Replacement(File, Value)];
}

/// <summary>Rows of the base's tensor are replaced.</summary>
sealed record BoundRows(TensorSpec Tensor, SafetensorsFile File, ReplacedRows Rows) : BoundChange(Tensor)
{
    public override bool IsAdditive => false;

    internal override IReadOnlyList<TensorUpdate> Load(TensorReader before)
    {
        var values = new float[Rows.Values.Count];
        new StoredTensor(File, Rows.Values).Read(0, values);
        return [new RowReplacement(Rows.Rows, values, (int)Tensor.Shape[1])];
    }
}

/// <summary>The base's tensor is multiplied by IA3's vector along an axis.</summary>
sealed record BoundScale(TensorSpec Tensor, SafetensorsFile File, TensorInfo Scales, long Inner) : BoundChange(Tensor)
{
    public override bool IsAdditive => false;

    internal override IReadOnlyList<TensorUpdate> Load(TensorReader before)
    {
        var values = new float[Scales.Count];
        new StoredTensor(File, Scales).Read(0, values);
        return [new AxisScale(values, Inner)];
    }
}
