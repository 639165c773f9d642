/** A JSON value that forgets nothing PostgreSQL would keep: numbers stay the text that was written. */
export type Json =
  | { kind: "null" }
  | { kind: "boolean"; value: boolean }
  | { kind: "number"; text: string }
  | { kind: "string"; value: string }
  | { kind: "list"; items: Json[] }
  | { kind: "object"; entries: Map<string, Json> };

/** Why a text is no `jsonb`: wrong syntax, a NUL escape, half a surrogate pair, or a number `numeric` cannot hold. */
class UnreadableJsonError extends Error {
  override name = "UnreadableJsonError";
}

const WHITESPACE = /[ \t\n\r]*/y;
const NUMBER = /-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?/y;
const WORD = /true|false|null/y;
// biome-ignore lint/suspicious/noControlCharactersInRegex: JSON forbids them inside a string.
const PLAIN_CHARACTERS = /[^"\\\u0000-\u001f]*/y;
const HEX4 = /[0-9a-fA-F]{4}/y;

const SHORT_ESCAPES: Record<string, string> = {
  '"': '"',
  "\\": "\\",
  "/": "/",
  b: "\b",
  f: "\f",
  n: "\n",
  r: "\r",
  t: "\t",
};

/**
 * Reads `text` as a cast to jsonb would: the last of several equal keys wins.
 *
 * @throws {UnreadableJsonError} exactly where the cast raises.
 */
function readJson(text: string): Json {
  const reader = new JsonReader(text);
  const value = reader.value();
  reader.end();
  return value;
}

/** `readJson`, with null for what it cannot read. */
export function tryReadJson(text: string): Json | null {
  try {
    return readJson(text);
  } catch (error) {
    if (error instanceof UnreadableJsonError) return null;
    throw error;
  }
}

class JsonReader {
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  value(): Json {
    this.#take(WHITESPACE);
    const value = this.#bareValue();
    this.#take(WHITESPACE);
    return value;
  }

  end(): void {
    if (this.#at < this.#text.length) throw this.#unreadable("trailing characters");
  }

  #bareValue(): Json {
    switch (this.#text[this.#at]) {
      case "{":
        return this.#object();
      case "[":
        return this.#list();
      case '"':
        return { kind: "string", value: this.#string() };
      default:
        return this.#numberOrWord();
    }
  }

  #object(): Json {
    const entries = new Map<string, Json>();
    this.#at++;
    this.#take(WHITESPACE);
    if (this.#accept("}")) return { kind: "object", entries };
    do {
      this.#take(WHITESPACE);
      if (this.#text[this.#at] !== '"') throw this.#unreadable("key expected");
      const key = this.#string();
      this.#take(WHITESPACE);
      this.#expect(":");
      entries.set(key, this.value());
    } while (this.#accept(","));
    this.#expect("}");
    return { kind: "object", entries };
  }

  #list(): Json {
    const items: Json[] = [];
    this.#at++;
    this.#take(WHITESPACE);
    if (this.#accept("]")) return { kind: "list", items };
    do items.push(this.value());
    while (this.#accept(","));
    this.#expect("]");
    return { kind: "list", items };
  }

  #string(): string {
    this.#at++;
    let value = "";
    for (;;) {
      value += this.#take(PLAIN_CHARACTERS);
      if (this.#accept('"')) return value;
      this.#expect("\\");
      value += this.#escape();
    }
  }

  #escape(): string {
    const letter = this.#text[this.#at++] ?? "";
    if (letter !== "u") {
      const character = SHORT_ESCAPES[letter];
      if (character === undefined) throw this.#unreadable("unknown escape");
      return character;
    }
    const unit = this.#hexUnit();
    if (unit === 0) throw this.#unreadable("NUL escape");
    if (unit >= 0xdc00 && unit <= 0xdfff) throw this.#unreadable("low surrogate without a high one");
    if (unit < 0xd800 || unit > 0xdbff) return String.fromCharCode(unit);
    this.#expect("\\");
    this.#expect("u");
    const low = this.#hexUnit();
    if (low < 0xdc00 || low > 0xdfff) throw this.#unreadable("high surrogate without a low one");
    return String.fromCharCode(unit, low);
  }

  #hexUnit(): number {
    const digits = this.#take(HEX4);
    if (digits === "") throw this.#unreadable("four hexadecimal digits expected");
    return Number.parseInt(digits, 16);
  }

  #numberOrWord(): Json {
    const word = this.#take(WORD);
    if (word === "null") return { kind: "null" };
    if (word !== "") return { kind: "boolean", value: word === "true" };
    const text = this.#take(NUMBER);
    if (text === "") throw this.#unreadable("value expected");
    if (!fitsNumeric(text)) throw this.#unreadable("number out of range");
    return { kind: "number", text };
  }

  #take(pattern: RegExp): string {
    pattern.lastIndex = this.#at;
    const match = pattern.exec(this.#text)?.[0] ?? "";
    this.#at += match.length;
    return match;
  }

  #accept(character: string): boolean {
    if (this.#text[this.#at] !== character) return false;
    this.#at++;
    return true;
  }

  #expect(character: string): void {
    if (!this.#accept(character)) throw this.#unreadable(`${character} expected`);
  }

  #unreadable(reason: string): UnreadableJsonError {
    return new UnreadableJsonError(`${reason} at character ${this.#at}`);
  }
}

/** A JSON number as sign, digits and the count of digits after the point; `digits` may have leading zeros. */
export interface Decimal {
  isNegative: boolean;
  /** Without point or exponent: the value is `digits × 10^-scale`. */
  digits: string;
  /** Negative where the exponent adds zeros at the end. */
  scale: number;
}

/** Takes the text of a JSON number apart. */
export function readDecimal(text: string): Decimal {
  const [, sign, whole = "", fraction = "", exponent = "0"] =
    /^(-?)([0-9]+)(?:\.([0-9]+))?(?:[eE]([+-]?[0-9]+))?$/.exec(text) ?? [];
  return { isNegative: sign === "-", digits: whole + fraction, scale: fraction.length - Number(exponent) };
}

/** numeric: at most 131072 digits before and 16383 after the point. Source: PostgreSQL manual, chapter 8.1.2. */
function fitsNumeric(text: string): boolean {
  const { digits, scale } = readDecimal(text);
  // Source: numeric_in raises on an exponent beyond INT_MAX / 2 even for zero.
  const exponent = Number(/[eE](.*)$/.exec(text)?.[1] ?? 0);
  if (Math.abs(exponent) >= 1_073_741_823 || scale > 16_383) return false;
  const significant = digits.replace(/^0+/, "").length;
  return significant === 0 || significant - scale <= 131_072;
}
