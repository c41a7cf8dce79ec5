using MergeLab.Tensors.Native;

namespace MergeLab.Tensors;

public static partial class torch
{
    public sealed partial class Tensor
    {
        /// <summary>The only element, converted to <typeparamref name="T"/>; an element that does not fit throws.</summary>
        public T item<T>() where T : unmanaged, System.Numerics.INumberBase<T>
        {
            var scalar = Aten.item.CallScalar(this);
            return scalar.Kind == ScalarKind.Float ? T.CreateChecked(scalar.ToDouble()) : T.CreateChecked(scalar.ToInt64());
        }

        /// <summary>The only element, of a tensor of bools.</summary>
        public bool ToBoolean() => Aten.item.CallScalar(this).ToBoolean();

        public Scalar ToScalar() => Aten.item.CallScalar(this);

        /// <summary>The elements in row-major order. <typeparamref name="T"/> must be the dtype's own type (<see cref="Half"/> for float16; bfloat16 has none: see <see cref="Ops.Bits"/>).</summary>
        public TensorAccessor<T> data<T>() where T : unmanaged => TensorAccessor<T>.Of(this);

        public Tensor to(ScalarType type, bool copy = false) => Aten.to_dtype.Call(this, type, false, copy);
        public Tensor to(Device device, bool copy = false) => Aten.to_device.Call(this, device, dtype, false, copy);
        public Tensor to(ScalarType type, Device device, bool copy = false) => Aten.to_device.Call(this, device, type, false, copy);
        public Tensor cpu() => to(CPU);
        public Tensor cuda() => to(CUDA);
        public Tensor @float() => to(ScalarType.Float32);
        public Tensor @double() => to(ScalarType.Float64);
        public Tensor @long() => to(ScalarType.Int64);
        public Tensor @bool() => to(ScalarType.Bool);
        public Tensor clone() => Aten.clone.Call(this);
        public Tensor detach() => Aten.detach.Call(this);

        /// <summary>Address of the first element; the tensor must outlive its use.</summary>
        internal unsafe void* Address
        {
            get
            {
                var address = Shim.ts_data(Handle);
                if (address == 0 && numel() > 0) throw new TorchException(Shim.LastError, "data");
                return (void*)address;
            }
        }
    }
}
