/** A law of the simulation was broken: a bug in the simulator or a tampered state. Never handled, never a score. */
export class InvariantError extends Error {
  override readonly name = 'InvariantError';
}
