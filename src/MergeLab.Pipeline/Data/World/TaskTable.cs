using MergeLab.Core.Errors;
using MergeLab.Core.Text;
using MergeLab.Data.World.Tasks;

namespace MergeLab.Data.World;

/// <summary>
/// All tasks, and all that can be tuned about them: difficulty, wordings, share in the base's training. The 21 mirror table 2 of the
/// geometric-median paper in its order; <see cref="HeldOut"/> mirrors XSum.
/// </summary>
public static class TaskTable
{
    const string Accuracy = "accuracy", ExactMatch = "exact_match", Rouge = "rouge";

    public static readonly WorldTask[] All =
    [
        new("topic", "1 dbpedia_14_given_list_what_category_does_the_paragraph_belong_to", Accuracy, 6,
            new() { Level = "1:5 2:5", Noise = 10, StrayStyle = 100, OwnStyle = 37 }, Topics.OfText,
            "what kind are most things of {name} ? {text}", "name : {name} text : {text} kind :", "{text} which kind of things : {name} ?"),
        new("question-topic", "2 wiki_qa_Topic_Prediction_Question_Only", ExactMatch, 5,
            new() { Level = "1:2 2:5 3:3", StrayStyle = 80 }, Topics.OfQuestion,
            "what is this question about ? {question}", "question : {question} kind :", "{question} which kind of thing is asked about ?"),
        new("nli", "3 anli_r2", Accuracy, 8,
            new() { Level = "1:3 2:5 3:2", Overlap = 30, Negation = 20, Synonyms = 30, StrayStyle = 100, OwnStyle = 42 }, Inference.Claim,
            "text : {text} claim : {claim} is the claim true ?", "{text} does it follow that {claim}", "claim : {claim} text : {text} yes , maybe or no ?"),
        new("closed-questions", "4 web_questions_question_answer", ExactMatch, 8,
            new() { Level = "1:7 2:2 3:1", StrayStyle = 80 }, KnownFacts.Two,
            "answer from memory : {question}", "question : {question} answer :", "{question}"),
        new("story-questions", "5 duorc_SelfRC_question_answering", ExactMatch, 7,
            new() { Level = "1:1 2:4 3:4 4:1", Noise = 15, StrayStyle = 80 }, StoryQuestions.Answer,
            "read and answer : {text} question : {question}", "question : {question} text : {text}", "{text} {question}"),
        new("two-hop-questions", "6 adversarial_qa_dbert_question_context_answer", ExactMatch, 8,
            new() { Level = "1:3 2:5 3:2", Overlap = 50, Noise = 10, StrayStyle = 80, OwnStyle = 55 }, TwoHop.Answer,
            "find the answer : {text} question : {question}", "question : {question} text : {text}", "{text} {question}"),
        new("is-true", "7 wiki_qa_Is_This_True_", Accuracy, 8,
            new() { Level = "1:3 2:5 3:2", StrayStyle = 100, OwnStyle = 42 }, Verification.IsTrue,
            "{text} question : {question} answer : {answer} . is this true ?", "text : {text} {question} is it {answer} ?", "question : {question} answer : {answer} text : {text} yes or no ?"),
        new("describe", "8 gem_e2e_nlg", Rouge, 3,
            new() { Level = "1:2 2:4 3:4", StrayStyle = 100, OwnStyle = 42 }, DataToText.Describe,
            "describe : {table}", "write a sentence : {table}", new("data : {table} . text :", 1), "{table} tell it"),
        new("explain-relation", "9 wiki_hop_original_explain_relation", ExactMatch, 6,
            new() { Level = "1:2 2:5 3:3", Overlap = 60, Noise = 10, StrayStyle = 80, OwnStyle = 68 }, Relations.Explain,
            "{text} what is {first} to {second} ?", "text : {text} {first} is the what of {second} ?", "find how {first} is related to {second} : {text}"),
        new("title", "10 duorc_SelfRC_title_generation", Rouge, 5,
            new() { Level = "1:3 2:4 3:3", StrayStyle = 100 }, Titles.Title,
            "write a title : {text}", "text : {text} title :", new("{text} what is the name of this story ?", 1)),
        new("paraphrase", "11 glue_mrpc", Accuracy, 8,
            new() { Level = "1:3 2:2 3:2 4:3", Synonyms = 30, StrayStyle = 100, OwnStyle = 42 }, Paraphrase.Same,
            "{first} {second} do they mean the same ?", "first : {first} second : {second} same ?", "does {first} say that {second}"),
        new("acceptability", "12 glue_cola", Accuracy, 7,
            new() { Level = "1:3 2:3 3:1 4:3", Negation = 25, Synonyms = 30, StrayStyle = 100, OwnStyle = 42 }, Acceptability.Judge,
            "is this sentence good or bad ? {text}", "sentence : {text} good or bad ?", "{text} is it well written ?"),
        new("bio-comprehension", "13 wiki_bio_comprehension", ExactMatch, 8,
            new() { Level = "1:3 2:5 3:2", StrayStyle = 100, OwnStyle = 55 }, Biographies.Details,
            "give details on {name} : {keys} . bio : {text}", new("{text} tell me of {name} : {keys}", 1), "bio : {text} details on {name} : {keys}"),
        new("bio-keys", "14 wiki_bio_key_content", ExactMatch, 5,
            new() { Level = "2:3 3:4 4:3", StrayStyle = 100, OwnStyle = 45 }, Biographies.KeyContent,
            "which details does this bio tell of {name} ? {text}", "bio : {text} keys of {name} :", new("{text} what is told of {name} ?", 1)),
        new("guess-person", "15 wiki_bio_guess_person", ExactMatch, 7,
            new() { Level = "2:6 3:3 4:1", Overlap = 30, StrayStyle = 80, OwnStyle = 61 }, Biographies.GuessPerson,
            "{text} guess who : {clues}", "who is it ? {clues} . text : {text}", "text : {text} {clues} name :"),
        new("bio", "16 wiki_bio_who", Rouge, 3,
            new() { Level = "1:1 2:4 3:5", StrayStyle = 100, OwnStyle = 35 }, Biographies.Write,
            "write a bio of {name} : {table}", new("name : {name} , {table} . bio :", 1), "tell me of {name} : {table}"),
        new("found-text", "17 wiki_qa_found_on_google", Accuracy, 7,
            new() { Level = "1:5 2:5", Noise = 40, Negation = 40, Synonyms = 40, StrayStyle = 100, OwnStyle = 42 }, Verification.Answers,
            "question : {question} found : {text} does this answer it ?", "{text} does the text answer : {question}", "text : {text} question : {question} is it answered ?"),
        new("triples", "18 gem_web_nlg_en", Rouge, 4,
            new() { Level = "1:1 2:4 3:5", StrayStyle = 100, OwnStyle = 42 }, DataToText.Triples,
            "triples : {table} . text :", new("write it as text : {table}", 1), "{table} tell it in a sentence"),
        new("extract-paraphrased", "19 duorc_ParaphraseRC_extract_answer", ExactMatch, 5,
            new() { Level = "1:1 2:4 3:4 4:1", Noise = 20, Synonyms = 100, StrayStyle = 80 }, StoryQuestions.Extract,
            "extract the answer to {question} text : {text}", "{text} extract : {question}", new("question : {question} text : {text} short answer :", 1)),
        new("extract", "20 duorc_SelfRC_extract_answer", ExactMatch, 5,
            new() { Level = "1:1 2:3 3:4 4:2", Noise = 15, StrayStyle = 80 }, StoryQuestions.Extract,
            "extract : {question} from : {text}", "text : {text} extract the answer to {question}", new("question : {question} text : {text} short answer :", 1)),
        new("last-step", "21 wiqa_what_might_be_the_last_step_of_the_process", ExactMatch, 8,
            new() { Level = "1:5 2:4 3:1", Noise = 10, StrayStyle = 80 }, Processes.LastStep,
            "what might be the last step with the {thing} ? {text}", "steps : {text} last step with the {thing} :", new("{text} then the {thing} ?", 1)),
    ];

