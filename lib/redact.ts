/** What stands in for a secret. */
const MASK = "***";

/** User and password of a URL, in any scheme; the password may hold `@`, so the last one before the path ends it. */
const URL_CREDENTIALS = /\b([a-z][a-z0-9+.-]*:\/\/)([^\s:/?#@"'`]*):([^\s/?#"'`]*)@/gi;

/** `password=…` of a query string or a libpq key=value string, quoted or not; also `PGPASSWORD=` and `sslpassword=`. */
const PASSWORD_PAIR = /(password\s*=\s*)('(?:[^'\\]|\\.)*'|"[^"]*"|[^\s&;,'"`)]+)/gi;

/**
 * Masks the passwords of connection strings inside `text`. Pure; the last thing that happens to a message before it is
 * stored or printed.
 */
export function redact(text: string): string {
  return text.replace(URL_CREDENTIALS, `$1$2:${MASK}@`).replace(PASSWORD_PAIR, `$1${MASK}`);
}
