import {
  copyFileSync,
  existsSync,
  readdirSync,
  readFileSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readMooncake } from '../../harness/trace/mooncake.ts';
import { TraceCache } from '../../harness/trace/trace-cache.ts';
import { temporaryFolder } from '../temporary-folder.ts';
import { complaint, smallTrace, traceLines } from './small-trace.ts';

const ROWS = [
  { timestamp: 0, input_length: 700, output_length: 3, hash_ids: [1, 2], session_id: 'käse', colour: 1 },
  { timestamp: 40.5, output_length: 4, hash_ids: [1, 2, 3] },
  { input_length: 5000, output_length: 0, hash_ids: [9], session_id: 'käse', delay: 7 },
];
const TEXT = traceLines(ROWS);
const OTHER_TEXT = traceLines(ROWS.slice(1, 2));

function fixture() {
  const folder = temporaryFolder();
  const trace = join(folder, 'small.jsonl');
  writeFileSync(trace, TEXT);
  return { trace, cacheFolder: join(folder, 'not', 'yet', 'there') };
}

function filesIn(folder: string): string[] {
  return existsSync(folder) ? readdirSync(folder).map((name) => join(folder, name)) : [];
}

function onlyFileIn(folder: string): string {
  const [file, another] = filesIn(folder);
  if (file === undefined || another !== undefined) throw new Error(`${folder} does not hold one file`);
  return file;
}

describe('the cache of traces', () => {
  it('gives back what was read', () => {
    const { trace, cacheFolder } = fixture();
    const plain = readMooncake(trace);
    expect(readMooncake(trace, { cacheFolder })).toEqual(plain);
    expect(readMooncake(trace, { cacheFolder })).toEqual(plain);
    expect(filesIn(cacheFolder)).toHaveLength(1);
  });

  it('saves reading the text', () => {
    const { trace, cacheFolder } = fixture();
    readMooncake(trace, { cacheFolder });
    const file = onlyFileIn(cacheFolder);
    writeFileSync(trace, OTHER_TEXT);
    readMooncake(trace, { cacheFolder });
    const [other] = filesIn(cacheFolder).filter((each) => each !== file);
    copyFileSync(file, other ?? '');
    expect(readMooncake(trace, { cacheFolder }).rows.count).toBe(3);
  });

  it('goes by content, not by name, and tells messages the name that was given', () => {
    const { trace, cacheFolder } = fixture();
    readMooncake(trace, { cacheFolder });
    const copy = join(temporaryFolder(), 'copy.jsonl');
    copyFileSync(trace, copy);
    expect(readMooncake(copy, { cacheFolder })).toMatchObject({ name: 'copy.jsonl', path: copy });
    expect(filesIn(cacheFolder)).toHaveLength(1);
  });

  it('keeps the hash of the text, not of the packed file', () => {
    const { trace, cacheFolder } = fixture();
    const { hash } = readMooncake(trace);
    writeFileSync(trace, gzipSync(TEXT));
    for (let time = 0; time < 2; time++) expect(readMooncake(trace, { cacheFolder }).hash).toBe(hash);
  });

  it('tells trace block sizes apart', () => {
    const { trace, cacheFolder } = fixture();
    for (const traceBlockSize of [512, 1024, 512, 1024]) {
      const { rows } = readMooncake(trace, { traceBlockSize, cacheFolder });
      expect(rows.promptTokens[2]).toBe(traceBlockSize);
    }
    expect(filesIn(cacheFolder)).toHaveLength(2);
  });

  it('notices any damage, and mends it', () => {
    const { trace, cacheFolder } = fixture();
    const plain = readMooncake(trace, { cacheFolder });
    const file = onlyFileIn(cacheFolder);
    const sound = readFileSync(file);
    const damaged = fc.oneof(
      fc.nat({ max: sound.length - 1 }).map((length) => sound.subarray(0, length)),
      fc.tuple(fc.nat({ max: sound.length - 1 }), fc.integer({ min: 1, max: 255 })).map(([at, flip]) => {
        const copy = Buffer.from(sound);
        copy[at] = (copy[at] ?? 0) ^ flip;
        return copy;
      }),
      fc.constant(Buffer.concat([sound, Buffer.alloc(8)])),
    );
    fc.assert(
      fc.property(damaged, (bytes) => {
        writeFileSync(file, bytes);
        expect(readMooncake(trace, { cacheFolder })).toEqual(plain);
        expect(readFileSync(file)).toEqual(sound);
      }),
      { numRuns: 150 },
    );
  });

  it('never holds a bad trace', () => {
    const { trace, cacheFolder } = fixture();
    writeFileSync(trace, `${TEXT}{"timestamp": 9}\n`);
    for (let time = 0; time < 2; time++) {
      expect(complaint(() => readMooncake(trace, { cacheFolder }))).toContain(
        `${trace}:4: hash_ids is missing`,
      );
    }
    expect(filesIn(cacheFolder)).toEqual([]);
  });

  it('is done without where its folder can’t be', () => {
    const { trace } = fixture();
    const cacheFolder = join(trace, 'below-a-file');
    expect(readMooncake(trace, { cacheFolder })).toEqual(readMooncake(trace));
  });

  it('forgets what was used longest ago when it is full', () => {
    const folder = temporaryFolder();
    const trace = smallTrace(ROWS);
    const size = () => filesIn(folder).reduce((sum, file) => sum + statSync(file).size, 0);
    new TraceCache(folder).put('a', trace);
    const limit = size() * 2;
    const cache = new TraceCache(folder, limit);
    cache.put('b', trace);
    for (const file of filesIn(folder)) utimesSync(file, 1, 1);
    expect(cache.get('a', 512)).toBeDefined();
    cache.put('c', trace);
    expect(size()).toBe(limit);
    expect(['a', 'b', 'c'].map((key) => cache.get(key, 512) !== undefined)).toEqual([true, false, true]);
  });

  it('clears away what a dead process left, not what a living one writes', () => {
    const folder = temporaryFolder();
    const parts = [join(folder, 'old.trace.1-a.part'), join(folder, 'new.trace.2-b.part')];
    for (const part of parts) writeFileSync(part, 'unfinished');
    utimesSync(parts[0] ?? '', 1, 1);
    new TraceCache(folder).put('a', smallTrace(ROWS));
    expect(parts.map((part) => existsSync(part))).toEqual([false, true]);
  });
});
