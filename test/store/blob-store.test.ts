import { readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { BlobStore } from '../../src/store/blob-store.ts';
import { temporaryFolder } from '../temporary-folder.ts';

const HASH_OF_ABC = 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad';

describe('a blob store', () => {
  it('names a text by its SHA-256 and gives it back', () => {
    const blobs = new BlobStore(join(temporaryFolder(), 'blobs'));
    expect(blobs.put('abc')).toBe(HASH_OF_ABC);
    expect(blobs.get(HASH_OF_ABC)).toBe('abc');
    expect(blobs.get(blobs.put('a\r\nb \u{1F600}\n'))).toBe('a\r\nb \u{1F600}\n');
  });

  it('keeps equal texts once and no half-written files', () => {
    const folder = join(temporaryFolder(), 'blobs');
    const blobs = new BlobStore(folder);
    blobs.put('abc');
    blobs.put('abc');
    expect(readdirSync(folder)).toEqual([HASH_OF_ABC]);
  });

  it('notices damage on read, and repairs it when the text comes again', () => {
    const folder = join(temporaryFolder(), 'blobs');
    const blobs = new BlobStore(folder);
    blobs.put('abc');
    writeFileSync(join(folder, HASH_OF_ABC), 'abd');
    expect(() => blobs.get(HASH_OF_ABC)).toThrow(`${join(folder, HASH_OF_ABC)}: damaged`);
    blobs.put('abc');
    expect(blobs.get(HASH_OF_ABC)).toBe('abc');
  });

  it('names the file of a blob that is missing', () => {
    const folder = join(temporaryFolder(), 'blobs');
    const blobs = new BlobStore(folder);
    blobs.put('abc');
    rmSync(join(folder, HASH_OF_ABC));
    expect(blobs.has(HASH_OF_ABC)).toBe(false);
    expect(() => blobs.get(HASH_OF_ABC)).toThrow(`${join(folder, HASH_OF_ABC)}: missing; restore`);
  });

  it('takes nothing but a hash for a name', () => {
    const blobs = new BlobStore(temporaryFolder());
    expect(() => blobs.get('../../etc/passwd')).toThrow('not a blob hash');
  });
});
