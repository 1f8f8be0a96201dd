const THOUGHT_TAG = /<(\/?)(think|thinking|thought|reasoning)>/gi;

/** A reply as text to work with: without thoughts, byte order mark and carriage returns. */
export function plainReply(text: string): string {
  return withoutThoughts(text.replaceAll('\uFEFF', '').replaceAll(/\r\n?/g, '\n')).trim();
}

/**
 * A thought that never ends takes the rest of the reply with it. One that never began was opened by the template:
 * everything before its end is thought.
 */
function withoutThoughts(text: string): string {
  let kept = '';
  let from = 0;
  let open: string | undefined;
  for (const { 0: tag, 1: slash, 2: name = '', index } of text.matchAll(THOUGHT_TAG)) {
    const end = index + tag.length;
    if (slash === '' && open === undefined) {
      kept += text.slice(from, index);
      open = name.toLowerCase();
    } else if (slash === '/' && open === undefined) {
      kept = '';
      from = end;
    } else if (slash === '/' && open === name.toLowerCase()) {
      open = undefined;
      from = end;
    }
  }
  return open === undefined ? kept + text.slice(from) : kept;
}
