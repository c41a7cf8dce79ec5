namespace MergeLab.Data.World.Texts;

/// <summary>A story of several events with a question that exactly one of them answers.</summary>
public sealed record Quiz(IReadOnlyList<WorldEvent> Events, WorldEvent Right, Question Question)
{
    const int SameAnswerRejected = 75;

    /// <summary>Null where the draw leaves the question open or ambiguous; the caller draws again.</summary>
    public static Quiz? Draw(CounterRandom random, int events, Knobs knobs)
    {
        var asked = (Asked)random.Below(4);
        var drawn = WorldEvent.DrawSeveral(random, events, knobs.Overlap);
        var right = random.Below(events);
        for (var i = 0; i < drawn.Count; i++)
        {
            // The wrong events, too, tell what is asked for: the answer must not be the only word of its sort.
            drawn[i] = drawn[i] with
            {
                TellsPlace = random.Percent(asked == Asked.Where ? 90 : asked == Asked.When ? 30 : 55),
                TellsDay = random.Percent(asked == Asked.When ? 90 : asked == Asked.Where ? 30 : 35),
                Denied = i != right && random.Percent(knobs.Negation),
            };
        }
        var question = Question.Draw(random, drawn[right], asked);
        if (question is null || drawn.Count(question.Fits) != 1) return null;
        // Where all events give the same answer there is nothing to pick.
        if (drawn.Any(e => e != drawn[right] && question.Answer(e) == question.Answer(drawn[right])) && random.Percent(SameAnswerRejected)) return null;
        return new Quiz(drawn, drawn[right], question);
    }
}
