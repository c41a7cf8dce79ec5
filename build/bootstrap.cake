// Compiles build/Build.csproj when its sources changed, loads it and hands it Cake's own script host.
// The targets are ordinary C# in build/*.cs; this script only gets them into the process.
using System.Reflection;
using System.Runtime.Loader;
using System.Security.Cryptography;
using Dir = System.IO.Directory;
using IO = System.IO.File;
using P = System.IO.Path;

var root = Context.Environment.WorkingDirectory.FullPath;
var images = P.Combine(root, "artifacts", "cake", "graph");
var image = P.Combine(images, Fingerprint(root));
if (!Dir.Exists(image))
{
    Dir.CreateDirectory(images);
    var turn = Wait(P.Combine(images, "lock"));
    try
    {
        if (!Dir.Exists(image)) CompileInto(image);
    }
    finally
    {
        turn.Dispose();
    }
}

var run = new GraphContext(P.Combine(image, "MergeLab.Build.dll")).LoadFromAssemblyName(new AssemblyName("MergeLab.Build"))
    .GetType("MergeLab.Build.Entry", throwOnError: true).GetMethod("Run").CreateDelegate<Action<IScriptHost>>();
run((IScriptHost)((Func<string, CakeReport>)RunTarget).Target);   // a script's globals are the host: a delegate to one of its methods has it as target

void CompileInto(string image)
{
    DotNetBuild("build/Build.csproj", new DotNetBuildSettings { Configuration = "Release", NoLogo = true, Verbosity = DotNetVerbosity.Quiet });
    // A copy of its own, so that building Pipeline.sln never overwrites what this process has mapped. A younger image may be in use.
    foreach (var old in Dir.GetDirectories(images).Where(d => d.EndsWith(".tmp") || Dir.GetLastWriteTimeUtc(d) < DateTime.UtcNow.AddDays(-1)))
    {
        Dir.Delete(old, recursive: true);
    }
    var bin = P.Combine(root, "artifacts", "bin", "Build", "release");
    foreach (var f in Dir.GetFiles(bin, "*", System.IO.SearchOption.AllDirectories))
    {
        var copy = P.Combine(image + ".tmp", P.GetRelativePath(bin, f));
        Dir.CreateDirectory(P.GetDirectoryName(copy));
        IO.Copy(f, copy);
    }
    Dir.Move(image + ".tmp", image);
}

// Two runs that both find new sources take turns; the second then finds the first's image.
static System.IO.FileStream Wait(string path)
{
    while (true)
    {
        try
        {
            return new System.IO.FileStream(path, System.IO.FileMode.OpenOrCreate, System.IO.FileAccess.ReadWrite, System.IO.FileShare.None);
        }
        catch (System.IO.IOException)
        {
            System.Threading.Thread.Sleep(100);
        }
    }
}

static string Fingerprint(string root)
{
    var files = Dir.EnumerateFiles(P.Combine(root, "build"), "*.cs")
        .Concat(Dir.EnumerateFiles(P.Combine(root, "src", "MergeLab.Core"), "*", System.IO.SearchOption.AllDirectories))
        .Concat(new[] { "build/Build.csproj", "build/packages.lock.json", "Directory.Build.props", "Directory.Packages.props", "global.json" }.Select(f => P.Combine(root, f)))
        .Order(StringComparer.Ordinal);
    using (var sha = IncrementalHash.CreateHash(HashAlgorithmName.SHA256))
    {
        foreach (var f in files)
        {
            sha.AppendData(Encoding.UTF8.GetBytes(P.GetRelativePath(root, f)));
            sha.AppendData(SHA256.HashData(IO.ReadAllBytes(f)));
        }
        return Convert.ToHexStringLower(sha.GetHashAndReset())[..16];
    }
}

// Own load context: own versions of packages; Cake's assemblies are not in it, so they resolve to those already loaded.
sealed class GraphContext : AssemblyLoadContext
{
    readonly AssemblyDependencyResolver resolver;
    public GraphContext(string main) : base("graph") => resolver = new AssemblyDependencyResolver(main);
    protected override Assembly Load(AssemblyName name) => resolver.ResolveAssemblyToPath(name) is { } path ? LoadFromAssemblyPath(path) : null;
}
