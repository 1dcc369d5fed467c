// Measures transformers.js scoring sentence pairs end to end from text: the peer of `bertmlnet score`.
//
// usage: node score.mjs --model DIR --rows FILE [--batch-sizes 1,8,32] [--threads N] [--repeat N] [--labels FILE]
//   DIR   a model folder with config.json, tokenizer.json, tokenizer_config.json and onnx/model.onnx
//   FILE  JSON lines with sentence1 and sentence2
//
// Prints one JSON object: versions, start-up, and for each batch size the median seconds and the rows per second.
// --labels writes each row's class index, one a line, for comparing predictions.
import { readFileSync, writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { basename, dirname, resolve } from 'node:path';
import { parseArgs } from 'node:util';

const { values: options } = parseArgs({
  options: {
    model: { type: 'string' },
    rows: { type: 'string' },
    'batch-sizes': { type: 'string', default: '1,8,32' },
    threads: { type: 'string', default: String(availableParallelism()) },
    repeat: { type: 'string', default: '3' },
    labels: { type: 'string' },
  },
});

const started = performance.now();
const { AutoModelForSequenceClassification, AutoTokenizer, env } = await import('@huggingface/transformers');
const folder = resolve(options.model);
env.allowRemoteModels = false;
env.localModelPath = dirname(folder);
const tokenizer = await AutoTokenizer.from_pretrained(basename(folder));
const model = await AutoModelForSequenceClassification.from_pretrained(basename(folder), {
  dtype: 'fp32',
  session_options: { intraOpNumThreads: Number(options.threads), interOpNumThreads: 1 },
});

const rows = readFileSync(options.rows, 'utf8').trim().split('\n').map((line) => JSON.parse(line));
await score(rows.slice(0, 1));
const coldSeconds = (performance.now() - started) / 1000;

const results = [];
let labels;
for (const batchSize of options['batch-sizes'].split(',').map(Number)) {
  const seconds = [];
  for (let run = 0; run < Number(options.repeat); run++) {
    const start = performance.now();
    labels = [];
    for (let i = 0; i < rows.length; i += batchSize)
      labels.push(...await score(rows.slice(i, i + batchSize)));
    seconds.push((performance.now() - start) / 1000);
  }
  const median = seconds.toSorted((a, b) => a - b)[Math.floor(seconds.length / 2)];
  results.push({ batchSize, seconds, medianSeconds: median, rowsPerSecond: rows.length / median });
}
if (options.labels)
  writeFileSync(options.labels, labels.join('\n') + '\n');

console.log(JSON.stringify({
  peer: `transformers.js ${env.version}`,
  threads: Number(options.threads),
  rows: rows.length,
  coldSeconds,
  results,
  best: results.reduce((best, result) => (result.rowsPerSecond > best.rowsPerSecond ? result : best)),
}));

async function score(batch) {
  const inputs = tokenizer(batch.map((row) => row.sentence1), {
    text_pair: batch.map((row) => row.sentence2),
    padding: true,
    truncation: true,
  });
  const { logits } = await model(inputs);
  const width = logits.dims[1];
  return batch.map((_, i) => {
    const scores = logits.data.subarray(i * width, (i + 1) * width);
    return scores.indexOf(Math.max(...scores));
  });
}
