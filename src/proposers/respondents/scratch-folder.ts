import { lstatSync, readdirSync, readFileSync } from 'node:fs';
import { printableLine } from '../../text/printable.ts';

const LARGEST_POLICY_BYTES = 1_000_000;
const MOST_NAMES = 8;

/** The text of the policy file, if a file is what it still is. */
export function readPolicyFile(file: string): { readonly text: string } | { readonly problem: string } {
  const stats = lstatSync(file, { throwIfNoEntry: false });
  if (stats === undefined) return { problem: 'was deleted' };
  if (!stats.isFile() || stats.nlink > 1) return { problem: 'is no longer an ordinary file' };
  if (stats.size > LARGEST_POLICY_BYTES) return { problem: `has grown to ${stats.size} bytes` };
  return { text: readFileSync(file, 'utf8') };
}

/** What lies in a scratch folder beside the one file that was put there; the first few names. */
export function filesThatChanged(folder: string, policyFile: string): string[] {
  const names = readdirSync(folder)
    .filter((name) => name !== policyFile)
    .sort()
    .map((name) => printableLine(name, 60));
  return names.length <= MOST_NAMES
    ? names
    : [...names.slice(0, MOST_NAMES), `${names.length - MOST_NAMES} more`];
}
