/** The sign of the product: a gauge with water at its foot. */
export function Mark() {
  return (
    <svg viewBox="0 0 20 20" aria-hidden="true">
      <path d="M3.5 1.5v17" stroke="currentColor" strokeWidth="1.75" strokeLinecap="round" fill="none" />
      <path
        d="M3.5 3.5h4M3.5 7h2.5M3.5 10.5h4M3.5 14h2.5M3.5 17.5h4"
        stroke="currentColor"
        strokeWidth="1.5"
        strokeLinecap="round"
        fill="none"
      />
      <path d="M10 10.5h8.5v7H10z" fill="var(--tide-fill)" />
      <path d="M9.25 10.5h9.75" stroke="currentColor" strokeWidth="1.75" strokeLinecap="round" />
    </svg>
  );
}
