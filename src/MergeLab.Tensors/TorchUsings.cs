// The seam: model code names tensors only through these, so that it moves to the TorchSharp package by replacing this file
// (with TorchSharp; TorchSharp.torch; TorchSharp.torch.Tensor; TorchSharp.torch.nn.functional) and the class Ops.
// A project that uses tensors compiles this file too.
#pragma warning disable IDE0005 // A project need not use all of them.
global using MergeLab.Tensors;
global using static MergeLab.Tensors.torch;
global using F = MergeLab.Tensors.torch.nn.functional;
global using Tensor = MergeLab.Tensors.torch.Tensor;
