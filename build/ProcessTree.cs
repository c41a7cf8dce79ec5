using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;

namespace MergeLab.Build;

/// <summary>
/// A process and what it started, remembered before it is told to end: a parent that ends first hands its children to init,
/// and then nobody can find them by descent.
/// </summary>
sealed partial class ProcessTree
{
    /// <summary>A process id may be given out again; together with the start time (clock ticks since boot) it is not.</summary>
    readonly record struct Member(int Id, long Started);

    readonly Process root;
    readonly List<Member> members;

    /// <param name="root">A process that runs; whoever waits for it may not dispose it before <see cref="Stop"/> returns.</param>
    public ProcessTree(Process root)
    {
        this.root = root;
        members = Descendants(root.Id);
    }

    /// <summary>Tells the root to end as <paramref name="signal"/> does, and ends what is left of the tree after the grace time.</summary>
    public void Stop(int signal, TimeSpan grace)
    {
        if (OperatingSystem.IsWindows() || Kill(root.Id, signal) != 0)
        {
            root.Kill(entireProcessTree: true);
            return;
        }
        var until = DateTime.UtcNow + grace;
        while (DateTime.UtcNow < until && (!root.HasExited || members.Any(IsAlive))) Thread.Sleep(20);
        if (!root.HasExited) root.Kill(entireProcessTree: true);
        foreach (var member in members.Where(IsAlive)) _ = Kill(member.Id, SigKill);
    }

    const int SigKill = 9;

    static bool IsAlive(Member member) => Read(member.Id) is { } now && now.Started == member.Started && now.State != 'Z';

    static List<Member> Descendants(int root)
    {
        if (!Directory.Exists("/proc/self")) return [];
        var all = Directory.EnumerateDirectories("/proc")
            .Select(d => int.TryParse(Path.GetFileName(d), NumberStyles.None, CultureInfo.InvariantCulture, out var id) ? id : 0)
            .Where(id => id > 0)
            .Select(id => (Id: id, Stat: Read(id)))
            .Where(p => p.Stat is not null)
            .ToLookup(p => p.Stat!.Value.Parent, p => new Member(p.Id, p.Stat!.Value.Started));
        var found = new List<Member>();
        var open = new Queue<int>([root]);
        while (open.TryDequeue(out var parent))
        {
            foreach (var child in all[parent])
            {
                found.Add(child);
                open.Enqueue(child.Id);
            }
        }
        return found;
    }

    /// <summary>Fields 3, 4 and 22 of /proc/ID/stat (proc(5)); null when there is no such process any more.</summary>
    static (char State, int Parent, long Started)? Read(int id)
    {
        try
        {
            var text = File.ReadAllText($"/proc/{id}/stat");
            // The second field is the program's name in parentheses and may hold anything, so count from its end.
            var fields = text[(text.LastIndexOf(')') + 2)..].Split(' ');
            return (fields[0][0], int.Parse(fields[1], CultureInfo.InvariantCulture), long.Parse(fields[19], CultureInfo.InvariantCulture));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    [LibraryImport("libc", EntryPoint = "kill")]
    private static partial int Kill(int id, int signal);
}
