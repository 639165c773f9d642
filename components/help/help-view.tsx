import Link from "next/link";
import type { ReactNode } from "react";
import { KeyTable } from "@/components/help/key-table";
import { FINDING_GUIDE } from "@/lib/client/finding-guide";
import { GLOSSARY } from "@/lib/client/glossary";
import { GUIDE_ANSWERS } from "@/lib/client/guide-words";

const SECTIONS = [
  { id: "words", title: "Words" },
  { id: "findings", title: "Findings" },
  { id: "keys", title: "Keys" },
  { id: "guide", title: "The recovery guide" },
  { id: "more", title: "More" },
] as const;

/** What the words mean, what the keys do, and where each part of the recovery guide went. Reads no database. */
export function HelpView() {
  return (
    <>
      <h1>Help</h1>
      <p className="lead">
        What the words mean, what the keys do, and where each part of the recovery guide is now. A word with a dotted
        line under it opens its meaning wherever it stands.
      </p>
      <div className="help">
        <nav aria-label="On this page">
          <ul>
            {SECTIONS.map(({ id, title }) => (
              <li key={id}>
                <a href={`#${id}`}>{title}</a>
              </li>
            ))}
          </ul>
        </nav>
        <div>
          <Section id="words" note="The same in console, command line and log">
            <dl className="words">
              {GLOSSARY.map(({ id, term, means }) => (
                <div key={id} id={id}>
                  <dt>{term}</dt>
                  <dd>{means}</dd>
                </div>
              ))}
            </dl>
          </Section>
          <Section id="findings" note="What Tidemark reports of a database, and what to do">
            <dl className="words">
              {Object.entries(FINDING_GUIDE).map(([kind, { means, comes, remedy }]) => (
                <div key={kind} id={`finding-${kind}`}>
                  <dt>
                    <code>{kind}</code>
                  </dt>
                  <dd>
                    {means} {comes} <strong>{remedy}</strong>
                  </dd>
                </div>
              ))}
            </dl>
          </Section>
          <Section id="keys" note="Single keys can be switched off in the list that ? opens; Ctrl K always works">
            <KeyTable />
          </Section>
          <Section id="guide" note="Its words, and what to do here instead">
            <ul className="guide">
              {GUIDE_ANSWERS.map(({ said, here, href, page }) => (
                <li key={said}>
                  <code className="said">{said}</code>
                  <p>
                    {here} {href === null ? null : <Link href={href}>{page}</Link>}
                  </p>
                </li>
              ))}
            </ul>
          </Section>
          <Section id="more" note="In the folder of the console">
            <ul className="guide">
              {FILES.map(([file, what]) => (
                <li key={file}>
                  <code className="said">{file}</code>
                  <p>{what}</p>
                </li>
              ))}
            </ul>
          </Section>
        </div>
      </div>
    </>
  );
}

function Section({ id, note, children }: { id: (typeof SECTIONS)[number]["id"]; note: string; children: ReactNode }) {
  return (
    <section className="section" aria-labelledby={id}>
      <div className="section-head">
        <h2 id={id}>{SECTIONS.find((section) => section.id === id)?.title}</h2>
        <p>{note}</p>
      </div>
      {children}
    </section>
  );
}

const FILES = [
  ["README.md", "How it is started, and every setting with its default."],
  ["docs/console.md", "Every page of the console, with pictures."],
  ["docs/runs.md", "How a run reads, and what is next when it stopped."],
  ["docs/cli.md", "Every command, its options, JSON and exit codes."],
  ["docs/pace.md", "When a sweep slows down by itself, and which settings decide it."],
  ["docs/findings.md", "Every kind of finding, as above."],
  ["docs/recovery.md", "The recovery guide, step by step with Tidemark."],
  ["docs/troubleshooting.md", "What you see, what it means, what to do."],
  ["docs/faults.md", "What can go wrong during a run, and what Tidemark does then."],
  ["docs/glossary.md", "The words of this page."],
] as const;
