import "server-only";
import type { Metadata } from "next";
import { answerStatus } from "@/lib/queries/answers";

/** `Schema · cowrie · Tidemark`: the database is in every title, so that two windows are told apart. */
export async function pageTitle(page: string): Promise<Metadata> {
  const status = await answerStatus();
  return { title: [page, ...(status.ok ? [status.value.database.name] : []), "Tidemark"].join(" · ") };
}
