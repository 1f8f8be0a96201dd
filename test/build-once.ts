import { build } from '../scripts/build.ts';

/** Tests that start child processes run the built files: build them once before the run. */
export async function setup(): Promise<void> {
  await build();
}
