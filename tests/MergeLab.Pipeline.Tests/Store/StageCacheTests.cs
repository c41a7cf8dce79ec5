using System.Text.Json.Nodes;
using MergeLab.Core.Errors;
using MergeLab.Store;

namespace MergeLab.Pipeline.Tests.Store;

public sealed class StageCacheTests : IDisposable
{
    readonly ScratchFolder scratch = new();
    readonly List<string> warnings = [];

    public void Dispose() => scratch.Dispose();

    string Root => scratch.File("cache");

    StageCache Open(bool paranoid = false)
    {
        var cache = new StageCache(Root, paranoid);
        cache.Warned += warnings.Add;
        return cache;
    }

    static StageKey Key(int n = 0, string kind = "merge") => new(kind, 1, new JsonObject { ["n"] = n }, new Dictionary<string, string> { ["in"] = "sha256:aa" });

    static (CacheEntry Entry, PublishOutcome Outcome) Publish(StageCache cache, StageKey key, string text = "result")
    {
        using var transaction = cache.Begin(key);
        File.WriteAllText(Path.Combine(transaction.Output, "a.txt"), text);
        Directory.CreateDirectory(Path.Combine(transaction.Output, "sub"));
        File.WriteAllText(Path.Combine(transaction.Output, "sub", "b.txt"), text + text);
        return transaction.Publish(new StageMeasures(1.5, 1000));
    }

    string[] Temporary() => Directory.Exists(Path.Combine(Root, "tmp")) ? Directory.GetDirectories(Path.Combine(Root, "tmp")) : [];

    [Fact]
    public void What_was_published_is_found_by_another_process()
    {
        using (var cache = Open())
        {
            Assert.Null(cache.Find(Key()));
            Assert.Equal(PublishOutcome.Published, Publish(cache, Key()).Outcome);
        }
        using var again = Open();
        var entry = again.Find(Key());
        Assert.Equal("result", File.ReadAllText(Path.Combine(entry!.Output, "a.txt")));
        Assert.Equal(["a.txt", "sub/b.txt"], entry.Manifest.Files.Select(f => f.Name));
        Assert.Equal((18, 1.5, 1000), (entry.Manifest.Bytes, entry.Manifest.Seconds, entry.Manifest.PeakMemory));
        Assert.Equal(Path.Combine(Root, "merge", Key().Hash[..2], Key().Hash), entry.Folder);
        Assert.Equal(0, again.Files.HashedFiles);
        Assert.Null(again.Find(Key(1)));
        Assert.Empty(warnings);
    }

    [Fact]
    public void An_output_has_the_digest_that_its_folder_would_have_as_an_input()
    {
        using var cache = Open();
        var entry = Publish(cache, Key()).Entry;
        Assert.Equal(new FileDigests().Of(entry.Output), entry.Digest);
    }

    [Fact]
    public void An_abandoned_result_leaves_nothing()
    {
        using (var cache = Open())
        {
            using (var transaction = cache.Begin(Key())) File.WriteAllText(Path.Combine(transaction.Output, "half"), "x");
            Assert.Null(cache.Find(Key()));
        }
        Assert.Empty(Temporary());
    }

    [Fact]
    public void Equal_bytes_for_a_key_that_is_there_are_dropped()
    {
        using var cache = Open();
        Publish(cache, Key());
        Assert.Equal(PublishOutcome.Confirmed, Publish(cache, Key()).Outcome);
        Assert.Single(Directory.GetDirectories(Path.Combine(Root, "merge", Key().Hash[..2])));
    }

    [Fact]
    public void Other_bytes_for_a_key_that_is_there_are_kept_beside_it_and_told()
    {
        using var cache = Open();
        Publish(cache, Key(), "first");
        var (entry, outcome) = Publish(cache, Key(), "second");
        Assert.Equal(PublishOutcome.Differs, outcome);
        Assert.Equal("first", File.ReadAllText(Path.Combine(entry.Output, "a.txt")));
        Assert.Equal("second", File.ReadAllText(Path.Combine(entry.Folder + ".alt-1", "out", "a.txt")));
        Assert.Contains("not deterministic", Assert.Single(warnings), StringComparison.Ordinal);
        Publish(cache, Key(), "third");
        Publish(cache, Key(), "second");
        Assert.Equal(["", ".alt-1", ".alt-2"], Directory.GetDirectories(Path.GetDirectoryName(entry.Folder)!).Select(f => f[entry.Folder.Length..]).Order());
    }

