namespace MergeLab.Tensors;

public static partial class torch
{
    public sealed partial class Tensor
    {
        public Tensor add_(Tensor other) => Change(Aten.add__Tensor, this, other);
        public Tensor add_(Tensor other, Scalar alpha) => Change(Aten.add__Tensor, this, other, alpha);
        public Tensor add_(Scalar other) => Change(Aten.add__Scalar, this, other);
        public Tensor sub_(Tensor other) => Change(Aten.sub__Tensor, this, other);
        public Tensor sub_(Scalar other) => Change(Aten.sub__Scalar, this, other);
        public Tensor mul_(Tensor other) => Change(Aten.mul__Tensor, this, other);
        public Tensor mul_(Scalar other) => Change(Aten.mul__Scalar, this, other);
        public Tensor div_(Tensor other) => Change(Aten.div__Tensor, this, other);
        public Tensor div_(Scalar other) => Change(Aten.div__Scalar, this, other);
        public Tensor lerp_(Tensor end, Scalar weight) => Change(Aten.lerp__Scalar, this, end, weight);
        public Tensor clamp_(Scalar? min = null, Scalar? max = null) => Change(Aten.clamp_, this, min, max);
        public Tensor relu_() => Change(Aten.relu_, this);
        public Tensor fill_(Scalar value) => Change(Aten.fill__Scalar, this, value);
        public Tensor zero_() => Change(Aten.zero_, this);

        /// <summary>Values of <paramref name="source"/>, converted to this dtype and device, broadcast to this shape.</summary>
        public Tensor copy_(Tensor source, bool non_blocking = false) => Change(Aten.copy_, this, source, non_blocking);
        public Tensor masked_fill_(Tensor mask, Scalar value) => Change(Aten.masked_fill__Scalar, this, mask, value);
        public Tensor index_copy_(long dim, Tensor index, Tensor source) => Change(Aten.index_copy_, this, dim, index, source);
        public Tensor index_add_(long dim, Tensor index, Tensor source, Scalar alpha) => Change(Aten.index_add_, this, dim, index, source, alpha);
        public Tensor index_fill_(long dim, Tensor index, Scalar value) => Change(Aten.index_fill__int_Scalar, this, dim, index, value);
        public Tensor scatter_(long dim, Tensor index, Tensor src) => Change(Aten.scatter__src, this, dim, index, src);
        public Tensor scatter_(long dim, Tensor index, Scalar value) => Change(Aten.scatter__value, this, dim, index, value);
        public Tensor scatter_add_(long dim, Tensor index, Tensor src) => Change(Aten.scatter_add_, this, dim, index, src);
        public Tensor normal_(double mean = 0, double std = 1) => Change(Aten.normal_, this, mean, std);
        public Tensor uniform_(double from = 0, double to = 1) => Change(Aten.uniform_, this, from, to);
        public Tensor bernoulli_(double p = 0.5) => Change(Aten.bernoulli__float, this, p);

        internal Tensor Dropout(double p, bool training) => Change(Aten.dropout_, this, p, training);

        static Tensor Change(Op op, params ReadOnlySpan<Arg> arguments)
        {
            op.CallVoid(arguments);
            return arguments[0].AsTensor;
        }
    }
}
