// libtorch has its own threads for each operator; tests at the same time would only wait for one another.
[assembly: CollectionBehavior(DisableTestParallelization = true)]
