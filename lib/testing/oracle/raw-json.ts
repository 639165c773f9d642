/** JSON text that is written as it stands, so that a test can spell a number or an escape its own way. */
export class RawJson {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

/** An object under composition. */
export type Tree = { [key: string]: unknown };

/** Writes a value that may hold RawJson anywhere; keys keep their order, those of undefined are left out. */
export function writeJson(value: unknown): string {
  if (value instanceof RawJson) return value.text;
  if (Array.isArray(value)) return `[${value.map(writeJson).join(", ")}]`;
  if (isTree(value)) {
    const entries = Object.entries(value).flatMap(([key, item]) =>
      item === undefined ? [] : [`${JSON.stringify(key)}: ${writeJson(item)}`],
    );
    return `{${entries.join(", ")}}`;
  }
  return JSON.stringify(value ?? null);
}

/** Sets a copy of `value` at `path`, making objects on the way and replacing what cannot hold a key. */
export function setAt(root: Tree, path: readonly string[], value: unknown): void {
  const [key = "", ...rest] = path;
  if (rest.length === 0) {
    root[key] = copyOf(value);
    return;
  }
  const child = root[key];
  const holder = isTree(child) ? child : {};
  root[key] = holder;
  setAt(holder, rest, value);
}

export function isTree(value: unknown): value is Tree {
  return typeof value === "object" && value !== null && !Array.isArray(value) && !(value instanceof RawJson);
}

/** structuredClone would forget that a RawJson is one. */
function copyOf(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(copyOf);
  if (!isTree(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, copyOf(item)]));
}
