"use client";

import "./globals.css";
import { ErrorPage } from "@/components/ui/error-page";

export default function GlobalError({ error, retry }: { error: unknown; retry: () => void }) {
  return (
    <html lang="en">
      <body>
        <main className="wrap">
          <ErrorPage error={error} onRetry={retry} />
        </main>
      </body>
    </html>
  );
}
