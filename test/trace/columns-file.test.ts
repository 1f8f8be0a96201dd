import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readColumnsFile, writeColumnsFile } from '../../harness/trace/columns-file.ts';
import { compileRequests } from '../../harness/trace/compile-requests.ts';
import { sliceRequests } from '../../harness/trace/slice-requests.ts';
import { temporaryFolder } from '../temporary-folder.ts';
import { complaint, smallTrace } from './small-trace.ts';

const COLUMNS = compileRequests(
  smallTrace([
    { timestamp: 0, output_length: 3, hash_ids: [1, 2] },
    { timestamp: 40, output_length: 4, hash_ids: [1, 2, 3] },
  ]),
  { blockSize: 64 },
);
const SLICE = sliceRequests(COLUMNS, { warmupFromMs: 0, scoredFromMs: 10, untilMs: 50 });

describe('a columns file', () => {
  it('holds a slice of requests', () => {
    const path = join(temporaryFolder(), 'requests.columns');
    writeColumnsFile(path, SLICE);
    expect(readColumnsFile(path)).toEqual(SLICE);
  });

  it('that is damaged is refused by name', () => {
    const path = join(temporaryFolder(), 'requests.columns');
    writeColumnsFile(path, SLICE);
    writeFileSync(path, readFileSync(path).subarray(0, 100));
    expect(complaint(() => readColumnsFile(path))).toBe(
      `${path}: damaged: 100 bytes are not the length that its header asks for; delete it, it is made again from the trace`,
    );
  });

  it('leaves nothing behind when it cannot be written', () => {
    const folder = temporaryFolder();
    expect(() => writeColumnsFile(join(folder, 'none', 'requests.columns'), SLICE)).toThrow('ENOENT');
    expect(readdirSync(folder)).toEqual([]);
  });
});
