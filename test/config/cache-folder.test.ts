import { resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { cacheFolder } from '../../src/config/cache-folder.ts';

const HOME = '/home/ada';

describe('the folder of compiled traces', () => {
  it('is where the user says, even relatively', () => {
    expect(cacheFolder({ AUTORESEARCH_CACHE: '/var/c', XDG_CACHE_HOME: '/xdg', HOME })).toBe('/var/c');
    expect(cacheFolder({ AUTORESEARCH_CACHE: 'c', HOME })).toBe(resolve('c'));
  });

  it('is otherwise beside the caches of other programs', () => {
    expect(cacheFolder({ XDG_CACHE_HOME: '/xdg', HOME })).toBe('/xdg/autoresearch');
    expect(cacheFolder({ AUTORESEARCH_CACHE: '', XDG_CACHE_HOME: '', HOME })).toBe(
      '/home/ada/.cache/autoresearch',
    );
    expect(cacheFolder({ XDG_CACHE_HOME: 'relative', HOME })).toBe('/home/ada/.cache/autoresearch');
  });
});
