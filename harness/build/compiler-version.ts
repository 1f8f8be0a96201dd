/** The compiler of policies, as part of the fingerprint. */
export { version as compilerVersion } from 'esbuild';
