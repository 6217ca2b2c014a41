// What the tests use of Node, so that their types can be checked without its whole library.
declare module "node:assert/strict" {
  const assert: {
    ok(value: unknown, message?: string): asserts value;
    equal<T>(actual: unknown, expected: T, message?: string): asserts actual is T;
    notEqual(actual: unknown, expected: unknown, message?: string): void;
    deepEqual(actual: unknown, expected: unknown, message?: string): void;
    notDeepEqual(actual: unknown, expected: unknown, message?: string): void;
    match(text: string, pattern: RegExp, message?: string): void;
    doesNotMatch(text: string, pattern: RegExp, message?: string): void;
    throws(run: () => unknown, pattern?: RegExp): void;
    rejects(run: Promise<unknown> | (() => Promise<unknown>), pattern?: RegExp): Promise<void>;
  };
  export default assert;
}
declare const process: { argv: string[]; stdout: { write(text: string): void } };
declare module "node:test" {
  type Context = { mock: any; after(run: () => void): void };
  export function test(name: string, run: (t: Context) => unknown): void;
  export const mock: any;
}
declare module "node:fs" {
  export function readFileSync(path: URL | string, encoding: "utf8"): string;
  export function readdirSync(path: URL | string): string[];
  export function writeFileSync(path: string, text: string): void;
  export function mkdtempSync(prefix: string): string;
  export function rmSync(path: string, options: { recursive: boolean }): void;
}
declare module "node:os" {
  export function tmpdir(): string;
}
declare module "node:path" {
  export function join(...parts: string[]): string;
}
declare module "node:url" {
  export function pathToFileURL(path: string): URL;
}
declare const Buffer: { from(data: ArrayBufferLike | string, encoding?: string): { toString(encoding?: string): string } };
