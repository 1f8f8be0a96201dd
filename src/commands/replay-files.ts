import { closeSync, existsSync, mkdirSync, openSync, renameSync, rmSync, statSync, writeSync } from 'node:fs';
import path from 'node:path';
import { UserError } from '../../harness/index.ts';

const CHUNK_CHARACTERS = 65_536;

/** A file that will be written: its folder exists from now on. */
export function openFolderOf(file: string): void {
  try {
    mkdirSync(path.dirname(file), { recursive: true });
  } catch (error) {
    throw new UserError(`the folder of ${file} can't be made: ${(error as Error).message}`);
  }
}

/** DynoSim's name for a report that was given none, or only a folder. */
export function reportPath(wanted: string | undefined, now: Date): string {
  const two = (value: number) => String(value).padStart(2, '0');
  const day = `${now.getFullYear()}${two(now.getMonth() + 1)}${two(now.getDate())}`;
  const time = `${two(now.getHours())}${two(now.getMinutes())}${two(now.getSeconds())}`;
  const name = `dynamo_replay_report_${day}_${time}.json`;
  if (wanted === undefined) return name;
  return existsSync(wanted) && statSync(wanted).isDirectory() ? path.join(wanted, name) : wanted;
}

/** Writes one line of JSON per value while they are made, whole or not at all. */
export function writeJsonLines(file: string, values: Iterable<unknown>): void {
  const unfinished = `${file}.${process.pid}.part`;
  try {
    writeInChunks(unfinished, values);
    renameSync(unfinished, file);
  } catch (error) {
    rmSync(unfinished, { force: true });
    if ((error as NodeJS.ErrnoException).code === undefined) throw error;
    throw new UserError(`${file} can't be written: ${(error as Error).message}`);
  }
}

function writeInChunks(file: string, values: Iterable<unknown>): void {
  const descriptor = openSync(file, 'w');
  try {
    let chunk = '';
    for (const value of values) {
      chunk += `${JSON.stringify(value)}\n`;
      if (chunk.length < CHUNK_CHARACTERS) continue;
      writeSync(descriptor, chunk);
      chunk = '';
    }
    writeSync(descriptor, chunk);
  } finally {
    closeSync(descriptor);
  }
}
