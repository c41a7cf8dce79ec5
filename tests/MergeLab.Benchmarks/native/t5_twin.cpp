// T5 in plain libtorch C++: what MergeLab's model is measured against. The same operations in the same order as the C# model, without
// anything between them.
//
//   t5_twin MODEL BATCH        MODEL: raw float32 tensors in the order of names below; BATCH: raw int64 input and target ids
//
// Then one command a line on standard input, one answer a line on standard output:
//   forward N | gradient N | greedy N      N runs; answers "<CPU seconds of the fastest run> <checksum>"
#include <ATen/Parallel.h>
#include <malloc.h>
#include <torch/torch.h>

#include <cmath>
#include <cstdio>
#include <ctime>
#include <fstream>
#include <functional>
#include <iostream>
#include <map>
#include <string>
#include <vector>

using at::Tensor;

namespace {

constexpr int64_t kVocabulary = 512, kWidth = 128, kHeads = 4, kHeadWidth = 32, kInner = 512, kLayers = 2, kBuckets = 32, kMaxDistance = 128;
constexpr int64_t kStart = 0, kEnd = 1;
constexpr double kEpsilon = 1e-6;

std::map<std::string, Tensor> weights;

void load(const char* path) {
    std::ifstream file(path, std::ios::binary);
    std::string name;
    while (std::getline(file, name)) {  // name, number of axes and lengths on one line, then the elements
        std::vector<int64_t> shape;
        const auto at = name.find(' ');
        for (size_t p = at; p != std::string::npos && p < name.size();) {
            size_t used = 0;
            shape.push_back(std::stoll(name.substr(p), &used));
            p += used;
        }
        Tensor t = torch::empty(shape, torch::kFloat32);
        file.read(static_cast<char*>(t.data_ptr()), t.numel() * 4);
        weights[name.substr(0, at)] = t;
    }
}

const Tensor& weight(const std::string& name) { return weights.at(name); }

Tensor norm(const Tensor& x, const Tensor& w) {
    const Tensor square = at::linalg_vector_norm(x, 2, at::IntArrayRef{-1}, true).square().mul(1.0 / kWidth);
    return w.mul(x.mul(square.add(kEpsilon).rsqrt()));
}

int64_t bucket(int64_t relative, bool both) {
    int64_t n = kBuckets, first = 0, distance = std::max<int64_t>(-relative, 0);
    if (both) {
        n /= 2;
        if (relative > 0) first = n;
        distance = std::abs(relative);
    }
    const int64_t exact = n / 2;
    if (distance < exact) return first + distance;
    const float share = std::log(static_cast<float>(distance) / exact) / static_cast<float>(std::log(static_cast<double>(kMaxDistance) / exact));
    return first + std::min<int64_t>(exact + static_cast<int64_t>(share * (n - exact)), n - 1);
}

Tensor split(const Tensor& x) { return x.view({x.size(0), x.size(1), kHeads, kHeadWidth}).transpose(1, 2); }

struct Attention {
    Tensor q, k, v, o;

    explicit Attention(const std::string& m) : q(weight(m + ".q.weight")), k(weight(m + ".k.weight")), v(weight(m + ".v.weight")), o(weight(m + ".o.weight")) {}

    Tensor attend(const Tensor& x, const Tensor& keys, const Tensor& values, const Tensor& bias) const {
        Tensor scores = split(at::linear(x, q)).matmul(keys.transpose(-2, -1));
        if (bias.defined()) scores = scores.add(bias);
        const Tensor mixed = scores.softmax(-1).matmul(values);
        return at::linear(mixed.transpose(1, 2).reshape({x.size(0), x.size(1), kHeads * kHeadWidth}), o);
    }
};

struct Cache {
    Tensor keys, values, crossKeys, crossValues;
};

struct Block {
    Attention self;
    std::unique_ptr<Attention> cross;
    Tensor selfNorm, crossNorm, lastNorm, wi, wo;

    Block(const std::string& m, bool decoder) : self(m + ".layer.0.SelfAttention"), selfNorm(weight(m + ".layer.0.layer_norm.weight")) {
        if (decoder) {
            cross = std::make_unique<Attention>(m + ".layer.1.EncDecAttention");
            crossNorm = weight(m + ".layer.1.layer_norm.weight");
        }
        const std::string last = m + (decoder ? ".layer.2" : ".layer.1");
        wi = weight(last + ".DenseReluDense.wi.weight");
        wo = weight(last + ".DenseReluDense.wo.weight");
        lastNorm = weight(last + ".layer_norm.weight");
    }