    [Theory]
    [InlineData("flipped byte")]
    [InlineData("shorter file")]
    [InlineData("missing file")]
    [InlineData("extra file")]
    [InlineData("torn manifest")]
    [InlineData("missing manifest")]
    [InlineData("manifest of another key")]
    [InlineData("manifest that names files elsewhere")]
    [InlineData("manifest that contradicts itself")]
    public void A_damaged_entry_is_set_aside_and_said_aloud(string damage)
    {
        CacheEntry entry;
        using (var cache = Open())
        {
            entry = Publish(cache, Key()).Entry;
            Publish(cache, Key(1), "other");
        }
        var (file, manifest) = (Path.Combine(entry.Output, "a.txt"), Path.Combine(entry.Folder, "manifest.json"));
        switch (damage)
        {
            case "flipped byte":
                var bytes = File.ReadAllBytes(file);
                bytes[2] ^= 1;
                File.WriteAllBytes(file, bytes);
                break;
            case "shorter file": File.WriteAllText(file, "resul"); break;
            case "missing file": File.Delete(file); break;
            case "extra file": File.WriteAllText(Path.Combine(entry.Output, "sub", "c.txt"), ""); break;
            case "torn manifest": File.WriteAllText(manifest, File.ReadAllText(manifest)[..100]); break;
            case "missing manifest": File.Delete(manifest); break;
            case "manifest of another key": File.Copy(Path.Combine(Root, "merge", Key(1).Hash[..2], Key(1).Hash, "manifest.json"), manifest, overwrite: true); break;
            case "manifest that names files elsewhere": File.WriteAllText(manifest, File.ReadAllText(manifest).Replace("\"a.txt\"", "\"../../a.txt\"", StringComparison.Ordinal)); break;
            default: File.WriteAllText(manifest, File.ReadAllText(manifest).Replace("\"size\": 6", "\"size\": 7", StringComparison.Ordinal)); break;
        }
        using var again = Open();
        Assert.NotNull(again.Look(Key()).Damage);
        Assert.True(Directory.Exists(entry.Folder), "looking must not change anything");
        Assert.Null(again.Find(Key()));
        Assert.Contains("damaged", Assert.Single(warnings), StringComparison.Ordinal);
        Assert.False(Directory.Exists(entry.Folder));
        Assert.Single(Directory.GetDirectories(Path.Combine(Root, "damaged", "merge")));
        Assert.Equal(PublishOutcome.Published, Publish(again, Key()).Outcome);
        Assert.NotNull(again.Find(Key()));
    }

    [Fact]
    public void A_damaged_entry_does_not_keep_a_whole_one_from_being_published()
    {
        using var cache = Open();
        using var transaction = cache.Begin(Key());
        File.WriteAllText(Path.Combine(transaction.Output, "a.txt"), "ours");
        scratch.Write($"cache/merge/{Key().Hash[..2]}/{Key().Hash}/manifest.json", "{");
        Assert.Equal(PublishOutcome.Published, transaction.Publish(new(1, 1)).Outcome);
        Assert.NotNull(cache.Find(Key()));
    }

    [Fact]
    public void An_audit_hashes_all_and_names_what_is_damaged_or_not_deterministic()
    {
        using (var cache = Open())
        {
            for (var n = 0; n < 3; n++) Publish(cache, Key(n));
            Publish(cache, Key(1), "other");
        }
        using var again = Open();
        var sound = CacheAudit.Of(again);
        Assert.Equal((4, 18 * 3 + 15, 8), (sound.Entries, sound.Bytes, again.Files.HashedFiles));
        Assert.Equal(again.FolderOf(Key(1)) + ".alt-1", Assert.Single(sound.Alternatives));
        Assert.Empty(sound.Damaged);
        File.WriteAllText(Path.Combine(again.FolderOf(Key(2)), "out", "a.txt"), "Result");
        var damaged = Assert.Single(CacheAudit.Of(again).Damaged);
        Assert.Equal((Key(2).Hash, "a.txt has other contents than were written"), (damaged.Key, damaged.Damage));
        Assert.True(Directory.Exists(damaged.Folder));
    }

