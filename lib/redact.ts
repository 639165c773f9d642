/** What stands in for a secret. */
const MASK = "***";

/** User and password of a URL, in any scheme; the password may hold `@`, so the last one before the path ends it. */
const URL_CREDENTIALS = /\b([a-z][a-z0-9+.-]*:\/\/)([^\s:/?#@"'`]*):([^\s/?#"'`]*)@/gi;

/** The same for the URL of a database, whose password may also hold `/`, `?` or `#` that somebody forgot to encode. */
const DATABASE_CREDENTIALS = /\b(postgres(?:ql)?:\/\/)([^\s:/?#@"'`]*):([^\s"'`]*)@/gi;

/** `password=…` of a query string or a libpq key=value string, quoted or not; also `PGPASSWORD=` and `sslpassword=`. */
const PASSWORD_PAIR = /(password\s*=\s*)('(?:[^'\\]|\\.)*'|"[^"]*"|[^\s&;,'"`)]+)/gi;

/** A shorter secret would be masked inside words that say something else. */
const LEAST_LENGTH = 8;

/** Secrets of this process, as they may be spelled; on globalThis because Next loads a module once per bundle. */
const registry = globalThis as typeof globalThis & { tidemarkSecrets?: Set<string> };

/**
 * Has `secret` masked wherever it turns up from now on, whatever stands around it: as it is, percent-encoded, decoded,
 * and inside JSON.
 */
export function keepSecret(secret: string): void {
  registry.tidemarkSecrets ??= new Set();
  for (const spelling of [secret, encodeURIComponent(secret), decode(secret), JSON.stringify(secret).slice(1, -1)]) {
    if (spelling.length >= LEAST_LENGTH) registry.tidemarkSecrets.add(spelling);
  }
}

/** Keeps the password of a connection string secret, unless it is a name of the string itself: those are shown. */
export function keepPasswordOf(connectionString: string): void {
  const inAuthority = /^[a-z]+:\/\/([^:/?#@]*):(.*)@([^@]*)$/is.exec(connectionString);
  const inQuery = /[?&](?:ssl)?password=([^&]+)/i.exec(connectionString)?.[1];
  const [, user = "", password, rest = ""] = inAuthority ?? [];
  for (const secret of [password, inQuery]) {
    if (secret !== undefined && secret !== user && !rest.split(/[:/?&=]/).includes(secret)) keepSecret(secret);
  }
}

/**
 * Masks the passwords of connection strings inside `text`, and whatever was kept secret. The last thing that happens to a
 * message before it is stored or printed.
 */
export function redact(text: string): string {
  return redactSecrets(text)
    .replace(DATABASE_CREDENTIALS, `$1$2:${MASK}@`)
    .replace(URL_CREDENTIALS, `$1$2:${MASK}@`)
    .replace(PASSWORD_PAIR, `$1${MASK}`);
}

/** Has everything that these streams of the process are given masked first, whoever writes it. */
export function redactOutput(streams: NodeJS.WriteStream[], mask: (text: string) => string = redact): void {
  for (const stream of streams) {
    const write = stream.write.bind(stream) as (chunk: unknown, ...rest: unknown[]) => boolean;
    stream.write = (chunk: string | Uint8Array, ...rest: unknown[]) =>
      write(mask(typeof chunk === "string" ? chunk : Buffer.from(chunk).toString()), ...rest);
  }
}

/** Masks only what was kept secret: for data, which has to stay as it is otherwise. */
export function redactSecrets(text: string): string {
  let masked = text;
  for (const secret of registry.tidemarkSecrets ?? []) masked = masked.replaceAll(secret, MASK);
  return masked;
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
