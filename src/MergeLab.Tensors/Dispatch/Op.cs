using System.Runtime.InteropServices;
using MergeLab.Tensors.Native;

namespace MergeLab.Tensors;

/// <summary>
/// One operator of libtorch by name and overload; looked up at its first call, then cached. Arguments are positional as in the schema:
/// trailing ones that are left out, and <see cref="Arg.Default"/>, take the schema's defaults. Integers become floats, and one value a list of one,
/// where the schema asks for it.
/// </summary>
public sealed unsafe class Op(string name, string overload = "")
{
    /// <summary>More arguments than any schema has; bounds the stack a call takes.</summary>
    const int MostArguments = 64;

    nint found;

    public string Name { get; } = overload.Length == 0 ? name : $"{name}.{overload}";

    /// <summary>Whether the libtorch that runs has it.</summary>
    public bool Exists => found != 0 || (ShimLoader.EnsureLoaded() != 0 && (found = Shim.ts_find(name, overload)) != 0);

    public string Schema => Marshal.PtrToStringUTF8(Shim.ts_schema(Handle))!;

    nint Handle => Exists ? found : throw new TorchException($"libtorch {TorchRuntime.Version} has no such operator", Name);

    /// <summary>The position of an argument in the running libtorch's schema, or -1: schemas gain arguments between versions.</summary>
    public int IndexOf(string argument) => Shim.ts_arg_index(Handle, argument);

    /// <summary>The one tensor that the operator gives.</summary>
    public torch.Tensor Call(params ReadOnlySpan<Arg> arguments)
    {
        var results = Tensors(arguments, 1);
        return Own(results[0]);
    }

    public (torch.Tensor, torch.Tensor) Call2(params ReadOnlySpan<Arg> arguments)
    {
        var results = Tensors(arguments, 2);
        return (Own(results[0]), Own(results[1]));
    }

    public (torch.Tensor, torch.Tensor, torch.Tensor) Call3(params ReadOnlySpan<Arg> arguments)
    {
        var results = Tensors(arguments, 3);
        return (Own(results[0]), Own(results[1]), Own(results[2]));
    }

    /// <summary>The tensors of an operator that gives a list.</summary>
    public torch.Tensor[] CallList(params ReadOnlySpan<Arg> arguments)
    {
        var results = Invoke(arguments, out var count);
        if (count == 0 || results[0].Tag != Tag.Tensors || results[0].Length != count - 1) throw Unexpected(results, count, "one list of tensors");
        var list = new torch.Tensor[results[0].Length];
        for (var i = 0; i < list.Length; i++) list[i] = Own(results[i + 1]);
        return list;
    }

    /// <summary>The number that the operator gives.</summary>
    public Scalar CallScalar(params ReadOnlySpan<Arg> arguments)
    {
        var results = Invoke(arguments, out var count);
        return (count == 1 ? results->Tag : Tag.None) switch
        {
            Tag.Int => results->Bits,
            Tag.Bool => results->Bits != 0,
            Tag.Double => BitConverter.Int64BitsToDouble(results->Bits),
            _ => throw Unexpected(results, count, "a number"),
        };
    }

    /// <summary>Calls for the effect alone and drops what comes back: in-place operators.</summary>
    public void CallVoid(params ReadOnlySpan<Arg> arguments) => Invoke(arguments, null);

    /// <summary>Positional arguments, then some by name; those between take their defaults.</summary>
    public torch.Tensor CallNamed(ReadOnlySpan<Arg> arguments, params ReadOnlySpan<(string Name, Arg Value)> named)
    {
        var all = new Arg[Shim.ts_arg_count(Handle)];
        Array.Fill(all, Arg.Default);
        if (arguments.Length > all.Length) throw new TorchException($"takes {all.Length} arguments, was given {arguments.Length}", Name, Schema);
        arguments.CopyTo(all);
        foreach (var (argument, value) in named)
        {
            var index = IndexOf(argument);
            if (index < 0) throw new TorchException($"has no argument '{argument}'", Name, Schema);
            all[index] = value;
        }
        return Call(all);
    }

    /// <summary>Exactly so many tensors: one that nobody asked for would never be freed.</summary>
    Value* Tensors(ReadOnlySpan<Arg> arguments, int wanted)
    {
        var results = Invoke(arguments, out var count);
        if (count != wanted) throw Unexpected(results, count, $"{wanted} tensors");
        for (var i = 0; i < count; i++)
            if (results[i].Tag != Tag.Tensor) throw Unexpected(results, count, $"{wanted} tensors");
        return results;
    }

    /// <summary>The results, valid until this thread's next call.</summary>
    Value* Invoke(ReadOnlySpan<Arg> arguments, out int count)
    {
        Value* results = null;
        count = Invoke(arguments, &results);
        return results;
    }

    int Invoke(ReadOnlySpan<Arg> arguments, Value** results)
    {
        var op = Handle;
        if (arguments.Length > MostArguments) throw new TorchException($"was given {arguments.Length} arguments", Name, Schema);
        var values = stackalloc Value[arguments.Length];
        var bytes = 0;
        foreach (ref readonly var argument in arguments) bytes = checked(bytes + argument.Bytes);
        var memory = bytes == 0 ? null : Arena.Reserve(bytes);
        for (var i = 0; i < arguments.Length; i++) arguments[i].Write(ref values[i], ref memory);
        var count = Shim.ts_call(op, values, arguments.Length, results);
        return count >= 0 ? count : throw new TorchException(Shim.LastError, Name, Schema);
    }

    TorchException Unexpected(Value* results, int count, string wanted)
    {
        for (var i = 0; i < count; i++)
            if (results[i].Tag == Tag.Tensor)
            {
                var handle = (nint)results[i].Bits;
                Shim.ts_free(&handle, 1);
            }
        return new TorchException($"does not give {wanted}", Name, Schema);
    }

    static torch.Tensor Own(in Value value) => torch.Tensor.Own((nint)value.Bits);
}
