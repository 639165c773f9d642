import { type Json, readDecimal } from "@/lib/testing/oracle/json";

/** What jsonb's `->>` gives: a string as it is, everything else as jsonb prints it, null for JSON null. */
export function asText(value: Json): string | null {
  if (value.kind === "null") return null;
  return value.kind === "string" ? value.value : jsonbText(value);
}

/** The text of `value::jsonb`. */
export function jsonbText(value: Json): string {
  switch (value.kind) {
    case "null":
      return "null";
    case "boolean":
      return String(value.value);
    case "number":
      return numericText(value.text);
    case "string":
      return quoted(value.value);
    case "list":
      return `[${value.items.map(jsonbText).join(", ")}]`;
    case "object":
      return `{${[...value.entries]
        .sort(([a], [b]) => compareKeys(a, b))
        .map(([key, item]) => `${quoted(key)}: ${jsonbText(item)}`)
        .join(", ")}}`;
  }
}

/** The text of a JSON number as `numeric`: no exponent, the written scale kept, no minus before zero. */
function numericText(text: string): string {
  const { isNegative, digits, scale } = readDecimal(text);
  const padded =
    scale < 0 ? digits + (/[1-9]/.test(digits) ? "0".repeat(-scale) : "") : digits.padStart(scale + 1, "0");
  const point = padded.length - Math.max(scale, 0);
  const whole = padded.slice(0, point).replace(/^0+(?=[0-9])/, "");
  const fraction = padded.slice(point);
  const sign = isNegative && /[1-9]/.test(padded) ? "-" : "";
  return sign + whole + (fraction === "" ? "" : `.${fraction}`);
}

/** The value of a JSON number if it has no fraction. */
export function integralValue(text: string): bigint | null {
  const [whole = "", fraction = ""] = numericText(text).split(".");
  return /[1-9]/.test(fraction) ? null : BigInt(whole);
}

/** Byte order of the UTF-8 form: PostgreSQL's `COLLATE "C"`. */
export function compareBytes(a: string, b: string): number {
  return Buffer.compare(Buffer.from(a), Buffer.from(b));
}

/** The first `count` characters, as `left` counts them. */
export function firstCharacters(text: string, count: number): string {
  return text.length <= count ? text : Array.from(text).slice(0, count).join("");
}

/** jsonb orders keys by length in bytes, then by bytes. */
function compareKeys(a: string, b: string): number {
  return Buffer.byteLength(a) - Buffer.byteLength(b) || compareBytes(a, b);
}

const NAMED_ESCAPES: Record<string, string> = {
  '"': '\\"',
  "\\": "\\\\",
  "\b": "\\b",
  "\f": "\\f",
  "\n": "\\n",
  "\r": "\\r",
  "\t": "\\t",
};

function quoted(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: exactly what jsonb escapes when it prints.
  const escaped = text.replace(/["\\\u0000-\u001f]/g, (character) => {
    return NAMED_ESCAPES[character] ?? `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`;
  });
  return `"${escaped}"`;
}

/** Everything a screen obeys rather than shows: controls, direction marks, what has no width. */
const OBEYED = /[\p{Cc}\u00ad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff\u{e0000}-\u{e007f}]/gu;

/** A text as it is set aside: its first 200 characters, what a screen obeys written as its number, cut to 200 again. */
export function setAsideText(text: string): string {
  const written = firstCharacters(text, 200).replace(OBEYED, (sign) => {
    return `<U+${(sign.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, "0")}>`;
  });
  return firstCharacters(written, 200);
}