    [Fact]
    public void On_request_even_files_that_look_unchanged_are_hashed()
    {
        using (var cache = Open()) Publish(cache, Key());
        using var paranoid = Open(paranoid: true);
        Assert.NotNull(paranoid.Find(Key()));
        Assert.Equal(2, paranoid.Files.HashedFiles);
    }

    [Fact]
    public void A_link_in_a_result_is_refused()
    {
        using var cache = Open();
        using (var linked = cache.Begin(Key()))
        {
            Directory.CreateSymbolicLink(Path.Combine(linked.Output, "link"), scratch.File("."));
            Assert.Throws<ProblemException>(() => linked.Publish(new(1, 1)));
        }
        using var transaction = cache.Begin(Key());
        File.CreateSymbolicLink(Path.Combine(transaction.Output, "link"), scratch.Write("target", "x"));
        Assert.Contains("link", Assert.Throws<ProblemException>(() => transaction.Publish(new(1, 1))).Message, StringComparison.Ordinal);
        Assert.Null(cache.Find(Key()));
    }

    [Fact]
    public void A_cache_that_cannot_be_written_is_one_clear_error()
    {
        File.WriteAllText(Root, "a file where the cache should be");
        using var cache = new StageCache(Root);
        Assert.Null(cache.Find(Key()));
        var error = Assert.Throws<ProblemException>(() => cache.Begin(Key()));
        Assert.Equal(ExitCode.MachineLacks, error.Problem.Exit);
        Assert.Contains("--cache", error.Problem.Remedy, StringComparison.Ordinal);
    }

    [Fact]
    public void A_kind_may_not_take_a_folder_of_the_cache()
    {
        using var cache = Open();
        foreach (var kind in new[] { "tmp", "digests", "../x", "", "A" }) Assert.Throws<ArgumentException>(() => cache.FolderOf(Key(kind: kind)));
    }

    [Fact]
    public void Only_one_holds_the_lock_of_a_key()
    {
        using var cache = Open();
        using var other = Open();
        using (var held = cache.TryLock(Key()))
        {
            Assert.NotNull(held);
            Assert.Null(other.TryLock(Key()));
            other.TryLock(Key(1))!.Dispose();
        }
        other.TryLock(Key())!.Dispose();
    }

    [Fact]
    public void What_dead_processes_left_is_removed_and_what_living_ones_use_is_not()
    {
        using var living = Open();
        using var transaction = living.Begin(Key());
        scratch.Write("cache/tmp/otherhost-1-abcdefgh/alive", "");
        var dead = $"cache/tmp/{string.Concat(Environment.MachineName.Select(c => char.IsAsciiLetterOrDigit(c) ? c : '_'))}-1-abcdefgh";
        scratch.Write($"{dead}/alive", "");
        scratch.Write($"{dead}/1/out/half", "x");
        using (var next = Open()) next.BeginSession();
        Assert.False(Directory.Exists(scratch.File(dead)));
        Assert.True(Directory.Exists(scratch.File("cache/tmp/otherhost-1-abcdefgh")), "another host's lock may not be visible here");
        Assert.True(Directory.Exists(transaction.Output));
    }

    [Fact]
    public void The_cache_lies_where_the_option_or_the_environment_says_or_else_in_the_repository()
    {
        scratch.Write("repository/Pipeline.sln", "");
        Directory.CreateDirectory(scratch.File("repository/artifacts/mergelab"));
        var (program, working) = (scratch.File("repository/artifacts/mergelab"), scratch.File("work"));
        Assert.Equal(scratch.File("work/x"), CacheFolder.Resolve("x", "y", program, working));
        Assert.Equal(scratch.File("work/y"), CacheFolder.Resolve(null, "y", program, working));
        Assert.Equal(scratch.File("repository/.cache"), CacheFolder.Resolve(null, "", program, working));
        Assert.Equal(scratch.File("repository/.cache"), CacheFolder.Resolve(null, null, scratch.File("installed"), program));
        Assert.Equal(scratch.File("work/.cache"), CacheFolder.Resolve(null, null, scratch.File("installed"), working));
    }
}
