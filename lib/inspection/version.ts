/** The version that the application would read out of `text`, or null where it is not one. */
export function readVersion(text: string | null): number | null {
  return text !== null && /^[0-9]{1,9}$/.test(text) ? Number(text) : null;
}
