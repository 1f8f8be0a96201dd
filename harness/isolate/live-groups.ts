/** Process groups that must not outlive this process. A group is named by its leader's pid. */
const live = new Set<number>();

export function trackGroup(pid: number): void {
  if (live.size === 0) process.on('exit', killAll);
  live.add(pid);
}

export function forgetGroup(pid: number): void {
  live.delete(pid);
  if (live.size === 0) process.off('exit', killAll);
}

/** Ends every process of the group at once; no-op when it is gone. */
export function killGroup(pid: number): void {
  try {
    process.kill(-pid, 'SIGKILL');
  } catch (error) {
    if (!isGone(error)) throw error;
  }
}

function killAll(): void {
  for (const pid of live) killGroup(pid);
}

function isGone(error: unknown): boolean {
  // macOS answers EPERM for a group of which only an unreaped leader is left.
  return error instanceof Error && 'code' in error && (error.code === 'ESRCH' || error.code === 'EPERM');
}
