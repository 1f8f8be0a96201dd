import type { Command } from 'commander';

/** The flags that name a model and its server, for `readProvider`. */
export function withProviderOptions(command: Command): Command {
  return command
    .option('--model <name>', 'the model, as the server calls it')
    .option('--base-url <url>', 'a server with the OpenAI interface (default: OPENAI_BASE_URL, else OpenAI)')
    .option('--api <name>', 'chat, responses or auto (default: auto)')
    .option('--extra-body <json>', 'fields to add to every call, e.g. \'{"reasoning_effort": "low"}\'')
    .option(
      '--price <prompt,cached,reply>',
      'US dollars per million tokens (default: the list price, if known)',
    );
}
