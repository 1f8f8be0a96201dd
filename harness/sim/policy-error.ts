/** A policy answered something the contract does not allow. */
export class PolicyError extends Error {
  override readonly name = 'PolicyError';
}
