import { stop } from 'esbuild';

/** How often the compiler's process was ended because of a deadline. */
let stops = 0;

/**
 * Runs esbuild work that may not take longer than `deadlineMs`. esbuild compiles in one process of its own and cannot
 * be interrupted in the middle: that process is ended, and other work it had is started again in the next one.
 */
export async function compileWithin<Result>(
  deadlineMs: number,
  compile: () => Promise<Result>,
): Promise<Result | 'timed-out'> {
  const stopsBefore = stops;
  let timer: NodeJS.Timeout | undefined;
  let isLate = false;
  const late = new Promise<'timed-out'>((resolve) => {
    timer = setTimeout(() => {
      isLate = true;
      stops++;
      stop();
      resolve('timed-out');
    }, deadlineMs);
  });
  try {
    return await Promise.race([compile(), late]);
  } catch (error) {
    if (isLate) return 'timed-out';
    if (stops === stopsBefore) throw error;
  } finally {
    clearTimeout(timer);
  }
  return compileWithin(deadlineMs, compile);
}
