import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { parseMooncake, readMooncake } from '../../harness/trace/mooncake.ts';
import { temporaryFolder } from '../temporary-folder.ts';
import { complaint, traceLines } from './small-trace.ts';

const TEXT = traceLines(
  Array.from({ length: 400 }, (_, index) => ({
    timestamp: index * 37,
    output_length: index % 7,
    hash_ids: [index, index * 3],
  })),
);

function fileOf(name: string, content: string | Uint8Array): string {
  const path = join(temporaryFolder(), name);
  writeFileSync(path, content);
  return path;
}

describe('reading a trace file', () => {
  it('gives the same trace from plain and from gzipped text, whatever the name', () => {
    const parsed = parseMooncake(TEXT, 'a');
    for (const path of [fileOf('plain.jsonl', TEXT), fileOf('packed.jsonl', gzipSync(TEXT))]) {
      expect(readMooncake(path)).toMatchObject({ rows: parsed.rows, hash: parsed.hash });
    }
  });

  it('hashes and reads a file with a byte order mark', () => {
    const trace = readMooncake(fileOf('bom.jsonl', `\ufeff${TEXT}`));
    expect(trace.hash).toBe(parseMooncake(`\ufeff${TEXT}`, 'a').hash);
    expect(trace.rows.count).toBe(400);
  });

  it.each([
    ['a gzip file that was cut off', gzipSync(TEXT).subarray(0, 900), 'a gzip file that was cut off'],
    ['a cut gzip header', Uint8Array.of(0x1f, 0x8b, 8), 'a gzip file that was cut off'],
    ['a damaged gzip file', damaged(gzipSync(TEXT)), 'begins like a gzip file but is damaged'],
    ['binary garbage', Uint8Array.from({ length: 300 }, (_, i) => (i * 91) % 256), 'is not a text file'],
    ['a zstd file', Uint8Array.of(0x28, 0xb5, 0x2f, 0xfd, 1, 2), 'is compressed with zstd; unpack it first'],
    ['an empty file', '', 'has no requests in it'],
    ['an empty gzip file', gzipSync(''), 'has no requests in it'],
  ])('refuses %s in one line', (_, content, message) => {
    const path = fileOf('bad.jsonl', content);
    const text = complaint(() => readMooncake(path));
    expect(text.startsWith(path)).toBe(true);
    expect(text).toContain(message);
    expect(text).not.toContain('\n');
  });

  it('refuses what is not there, and a folder', () => {
    const folder = temporaryFolder();
    mkdirSync(join(folder, 'sub'));
    expect(complaint(() => readMooncake(join(folder, 'none.jsonl')))).toMatch(
      /^no such trace file: .*none\.jsonl; check/,
    );
    expect(complaint(() => readMooncake(join(folder, 'sub')))).toContain(
      'sub is a folder; give one trace file',
    );
  });
});

function damaged(bytes: Buffer): Buffer {
  const copy = Buffer.from(bytes);
  copy.fill(0xff, 40, 80);
  return copy;
}
