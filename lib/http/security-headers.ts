/** For answers without a page. Source: OWASP ASVS 5.0, 3.4.3 and 3.4.6. */
export const NO_PAGE_POLICY = "default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'";

/** Two years, as the preload lists want it. Source: OWASP ASVS 5.0, 3.4.1. */
const TRANSPORT_SECURITY = "max-age=63072000; includeSubDomains";

/** What every answer carries besides its policy. Source: OWASP ASVS 5.0, 3.4.4 to 3.4.8. */
const BASE_HEADERS = {
  "X-Frame-Options": "DENY",
  "X-Content-Type-Options": "nosniff",
  "Referrer-Policy": "no-referrer",
  "Cross-Origin-Opener-Policy": "same-origin",
  "Cross-Origin-Resource-Policy": "same-origin",
  "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
};

/**
 * The headers of an answer. Only what browsers reach by https may ask for https from then on (RFC 6797, 7.2): whether
 * they do, the public origin says.
 */
export function securityHeaders(publicOrigin: string | undefined, policy = NO_PAGE_POLICY): Record<string, string> {
  const isHttps = publicOrigin?.toLowerCase().startsWith("https:") === true;
  return {
    ...BASE_HEADERS,
    "Content-Security-Policy": policy,
    ...(isHttps ? { "Strict-Transport-Security": TRANSPORT_SECURITY } : {}),
  };
}

/**
 * Scripts run with the nonce of this answer only. Style attributes carry the levels of gauges and bars, and nothing
 * that came from the database; style elements need the nonce as well.
 */
export function pagePolicy(nonce: string, isDevelopment: boolean): string {
  return [
    "default-src 'self'",
    `script-src 'nonce-${nonce}' 'strict-dynamic'${isDevelopment ? " 'unsafe-eval'" : ""}`,
    `style-src 'self' 'nonce-${nonce}'`,
    "style-src-attr 'unsafe-inline'",
    "img-src 'self' data:",
    "connect-src 'self'",
    "object-src 'none'",
    "base-uri 'none'",
    "form-action 'self'",
    "frame-ancestors 'none'",
  ].join("; ");
}
