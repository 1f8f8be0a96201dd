/** The harness, as the operator's side sees it. */

export { UserError } from './user-error.ts';
