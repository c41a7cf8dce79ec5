using System.Security.Cryptography;
using System.Text;
using MergeLab.Core.Errors;
using MergeLab.Store;

namespace MergeLab.Pipeline.Tests.Store;

public sealed class FileDigestsTests : IDisposable
{
    readonly ScratchFolder scratch = new();

    public void Dispose() => scratch.Dispose();

    string Index => scratch.File("digests");

    /// <summary>Written long enough ago that its times tell its state.</summary>
    string Settled(string name, string text)
    {
        var path = scratch.Write(name, text);
        Thread.Sleep(120);
        return path;
    }

    FileDigests Open() => new(Index, TimeSpan.FromMilliseconds(60));

    static string Sha256(string text) => "sha256:" + Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));

    [Fact]
    public void A_file_is_digested_by_its_contents_alone()
    {
        Assert.Equal(Sha256("abc"), new FileDigests().Of(scratch.Write("one", "abc")));
        Assert.Equal(Sha256("abc"), new FileDigests().Of(scratch.Write("elsewhere/two", "abc")));
        var large = new string('x', 1 << 20);
        Assert.Equal(Sha256(large), new FileDigests().Of(scratch.Write("large", large)));
    }

    [Fact]
    public void A_folder_is_digested_by_names_and_contents_of_its_files_not_by_its_own_place()
    {
        foreach (var root in new[] { "a", "deep/b" })
        {
            scratch.Write($"{root}/config.json", "{}");
            scratch.Write($"{root}/sub/weights", "w");
        }
        Directory.CreateDirectory(scratch.File("a", "empty"));
        var digests = new FileDigests();
        Assert.Equal(digests.Of(scratch.File("a")), digests.Of(scratch.File("deep/b") + "/"));
        var before = digests.Of(scratch.File("a"));
        File.Move(scratch.File("a", "sub", "weights"), scratch.File("a", "sub", "weight"));
        Assert.NotEqual(before, digests.Of(scratch.File("a")));
        Assert.Equal(Sha256($"{Sha256("{}")[7..]} 2 config.json\n{Sha256("w")[7..]} 1 sub/weights\n"), digests.Of(scratch.File("deep", "b")));
    }

    [Fact]
    public void A_second_run_reads_no_contents()
    {
        var path = Settled("file", "abc");
        var first = Open();
        first.Of(path);
        first.Save();
        var second = Open();
        Assert.Equal(Sha256("abc"), second.Of(path));
        Assert.Equal((1, 0), (first.HashedFiles, second.HashedFiles));
    }

    [Fact]
    public void A_change_of_equal_length_that_keeps_the_old_time_is_seen()
    {
        var path = Settled("file", "abc");
        var digests = Open();
        digests.Of(path);
        var time = File.GetLastWriteTimeUtc(path);
        File.WriteAllText(path, "xyz");
        File.SetLastWriteTimeUtc(path, time);
        Assert.Equal(Sha256("xyz"), digests.Of(path));
    }

    [Fact]
    public void A_file_written_just_now_is_not_trusted_to_stay()
    {
        var path = scratch.Write("file", "abc");
        var digests = new FileDigests(Index);
        for (var i = 0; i < 50; i++)
        {
            var text = $"{i:000}";
            File.WriteAllText(path, text);
            Assert.Equal(Sha256(text), digests.Of(path));
        }
    }

    [Fact]
    public void Two_processes_that_save_at_once_keep_what_both_learned()
    {
        var (one, two) = (scratch.Write("one", "1"), Settled("two", "2"));
        var (left, right) = (Open(), Open());
        left.Of(one);
        right.Of(two);
        left.Save();
        right.Save();
        var third = Open();
        third.Of(one);
        third.Of(two);
        Assert.Equal(0, third.HashedFiles);
    }

    [Fact]
    public void A_torn_index_costs_time_only()
    {
        var path = Settled("file", "abc");
        var digests = Open();
        digests.Of(path);
        digests.Save();
        File.WriteAllText(Index, File.ReadAllText(Index)[..20] + "\n\0\n x y z\n");
        Assert.Equal(Sha256("abc"), Open().Of(path));
    }

    [Fact]
    public void Many_threads_read_one_file_once_each_state()
    {
        var path = Settled("file", new string('x', 1 << 22));
        var digests = Open();
        var found = Enumerable.Range(0, 16).AsParallel().WithDegreeOfParallelism(8).Select(_ => digests.Of(path)).Distinct().ToList();
        Assert.Single(found);
        Assert.InRange(digests.HashedFiles, 1, 8);
    }

    [Fact]
    public void A_missing_file_is_named()
    {
        var error = Assert.Throws<ProblemException>(() => new FileDigests().Of(scratch.File("absent")));
        Assert.Equal(ExitCode.BadInput, error.Problem.Exit);
        Assert.Equal(scratch.File("absent"), error.Problem.Where?.File);
    }

    [Fact]
    public void A_link_that_leads_back_into_its_folder_is_refused()
    {
        scratch.Write("folder/file", "x");
        Directory.CreateSymbolicLink(scratch.File("folder", "loop"), scratch.File("folder"));
        Assert.Contains("nested", Assert.Throws<ProblemException>(() => new FileDigests().Of(scratch.File("folder"))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Links_count_as_what_they_lead_to()
    {
        scratch.Write("blobs/b", "w");
        Directory.CreateDirectory(scratch.File("model"));
        File.CreateSymbolicLink(scratch.File("model", "weights"), "../blobs/b");
        scratch.Write("plain/weights", "w");
        Assert.Equal(new FileDigests().Of(scratch.File("plain")), new FileDigests().Of(scratch.File("model")));
    }
}
