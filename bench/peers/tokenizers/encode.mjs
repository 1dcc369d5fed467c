// Measures Hugging Face's Rust tokenizers through their Node.js binding: the peer of BertMLNet's tokenizer.
//
// usage: node encode.mjs --tokenizer tokenizer.json --text FILE [--threads N] [--repeat N]
//   FILE  one text a line
//
// Prints one JSON object: the best batch size's median seconds and tokens per second of encodeBatch, which always gives
// ids, type ids and offsets.
import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';

const { values: options } = parseArgs({
  options: {
    tokenizer: { type: 'string' },
    text: { type: 'string' },
    threads: { type: 'string', default: '2' },
    repeat: { type: 'string', default: '3' },
  },
});
process.env.RAYON_NUM_THREADS = options.threads;
process.env.TOKENIZERS_PARALLELISM = 'true';
const { Tokenizer } = await import('@anush008/tokenizers');
const { version } = JSON.parse(readFileSync(new URL('./node_modules/@anush008/tokenizers/package.json', import.meta.url)));

const tokenizer = Tokenizer.fromFile(options.tokenizer);
const lines = readFileSync(options.text, 'utf8').split('\n').filter((line) => line.length > 0);
const results = [];
for (const batchSize of [256, 1024]) {
  const seconds = [];
  let tokens = 0;
  for (let run = 0; run <= Number(options.repeat); run++) {
    tokens = 0;
    const start = performance.now();
    for (let i = 0; i < lines.length; i += batchSize)
      for (const encoding of await tokenizer.encodeBatch(lines.slice(i, i + batchSize)))
        tokens += encoding.getLength();
    if (run > 0)
      seconds.push((performance.now() - start) / 1000);
  }
  const medianSeconds = seconds.toSorted((a, b) => a - b)[Math.floor(seconds.length / 2)];
  results.push({ batchSize, tokens, medianSeconds, tokensPerSecond: tokens / medianSeconds });
}
const best = results.reduce((best, result) => (result.tokensPerSecond > best.tokensPerSecond ? result : best));
console.log(JSON.stringify({ peer: `@anush008/tokenizers ${version}`, threads: Number(options.threads), ...best }));
