import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Capabilities } from '../../../src/proposers/model/capabilities.ts';
import { CapabilityMemory } from '../../../src/proposers/model/capability-memory.ts';
import { temporaryFolder } from '../../temporary-folder.ts';

const MODEL = { baseUrl: 'http://127.0.0.1:8089/v1', model: 'small-model' };
const LEARNT: Capabilities = { api: 'chat', refused: ['stream_options'] };
const NOTHING: Capabilities = { api: 'chat', refused: [] };
const DAY_MS = 24 * 3600 * 1000;

function files(folder: string): string[] {
  return readdirSync(join(folder, 'providers')).map((name) => join(folder, 'providers', name));
}

describe('what was learnt of a model', () => {
  it('is known to the next process, for that model at that server only', () => {
    const folder = temporaryFolder();
    new CapabilityMemory(folder, MODEL).learn(LEARNT);
    expect(new CapabilityMemory(folder, MODEL).recall()).toEqual(LEARNT);
    expect(new CapabilityMemory(folder, { ...MODEL, model: 'other' }).recall()).toEqual(NOTHING);
    expect(new CapabilityMemory(folder, { ...MODEL, baseUrl: 'http://b/v1' }).recall()).toEqual(NOTHING);
  });

  it('grows with what others learn', () => {
    const folder = temporaryFolder();
    const [one, two] = [new CapabilityMemory(folder, MODEL), new CapabilityMemory(folder, MODEL)];
    one.learn(LEARNT);
    two.learn({ api: 'chat', refused: ['system'] });
    expect(one.recall().refused).toEqual(['stream_options', 'system']);
    expect(files(folder)).toHaveLength(1);
  });

  it('is tried again after a week', () => {
    const folder = temporaryFolder();
    let nowMs = 1000 * DAY_MS;
    const memory = new CapabilityMemory(folder, MODEL, () => nowMs);
    memory.learn(LEARNT);
    nowMs += 6 * DAY_MS;
    expect(memory.recall()).toEqual(LEARNT);
    nowMs += DAY_MS;
    expect(memory.recall()).toEqual(NOTHING);
  });

  it.each<[string, (text: string) => string]>([
    ['half a file', (text) => text.slice(0, text.length / 2)],
    ['nothing', () => ''],
    ['another format', (text) => text.replace('"v":1', '"v":2')],
    ['another model', (text) => text.replace('small-model', 'large-model')],
    ['parameters that nobody can leave out', (text) => text.replace('stream_options', 'messages')],
    ['a list', () => '[]'],
  ])('is forgotten where the file holds %s, and learnt again', (_what, damage) => {
    const folder = temporaryFolder();
    const memory = new CapabilityMemory(folder, MODEL);
    memory.learn(LEARNT);
    for (const file of files(folder)) writeFileSync(file, damage(readFileSync(file, 'utf8')));
    expect(memory.recall()).toEqual(NOTHING);
    memory.learn(LEARNT);
    expect(memory.recall()).toEqual(LEARNT);
  });

  it('is nothing where there is no folder for it, or a file in its place', () => {
    const nowhere = new CapabilityMemory(undefined, MODEL);
    nowhere.learn(LEARNT);
    expect(nowhere.recall()).toEqual(NOTHING);
    const folder = temporaryFolder();
    writeFileSync(join(folder, 'providers'), '');
    const blocked = new CapabilityMemory(folder, MODEL);
    blocked.learn(LEARNT);
    expect(blocked.recall()).toEqual(NOTHING);
  });

  it('is nothing where a folder has its name', () => {
    const folder = temporaryFolder();
    const memory = new CapabilityMemory(folder, MODEL);
    memory.learn(LEARNT);
    const [file = ''] = files(folder);
    const other = temporaryFolder();
    mkdirSync(file.replace(folder, other), { recursive: true });
    const blocked = new CapabilityMemory(other, MODEL);
    blocked.learn(LEARNT);
    expect(blocked.recall()).toEqual(NOTHING);
  });
});
