// Measures transformers.js running a question answering model over windows that are tokenized already: the peer of
// BertMLNet's question answerer. Tokenizing and decoding, which BertMLNet's time includes, are left out here.
//
// usage: node answer.mjs --model DIR --rows FILE [--batch-sizes 1,8,16] [--threads N]
//   FILE  JSON lines with ids and typeIds, one a window
//
// Prints one JSON object: for each batch size the windows per second, and the best of them.
import { readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { basename, dirname, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { AutoModelForQuestionAnswering, Tensor, env } from '@huggingface/transformers';

const { values: options } = parseArgs({
  options: {
    model: { type: 'string' },
    rows: { type: 'string' },
    'batch-sizes': { type: 'string', default: '1,4,16' },
    threads: { type: 'string', default: String(availableParallelism()) },
  },
});
const folder = resolve(options.model);
env.allowRemoteModels = false;
env.localModelPath = dirname(folder);
const model = await AutoModelForQuestionAnswering.from_pretrained(basename(folder), {
  dtype: 'fp32',
  session_options: { intraOpNumThreads: Number(options.threads), interOpNumThreads: 1 },
});
const rows = readFileSync(options.rows, 'utf8').trim().split('\n').map((line) => JSON.parse(line));
await run(rows.slice(0, 1));

const results = [];
for (const batchSize of options['batch-sizes'].split(',').map(Number)) {
  const start = performance.now();
  for (let i = 0; i < rows.length; i += batchSize)
    await run(rows.slice(i, i + batchSize));
  const seconds = (performance.now() - start) / 1000;
  results.push({ batchSize, seconds, rowsPerSecond: rows.length / seconds });
}
console.log(JSON.stringify({
  peer: `transformers.js ${env.version}`,
  threads: Number(options.threads),
  rows: rows.length,
  results,
  best: results.reduce((best, result) => (result.rowsPerSecond > best.rowsPerSecond ? result : best)),
}));

async function run(batch) {
  const longest = Math.max(...batch.map((row) => row.ids.length));
  const tensor = (value) => new Tensor(
    'int64',
    BigInt64Array.from(batch.flatMap((row) => Array.from({ length: longest }, (_, i) => BigInt(value(row, i))))),
    [batch.length, longest],
  );
  return model({
    input_ids: tensor((row, i) => row.ids[i] ?? 0),
    attention_mask: tensor((row, i) => (i < row.ids.length ? 1 : 0)),
    token_type_ids: tensor((row, i) => row.typeIds[i] ?? 0),
  });
}
