import { readLicenceText, readThirdParties, type ThirdParty } from "@/scripts/third-party";

/** THIRD-PARTY.md: whose work Tidemark is made of, and under which licences. The same on every machine. */
export function toThirdPartyPage(): string {
  const { shipped, others } = readThirdParties();
  const texts = new Map<string, ThirdParty[]>();
  // What is built for one system has its text with it, and is not installed on the others.
  for (const party of shipped.filter(({ name }) => !PLATFORM.test(name))) {
    const text = readLicenceText(party) ?? `${party.licence}; the package has no text of it.`;
    texts.set(text, [...(texts.get(text) ?? []), party]);
  }
  return `# Third-party software and data

Made by \`npm run licences\` from package-lock.json; a test compares. Next.js has packages of others inside itself; their licences
lie beside them in \`dist/web/node_modules/next/dist/compiled\`.

## Shipped

Built into \`dist/\`, or installed beside Tidemark.

${toTable(shipped)}

## Building and testing only

${toTable(others)}

## Texts

${[...texts].map(([text, parties]) => toSection(text, parties)).join("\n\n")}
`;
}

const PLATFORM = /[-/](aix|android|darwin|freebsd|linux|wasm32|win32|windows)\b/;

function toTable(parties: ThirdParty[]): string {
  const rows = parties.map(({ name, version, licence }) => `| ${name} | ${version} | ${licence} |`);
  return ["| package | version | licence |", "|---|---|---|", ...rows].join("\n");
}

function toSection(text: string, parties: ThirdParty[]): string {
  const fence = text.includes("```") ? "````" : "```";
  return `### ${parties.map(({ name }) => name).join(", ")}\n\n${fence}text\n${text}\n${fence}`;
}
