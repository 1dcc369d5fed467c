// Records what a build of bertmlnet does, and compares a later build with the record; see README.md.
using BertMLNet.Parity;

if (ParityOptions.Parse(args, Console.Error) is not { } options)
    return 2;
return options.Compares ? await Comparison.RunAsync(options) : await Recording.RunAsync(options);
