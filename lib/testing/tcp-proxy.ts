import { once } from "node:events";
import { createConnection, createServer, type Server, type Socket } from "node:net";
import { setTimeout as wait } from "node:timers/promises";
import { onTestFinished } from "vitest";
import { type DatabaseTarget, readDatabaseAddress } from "@/lib/db/client";

/** A network between a program and its database that can be made to fail; ended with the test. */
export interface TcpProxy {
  /** The same database, through the proxy. */
  target: DatabaseTarget;
  /** How many connections were taken so far. */
  taken(): number;
  /** Resets every connection now, on both sides. */
  cut(): void;
  /** New connections are refused from now on; those that are open stay. */
  refuse(): Promise<void>;
  /** New connections are taken again, on the same port. */
  accept(): Promise<void>;
  /** Nothing gets through any more, not even the end of a connection; sockets stay open, new ones are taken. */
  blackHole(): void;
  /** What was held back arrives, as TCP would send it again. */
  restore(): void;
  /** Every chunk takes so much longer in either direction, in milliseconds. */
  delay(ms: number): void;
  /** Cuts all once so many more bytes went to the server; resolves when it happened. */
  cutAfterBytes(bytes: number): Promise<void>;
  /**
   * Lets a message that holds `pattern` through to the server, waits for the answer, and cuts that connection without
   * passing the answer on: the work is done and the client cannot know. Resolves when it happened.
   */
  cutWhenClientSends(pattern: RegExp): Promise<void>;
}

/** One connection of the client with its counterpart to the server. */
interface Pair {
  client: Socket;
  server: Socket;
  /** The answer to this message will not be passed on. */
  isDoomed: boolean;
}

/** One cut that waits for its moment. */
interface Trap<Condition> {
  condition: Condition;
  sprung: () => void;
}

/** Puts a proxy before the server of `target`. */
export async function aProxy(target: DatabaseTarget): Promise<TcpProxy> {
  const address = readDatabaseAddress(target.connectionString);
  const pairs = new Set<Pair>();
  let gate = Promise.resolve();
  let openGate = () => {};
  let delayMs = 0;
  let taken = 0;
  let bytesTrap: Trap<{ bytes: number }> | null = null;
  let patternTrap: Trap<RegExp> | null = null;

  const listener = createServer({ allowHalfOpen: true }, (client) => {
    const server = createConnection({ host: address.host, port: address.port, allowHalfOpen: true });
    const pair = { client, server, isDoomed: false };
    pairs.add(pair);
    taken += 1;
    for (const socket of [client, server]) socket.setNoDelay(true);
    void Promise.all([pump(pair, client, server), pump(pair, server, client)]).then(() => pairs.delete(pair));
  });

  async function pump(pair: Pair, from: Socket, to: Socket): Promise<void> {
    // A reset ends the loop; the other side hears of it below.
    from.on("error", () => {});
    try {
      for await (const chunk of from as AsyncIterable<Buffer>) {
        await gate;
        if (delayMs > 0) await wait(delayMs);
        if (from === pair.client) passToServer(pair, chunk);
        else if (pair.isDoomed) return spring(pair);
        else to.write(chunk);
      }
      await gate;
      to.end();
    } catch {
      await gate;
      to.destroy();
    }
  }

  function passToServer(pair: Pair, chunk: Buffer): void {
    if (bytesTrap !== null) {
      const rest = bytesTrap.condition.bytes;
      bytesTrap.condition.bytes -= chunk.length;
      if (chunk.length >= rest) {
        pair.server.write(chunk.subarray(0, rest), cut);
        bytesTrap.sprung();
        bytesTrap = null;
        return;
      }
    }
    if (patternTrap?.condition.test(chunk.toString("latin1"))) pair.isDoomed = true;
    pair.server.write(chunk);
  }

  function spring(pair: Pair): void {
    reset(pair);
    patternTrap?.sprung();
    patternTrap = null;
  }

  function cut(): void {
    for (const pair of pairs) reset(pair);
  }

  await listen(listener, 0);
  const port = portOf(listener);
  onTestFinished(() => {
    openGate();
    listener.close();
    for (const { client, server } of pairs) for (const socket of [client, server]) socket.destroy();
  });

  const url = new URL(target.connectionString);
  url.hostname = "127.0.0.1";
  url.port = String(port);
  return {
    target: { ...target, connectionString: url.href },
    taken: () => taken,
    cut,
    async refuse() {
      // Its callback waits for the open connections, which are meant to stay.
      listener.close();
    },
    accept: () => listen(listener, port),
    blackHole() {
      gate = new Promise((resolve) => {
        openGate = resolve;
      });
    },
    restore: () => openGate(),
    delay(ms) {
      delayMs = ms;
    },
    cutAfterBytes: (bytes) =>
      new Promise((sprung) => {
        bytesTrap = { condition: { bytes }, sprung };
      }),
    cutWhenClientSends: (pattern) =>
      new Promise((sprung) => {
        patternTrap = { condition: pattern, sprung };
      }),
  };
}

function reset({ client, server }: Pair): void {
  client.resetAndDestroy();
  server.resetAndDestroy();
}

async function listen(listener: Server, port: number): Promise<void> {
  listener.listen(port, "127.0.0.1");
  await once(listener, "listening");
}

function portOf(listener: Server): number {
  const address = listener.address();
  if (typeof address !== "object" || address === null) throw new Error("The proxy has no TCP port.");
  return address.port;
}
