using MergeLab.Core.Errors;

namespace MergeLab.Pipeline.Tests.Tensors;

public class DeviceOptionTests
{
    [Fact]
    public void Cpu_is_the_cpu_and_auto_takes_what_there_is()
    {
        Assert.Equal(CPU, DeviceOption.Parse("cpu"));
        Assert.Equal(cuda.is_available() ? CUDA : CPU, DeviceOption.Parse("auto"));
        Assert.Equal("cuda:3", device(DeviceType.CUDA, 3).ToString());
        Assert.Equal("cpu", CPU.ToString());
    }

    [Theory]
    [InlineData("gpu")]
    [InlineData("cuda:")]
    [InlineData("cuda:-1")]
    [InlineData("cuda:x")]
    [InlineData("cuda:200")]
    [InlineData("CPU")]
    [InlineData("")]
    public void Another_word_is_bad_input(string text)
    {
        var problem = Assert.Throws<ProblemException>(() => DeviceOption.Parse(text)).Problem;
        Assert.Equal(ExitCode.BadInput, problem.Exit);
        Assert.Contains("cuda:<number>", problem.Why, StringComparison.Ordinal);
    }

    [Fact]
    public void A_slip_is_corrected() => Assert.Contains("did you mean 'cuda'?", Assert.Throws<ProblemException>(() => DeviceOption.Parse("cude")).Message, StringComparison.Ordinal);

    [Fact]
    public void A_device_that_the_machine_lacks_is_told_with_the_reason()
    {
        var absent = $"cuda:{cuda.device_count()}";
        var problem = Assert.Throws<ProblemException>(() => DeviceOption.Parse(absent)).Problem;
        Assert.Equal(ExitCode.MachineLacks, problem.Exit);
        Assert.Contains("CUDA", problem.Why, StringComparison.Ordinal);
    }
}
