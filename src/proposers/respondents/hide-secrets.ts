const NAME_OF_SECRET = /(^|_)(KEY|TOKEN|SECRET|PASSWORD)$/i;

/** Shorter values are words that a text may hold by chance. */
const SHORTEST_SECRET = 8;

/** A text without the keys and passwords of the environment: programs like to repeat one that was not accepted. */
export function hideSecrets(text: string, environment: NodeJS.ProcessEnv = process.env): string {
  return Object.entries(environment)
    .filter(([name]) => NAME_OF_SECRET.test(name))
    .map(([, value = '']) => value.trim())
    .filter((value) => value.length >= SHORTEST_SECRET)
    .toSorted((a, b) => b.length - a.length)
    .reduce((hidden, value) => hidden.replaceAll(value, '(key)'), text);
}
