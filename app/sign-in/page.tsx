import type { Metadata } from "next";
import { redirect } from "next/navigation";
import { AccessPage } from "@/components/access/access-page";
import { Arrived, SignInForm } from "@/components/access/sign-in-form";
import { toOwnPath } from "@/lib/client/ask-access";
import { readSettings } from "@/lib/env";
import { currentSession } from "@/lib/queries/access";

export const metadata: Metadata = { title: "Sign in · Tidemark" };

/** Where whoever is unknown is led. */
export default async function SignInPage({ searchParams }: PageProps<"/sign-in">) {
  const { next: asked, arrived, failed } = await searchParams;
  const next = toOwnPath(typeof asked === "string" ? asked : null);
  if (arrived !== undefined) {
    return (
      <AccessPage title="Tidemark">
        <Arrived next={next} />
      </AccessPage>
    );
  }
  // A database that does not answer is for the pages behind to tell.
  if ((await currentSession().catch(() => null)) !== null) redirect(next);
  return (
    <AccessPage title="Sign in" lead="This console changes a production database: it has to know who you are.">
      {failed === undefined ? null : (
        <p className="sm t-coral mt-4" role="alert">
          Your organisation's sign-in named nobody who is an operator here. An admin adds you first.
        </p>
      )}
      <SignInForm next={next} hasProvider={readSettings().TIDEMARK_OIDC_ISSUER !== undefined} />
      <p className="xs muted mt-4">No account? An admin adds you, here or on the server.</p>
    </AccessPage>
  );
}
