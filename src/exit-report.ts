import { UserError } from '../harness/index.ts';
import { Interrupted } from './interrupt.ts';

/** How the process ends: its exit code and what it says on stderr. */
export interface ExitReport {
  readonly code: number;
  readonly message: string | undefined;
}

const FAILED = 1;
const BAD_USAGE = 2;
const INTERRUPTED = 130;

/** 1 = failed, 2 = the user can fix it, 130 = interrupted. A stack is for debugging only. */
export function exitReport(error: unknown, debug: boolean): ExitReport {
  if (error instanceof Interrupted) return { code: INTERRUPTED, message: undefined };
  const code = error instanceof UserError ? BAD_USAGE : FAILED;
  if (debug && error instanceof Error) return { code, message: error.stack ?? error.message };
  const text = error instanceof Error ? error.message : String(error);
  return { code, message: `autoresearch: ${text.replaceAll(/\s*\n\s*/g, ' ')}` };
}
