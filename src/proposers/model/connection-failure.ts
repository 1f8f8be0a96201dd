import type { Failure } from './failure.ts';

const NEVER_SENT = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'UND_ERR_CONNECT_TIMEOUT',
]);

const CERTIFICATE = /CERT|SELF_SIGNED|ERR_TLS|ERR_SSL|UNABLE_TO_/;

interface ConnectionFailure {
  readonly failure: Failure;
  /** The request may have reached the server. */
  readonly mayBeBilled: boolean;
}

/** What it means that there was no answer, or none that could be read. */
export function connectionFailure(error: unknown): ConnectionFailure {
  if (error instanceof SyntaxError)
    return { failure: { kind: 'transient', problem: 'its answer is no JSON' }, mayBeBilled: true };
  const code = codeOf(error);
  if (CERTIFICATE.test(code)) {
    const problem = `its certificate is not trusted (${code}); name its authority in NODE_EXTRA_CA_CERTS`;
    return { failure: { kind: 'refused', problem }, mayBeBilled: false };
  }
  const problem = `the connection failed${code === '' ? '' : ` (${code})`}`;
  return { failure: { kind: 'transient', problem }, mayBeBilled: !NEVER_SENT.has(code) };
}

function codeOf(error: unknown): string {
  const found = causeOf(error, (cause) => typeof (cause as NodeJS.ErrnoException).code === 'string');
  return String((found as NodeJS.ErrnoException | undefined)?.code ?? '');
}

/** The error itself or what it goes back to. */
export function causeOf(error: unknown, isWanted: (cause: object) => boolean): object | undefined {
  for (let cause = error; typeof cause === 'object' && cause !== null; cause = (cause as Error).cause)
    if (isWanted(cause)) return cause;
  return undefined;
}
