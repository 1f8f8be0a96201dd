/**
 * The globals of a policy for the type checker, in place of its own library: the names in realm-globals.ts, with the
 * members that work in the realm. Locale, chance, raw bits, reflection, regular expressions and symbols are left out.
 */

// What the checker itself builds on.
type Partial<T> = { [K in keyof T]?: T[K] };
type Required<T> = { [K in keyof T]-?: T[K] };
type Readonly<T> = { readonly [K in keyof T]: T[K] };
type Pick<T, K extends keyof T> = { [P in K]: T[P] };
type Record<K extends keyof any, T> = { [P in K]: T };
type Exclude<T, U> = T extends U ? never : T;
type Extract<T, U> = T extends U ? T : never;
type Omit<T, K extends keyof any> = Pick<T, Exclude<keyof T, K>>;
type NonNullable<T> = T & {};
type Parameters<T extends (...args: any) => any> = T extends (...args: infer P) => any ? P : never;
type ConstructorParameters<T extends abstract new (...args: any) => any> = T extends abstract new (
  ...args: infer P
) => any
  ? P
  : never;
type ReturnType<T extends (...args: any) => any> = T extends (...args: any) => infer R ? R : any;
type InstanceType<T extends abstract new (...args: any) => any> = T extends abstract new (...args: any) => infer R
  ? R
  : any;
type Uppercase<S extends string> = intrinsic;
type Lowercase<S extends string> = intrinsic;
type Capitalize<S extends string> = intrinsic;
type Uncapitalize<S extends string> = intrinsic;
type NoInfer<T> = intrinsic;
type ThisParameterType<T> = T extends (this: infer U, ...args: never) => any ? U : unknown;
type OmitThisParameter<T> = unknown extends ThisParameterType<T>
  ? T
  : T extends (...args: infer A) => infer R
    ? (...args: A) => R
    : T;
type PropertyKey = string | number | symbol;
interface ThisType<T> {}
interface RegExp {
  test(text: string): boolean;
}
interface Symbol {}
interface SymbolConstructor {
  readonly iterator: unique symbol;
}
/** For the types of iterators only: a policy has no `Symbol`. */
declare const Symbol: SymbolConstructor;

interface Function {
  apply(this: Function, thisArg: any, args?: any): any;
  call(this: Function, thisArg: any, ...args: any[]): any;
  bind(this: Function, thisArg: any, ...args: any[]): any;
  readonly length: number;
  readonly name: string;
  toString(): string;
}
interface CallableFunction extends Function {
  apply<T, R>(this: (this: T) => R, thisArg: T): R;
  apply<T, A extends any[], R>(this: (this: T, ...args: A) => R, thisArg: T, args: A): R;
  call<T, A extends any[], R>(this: (this: T, ...args: A) => R, thisArg: T, ...args: A): R;
  bind<T>(this: T, thisArg: any): T;
  bind<T, A extends any[], B extends any[], R>(
    this: (this: T, ...args: [...A, ...B]) => R,
    thisArg: T,
    ...args: A
  ): (...args: B) => R;
}
interface NewableFunction extends Function {}
interface IArguments {
  [index: number]: any;
  readonly length: number;
  [Symbol.iterator](): IterableIterator<any>;
}

interface IteratorYieldResult<T> {
  done?: false;
  value: T;
}
interface IteratorReturnResult<R> {
  done: true;
  value: R;
}
type IteratorResult<T, R = any> = IteratorYieldResult<T> | IteratorReturnResult<R>;
interface Iterator<T, R = any, N = any> {
  next(...args: [] | [N]): IteratorResult<T, R>;
  return?(value?: R): IteratorResult<T, R>;
}
interface Iterable<T, R = any, N = any> {
  [Symbol.iterator](): Iterator<T, R, N>;
}
interface IterableIterator<T, R = any, N = any> extends Iterator<T, R, N> {
  [Symbol.iterator](): IterableIterator<T, R, N>;
}
interface ArrayIterator<T> extends IterableIterator<T> {}
interface MapIterator<T> extends IterableIterator<T> {}
interface SetIterator<T> extends IterableIterator<T> {}
interface ArrayLike<T> {
  readonly length: number;
  readonly [index: number]: T;
}

declare const Infinity: number;
declare const NaN: number;
declare function isFinite(value: any): boolean;
declare function isNaN(value: any): boolean;

