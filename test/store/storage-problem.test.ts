import { describe, expect, it } from 'vitest';
import { withStorage } from '../../src/store/storage-problem.ts';

function refused(action: string, code: string): string {
  try {
    withStorage(action, '/runs/r/journal.jsonl', () => {
      throw Object.assign(new Error('raw'), { code });
    });
  } catch (error) {
    return (error as Error).message;
  }
  return 'nothing';
}

describe('a file that may not be touched', () => {
  it('should be made readable where it was read, writable where it was written', () => {
    expect(refused('read', 'EACCES')).toBe(
      'cannot read /runs/r/journal.jsonl: no permission; make it readable for this user',
    );
    expect(refused('write', 'EPERM')).toBe(
      'cannot write /runs/r/journal.jsonl: no permission; make it writable for this user',
    );
  });

  it('is not explained where nobody knows why', () => {
    expect(refused('read', 'EWEIRD')).toBe('raw');
  });
});
