using System.Diagnostics;
using System.Globalization;
using MergeLab.Testing;

namespace MergeLab.Benchmarks;

/// <summary>A C++ program beside which the C# one is measured, compiled against the same libtorch.</summary>
sealed class TwinProcess : IDisposable
{
    readonly Process process;

    /// <param name="source">Under native/, without its ending.</param>
    /// <param name="arguments">Of the program.</param>
    public TwinProcess(string source, params string[] arguments)
    {
        var program = Compile(source);
        var start = new ProcessStartInfo(program) { RedirectStandardInput = true, RedirectStandardOutput = true };
        foreach (var argument in arguments) start.ArgumentList.Add(argument);
        // What this process set for its own libtorch, so that both run the same kernels.
        foreach (var setting in TorchRuntime.Describe().Settings)
            if (setting.Value is not null) start.Environment[setting.Name] = setting.Value;
        process = Process.Start(start) ?? throw new InvalidOperationException($"could not start {program}");
    }

    /// <summary>Sends a command; gives the two numbers of the answer.</summary>
    public (double Seconds, double Checksum) Ask(string command)
    {
        process.StandardInput.WriteLine(command);
        var answer = process.StandardOutput.ReadLine()?.Split(' ') ?? throw new InvalidOperationException($"the C++ program ended at '{command}'");
        return (double.Parse(answer[0], CultureInfo.InvariantCulture), double.Parse(answer[1], CultureInfo.InvariantCulture));
    }

    public void Dispose()
    {
        process.StandardInput.Close();
        if (!process.WaitForExit(5000)) process.Kill();
        process.Dispose();
    }

    static string Compile(string name)
    {
        var source = Path.Combine(Repository.Root, "tests", "MergeLab.Benchmarks", "native", name + ".cpp");
        var folder = Path.Combine(Repository.Root, "artifacts", "bench");
        var program = Path.Combine(folder, name);
        Directory.CreateDirectory(folder);
        if (File.Exists(program) && File.GetLastWriteTimeUtc(program) > File.GetLastWriteTimeUtc(source)) return program;
        var script = """
            set -eu
            eval "$(sh "$1/build/native/locate-libtorch.sh" | sed 's/=\(.*\)/="\1"/')"
            set -- "$2" "$3"
            includes=$(echo "$INCLUDE" | tr ':' '\n' | grep -vx /usr/include | sed 's/^/-isystem/' | tr '\n' ' ')
            g++ -std=c++20 -O2 -D_GLIBCXX_USE_CXX11_ABI="$CXX11_ABI" $includes "$1" -o "$2" -L"$LIB" -Wl,-rpath,"$LIB" -ltorch -ltorch_cpu -lc10
            """;
        using var compiler = Process.Start(new ProcessStartInfo("sh", ["-c", script, "sh", Repository.Root, source, program]))!;
        compiler.WaitForExit();
        return compiler.ExitCode == 0 ? program : throw new InvalidOperationException($"{source} does not compile");
    }
}
