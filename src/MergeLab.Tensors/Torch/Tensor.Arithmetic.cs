namespace MergeLab.Tensors;

public static partial class torch
{
    public sealed partial class Tensor
    {
        public static Tensor operator +(Tensor a, Tensor b) => a.add(b);
        public static Tensor operator +(Tensor a, Scalar b) => a.add(b);
        public static Tensor operator +(Scalar a, Tensor b) => b.add(a);
        public static Tensor operator -(Tensor a, Tensor b) => a.sub(b);
        public static Tensor operator -(Tensor a, Scalar b) => a.sub(b);
        public static Tensor operator -(Scalar a, Tensor b) => Aten.rsub_Scalar.Call(b, a);
        public static Tensor operator -(Tensor a) => a.neg();
        public static Tensor operator *(Tensor a, Tensor b) => a.mul(b);
        public static Tensor operator *(Tensor a, Scalar b) => a.mul(b);
        public static Tensor operator *(Scalar a, Tensor b) => b.mul(a);
        public static Tensor operator /(Tensor a, Tensor b) => a.div(b);
        public static Tensor operator /(Tensor a, Scalar b) => a.div(b);
        public static Tensor operator /(Scalar a, Tensor b) => b.reciprocal().mul(a);
        public static Tensor operator <(Tensor a, Tensor b) => a.lt(b);
        public static Tensor operator <(Tensor a, Scalar b) => a.lt(b);
        public static Tensor operator >(Tensor a, Tensor b) => a.gt(b);
        public static Tensor operator >(Tensor a, Scalar b) => a.gt(b);
        public static Tensor operator <=(Tensor a, Tensor b) => a.le(b);
        public static Tensor operator <=(Tensor a, Scalar b) => a.le(b);
        public static Tensor operator >=(Tensor a, Tensor b) => a.ge(b);
        public static Tensor operator >=(Tensor a, Scalar b) => a.ge(b);
        public static Tensor operator &(Tensor a, Tensor b) => Aten.bitwise_and_Tensor.Call(a, b);
        public static Tensor operator |(Tensor a, Tensor b) => Aten.bitwise_or_Tensor.Call(a, b);
        public static Tensor operator ^(Tensor a, Tensor b) => Aten.bitwise_xor_Tensor.Call(a, b);
        public static Tensor operator ~(Tensor a) => Aten.bitwise_not.Call(a);

        public Tensor add(Tensor other) => Aten.add_Tensor.Call(this, other);
        public Tensor add(Tensor other, Scalar alpha) => Aten.add_Tensor.Call(this, other, alpha);
        public Tensor add(Scalar other) => Aten.add_Scalar.Call(this, other);
        public Tensor sub(Tensor other) => Aten.sub_Tensor.Call(this, other);
        public Tensor sub(Scalar other) => Aten.sub_Scalar.Call(this, other);
        public Tensor mul(Tensor other) => Aten.mul_Tensor.Call(this, other);
        public Tensor mul(Scalar other) => Aten.mul_Scalar.Call(this, other);
        public Tensor div(Tensor other) => Aten.div_Tensor.Call(this, other);
        public Tensor div(Scalar other) => Aten.div_Scalar.Call(this, other);
        public Tensor floor_divide(Tensor other) => Aten.div_Tensor_mode.Call(this, other, "floor");
        public Tensor remainder(Tensor other) => Aten.remainder_Tensor.Call(this, other);
        public Tensor remainder(Scalar other) => Aten.remainder_Scalar.Call(this, other);
        public Tensor pow(Scalar exponent) => Aten.pow_Tensor_Scalar.Call(this, exponent);
        public Tensor pow(Tensor exponent) => Aten.pow_Tensor_Tensor.Call(this, exponent);
        public Tensor lerp(Tensor end, Scalar weight) => Aten.lerp_Scalar.Call(this, end, weight);
        public Tensor minimum(Tensor other) => Aten.minimum.Call(this, other);
        public Tensor maximum(Tensor other) => Aten.maximum.Call(this, other);
        public Tensor clamp(Scalar? min = null, Scalar? max = null) => Aten.clamp.Call(this, min, max);

        public Tensor neg() => Aten.neg.Call(this);
        public Tensor abs() => Aten.abs.Call(this);
        public Tensor sign() => Aten.sign.Call(this);
        public Tensor exp() => Aten.exp.Call(this);
        public Tensor log() => Aten.log.Call(this);
        public Tensor sqrt() => Aten.sqrt.Call(this);
        public Tensor rsqrt() => Aten.rsqrt.Call(this);
        public Tensor square() => Aten.pow_Tensor_Scalar.Call(this, 2);
        public Tensor reciprocal() => Aten.reciprocal.Call(this);
        public Tensor floor() => Aten.floor.Call(this);
        public Tensor ceil() => Aten.ceil.Call(this);
        public Tensor round() => Aten.round.Call(this);
        public Tensor sin() => Aten.sin.Call(this);
        public Tensor cos() => Aten.cos.Call(this);
        public Tensor erf() => Aten.erf.Call(this);
        public Tensor tanh() => Aten.tanh.Call(this);
        public Tensor sigmoid() => Aten.sigmoid.Call(this);
        public Tensor relu() => Aten.relu.Call(this);

        public Tensor eq(Tensor other) => Aten.eq_Tensor.Call(this, other);
        public Tensor eq(Scalar other) => Aten.eq_Scalar.Call(this, other);
        public Tensor ne(Tensor other) => Aten.ne_Tensor.Call(this, other);
        public Tensor ne(Scalar other) => Aten.ne_Scalar.Call(this, other);
        public Tensor lt(Tensor other) => Aten.lt_Tensor.Call(this, other);
        public Tensor lt(Scalar other) => Aten.lt_Scalar.Call(this, other);
        public Tensor le(Tensor other) => Aten.le_Tensor.Call(this, other);
        public Tensor le(Scalar other) => Aten.le_Scalar.Call(this, other);
        public Tensor gt(Tensor other) => Aten.gt_Tensor.Call(this, other);
        public Tensor gt(Scalar other) => Aten.gt_Scalar.Call(this, other);
        public Tensor ge(Tensor other) => Aten.ge_Tensor.Call(this, other);
        public Tensor ge(Scalar other) => Aten.ge_Scalar.Call(this, other);
        public Tensor logical_not() => Aten.logical_not.Call(this);
        public Tensor logical_and(Tensor other) => Aten.logical_and.Call(this, other);
        public Tensor logical_or(Tensor other) => Aten.logical_or.Call(this, other);
        public Tensor isfinite() => Aten.isfinite.Call(this);
        public Tensor isnan() => Aten.isnan.Call(this);
        public Tensor isinf() => Aten.isinf.Call(this);

        /// <summary>Same shape and the same values.</summary>
        public bool equal(Tensor other) => Aten.equal.CallScalar(this, other).ToBoolean();

        public bool allclose(Tensor other, double rtol = 1e-5, double atol = 1e-8, bool equal_nan = false) =>
            Aten.allclose.CallScalar(this, other, rtol, atol, equal_nan).ToBoolean();

        public Tensor matmul(Tensor other) => Aten.matmul.Call(this, other);
        public Tensor mm(Tensor other) => Aten.mm.Call(this, other);
        public Tensor bmm(Tensor other) => Aten.bmm.Call(this, other);
        public Tensor mv(Tensor vector) => Aten.mv.Call(this, vector);
        public Tensor dot(Tensor other) => Aten.dot.Call(this, other);
        public Tensor outer(Tensor other) => Aten.outer.Call(this, other);
    }
}
