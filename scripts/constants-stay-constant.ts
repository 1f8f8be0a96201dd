import type { Plugin } from 'esbuild';

/** Constants and classes of a bundle, by the way we write their names; not indented further than a script's wrapper does. */
const TOP_LEVEL_CONSTANT = /^( {0,2})var ([A-Z][A-Za-z0-9_]*) = /gm;

/**
 * esbuild makes `var` of a module's `const`. V8 puts constants into its code, variables it reads anew each time and checks
 * that they are numbers: in a simulation that is some percent of the time. For bundles that are not written by esbuild itself.
 */
export const constantsStayConstant: Plugin = {
  name: 'constants-stay-constant',
  setup(bundler) {
    bundler.onEnd(({ outputFiles }) => {
      if (outputFiles === undefined)
        throw new Error('a bundle that esbuild writes by itself keeps its variables');
      for (const file of outputFiles)
        file.contents = Buffer.from(file.text.replace(TOP_LEVEL_CONSTANT, '$1const $2 = '));
    });
  },
};
