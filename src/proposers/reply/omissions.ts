/** A line that is nothing but an ellipsis, alone or with words; `...rest` without a space is code. */
const BARE_ELLIPSIS = /^\s*(?:\.{3,}|…)(?:\s.*)?$/;
/** A comment that begins with an ellipsis. */
const COMMENTED_ELLIPSIS = /^\s*(?:\/\/|\/\*|\{\/\*|#)\s*(?:\.{3,}|…)/;
/** A comment that speaks of code which is not there. */
const COMMENTED_OMISSION =
  /^\s*(?:\/\/|\/\*|#)\s*\(?(?:the )?(?:existing|rest of(?: the)?|remaining|other|unchanged|same|previous) (?:existing )?(?:code|methods?|functions?|hooks|implementation|logic|lines|file|policy|as before|as above)\b/i;
/** A line of the format's description, such as `<new lines>`. */
const PLACEHOLDER = /^\s*<[a-z][\w.']*(?: [\w.,']+){1,12}>\s*$/i;

/** What is wrong with a line of proposed code that stands for code the model left out; undefined for code. */
export function omissionOf(line: string): string | undefined {
  const start = line.slice(0, 400);
  if (BARE_ELLIPSIS.test(start) || COMMENTED_ELLIPSIS.test(start) || COMMENTED_OMISSION.test(start))
    return 'leaves out code ("..."); write it in full';
  if (PLACEHOLDER.test(start)) return 'is a placeholder of the format; write the code that belongs there';
  return undefined;
}
