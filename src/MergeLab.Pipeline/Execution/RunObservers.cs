using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace MergeLab.Execution;

/// <summary>Is told what happens in a run. Calls come from several threads, never two at once.</summary>
public interface IRunObserver
{
    void On(RunEvent happened);
}

/// <summary>Several observers as one.</summary>
public sealed class RunObservers(params IReadOnlyList<IRunObserver> observers) : IRunObserver
{
    public void On(RunEvent happened)
    {
        foreach (var observer in observers) observer.On(happened);
    }
}

/// <summary>A JSON document per event and line.</summary>
public sealed class JsonLinesObserver(TextWriter output) : IRunObserver
{
    static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    };

    public void On(RunEvent happened)
    {
        output.Write(JsonSerializer.Serialize(happened, Json) + "\n");
        output.Flush();
    }
}
