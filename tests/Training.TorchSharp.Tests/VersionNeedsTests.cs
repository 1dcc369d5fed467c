using System.Buffers.Binary;
using System.Text;
using BertMLNet.Build;

namespace BertMLNet.Training.Tests;

/// <summary>The build step that lets TorchSharp's library be loaded where libstdc++ is older.</summary>
public sealed class VersionNeedsTests
{
    private const int SectionNames = 64, Needs = 128, Headers = 256, Size = Headers + (3 * 64);

    [Fact]
    public void The_version_named_becomes_one_that_may_be_missing_and_nothing_else_changes()
    {
        byte[] image = Library(), before = [.. image];
        Assert.True(VersionNeeds.Weaken(image, "V_2"));
        int changed = Assert.Single(Enumerable.Range(0, Size), i => image[i] != before[i]);
        // The second library's second version.
        Assert.Equal(Needs + 80 + 4, changed);
        Assert.Equal(2, image[changed]);
    }

    [Fact]
    public void A_second_time_changes_nothing()
    {
        byte[] image = Library();
        VersionNeeds.Weaken(image, "V_2");
        byte[] once = [.. image];
        Assert.False(VersionNeeds.Weaken(image, "V_2"));
        Assert.Equal(once, image);
    }

    [Theory]
    [InlineData("V_3")]
    [InlineData("V_")]
    [InlineData("V_22")]
    [InlineData("_2")]
    public void A_version_that_is_not_needed_changes_nothing(string version)
    {
        byte[] image = Library(), before = [.. image];
        // A name may share another's end in the table: "_2" is no version's name all the same.
        Assert.False(VersionNeeds.Weaken(image, version));
        Assert.Equal(before, image);
    }

    [Fact]
    public void A_file_that_is_cut_off_or_none_of_its_kind_stays_as_it_is()
    {
        byte[] whole = Library();
        for (int length = 0; length < Size; length++)
        {
            byte[] image = whole[..length];
            Assert.False(VersionNeeds.Weaken(image, "V_2"));
            Assert.Equal(whole[..length], image);
        }
        byte[] narrow = Library();
        narrow[4] = 1;
        Assert.False(VersionNeeds.Weaken(narrow, "V_2"));
    }

    [Fact]
    public void Damage_leads_to_no_other_byte_than_a_flag()
    {
        byte[] whole = Library();
        var random = new Random(5);
        for (int i = 0; i < 20_000; i++)
        {
            byte[] image = [.. whole];
            for (int k = 0; k < 3; k++)
                image[random.Next(Size)] = (byte)random.Next(256);
            byte[] before = [.. image];
            VersionNeeds.Weaken(image, "V_2");
            Assert.All(Enumerable.Range(0, Size).Where(at => image[at] != before[at]), at => Assert.Equal(before[at] | 2, image[at]));
        }
    }

    [Fact]
    public void TorchSharps_own_library_here_is_one_that_it_can_read()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux() && Environment.Is64BitProcess, "TorchSharp's other libraries are of other formats");
        byte[] image = File.ReadAllBytes(Path.Combine(AppContext.BaseDirectory, "runtimes", "linux-x64", "native", "libLibTorchSharp.so"));
        // One that has the flag, by the build here, has been read; any other version's name is one that has it not.
        VersionNeeds.Weaken(image, "GLIBCXX_3.4.32");
        Assert.False(VersionNeeds.Weaken(image, "GLIBCXX_3.4.32"));
        Assert.True(VersionNeeds.Weaken(image, "GLIBCXX_3.4.30"));
    }

    /// <summary>A library that needs V_1 of one library, and V_1 and V_2 of another: header, names, needs, three section headers.</summary>
    private static byte[] Library()
    {
        var image = new byte[Size];
        new byte[] { 0x7f, (byte)'E', (byte)'L', (byte)'F', 2, 1, 1 }.CopyTo(image, 0);
        Set64(40, Headers);
        Set16(58, 64);
        Set16(60, 3);
        Encoding.ASCII.GetBytes("\0one\0two\0V_1\0V_2\0").CopyTo(image, SectionNames);
        Library(Needs, name: 1, versions: 1, next: 32);
        Version(Needs + 16, name: 9, next: 0);
        Library(Needs + 32, name: 5, versions: 2, next: 0);
        // The order of the list is not that of the file, in which a gap is left.
        Version(Needs + 48, name: 9, next: 32);
        Version(Needs + 80, name: 13, next: 0);
        Section(1, type: 0x6ffffffe, Needs, size: 96, link: 2);
        Section(2, type: 3, SectionNames, size: 17, link: 0);
        return image;

        void Library(int at, uint name, ushort versions, uint next)
        {
            Set16(at, 1);
            Set16(at + 2, versions);
            Set32(at + 4, name);
            Set32(at + 8, 16);
            Set32(at + 12, next);
        }

        void Version(int at, uint name, uint next)
        {
            Set32(at, 0x12345678);
            Set16(at + 6, 7);
            Set32(at + 8, name);
            Set32(at + 12, next);
        }

        void Section(int index, uint type, ulong offset, ulong size, uint link)
        {
            int at = Headers + (index * 64);
            Set32(at + 4, type);
            Set64(at + 24, offset);
            Set64(at + 32, size);
            Set32(at + 40, link);
        }

        void Set16(int at, ushort value) => BinaryPrimitives.WriteUInt16LittleEndian(image.AsSpan(at), value);
        void Set32(int at, uint value) => BinaryPrimitives.WriteUInt32LittleEndian(image.AsSpan(at), value);
        void Set64(int at, ulong value) => BinaryPrimitives.WriteUInt64LittleEndian(image.AsSpan(at), value);
    }
}