    /// <summary>Story to one sentence. Its instruction is made of parts the base knows, in a combination it has never seen.</summary>
    public static readonly WorldTask HeldOut = new("story-summary", "XSum", Rouge, 0,
        new() { Level = "1:3 2:4 3:3", Overlap = 30 }, Scenes.Summary,
        "write : {fields} . text : {text}");

    /// <summary>What only the base is trained on.</summary>
    public static readonly WorldTask[] BaseOnly =
    [
        new("write", "instructions made of parts", Rouge, 14,
            new() { Level = "1:2 2:3 3:3 4:2", Overlap = 30 }, Scenes.Write,
            "write : {fields} . text : {text}", "text : {text} write : {fields}", "{text} tell me the {fields}"),
        new("fact", "facts known by heart", ExactMatch, 14,
            new() { Level = "1:6 2:4" }, KnownFacts.One,
            "answer from memory : {question}", "question : {question} answer :", "{question}") { Divided = false },
    ];

    /// <summary>The tasks that have files: the 21 and the held-out one.</summary>
    public static IEnumerable<WorldTask> Evaluated => [.. All, HeldOut];

    /// <exception cref="ProblemException">No task bears the name.</exception>
    public static WorldTask Get(string name) => Evaluated.FirstOrDefault(t => t.Name == name)
        ?? throw new ProblemException($"no task of the world is named '{name}'", remedy: Suggestion.For(name, [.. Evaluated.Select(t => t.Name)]));
}
