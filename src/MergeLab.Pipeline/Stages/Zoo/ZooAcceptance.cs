using MergeLab.Core.Errors;
using MergeLab.Data.World;

namespace MergeLab.Stages.Zoo;

/// <summary>Puts a newly trained zoo in the place of the shipped one and lists the digests anew.</summary>
public static class ZooAcceptance
{
    /// <exception cref="ProblemException">The trained zoo is not complete.</exception>
    public static void Run(ZooLayout trained, ZooLayout shipped)
    {
        string[] folders = [ZooLayout.BaseName, .. TaskTable.All.Select(t => Path.Combine(ZooLayout.AdaptersName, t.Name))];
        string[] files = [ZooCard.ReadmeName, ZooCard.PictureName, ZooScores.FileName];
        foreach (var name in folders.Where(f => !Directory.Exists(Path.Combine(trained.Root, f))).Concat(files.Where(f => !File.Exists(Path.Combine(trained.Root, f)))))
            throw new ProblemException("the trained zoo is not complete", new Place(Path.Combine(trained.Root, name)), "it is missing", "mergelab zoo train and mergelab zoo card make what is missing");
        foreach (var folder in folders)
        {
            var target = Path.Combine(shipped.Root, folder);
            if (Directory.Exists(target)) Directory.Delete(target, recursive: true);
            Directory.CreateDirectory(target);
            foreach (var file in Directory.EnumerateFiles(Path.Combine(trained.Root, folder))) File.Copy(file, Path.Combine(target, Path.GetFileName(file)));
        }
        foreach (var file in files) File.Copy(Path.Combine(trained.Root, file), Path.Combine(shipped.Root, file), overwrite: true);
        ZooDigests.Write(shipped.Root);
    }
}