interface Object {
  hasOwnProperty(key: string | number): boolean;
  isPrototypeOf(value: Object): boolean;
  propertyIsEnumerable(key: string | number): boolean;
  toString(): string;
  valueOf(): Object;
}
interface ObjectConstructor {
  new (value?: any): Object;
  (value?: any): any;
  readonly prototype: Object;
  assign<T extends {}, U>(target: T, source: U): T & U;
  assign<T extends {}, U, V>(target: T, first: U, second: V): T & U & V;
  assign(target: object, ...sources: any[]): any;
  create(prototype: object | null): any;
  entries<T>(object: { [key: string]: T } | ArrayLike<T>): [string, T][];
  entries(object: {}): [string, any][];
  freeze<T extends Function>(value: T): T;
  freeze<T extends { [key: string]: U | null | undefined | object }, U extends string | number | boolean>(
    value: T,
  ): Readonly<T>;
  freeze<T>(value: T): Readonly<T>;
  fromEntries<T = any>(entries: Iterable<readonly [string | number, T]>): { [key: string]: T };
  fromEntries(entries: Iterable<readonly any[]>): any;
  hasOwn(object: object, key: string | number): boolean;
  is(one: any, other: any): boolean;
  isFrozen(value: any): boolean;
  isSealed(value: any): boolean;
  keys(object: {}): string[];
  seal<T>(value: T): T;
  values<T>(object: { [key: string]: T } | ArrayLike<T>): T[];
  values(object: {}): any[];
}
declare const Object: ObjectConstructor;

interface Boolean {
  valueOf(): boolean;
}
interface BooleanConstructor {
  new (value?: any): Boolean;
  <T>(value?: T): value is Exclude<T, false | null | undefined | '' | 0>;
}
declare const Boolean: BooleanConstructor;

interface Number {
  toExponential(digits?: number): string;
  toFixed(digits?: number): string;
  toPrecision(digits?: number): string;
  toString(radix?: number): string;
  valueOf(): number;
}
interface NumberConstructor {
  new (value?: any): Number;
  (value?: any): number;
  readonly EPSILON: number;
  readonly MAX_SAFE_INTEGER: number;
  readonly MAX_VALUE: number;
  readonly MIN_SAFE_INTEGER: number;
  readonly MIN_VALUE: number;
  readonly NEGATIVE_INFINITY: number;
  readonly NaN: number;
  readonly POSITIVE_INFINITY: number;
  isFinite(value: unknown): boolean;
  isInteger(value: unknown): boolean;
  isNaN(value: unknown): boolean;
  isSafeInteger(value: unknown): boolean;
  parseFloat(text: string): number;
  parseInt(text: string, radix?: number): number;
}
declare const Number: NumberConstructor;

interface String {
  readonly length: number;
  readonly [index: number]: string;
  at(index: number): string | undefined;
  charAt(index: number): string;
  charCodeAt(index: number): number;
  codePointAt(index: number): number | undefined;
  concat(...texts: string[]): string;
  endsWith(text: string, end?: number): boolean;
  includes(text: string, from?: number): boolean;
  indexOf(text: string, from?: number): number;
  lastIndexOf(text: string, from?: number): number;
  padEnd(length: number, fill?: string): string;
  padStart(length: number, fill?: string): string;
  repeat(count: number): string;
  replace(text: string, by: string | ((match: string, ...args: any[]) => string)): string;
  replaceAll(text: string, by: string | ((match: string, ...args: any[]) => string)): string;
  slice(start?: number, end?: number): string;
  split(separator: string, limit?: number): string[];
  startsWith(text: string, from?: number): boolean;
  substr(start: number, length?: number): string;
  substring(start: number, end?: number): string;
  toLowerCase(): string;
  toString(): string;
  toUpperCase(): string;
  trim(): string;
  trimEnd(): string;
  trimStart(): string;
  valueOf(): string;
  [Symbol.iterator](): IterableIterator<string>;
}
interface StringConstructor {
  new (value?: any): String;
  (value?: any): string;
  fromCharCode(...codes: number[]): string;
  fromCodePoint(...codes: number[]): string;
}
declare const String: StringConstructor;