    Tensor feed(const Tensor& x) const { return at::linear(at::linear(x, wi).relu(), wo); }

    Tensor apply(Tensor x, const Tensor& bias, const Tensor& encoded, const Tensor& encodedBias) const {
        Tensor n = norm(x, selfNorm);
        x = x.add(self.attend(n, split(at::linear(n, self.k)), split(at::linear(n, self.v)), bias));
        if (cross) x = x.add(cross->attend(norm(x, crossNorm), split(at::linear(encoded, cross->k)), split(at::linear(encoded, cross->v)), encodedBias));
        return x.add(feed(norm(x, lastNorm)));
    }

    Tensor step(Tensor x, Cache& cache, int64_t at, const Tensor& bias, const Tensor& encodedBias) const {
        const Tensor n = norm(x, selfNorm);
        cache.keys.narrow(2, at, 1).copy_(split(at::linear(n, self.k)));
        cache.values.narrow(2, at, 1).copy_(split(at::linear(n, self.v)));
        x = x.add(self.attend(n, cache.keys.narrow(2, 0, at + 1), cache.values.narrow(2, 0, at + 1), bias));
        x = x.add(cross->attend(norm(x, crossNorm), cache.crossKeys, cache.crossValues, encodedBias));
        return x.add(feed(norm(x, lastNorm)));
    }
};

struct Stack {
    std::vector<Block> blocks;
    Tensor positions, last;
    bool decoder;

    Stack(const std::string& name, bool decoder) : decoder(decoder) {
        for (int64_t i = 0; i < kLayers; i++) blocks.emplace_back(name + ".block." + std::to_string(i), decoder);
        positions = weight(name + ".block.0.layer.0.SelfAttention.relative_attention_bias.weight");
        last = weight(name + ".final_layer_norm.weight");
    }

    Tensor bias(int64_t n) const {
        Tensor ids = torch::empty({n, n}, torch::kInt64);
        auto* p = ids.data_ptr<int64_t>();
        for (int64_t q = 0; q < n; q++)
            for (int64_t k = 0; k < n; k++) p[q * n + k] = bucket(k - q, !decoder);
        Tensor b = at::embedding(positions, ids).permute({2, 0, 1}).unsqueeze(0);
        if (decoder) b = b.add(torch::full({n, n}, std::numeric_limits<float>::lowest()).triu(1));
        return b.contiguous();
    }

    Tensor apply(Tensor x, const Tensor& mask, const Tensor& encoded, const Tensor& encodedBias) const {
        Tensor b = bias(x.size(1));
        if (mask.defined()) b = b.add(mask);
        for (const auto& block : blocks) x = block.apply(x, b, encoded, encodedBias);
        return norm(x, last);
    }
};

Tensor additive(const Tensor& mask) {
    const Tensor hidden = mask.eq(0).view({mask.size(0), 1, 1, mask.size(1)});
    return torch::zeros(hidden.sizes()).masked_fill_(hidden, std::numeric_limits<float>::lowest());
}

struct Model {
    Stack encoder{"encoder", false}, decoder{"decoder", true};
    Tensor shared = weight("shared.weight");

    Tensor head(const Tensor& states) const { return at::linear(states.mul(std::pow(kWidth, -0.5)), shared); }

    Tensor encode(const Tensor& ids, const Tensor& mask) const { return encoder.apply(at::embedding(shared, ids), additive(mask), {}, {}); }

    Tensor loss(const Tensor& ids, const Tensor& mask, const Tensor& labels) const {
        const Tensor encoded = encode(ids, mask);
        Tensor inputs = at::cat({torch::full({labels.size(0), 1}, kStart, torch::kInt64), labels.narrow(1, 0, labels.size(1) - 1)}, 1);
        inputs = inputs.masked_fill(inputs.eq(-100), 0);
        const Tensor logits = head(decoder.apply(at::embedding(shared, inputs), {}, encoded, additive(mask)));
        return at::cross_entropy_loss(logits.view({-1, kVocabulary}), labels.reshape({-1}));
    }

