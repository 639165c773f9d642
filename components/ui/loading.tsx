/** Says what is being read, after a moment and without moving anything: the frame of the page stays. */
export function Loading({ what }: { what: string }) {
  return (
    <p className="late muted" role="status">
      {what}
    </p>
  );
}
