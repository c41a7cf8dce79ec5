namespace MergeLab.Tensors;

public static partial class torch
{
    public static partial class nn
    {
        /// <summary>How a loss over elements becomes one value, with libtorch's numbers.</summary>
        public enum Reduction
        {
            None = 0,
            Mean = 1,
            Sum = 2,
        }

        public static class functional
        {
            /// <param name="input">[..., in]</param>
            /// <param name="weights">[out, in]</param>
            /// <param name="bias">[out]</param>
            /// <returns>[..., out]</returns>
            public static Tensor linear(Tensor input, Tensor weights, Tensor? bias = null) => Aten.linear.Call(input, weights, bias);

            public static Tensor layer_norm(Tensor input, long[] normalized_shape, Tensor? weight = null, Tensor? bias = null, double eps = 1e-5) =>
                Aten.layer_norm.Call(input, normalized_shape, weight, bias, eps);

            public static Tensor softmax(Tensor input, long dim, ScalarType? dtype = null) => input.softmax(dim, dtype);
            public static Tensor log_softmax(Tensor input, long dim, ScalarType? dtype = null) => input.log_softmax(dim, dtype);

            /// <summary>x·Φ(x), by the error function.</summary>
            public static Tensor gelu(Tensor input) => Aten.gelu.Call(input);
            public static Tensor silu(Tensor input) => Aten.silu.Call(input);
            public static Tensor relu(Tensor input, bool inplace = false) => inplace ? input.relu_() : input.relu();
            public static Tensor softplus(Tensor input) => Aten.softplus.Call(input);
            public static Tensor tanh(Tensor input) => input.tanh();
            public static Tensor sigmoid(Tensor input) => input.sigmoid();

            public static Tensor dropout(Tensor input, double p = 0.5, bool training = true, bool inplace = false) =>
                inplace ? input.Dropout(p, training) : Aten.dropout.Call(input, p, training);

            /// <summary>Log-softmax over classes and negative log-likelihood; targets equal to <paramref name="ignore_index"/> do not count.</summary>
            /// <param name="input">[n, classes], or [n, classes, ...]</param>
            /// <param name="target">[n] or [n, ...] int64</param>
            public static Tensor cross_entropy(Tensor input, Tensor target, Tensor? weight = null, long ignore_index = -100, Reduction reduction = Reduction.Mean, double label_smoothing = 0) =>
                Aten.cross_entropy_loss.Call(input, target, weight, (long)reduction, ignore_index, label_smoothing);

            public static Tensor nll_loss(Tensor input, Tensor target, Tensor? weight = null, Reduction reduction = Reduction.Mean, long ignore_index = -100) =>
                Aten.nll_loss.Call(input, target, weight, (long)reduction, ignore_index);

            public static Tensor mse_loss(Tensor input, Tensor target, Reduction reduction = Reduction.Mean) => Aten.mse_loss.Call(input, target, (long)reduction);

            public static Tensor kl_div(Tensor input, Tensor target, bool log_target = true, Reduction reduction = Reduction.Mean) =>
                Aten.kl_div.Call(input, target, (long)reduction, log_target);

            public static Tensor one_hot(Tensor x, long num_classes = -1) => Aten.one_hot.Call(x, num_classes);

            /// <param name="input">[n, channels, height, width]</param>
            /// <param name="weight">[out, channels / groups, kernel height, kernel width]</param>
            /// <param name="bias">[out]</param>
            public static Tensor conv2d(Tensor input, Tensor weight, Tensor? bias = null, long[]? strides = null, long[]? padding = null, long[]? dilation = null, long groups = 1) =>
                Aten.conv2d.Call(input, weight, bias, strides ?? [1, 1], padding ?? [0, 0], dilation ?? [1, 1], groups);

            /// <summary>softmax(QKᵀ/√d + mask)V; the mask is added, or, of bools, true where a position may be seen.</summary>
            public static Tensor scaled_dot_product_attention(Tensor query, Tensor key, Tensor value, Tensor? attn_mask = null, double p = 0, bool is_casual = false)
            {
                using var scope = NewDisposeScope();
                if (is_casual)
                {
                    if (attn_mask is not null) throw new ArgumentException("either a mask or is_casual", nameof(attn_mask));
                    attn_mask = ones([query.size(-2), key.size(-2)], ScalarType.Bool, query.device).tril();
                }
                if (attn_mask?.dtype == ScalarType.Bool)
                    attn_mask = zeros(attn_mask.shape, query.dtype, query.device).masked_fill_(attn_mask.logical_not(), double.NegativeInfinity);
                return Ops.Attention(query, key, value, attn_mask, 1 / Math.Sqrt(query.size(-1)), p).MoveToOuterDisposeScope();
            }
        }

        public static class utils
        {
            /// <summary>Scales the gradients so that their joint Euclidean norm is at most <paramref name="max_norm"/>; gives the norm before.</summary>
            public static double clip_grad_norm_(IEnumerable<Tensor> parameters, double max_norm)
            {
                using var scope = NewDisposeScope();
                using var mode = no_grad();
                var gradients = parameters.Select(p => p.grad).OfType<Tensor>().ToArray();
                if (gradients.Length == 0) return 0;
                var norm = stack(gradients.Select(g => g.norm())).norm().item<double>();
                var factor = max_norm / (norm + 1e-6);
                if (factor < 1) Ops.ForeachMul(gradients, factor);
                return norm;
            }
        }
    }

    public static class linalg
    {
        public enum QRMode
        {
            Reduced,
            Complete,
            R,
        }

        /// <summary>A = U·diag(S)·Vh with S descending; reduced unless <paramref name="fullMatrices"/>. Batches in the leading axes.</summary>
        public static (Tensor U, Tensor S, Tensor Vh) svd(Tensor input, bool fullMatrices = true) => Aten.linalg_svd.Call3(input, fullMatrices);
        public static Tensor svdvals(Tensor input) => Aten.linalg_svdvals.Call(input);

        public static (Tensor Q, Tensor R) qr(Tensor input, QRMode mode = QRMode.Reduced) =>
            Aten.linalg_qr.Call2(input, mode switch { QRMode.Complete => "complete", QRMode.R => "r", _ => "reduced" });

        /// <summary>Eigenvalues ascending and eigenvectors (columns) of a symmetric matrix, of which the lower (L) or upper (U) half is read.</summary>
        public static (Tensor, Tensor) eigh(Tensor input, char UPLO = 'L') => Aten.linalg_eigh.Call2(input, UPLO.ToString());
        public static Tensor solve(Tensor input, Tensor other) => Aten.linalg_solve.Call(input, other);
        public static Tensor cholesky(Tensor input) => Aten.linalg_cholesky.Call(input);
        public static Tensor inv(Tensor input) => Aten.linalg_inv.Call(input);
        public static Tensor pinv(Tensor input) => Aten.linalg_pinv.Call(input);
        public static Tensor vector_norm(Tensor input, double ord = 2) => Aten.linalg_vector_norm.Call(input, ord);

        /// <summary>Spectral (ord 2), nuclear and Frobenius norms go through the vector norm of svdvals or of the elements; this one is libtorch's for a number.</summary>
        public static Tensor matrix_norm(Tensor input, double ord) => Aten.linalg_matrix_norm.Call(input, ord);
    }
}
