/** What a sign-in takes. */
export interface Credentials {
  email: string;
  password: string;
}

/**
 * Signs in as a browser does, and gives the session cookie as `name=value`.
 *
 * @throws {Error} when the console refuses.
 */
export async function signIn(url: string, credentials: Credentials): Promise<string> {
  const answer = await fetch(`${url}/api/auth/sign-in`, {
    method: "POST",
    headers: { origin: url, "content-type": "application/json" },
    body: JSON.stringify(credentials),
  });
  if (!answer.ok) throw new Error(`Signing in was answered ${answer.status}: ${await answer.text()}`);
  const cookie = answer.headers.getSetCookie().find((line) => line.includes(".session_token="));
  if (cookie === undefined) throw new Error("Signing in gave no session cookie.");
  return cookie.split(";")[0] ?? "";
}
