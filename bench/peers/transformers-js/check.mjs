// Checks that transformers.js loads a model folder unchanged and computes what BertMLNet computes: the same ids for every
// pair of texts, and logits that differ by rounding alone.
//
// usage: node check.mjs --model DIR --rows FILE --tokens FILE --scores FILE [--tolerance N]
//   DIR     a model folder of a classifier, or of a model of values or labels
//   rows    JSON lines with sentence1 and sentence2
//   tokens  what `bertmlnet tokenize --model DIR --input ROWS` printed
//   scores  what `bertmlnet score --model DIR --input ROWS` printed
//
// Prints one JSON object and ends with exit code 1 where anything differs.
import { readFileSync } from 'node:fs';
import { basename, dirname, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { AutoModelForSequenceClassification, AutoTokenizer, env } from '@huggingface/transformers';

const { values: options } = parseArgs({
  options: {
    model: { type: 'string' },
    rows: { type: 'string' },
    tokens: { type: 'string' },
    scores: { type: 'string' },
    tolerance: { type: 'string', default: '1e-4' },
  },
});

const folder = resolve(options.model);
env.allowRemoteModels = false;
env.localModelPath = dirname(folder);
const tokenizer = await AutoTokenizer.from_pretrained(basename(folder));
const model = await AutoModelForSequenceClassification.from_pretrained(basename(folder), { dtype: 'fp32' });
const id2label = model.config.id2label;

const rows = readLines(options.rows);
const tokens = readLines(options.tokens);
const scores = readLines(options.scores);
if (tokens.length !== rows.length || scores.length !== rows.length)
  throw new Error(`${rows.length} rows, but ${tokens.length} lines of tokens and ${scores.length} of scores`);

const otherIds = [];
const otherLabels = [];
let largestDifference = 0;
for (const [i, row] of rows.entries()) {
  const inputs = await tokenizer(row.sentence1, { text_pair: row.sentence2, truncation: true });
  if (!same(inputs.input_ids.tolist()[0], tokens[i].ids) || !same(inputs.token_type_ids.tolist()[0], tokens[i].typeIds))
    otherIds.push(i + 1);

  const { logits } = await model(inputs);
  const values = Array.from(logits.data);
  values.forEach((value, k) => {
    largestDifference = Math.max(largestDifference, Math.abs(value - scores[i].logits[k]));
  });
  // A value has no label, and several labels have none that is the largest.
  if (scores[i].label !== undefined && id2label[values.indexOf(Math.max(...values))] !== scores[i].label)
    otherLabels.push(i + 1);
}

const agrees = otherIds.length === 0 && otherLabels.length === 0 && largestDifference <= Number(options.tolerance);
console.log(JSON.stringify({ peer: `transformers.js ${env.version}`, rows: rows.length, largestDifference, otherIds, otherLabels, agrees }));
process.exitCode = agrees ? 0 : 1;

function readLines(path) {
  return readFileSync(path, 'utf8').trim().split('\n').map((line) => JSON.parse(line));
}

/** Ids are BigInts in transformers.js. */
function same(left, right) {
  return left.length === right.length && left.every((id, i) => Number(id) === right[i]);
}
