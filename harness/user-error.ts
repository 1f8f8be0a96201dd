/**
 * Something the user can act on: a bad file, flag or repository. The message says what is wrong, where, and what to
 * do, in one line. The command line prints it and exits with 2.
 */
export class UserError extends Error {
  override readonly name = 'UserError';
}
