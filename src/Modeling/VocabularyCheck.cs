namespace BertMLNet.Modeling;

/// <summary>Compares a vocabulary file's length with the rows of the embedding table.</summary>
public static class VocabularyCheck
{
    /// <summary>
    /// A line for the user where the vocabulary has more words than the model has embeddings; null where all is well or the
    /// file is absent. More embeddings than words is normal.
    /// </summary>
    public static string? Remark(string vocabularyPath, int vocabSize)
    {
        if (!File.Exists(vocabularyPath))
            return null;
        int words = CountLines(vocabularyPath);
        return words <= vocabSize
            ? null
            : $"{vocabularyPath} has {words} words, the model {vocabSize} embeddings: the last {words - vocabSize} words become [UNK].";
    }

    private static int CountLines(string path)
    {
        try
        {
            using FileStream stream = File.OpenRead(path);
            byte[] buffer = new byte[1 << 16];
            int lines = 0;
            byte last = (byte)'\n';
            for (int read; (read = stream.Read(buffer)) > 0; last = buffer[read - 1])
                lines += buffer.AsSpan(0, read).Count((byte)'\n');
            return last == '\n' ? lines : lines + 1;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new BertMLNetException($"{path}: cannot be read: {exception.Message}", exception);
        }
    }
}
