"use client";

import { ErrorPage } from "@/components/ui/error-page";

export default function ConsoleError({ error, retry }: { error: unknown; retry: () => void }) {
  return <ErrorPage error={error} onRetry={retry} />;
}
