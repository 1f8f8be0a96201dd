import { type Expression, type SignalRole, subexpressions } from './expression.ts';

/** Offsets into the source a program was read from. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

/** `const name = value;` in the factory or in the cost function. */
export interface Binding {
  readonly kind: 'binding';
  readonly name: string;
  /** `: number`, or empty. */
  readonly annotation: string;
  readonly value: Expression;
  /** Where it stands in the source; undefined for one that a mutation added. */
  readonly span: Span | undefined;
}

/** Any other statement; it stays as it is. */
export interface OtherStatement {
  readonly kind: 'statement';
  readonly span: Span;
  /** Names it declares. */
  readonly declares: readonly string[];
}

export type Item = Binding | OtherStatement;

/** The part of a policy that mutations rewrite: what the factory prepares, and what the cost function computes. */
export interface Draft {
  readonly setup: readonly Item[];
  readonly locals: readonly Item[];
  readonly result: Expression;
  /** A new doc comment for the file, with its marks; undefined leaves the one it has. */
  readonly docComment: string | undefined;
}

export type Section = 'setup' | 'locals';

/** A router policy of the usual shape: a factory that returns an object literal with `router.cost`. */
export interface PolicyProgram {
  readonly source: string;
  readonly draft: Draft;
  /** Parameter names as written; `init` is undefined where the factory takes none. */
  readonly parameters: Readonly<Record<SignalRole, (Span & { readonly name: string }) | undefined>>;
  /** The doc comment above the factory, with its marks. */
  readonly docComment: Span | undefined;
  /** Start of `export default`. */
  readonly exportStart: number;
  /** The statement that returns the policy object. */
  readonly factoryReturn: Span;
  readonly costBody: CostBody;
  /** Whether the router keeps state or has other hooks, which a graft of its cost alone would lose. */
  readonly hasOtherHooks: boolean;
}

export type CostBody =
  | { readonly kind: 'block'; readonly returnStatement: Span }
  /** `cost: (req, worker) => …`: the whole property, and what follows the arrow. */
  | {
      readonly kind: 'expression';
      readonly property: Span;
      readonly body: Span;
      readonly parameterText: string;
    };

export function binding(name: string, value: Expression): Binding {
  return { kind: 'binding', name, annotation: '', value, span: undefined };
}

export function bindingsOf(items: readonly Item[]): Binding[] {
  return items.filter((item) => item.kind === 'binding');
}

/** Values of all bindings by name; cost-level ones hide those of the factory. */
export function valuesByName(draft: Draft): Map<string, Expression> {
  return new Map(
    [...bindingsOf(draft.setup), ...bindingsOf(draft.locals)].map((item) => [item.name, item.value]),
  );
}

/** Every name that is taken at factory or cost level. */
export function declaredNames(draft: Draft): Set<string> {
  const names = new Set<string>();
  for (const item of [...draft.setup, ...draft.locals]) {
    for (const name of item.kind === 'binding' ? [item.name] : item.declares) names.add(name);
  }
  return names;
}

/** The values a draft computes, in the order they are written. */
export function expressionsOf(draft: Draft): Expression[] {
  return [...bindingsOf(draft.setup), ...bindingsOf(draft.locals)]
    .map((item) => item.value)
    .concat([draft.result]);
}

/** The parameters a draft's arithmetic reads. */
export function rolesUsed(draft: Draft): Set<SignalRole> {
  const roles = new Set<SignalRole>();
  for (const part of expressionsOf(draft).flatMap(subexpressions)) {
    if (part.kind === 'signal') roles.add(part.of);
    if (part.kind === 'call' && part.callee.startsWith('engine.')) roles.add('init');
  }
  return roles;
}
