/** Functions that run in the page: each is sent there alone, so none may use another or anything outside of it. */

/** A movement of what was already on screen. */
export interface Shift {
  value: number;
  /** What moved. */
  moved: string[];
}

/** Notes from the first paint on what moves without anybody having pressed or resized anything. */
export function watchShifts(): void {
  interface LayoutShift extends PerformanceEntry {
    value: number;
    hadRecentInput: boolean;
    sources: { node: Node | null }[];
  }
  const shifts: Shift[] = [];
  Object.assign(window, { shifts });
  new PerformanceObserver((list) => {
    for (const { value, hadRecentInput, sources } of list.getEntries() as LayoutShift[]) {
      if (hadRecentInput) continue;
      const moved = sources.map(({ node }) => {
        const element = node instanceof Element ? node : (node?.parentElement ?? null);
        return element === null ? "gone" : `${element.tagName.toLowerCase()}.${element.className}`;
      });
      shifts.push({ value, moved });
    }
  }).observe({ type: "layout-shift", buffered: true });
}

/** How far the page is wider than its window, in pixels. */
export function readExcess(): number {
  return document.documentElement.scrollWidth - document.documentElement.clientWidth;
}

/** Resolves once no element has come or gone for a moment; a page that never rests is waited for no longer than a while. */
export function atRest({ momentMs, whileMs }: { momentMs: number; whileMs: number }): Promise<void> {
  return new Promise((resolve) => {
    const rest = () => {
      observer.disconnect();
      clearTimeout(moment);
      clearTimeout(longest);
      resolve();
    };
    let moment = setTimeout(rest, momentMs);
    const longest = setTimeout(rest, whileMs);
    const observer = new MutationObserver(() => {
      clearTimeout(moment);
      moment = setTimeout(rest, momentMs);
    });
    observer.observe(document, { childList: true, subtree: true });
  });
}

/**
 * What the keyboard reaches although nobody sees it there: outside of the window, or under something else.
 *
 * @param which every element that takes the focus, one after the other, or the one that has it now, of which also the
 * frame around it must be seen.
 */
export function findFocusFaults(which: "every" | "current"): string[] {
  const FOCUSABLE = [
    ...["a[href]", "summary", "[tabindex]:not([tabindex^='-'])"],
    ...["button", "input", "select", "textarea"].map((name) => `${name}:not([disabled])`),
  ].join(", ");
  const PLACES = [
    [0.5, 0.5],
    [0.1, 0.2],
    [0.9, 0.2],
    [0.1, 0.8],
    [0.9, 0.8],
  ] as const;

  function isSeen(element: Element): boolean {
    const rect = element.getClientRects()[0] ?? element.getBoundingClientRect();
    const [left, right] = [Math.max(rect.left, 0), Math.min(rect.right, innerWidth)];
    const [top, bottom] = [Math.max(rect.top, 0), Math.min(rect.bottom, innerHeight)];
    if (right - left < 1 || bottom - top < 1) return false;
    return PLACES.some(([x, y]) => {
      const hit = document.elementFromPoint(left + x * (right - left), top + y * (bottom - top));
      return hit !== null && (element.contains(hit) || hit.closest("label")?.contains(element) === true);
    });
  }

  function isFramed(element: Element): boolean {
    for (let at: Element | null = element, level = 0; at !== null && level < 3; at = at.parentElement, level += 1) {
      const { outlineStyle, outlineWidth } = getComputedStyle(at);
      if (outlineStyle !== "none" && Number.parseFloat(outlineWidth) >= 2) return true;
    }
    return false;
  }

  function nameOf(element: Element): string {
    const text = (element.getAttribute("aria-label") ?? element.textContent ?? "").trim().slice(0, 40);
    return `${element.tagName.toLowerCase()}.${element.className} "${text}"`;
  }

  const { activeElement } = document;
  if (which === "current") {
    if (activeElement === null || activeElement === document.body) return [];
    return [
      ...(isSeen(activeElement) ? [] : [`${nameOf(activeElement)} is not seen`]),
      ...(isFramed(activeElement) ? [] : [`${nameOf(activeElement)} has no frame`]),
    ];
  }
  const faults: string[] = [];
  for (const element of document.querySelectorAll<HTMLElement>(FOCUSABLE)) {
    element.focus();
    // What does not take it is not drawn, or lies behind a dialog.
    if (document.activeElement === element && !isSeen(element)) faults.push(nameOf(element));
  }
  if (activeElement instanceof HTMLElement) activeElement.focus();
  if (document.activeElement !== activeElement) (document.activeElement as HTMLElement | null)?.blur();
  scrollTo(0, 0);
  return faults;
}
