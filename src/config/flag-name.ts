/** The flag that sets an option: `maxUsd` is `--max-usd`. */
export function flagNamed(option: string): string {
  return `--${option.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)}`;
}