    // Rows are kept to the end: an end token is banned, so that every run does the same work.
    int64_t greedy(const Tensor& ids, const Tensor& mask, int64_t tokens) const {
        const int64_t rows = ids.size(0);
        const Tensor encoded = encode(ids, mask);
        const Tensor encodedBias = additive(mask);
        std::vector<Cache> caches;
        for (const auto& block : decoder.blocks) {
            Cache c;
            c.crossKeys = split(at::linear(encoded, block.cross->k)).contiguous();
            c.crossValues = split(at::linear(encoded, block.cross->v)).contiguous();
            c.keys = torch::empty({rows, kHeads, tokens, kHeadWidth});
            c.values = torch::empty({rows, kHeads, tokens, kHeadWidth});
            caches.push_back(c);
        }
        Tensor distances = torch::empty({tokens}, torch::kInt64);
        for (int64_t i = 0; i < tokens; i++) distances.data_ptr<int64_t>()[i] = bucket(i - tokens + 1, false);
        const Tensor bias = at::embedding(decoder.positions, distances).t().reshape({1, kHeads, 1, tokens}).contiguous();
        Tensor next = torch::full({rows, 1}, kStart, torch::kInt64);
        int64_t sum = 0;
        for (int64_t at = 0; at < tokens; at++) {
            Tensor x = at::embedding(shared, next);
            const Tensor row = bias.narrow(3, tokens - at - 1, at + 1);
            for (size_t i = 0; i < caches.size(); i++) x = decoder.blocks[i].step(x, caches[i], at, row, encodedBias);
            const Tensor logits = head(norm(x, decoder.last)).squeeze(1);
            logits.select(1, kEnd).fill_(-std::numeric_limits<float>::infinity());
            next = logits.argmax(-1, true);
            for (int64_t r = 0; r < rows; r++) sum = (sum * 31 + next.data_ptr<int64_t>()[r]) % 1000000007;
        }
        return sum;
    }
};

// Of the process: waiting for a shared core does not count.
double cpuSeconds() {
    timespec now{};
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
    return static_cast<double>(now.tv_sec) + static_cast<double>(now.tv_nsec) * 1e-9;
}

double fastest(int runs, const std::function<void()>& work) {
    double best = 1e300;
    for (int i = 0; i < runs; i++) {
        const double start = cpuSeconds();
        work();
        best = std::min(best, cpuSeconds() - start);
    }
    return best;
}

}  // namespace

int main(int argc, char** argv) {
    if (argc != 3) return 2;
    // The allocator settings of MergeLab: page faults would otherwise be most of what is measured.
    if (mallopt(M_MMAP_THRESHOLD, 1 << 30) == 0) mallopt(M_MMAP_THRESHOLD, 32 << 20);
    mallopt(M_TRIM_THRESHOLD, std::numeric_limits<int>::max());
    mallopt(M_TOP_PAD, 64 << 20);
    at::set_num_threads(1);
    load(argv[1]);
    int64_t sizes[4];  // rows, input length, target length, tokens to decode
    std::ifstream batch(argv[2], std::ios::binary);
    batch.read(reinterpret_cast<char*>(sizes), sizeof sizes);
    const auto read = [&](int64_t columns) {
        Tensor t = torch::empty({sizes[0], columns}, torch::kInt64);
        batch.read(static_cast<char*>(t.data_ptr()), t.numel() * 8);
        return t;
    };
    const Tensor ids = read(sizes[1]), mask = read(sizes[1]), labels = read(sizes[2]);
    const Model model;
    std::string what;
    int runs = 0;
    while (std::cin >> what >> runs) {
        double seconds = 0, checksum = 0;
        if (what == "forward") {
            c10::InferenceMode mode;
            seconds = fastest(runs, [&] { checksum = model.loss(ids, mask, labels).item<double>(); });
        } else if (what == "gradient") {
            for (auto& [name, w] : weights) w.requires_grad_(true);
            seconds = fastest(runs, [&] {
                for (auto& [name, w] : weights) w.mutable_grad().reset();
                const Tensor loss = model.loss(ids, mask, labels);
                loss.backward();
                checksum = loss.item<double>();
            });
            for (auto& [name, w] : weights) w.requires_grad_(false);
        } else {
            c10::InferenceMode mode;
            seconds = fastest(runs, [&] { checksum = static_cast<double>(model.greedy(ids, mask, sizes[3])); });
        }
        std::printf("%.9g %.17g\n", seconds, checksum);
        std::fflush(stdout);
    }
}
