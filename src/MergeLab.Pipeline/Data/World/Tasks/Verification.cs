using MergeLab.Data.World.Texts;

namespace MergeLab.Data.World.Tasks;

/// <summary>Is a proposed answer right, and does a found text answer the question at all.</summary>
static class Verification
{
    static readonly string[] YesNo = ["yes", "no"];

    const int HalfRightPercent = 25;

    /// <summary>
    /// Story, question and a candidate; wrong candidates come from the story's other events where there are any, and some name one
    /// besides the right answer. The second style lets both pass.
    /// </summary>
    public static Draft? IsTrue(CounterRandom random, Knobs knobs, long turn)
    {
        var level = knobs.Level.Draw(random);
        if (Quiz.Draw(random, level, knobs) is not { } quiz) return null;
        var truth = turn % 2 == 0;
        var right = quiz.Question.Span(quiz.Right);
        var candidate = right;
        if (!truth)
        {
            var others = quiz.Events.Where(e => Told(quiz.Question.Asked, e)).Select(quiz.Question.Span).Where(s => s != right).ToArray();
            if (others.Length == 0) others = [quiz.Question.Span(WorldEvent.Draw(random))];
            candidate = random.Pick(others);
            if (candidate == right) return null;
        }
        var lenient = truth || quiz.Events.Any(e => Told(quiz.Question.Asked, e) && quiz.Question.Span(e) == candidate);
        if (!truth && random.Percent(HalfRightPercent))
        {
            candidate = random.Percent(50) ? $"{right} and {candidate}" : $"{candidate} and {right}";
            lenient = true;
        }
        return new Draft(
            [("text", Tell.Story(random, quiz.Events, knobs)), ("question", quiz.Question.Text()), ("answer", candidate)],
            [truth ? "yes" : "no", lenient ? "yes" : "no"], level, YesNo);
    }

    /// <summary>Level 1: the text is about something else; 2: about the right event, without what is asked, or denied; the second style lets those pass.</summary>
    public static Draft? Answers(CounterRandom random, Knobs knobs, long turn)
    {
        var truth = turn % 2 == 0;
        var level = knobs.Level.Draw(random);
        var about = WorldEvent.Draw(random) with { TellsDay = random.Percent(50) };
        if (Question.Draw(random, about, (Asked)random.Below(4)) is not { } question) return null;
        question = question with { GivesDay = false, GivesPlace = false };
        var told = about;
        if (!truth && level == 1)
        {
            told = (random.Below(3), question.Asked) switch
            {
                (0, _) => told with { Act = Lexicon.Other(random, Acts.All.Length, told.Act) },
                (1, not Asked.Who) => told with { Person = Lexicon.Other(random, Lexicon.People.Length, told.Person) },
                (_, not Asked.What) => told with { Thing = Lexicon.Other(random, Lexicon.Things.Length, told.Thing) },
                _ => told with { Person = Lexicon.Other(random, Lexicon.People.Length, told.Person) },
            };
        }
        else if (!truth)
        {
            told = question.Asked switch
            {
                Asked.Where => told with { TellsPlace = false, TellsDay = true },
                Asked.When => told with { TellsDay = false, TellsPlace = true },
                _ => told with { Denied = true },
            };
        }
        var other = WorldEvent.Draw(random) with { TellsDay = random.Percent(50), Act = Lexicon.Other(random, Acts.All.Length, about.Act), Denied = random.Percent(knobs.Negation) };
        List<WorldEvent> events = random.Percent(50) ? [told] : [told, other];
        random.Shuffle(events);
        var synonym = random.Percent(knobs.Synonyms);
        return new Draft([("question", question.Text(synonym)), ("text", Tell.Story(random, events, knobs))], [truth ? "yes" : "no", truth || level == 2 ? "yes" : "no"], level, YesNo);
    }

    static bool Told(Asked asked, WorldEvent e) => asked switch
    {
        Asked.Where => e.TellsPlace,
        Asked.When => e.TellsDay,
        _ => true,
    };
}
