/** Planning counts rows, which takes seconds on a large database; the frame stays meanwhile. */
export default function Loading() {
  return (
    <p className="late muted" role="status">
      Reading the database and planning
    </p>
  );
}
