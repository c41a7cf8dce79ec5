using System.Globalization;
using MergeLab.Core.Errors;
using MergeLab.Core.Text;

namespace MergeLab.Tensors;

/// <summary>The value of <c>--device</c>.</summary>
public static class DeviceOption
{
    /// <summary>
    /// <c>cpu</c>, <c>cuda</c>, <c>cuda:n</c>, or <c>auto</c> (the first CUDA device where there is one, else the CPU).
    /// Throws ProblemException: 2 for another word, 3 when CUDA is asked for and absent. <c>cpu</c> loads nothing.
    /// </summary>
    public static torch.Device Parse(string text)
    {
        switch (text)
        {
            case "cpu":
                return torch.CPU;
            case "auto":
                return CudaDevices(optional: true) > 0 ? torch.CUDA : torch.CPU;
            case "cuda":
                return Cuda(text, 0);
        }
        if (Index(text) is { } index) return Cuda(text, index);
        throw Unknown(text);
    }

    /// <summary>Throws ProblemException for another word than <see cref="Parse"/> takes. Loads nothing, and asks for no device.</summary>
    public static void CheckName(string text)
    {
        if (text is not ("cpu" or "auto" or "cuda") && Index(text) is null) throw Unknown(text);
    }

    static int? Index(string text) =>
        text.StartsWith("cuda:", StringComparison.Ordinal) && int.TryParse(text.AsSpan(5), NumberStyles.None, CultureInfo.InvariantCulture, out var index) && index < 128 ? index : null;

    static ProblemException Unknown(string text) =>
        new($"there is no device '{text}'", why: "a device is auto, cpu, cuda or cuda:<number>",
            remedy: Suggestion.Closest(text, ["auto", "cpu", "cuda"]) is { } near ? $"did you mean '{near}'?" : null);

    static torch.Device Cuda(string text, int index)
    {
        var devices = CudaDevices(optional: false);
        if (index < devices) return new torch.Device(DeviceType.CUDA, index);
        throw new ProblemException($"device '{text}' is not available",
            why: devices > 0 ? $"libtorch sees {devices} CUDA device(s), numbered from 0" : WhyNone(),
            remedy: devices > 0 ? $"use a number below {devices}" : "use --device cpu, or set LIBTORCH to a libtorch built with CUDA and build again",
            exit: ExitCode.MachineLacks);
    }

    static int CudaDevices(bool optional)
    {
        try
        {
            return torch.cuda.device_count();
        }
        catch (ProblemException) when (optional)
        {
            return 0;
        }
    }

    static string WhyNone()
    {
        var library = TorchRuntime.Describe().Library;
        return File.Exists(Path.Combine(Path.GetDirectoryName(library) ?? "", "libtorch_cuda.so"))
            ? "libtorch has CUDA, but sees no device (no driver, or none visible)"
            : $"the libtorch that is used ({library}) was built without CUDA";
    }
}
