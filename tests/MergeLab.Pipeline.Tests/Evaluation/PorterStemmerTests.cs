using MergeLab.Evaluation.Summaries;

namespace MergeLab.Pipeline.Tests.Evaluation;

public sealed class PorterStemmerTests
{
    [Fact]
    public void Every_word_stems_as_nltk_stems_it()
    {
        var rows = GoldenLines.Read("porter", "stems.jsonl");
        Assert.True(rows.Count > 5000);
        var wrong = rows.Where(r => PorterStemmer.Stem(r[0].GetString()!) != r[1].GetString()).Select(r => $"{r[0]} → {PorterStemmer.Stem(r[0].GetString()!)}, not {r[1]}");
        Assert.Empty(wrong);
    }

    [Fact]
    public void Rouge_leaves_words_of_three_letters_alone()
    {
        var options = new RougeOptions { Stemmer = true };
        foreach (var row in GoldenLines.Read("porter", "stems.jsonl"))
            Assert.Equal(row[4].GetString(), string.Concat(Rouge.Tokenize(row[0].GetString()!, options)));
    }

    [Theory]
    [InlineData("yyyyy")]
    [InlineData("sayyyying")]
    [InlineData("aed")]
    [InlineData("ing")]
    public void No_stem_is_longer_than_its_word(string word) => Assert.True(PorterStemmer.Stem(word).Length <= word.Length);
}
