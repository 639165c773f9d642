"use client";

import { type MouseEvent, useEffect, useRef } from "react";

/** Opens a dialog as it appears, over everything; a press beside it closes it. The browser gives the focus back. */
export function useOpenDialog() {
  const ref = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    if (ref.current?.open === false) ref.current.showModal();
  }, []);
  const close = () => ref.current?.close();
  return {
    ref,
    close,
    closeBeside: (event: MouseEvent) => {
      if (event.target === ref.current) close();
    },
  };
}
