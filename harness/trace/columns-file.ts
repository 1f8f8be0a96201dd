import { readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import {
  ColumnsFormatError,
  decodeRequestColumns,
  encodeRequestColumns,
  type StoredRequests,
} from '../ds/columns-codec.ts';
import { UserError } from '../user-error.ts';

/** Writes requests for a simulator process. The file appears whole or not at all. */
export function writeColumnsFile(path: string, requests: StoredRequests): void {
  const unfinished = `${path}.${process.pid}.part`;
  try {
    writeFileSync(unfinished, encodeRequestColumns(requests));
    renameSync(unfinished, path);
  } catch (error) {
    rmSync(unfinished, { force: true });
    throw error;
  }
}

export function readColumnsFile(path: string): StoredRequests {
  const bytes = readFileSync(path);
  try {
    return decodeRequestColumns(bytes);
  } catch (error) {
    if (!(error instanceof ColumnsFormatError)) throw error;
    throw new UserError(`${path}: ${error.message}; delete it, it is made again from the trace`);
  }
}
