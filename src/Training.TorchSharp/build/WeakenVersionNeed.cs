using System;
using System.IO;
using System.Text;

namespace BertMLNet.Build;

/// <summary>Marks a version that an ELF library needs of another library as one that may be missing.</summary>
/// <remarks>The build compiles this file by itself, for .NET Standard 2.0; the tests compile it, too, with WITHOUT_MSBUILD.</remarks>
public static class VersionNeeds
{
    private const int VersionNeedSection = 0x6ffffffe;
    private const ushort Weak = 2; // VER_FLG_WEAK

    /// <summary>Sets the flag in an image of a 64-bit little-endian ELF file.</summary>
    /// <param name="image">The file's bytes.</param>
    /// <param name="version">The version's name, such as GLIBCXX_3.4.32.</param>
    /// <returns>
    /// Whether a byte changed: false where the flag was set before, the version is not needed, or the image is no such file.
    /// </returns>
    public static bool Weaken(byte[] image, string version)
    {
        bool isElf = Fits(image, 0, 64)
            && image[0] == 0x7f && image[1] == 'E' && image[2] == 'L' && image[3] == 'F' && image[4] == 2 && image[5] == 1;
        if (!isElf)
            return false;
        long sections = Offset(image, 40);
        int size = Word(image, 58, 2), count = Word(image, 60, 2);
        if (size < 64 || !Fits(image, sections, (long)size * count))
            return false;
        bool changed = false;
        for (int i = 0; i < count; i++)
        {
            int section = (int)sections + (i * size), strings = Word(image, section + 40, 4);
            if (Word(image, section + 4, 4) == VersionNeedSection && strings >= 0 && strings < count)
                changed |= Weaken(image, section, (int)sections + (strings * size), version);
        }
        return changed;
    }

    /// <summary>Walks through the section: a list of libraries, each with a list of versions; every offset leads onwards.</summary>
    private static bool Weaken(byte[] image, int section, int strings, string version)
    {
        long start = Offset(image, section + 24), length = Offset(image, section + 32);
        long names = Offset(image, strings + 24), namesLength = Offset(image, strings + 32);
        if (!Fits(image, start, length) || !Fits(image, names, namesLength))
            return false;
        bool changed = false;
        long end = start + length, nextLibrary;
        for (long library = start; library + 16 <= end; library += nextLibrary)
        {
            long nextVersion;
            for (long need = library + UInt32(image, library + 8); need + 16 <= end; need += nextVersion)
            {
                int flags = Word(image, (int)need + 4, 2);
                if ((flags & Weak) == 0 && IsText(image, names, namesLength, UInt32(image, need + 8), version))
                {
                    image[need + 4] |= (byte)Weak;
                    changed = true;
                }
                nextVersion = UInt32(image, need + 12);
                if (nextVersion == 0)
                    break;
            }
            nextLibrary = UInt32(image, library + 12);
            if (nextLibrary == 0)
                break;
        }
        return changed;
    }

    private static bool IsText(byte[] image, long names, long namesLength, long at, string text)
    {
        if (at + text.Length + 1 > namesLength || image[names + at + text.Length] != 0)
            return false;
        for (int i = 0; i < text.Length; i++)
        {
            if (image[names + at + i] != text[i])
                return false;
        }
        return true;
    }

    private static bool Fits(byte[] image, long offset, long length) =>
        offset >= 0 && length >= 0 && offset <= image.Length && length <= image.Length - offset;

    private static int Word(byte[] image, int at, int bytes)
    {
        int value = 0;
        for (int i = 0; i < bytes; i++)
            value |= image[at + i] << (8 * i);
        return value;
    }

    private static long UInt32(byte[] image, long at) => (uint)Word(image, (int)at, 4);

    private static long Offset(byte[] image, int at) => UInt32(image, at) | (UInt32(image, at + 4) << 32);
}

#if !WITHOUT_MSBUILD
/// <summary>Does so to files, where this system's libstdc++ lacks the version.</summary>
public sealed class WeakenVersionNeed : Microsoft.Build.Utilities.Task
{
    private static readonly string[] Folders = { "/usr/lib/x86_64-linux-gnu", "/lib/x86_64-linux-gnu", "/usr/lib64", "/lib64", "/usr/lib" };

    /// <summary>The libraries; those that are not there are passed over.</summary>
    [Microsoft.Build.Framework.Required]
    public string[] Libraries { get; set; } = new string[0];

    /// <summary>The version's name.</summary>
    [Microsoft.Build.Framework.Required]
    public string Version { get; set; } = "";

    /// <summary>Whether this system's libstdc++ does not matter, as the program is for another one.</summary>
    public bool Always { get; set; }

    /// <inheritdoc/>
    public override bool Execute()
    {
        string[] libraries = Array.FindAll(Libraries, File.Exists);
        if (libraries.Length == 0 || !(Always || SystemLacksVersion()))
            return true;
        foreach (string library in libraries)
        {
            byte[] image = File.ReadAllBytes(library);
            if (!VersionNeeds.Weaken(image, Version))
                continue;
            Replace(library, image);
            Log.LogMessage("{0} does without {1}, which the system's libstdc++ does not have.", library, Version);
        }
        return true;
    }

    private bool SystemLacksVersion()
    {
        string found = Array.Find(Array.ConvertAll(Folders, folder => folder + "/libstdc++.so.6"), File.Exists);
        return found != null
            && Encoding.GetEncoding("iso-8859-1").GetString(File.ReadAllBytes(found)).IndexOf(Version, StringComparison.Ordinal) < 0;
    }

    /// <summary>
    /// Puts a file in the library's place, which may be a link into the package folder or be in use. It keeps the time, by which
    /// later builds see that there is nothing to copy.
    /// </summary>
    private static void Replace(string library, byte[] image)
    {
        string draft = library + "." + Guid.NewGuid().ToString("N");
        try
        {
            File.Copy(library, draft);
            File.WriteAllBytes(draft, image);
            File.SetLastWriteTimeUtc(draft, File.GetLastWriteTimeUtc(library));
            File.Replace(draft, library, null);
        }
        finally
        {
            File.Delete(draft);
        }
    }
}
#endif
