import { NotFoundPage } from "@/components/ui/not-found-page";

export default function NotFound() {
  return (
    <main className="wrap">
      <NotFoundPage />
    </main>
  );
}