interface Math {
  readonly E: number;
  readonly LN10: number;
  readonly LN2: number;
  readonly LOG10E: number;
  readonly LOG2E: number;
  readonly PI: number;
  readonly SQRT1_2: number;
  readonly SQRT2: number;
  abs(x: number): number;
  acos(x: number): number;
  acosh(x: number): number;
  asin(x: number): number;
  asinh(x: number): number;
  atan(x: number): number;
  atan2(y: number, x: number): number;
  atanh(x: number): number;
  cbrt(x: number): number;
  ceil(x: number): number;
  clz32(x: number): number;
  cos(x: number): number;
  cosh(x: number): number;
  exp(x: number): number;
  expm1(x: number): number;
  floor(x: number): number;
  fround(x: number): number;
  hypot(...values: number[]): number;
  imul(x: number, y: number): number;
  log(x: number): number;
  log10(x: number): number;
  log1p(x: number): number;
  log2(x: number): number;
  max(...values: number[]): number;
  min(...values: number[]): number;
  pow(x: number, y: number): number;
  round(x: number): number;
  sign(x: number): number;
  sin(x: number): number;
  sinh(x: number): number;
  sqrt(x: number): number;
  tan(x: number): number;
  tanh(x: number): number;
  trunc(x: number): number;
}
declare const Math: Math;

interface ConcatArray<T> extends ArrayLike<T> {
  join(separator?: string): string;
  slice(start?: number, end?: number): T[];
}
interface ReadonlyArray<T> {
  readonly length: number;
  readonly [index: number]: T;
  at(index: number): T | undefined;
  concat(...items: (T | ConcatArray<T>)[]): T[];
  entries(): IterableIterator<[number, T]>;
  every<S extends T>(test: (value: T, index: number, array: readonly T[]) => value is S, self?: any): this is readonly S[];
  every(test: (value: T, index: number, array: readonly T[]) => unknown, self?: any): boolean;
  filter<S extends T>(test: (value: T, index: number, array: readonly T[]) => value is S, self?: any): S[];
  filter(test: (value: T, index: number, array: readonly T[]) => unknown, self?: any): T[];
  find<S extends T>(test: (value: T, index: number, array: readonly T[]) => value is S, self?: any): S | undefined;
  find(test: (value: T, index: number, array: readonly T[]) => unknown, self?: any): T | undefined;
  findIndex(test: (value: T, index: number, array: readonly T[]) => unknown, self?: any): number;
  findLast<S extends T>(test: (value: T, index: number, array: readonly T[]) => value is S, self?: any): S | undefined;
  findLast(test: (value: T, index: number, array: readonly T[]) => unknown, self?: any): T | undefined;
  findLastIndex(test: (value: T, index: number, array: readonly T[]) => unknown, self?: any): number;
  flat<D extends number = 1>(depth?: D): FlatArray<readonly T[], D>[];
  flatMap<U>(change: (value: T, index: number, array: readonly T[]) => U | readonly U[], self?: any): U[];
  forEach(visit: (value: T, index: number, array: readonly T[]) => void, self?: any): void;
  includes(value: T, from?: number): boolean;
  indexOf(value: T, from?: number): number;
  join(separator?: string): string;
  keys(): IterableIterator<number>;
  lastIndexOf(value: T, from?: number): number;
  map<U>(change: (value: T, index: number, array: readonly T[]) => U, self?: any): U[];
  reduce(add: (sum: T, value: T, index: number, array: readonly T[]) => T): T;
  reduce(add: (sum: T, value: T, index: number, array: readonly T[]) => T, start: T): T;
  reduce<U>(add: (sum: U, value: T, index: number, array: readonly T[]) => U, start: U): U;
  reduceRight(add: (sum: T, value: T, index: number, array: readonly T[]) => T): T;
  reduceRight(add: (sum: T, value: T, index: number, array: readonly T[]) => T, start: T): T;
  reduceRight<U>(add: (sum: U, value: T, index: number, array: readonly T[]) => U, start: U): U;
  slice(start?: number, end?: number): T[];
  some(test: (value: T, index: number, array: readonly T[]) => unknown, self?: any): boolean;
  toReversed(): T[];
  toSorted(compare?: (a: T, b: T) => number): T[];
  toSpliced(start: number, count?: number, ...items: T[]): T[];
  toString(): string;
  values(): IterableIterator<T>;
  with(index: number, value: T): T[];
  [Symbol.iterator](): IterableIterator<T>;
}
type FlatArray<A, D extends number> = {
  done: A;
  recur: A extends ReadonlyArray<infer I> ? FlatArray<I, [-1, 0, 1, 2, 3, 4, 5, 6, 7, 8][D]> : A;
}[D extends -1 ? 'done' : 'recur'];
interface Array<T> extends ReadonlyArray<T> {
  length: number;
  [index: number]: T;
  copyWithin(target: number, start: number, end?: number): this;
  every<S extends T>(test: (value: T, index: number, array: T[]) => value is S, self?: any): this is S[];
  every(test: (value: T, index: number, array: T[]) => unknown, self?: any): boolean;
  fill(value: T, start?: number, end?: number): this;
  pop(): T | undefined;
  push(...items: T[]): number;
  reverse(): T[];
  shift(): T | undefined;
  sort(compare?: (a: T, b: T) => number): this;
  splice(start: number, count?: number): T[];
  splice(start: number, count: number, ...items: T[]): T[];
  unshift(...items: T[]): number;
}
interface ArrayConstructor {
  new (length?: number): any[];
  new <T>(length: number): T[];
  new <T>(...items: T[]): T[];
  (length?: number): any[];
  <T>(length: number): T[];
  <T>(...items: T[]): T[];
  from<T>(items: Iterable<T> | ArrayLike<T>): T[];
  from<T, U>(items: Iterable<T> | ArrayLike<T>, change: (value: T, index: number) => U, self?: any): U[];
  isArray(value: any): value is any[];
  of<T>(...items: T[]): T[];
}
declare const Array: ArrayConstructor;

