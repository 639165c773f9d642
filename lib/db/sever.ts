import type pg from "pg";

/**
 * Cuts a connection without a word to the server, which may be the one that does not answer: what waits on it fails at
 * once with a lost connection.
 */
export function severClient(client: pg.ClientBase): void {
  const { connection } = client as pg.ClientBase & { connection?: { stream?: { destroy(): void } } };
  connection?.stream?.destroy();
}
