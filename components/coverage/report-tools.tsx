"use client";

import { Download, Printer } from "lucide-react";
import { useEffect } from "react";

/** The whole page as a file, or on paper: without the frame, in the light colours. */
export function ReportTools() {
  useEffect(() => {
    let wasDark = false;
    const { classList } = document.documentElement;
    const before = () => {
      wasDark = classList.contains("dark");
      classList.remove("dark");
    };
    const after = () => {
      classList.toggle("dark", wasDark);
    };
    window.addEventListener("beforeprint", before);
    window.addEventListener("afterprint", after);
    return () => {
      window.removeEventListener("beforeprint", before);
      window.removeEventListener("afterprint", after);
    };
  }, []);
  return (
    <div className="report-tools">
      {(["json", "csv"] as const).map((format) => (
        <a key={format} className="btn" href={`/api/coverage/export?format=${format}`} download>
          <Download className="i i-s" aria-hidden="true" /> {format.toUpperCase()}
        </a>
      ))}
      <button type="button" className="btn" onClick={() => window.print()}>
        <Printer className="i i-s" aria-hidden="true" /> Print the report
      </button>
    </div>
  );
}
