/** The frame stays; the page says what is being read, after a moment and without moving anything. */
export default function Loading() {
  return (
    <p className="late muted" role="status">
      Reading the database
    </p>
  );
}
