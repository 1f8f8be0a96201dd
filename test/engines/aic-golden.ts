import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';
import { temporaryFolder } from '../temporary-folder.ts';

const GOLDENS = fileURLToPath(new URL('../../../shared/goldens/aic', import.meta.url));
const TRACES = fileURLToPath(new URL('../../../shared/traces', import.meta.url));

export const hasAicGoldens = existsSync(GOLDENS);

/** A replay of the real DynoSim, timed by AIConfigurator. */
export interface AicGolden {
  readonly report: Readonly<Record<string, number>>;
  readonly records: readonly Readonly<Record<string, number | string>>[];
  readonly trace: string;
  readonly flags: readonly string[];
}

/** Reads a golden; its trace is written into a temporary folder. */
export function readAicGolden(name: string): AicGolden {
  const read = (file: string) => readFileSync(path.join(GOLDENS, name, file));
  const config = JSON.parse(read('config.json').toString());
  const own = path.join(GOLDENS, name, config.trace);
  const text = existsSync(own)
    ? readFileSync(own, 'utf8')
    : gunzipSync(readFileSync(path.join(TRACES, `${config.trace}.gz`))).toString();
  const lines = text.split('\n').filter((line) => line !== '');
  const trace = path.join(temporaryFolder(), 'trace.jsonl');
  writeFileSync(trace, `${lines.slice(0, config.trace_first_n ?? lines.length).join('\n')}\n`);
  const records = gunzipSync(read('requests.jsonl.gz')).toString().trim().split('\n');
  return {
    report: JSON.parse(read('report.json').toString()),
    records: records.map((line) => JSON.parse(line)),
    trace,
    flags: config.args,
  };
}