interface Map<K, V> {
  readonly size: number;
  clear(): void;
  delete(key: K): boolean;
  entries(): IterableIterator<[K, V]>;
  forEach(visit: (value: V, key: K, map: Map<K, V>) => void, self?: any): void;
  get(key: K): V | undefined;
  has(key: K): boolean;
  keys(): IterableIterator<K>;
  set(key: K, value: V): this;
  values(): IterableIterator<V>;
  [Symbol.iterator](): IterableIterator<[K, V]>;
}
interface MapConstructor {
  new (): Map<any, any>;
  new <K, V>(entries?: Iterable<readonly [K, V]> | null): Map<K, V>;
}
declare const Map: MapConstructor;
interface ReadonlyMap<K, V> {
  readonly size: number;
  entries(): IterableIterator<[K, V]>;
  forEach(visit: (value: V, key: K, map: ReadonlyMap<K, V>) => void, self?: any): void;
  get(key: K): V | undefined;
  has(key: K): boolean;
  keys(): IterableIterator<K>;
  values(): IterableIterator<V>;
  [Symbol.iterator](): IterableIterator<[K, V]>;
}

interface Set<T> {
  readonly size: number;
  add(value: T): this;
  clear(): void;
  delete(value: T): boolean;
  entries(): IterableIterator<[T, T]>;
  forEach(visit: (value: T, same: T, set: Set<T>) => void, self?: any): void;
  has(value: T): boolean;
  keys(): IterableIterator<T>;
  values(): IterableIterator<T>;
  [Symbol.iterator](): IterableIterator<T>;
}
interface SetConstructor {
  new <T = any>(values?: Iterable<T> | null): Set<T>;
}
declare const Set: SetConstructor;
interface ReadonlySet<T> {
  readonly size: number;
  entries(): IterableIterator<[T, T]>;
  forEach(visit: (value: T, same: T, set: ReadonlySet<T>) => void, self?: any): void;
  has(value: T): boolean;
  keys(): IterableIterator<T>;
  values(): IterableIterator<T>;
  [Symbol.iterator](): IterableIterator<T>;
}

