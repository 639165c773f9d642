"use client";

import { useCallback, useEffect, useState } from "react";

/** How long it is said that an address was copied, in milliseconds. */
const SAID_MS = 4_000;

/**
 * The line that the address of the page names, as `#L123`; clicking its number puts it there and copies the address.
 * `arrived` is the line that the reader came to see, not one that was clicked.
 */
export function useLineLink() {
  const [arrived, setArrived] = useState(readHash);
  const [linked, setLinked] = useState(arrived);
  const [said, setSaid] = useState("");

  useEffect(() => {
    const onHash = () => {
      setArrived(readHash());
      setLinked(readHash());
    };
    addEventListener("hashchange", onHash);
    return () => removeEventListener("hashchange", onHash);
  }, []);
  useEffect(() => {
    if (said === "") return;
    const timer = setTimeout(() => setSaid(""), SAID_MS);
    return () => clearTimeout(timer);
  }, [said]);

  const link = useCallback(async (seq: number) => {
    // The router keeps its own state in the history entry: only the address changes.
    history.replaceState(history.state, "", `#L${seq}`);
    setLinked(seq);
    const isCopied = await navigator.clipboard?.writeText(location.href).then(
      () => true,
      () => false,
    );
    setSaid(isCopied ? `Address of line ${seq} copied` : `Line ${seq} is in the address of this page`);
  }, []);

  return { arrived, linked, said, link };
}

function readHash(): number | null {
  const seq = /^#L([1-9]\d{0,14})$/.exec(location.hash)?.[1];
  return seq === undefined ? null : Number(seq);
}
