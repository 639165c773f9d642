/** C0, DEL, C1, and what is not seen or turns what follows: text of a database could forge or hide with it. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: finding them is the point
const UNPRINTABLE = /[\u0000-\u001f\u007f-\u009f\u00ad\u061c\u200b-\u200f\u2028-\u202e\u2060-\u206f\ufeff]/g;

/** `text` on one line, every control character as a visible symbol: no terminal or browser obeys it. Pure. */
export function toPlainLine(text: string): string {
  return text.replace(UNPRINTABLE, toSymbol);
}

/** The same for text of several lines, such as SQL or a message of the log: newlines and tabs stay. Pure. */
export function toDisplayText(text: string): string {
  return text.replace(UNPRINTABLE, (character) =>
    character === "\n" || character === "\t" ? character : toSymbol(character),
  );
}

/** Unicode has pictures of C0 and DEL from U+2400 on; the rest is written as its number. */
function toSymbol(character: string): string {
  const code = character.charCodeAt(0);
  if (code < 0x20) return String.fromCharCode(0x2400 + code);
  if (code === 0x7f) return "\u2421";
  return `<U+${code.toString(16).toUpperCase().padStart(4, "0")}>`;
}
