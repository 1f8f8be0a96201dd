import { gzipSync } from 'node:zlib';
import { Command } from 'commander';
import { generateTrace, readMooncake, traceProfile, traceText, UserError } from '../../harness/index.ts';
import { cacheFolder } from '../config/cache-folder.ts';
import { integerOption, positiveOption } from '../config/number-option.ts';
import { traceInfoText } from '../report/trace-info-text.ts';
import { printableLine } from '../text/printable.ts';
import { writeOutputFile } from './write-output-file.ts';

const INFO_EXAMPLE = `
Example:
  $ autoresearch trace info conversation_trace.jsonl.gz`;

const GENERATE_EXAMPLE = `
Examples:
  $ autoresearch trace generate --out hour.jsonl.gz --minutes 59 --seed 7
  $ autoresearch trace generate --minutes 1 | head -3`;

/** `trace info` and `trace generate`. */
export function traceCommand(): Command {
  return new Command('trace')
    .description('look at traces of requests, or make them')
    .addCommand(infoCommand())
    .addCommand(generateCommand());
}

interface InfoOptions {
  readonly traceBlockSize: number;
  readonly cache: boolean;
  readonly json?: true;
}

function infoCommand(): Command {
  return new Command('info')
    .description('figures of a Mooncake trace: lengths, sessions, reuse ceiling, rate over time')
    .argument('<file>', 'trace file, .jsonl or .jsonl.gz')
    .option(
      '--trace-block-size <tokens>',
      'tokens that one hash id stands for',
      integerOption('--trace-block-size', 1),
      512,
    )
    .option('--no-cache', 'read the trace anew, and do not keep what was read')
    .option('--json', 'print one JSON object')
    .addHelpText('after', INFO_EXAMPLE)
    .action((file: string, options: InfoOptions) => {
      const { traceBlockSize, cache } = options;
      const trace = readMooncake(file, { traceBlockSize, cacheFolder: cache ? cacheFolder() : undefined });
      const profile = traceProfile(trace);
      for (const warning of profile.warnings) {
        process.stderr.write(`${printableLine(`${profile.name}: ${warning}`)}\n`);
      }
      process.stdout.write(options.json ? `${JSON.stringify(profile)}\n` : traceInfoText(profile));
    });
}

interface GenerateFlags {
  readonly out: string;
  readonly seed: number;
  readonly minutes: number;
  readonly scale: number;
  readonly force?: true;
  readonly json?: true;
}

function generateCommand(): Command {
  return new Command('generate')
    .description('seeded traffic like that of a tool-using agent service, as a Mooncake trace')
    .option('--out <file>', 'where to write it, gzipped if the name ends in .gz; - is standard output', '-')
    .option('--seed <integer>', 'equal seeds give equal traces', integerOption('--seed', 0), 1)
    .option('--minutes <number>', 'length of the trace', positiveOption('--minutes'), 10)
    .option(
      '--scale <factor>',
      'multiplies all rates; 1 is about 400 requests a minute',
      positiveOption('--scale'),
      1,
    )
    .option('--force', 'replace the file if it exists')
    .option('--json', 'print what was written as one JSON object (needs --out FILE)')
    .addHelpText('after', GENERATE_EXAMPLE)
    .action(generate);
}

function generate(flags: GenerateFlags): void {
  const { out, seed, minutes, scale } = flags;
  if (flags.json && out === '-') {
    throw new UserError('--json and a trace on standard output exclude each other; add --out FILE');
  }
  const rows = generateTrace({ seed, durationMinutes: minutes, scale });
  if (rows.length === 0)
    throw new UserError(`--minutes ${minutes} at --scale ${scale} make no request; raise one of them`);
  const text = traceText(rows);
  if (out === '-') {
    process.stdout.write(text);
    return;
  }
  const content = out.endsWith('.gz') ? gzipSync(text) : text;
  writeOutputFile(out, content, flags.force === true);
  const written = { file: out, requests: rows.length, minutes, seed, scale, bytes: content.length };
  if (flags.json) process.stdout.write(`${JSON.stringify(written)}\n`);
  else process.stderr.write(`wrote ${rows.length} requests (${minutes} min, seed ${seed}) to ${out}\n`);
}