/** What all typed arrays have; `Self` is the kind itself. */
interface TypedArray<Self> {
  readonly BYTES_PER_ELEMENT: number;
  readonly byteLength: number;
  readonly byteOffset: number;
  readonly length: number;
  [index: number]: number;
  at(index: number): number | undefined;
  copyWithin(target: number, start: number, end?: number): this;
  entries(): IterableIterator<[number, number]>;
  every(test: (value: number, index: number, array: Self) => unknown, self?: any): boolean;
  fill(value: number, start?: number, end?: number): this;
  filter(test: (value: number, index: number, array: Self) => unknown, self?: any): Self;
  find(test: (value: number, index: number, array: Self) => unknown, self?: any): number | undefined;
  findIndex(test: (value: number, index: number, array: Self) => unknown, self?: any): number;
  findLast(test: (value: number, index: number, array: Self) => unknown, self?: any): number | undefined;
  findLastIndex(test: (value: number, index: number, array: Self) => unknown, self?: any): number;
  forEach(visit: (value: number, index: number, array: Self) => void, self?: any): void;
  includes(value: number, from?: number): boolean;
  indexOf(value: number, from?: number): number;
  join(separator?: string): string;
  keys(): IterableIterator<number>;
  lastIndexOf(value: number, from?: number): number;
  map(change: (value: number, index: number, array: Self) => number, self?: any): Self;
  reduce(add: (sum: number, value: number, index: number, array: Self) => number, start?: number): number;
  reduce<U>(add: (sum: U, value: number, index: number, array: Self) => U, start: U): U;
  reduceRight(add: (sum: number, value: number, index: number, array: Self) => number, start?: number): number;
  reduceRight<U>(add: (sum: U, value: number, index: number, array: Self) => U, start: U): U;
  reverse(): this;
  set(values: ArrayLike<number>, at?: number): void;
  slice(start?: number, end?: number): Self;
  some(test: (value: number, index: number, array: Self) => unknown, self?: any): boolean;
  sort(compare?: (a: number, b: number) => number): this;
  subarray(start?: number, end?: number): Self;
  toReversed(): Self;
  toSorted(compare?: (a: number, b: number) => number): Self;
  toString(): string;
  values(): IterableIterator<number>;
  with(index: number, value: number): Self;
  [Symbol.iterator](): IterableIterator<number>;
}
/** For the types of typed arrays only: a policy has no `ArrayBuffer`. */
interface ArrayBuffer {
  readonly byteLength: number;
}
type ArrayBufferLike = ArrayBuffer;
interface TypedArrayConstructor<Self> {
  new (length?: number): Self;
  new (values: ArrayLike<number> | Iterable<number>): Self;
  readonly BYTES_PER_ELEMENT: number;
  from(values: ArrayLike<number> | Iterable<number>): Self;
  from<T>(values: ArrayLike<T> | Iterable<T>, change: (value: T, index: number) => number, self?: any): Self;
  of(...values: number[]): Self;
}
interface Float64Array<Buffer extends ArrayBufferLike = ArrayBufferLike> extends TypedArray<Float64Array<Buffer>> {}
declare const Float64Array: TypedArrayConstructor<Float64Array>;
interface Float32Array<Buffer extends ArrayBufferLike = ArrayBufferLike> extends TypedArray<Float32Array<Buffer>> {}
declare const Float32Array: TypedArrayConstructor<Float32Array>;
interface Int32Array<Buffer extends ArrayBufferLike = ArrayBufferLike> extends TypedArray<Int32Array<Buffer>> {}
declare const Int32Array: TypedArrayConstructor<Int32Array>;
interface Uint32Array<Buffer extends ArrayBufferLike = ArrayBufferLike> extends TypedArray<Uint32Array<Buffer>> {}
declare const Uint32Array: TypedArrayConstructor<Uint32Array>;
interface Int16Array<Buffer extends ArrayBufferLike = ArrayBufferLike> extends TypedArray<Int16Array<Buffer>> {}
declare const Int16Array: TypedArrayConstructor<Int16Array>;
interface Uint16Array<Buffer extends ArrayBufferLike = ArrayBufferLike> extends TypedArray<Uint16Array<Buffer>> {}
declare const Uint16Array: TypedArrayConstructor<Uint16Array>;
interface Int8Array<Buffer extends ArrayBufferLike = ArrayBufferLike> extends TypedArray<Int8Array<Buffer>> {}
declare const Int8Array: TypedArrayConstructor<Int8Array>;
interface Uint8Array<Buffer extends ArrayBufferLike = ArrayBufferLike> extends TypedArray<Uint8Array<Buffer>> {}
declare const Uint8Array: TypedArrayConstructor<Uint8Array>;

interface Error {
  name: string;
  message: string;
  cause?: unknown;
}
interface ErrorConstructor {
  new (message?: string, options?: { cause?: unknown }): Error;
  (message?: string, options?: { cause?: unknown }): Error;
}
declare const Error: ErrorConstructor;
interface RangeError extends Error {}
interface RangeErrorConstructor extends ErrorConstructor {
  new (message?: string, options?: { cause?: unknown }): RangeError;
}
declare const RangeError: RangeErrorConstructor;
interface TypeError extends Error {}
interface TypeErrorConstructor extends ErrorConstructor {
  new (message?: string, options?: { cause?: unknown }): TypeError;
}
declare const TypeError: TypeErrorConstructor;
