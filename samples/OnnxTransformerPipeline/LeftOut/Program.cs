Console.Error.WriteLine("error: Microsoft.ML.OnnxTransformer is left out of the compat package set; build with -p:MLPackages=nuget.");
return 1;
