"use client";

import { useRouter } from "next/navigation";
import { useState, useTransition } from "react";
import { NewOperator } from "@/components/access/new-operator";
import { OperatorRow } from "@/components/access/operator-row";
import { answerOf } from "@/components/ui/answer-of";
import { CopyButton } from "@/components/ui/copy-button";
import { RefusalPanel } from "@/components/ui/refusal-panel";
import { formatCounted, formatMoment } from "@/lib/client/format";
import type { Answer, Operator, Refusal, Role } from "@/lib/contract";

interface IssuedLink {
  link: string;
  expiresAt: string;
}

/** What admins may do to operators: server actions, handed down by the page. */
export interface OperatorActions {
  addOperator(input: { email: string; name: string; role: Role }): Promise<Answer<IssuedLink>>;
  resetOperatorPassword(input: { id: string }): Promise<Answer<IssuedLink>>;
  setOperatorRole(input: { id: string; role: Role }): Promise<Answer<Operator>>;
  setOperatorDisabled(input: { id: string; isDisabled: boolean }): Promise<Answer<Operator>>;
  endOperatorSessions(input: { id: string }): Promise<Answer<Operator>>;
}

/** Asks for one change; a link that comes of it is shown until the next. */
export type Ask = (change: () => Promise<Answer<IssuedLink | Operator>>) => void;

/** Everybody who may sign in, and a form for one more. */
export function OperatorsView({ operators, actions }: { operators: Operator[]; actions: OperatorActions }) {
  const router = useRouter();
  const [refusal, setRefusal] = useState<Refusal["error"] | null>(null);
  const [issued, setIssued] = useState<IssuedLink | null>(null);
  const [, startTransition] = useTransition();

  const ask: Ask = (change) => {
    setRefusal(null);
    setIssued(null);
    startTransition(async () => {
      const answer = await answerOf(change);
      if (!answer.ok) setRefusal(answer.refusal);
      else if ("link" in answer.value) setIssued(answer.value);
      router.refresh();
    });
  };

  return (
    <>
      <h1>Operators</h1>
      <p className="lead">
        Nobody signs up. Whoever is added gets a one-time link and sets a password. A role holds from the next request
        on; a session that is ended is over at once, and its streams within a minute. Runs go on.
      </p>
      {refusal === null ? null : (
        <div className="mt-5">
          <RefusalPanel refusal={refusal} title="Nothing was changed" />
        </div>
      )}
      {issued === null ? null : <Issued {...issued} />}
      <section className="section mt-6" aria-labelledby="all-operators">
        <div className="section-head">
          <h2 id="all-operators">{formatCounted(operators.length, "operator")}</h2>
        </div>
        <table className="table operator-list">
          <thead>
            <tr>
              <th>Operator</th>
              <th>Role</th>
              <th className="hide-s">Signs in by</th>
              <th className="hide-s">Last seen</th>
              <th>
                <span className="sr">Acts</span>
              </th>
            </tr>
          </thead>
          <tbody>
            {operators.map((operator) => (
              <OperatorRow key={operator.id} operator={operator} actions={actions} ask={ask} />
            ))}
          </tbody>
        </table>
      </section>
      <NewOperator onAdd={(added) => ask(() => actions.addOperator(added))} />
    </>
  );
}

function Issued({ link, expiresAt }: IssuedLink) {
  return (
    <section className="panel mt-5" role="status">
      <div className="in pt-4 sm">
        <p>Hand this link over yourself; it is good once, until {formatMoment(expiresAt)}, and is not shown again.</p>
        <p className="mt-2 flex items-center gap-2">
          <code className="[overflow-wrap:anywhere]">{link}</code>
          <CopyButton label="Copy the link" className="icon-btn" read={() => link} />
        </p>
      </div>
    </section>
  );
}
