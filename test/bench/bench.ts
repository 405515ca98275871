/**
 * Measures what the desk promises of its speed, on this machine: `npm run bench` in under a minute with small tables,
 * `npm run bench -- --full` with a million orders, `npm run bench -- FIGURE…` only some. One JSON object a line on
 * standard output; what is being done goes to standard error. Everything it starts it ends, everything it writes lies
 * in a temporary folder that it removes. Exit code 1: a figure could not be measured.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { readArguments } from './arguments.ts';
import { resultLine } from './figure.ts';
import { figures } from './figures/all.ts';
import { createBench, fullScale, smallScale } from './stages.ts';

const say = (text: string): void => void process.stderr.write(`# ${text}\n`);

async function main(): Promise<void> {
  const request = readArguments(
    process.argv.slice(2),
    figures.map((figure) => figure.name),
  );
  if (!request.ok) {
    process.stderr.write(`${request.error}\n`);
    process.exitCode = 2;
    return;
  }
  const bench = createBench(request.value.isFull ? fullScale : smallScale, say);
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.once(signal, () => void bench.close().finally(() => process.exit(130)));
  }
  try {
    for (const figure of figures) {
      if (!request.value.figures.includes(figure.name)) continue;
      try {
        process.stdout.write(`${JSON.stringify(resultLine(figure, await figure.measure(bench)))}\n`);
      } catch (error) {
        say(`${figure.name} could not be measured. ${error instanceof Error ? error.stack : String(error)}`);
        process.exitCode = 1;
      }
    }
  } finally {
    await bench.close();
  }
}

await main();
// A connection that does not end must not keep the bench from ending.
void sleep(5_000, undefined, { ref: false }).then(() => process.exit());
