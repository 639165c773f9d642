import { qualify } from "@/lib/db/identifier";
import type { Catalog, CatalogPublication, CatalogRelation, CatalogTrigger } from "@/lib/inspection/catalog";
import type { Hazard } from "@/lib/inspection/hazards/hazard";
import { OWN_TABLES, phaseOfColumn, phaseOfTable } from "@/lib/inspection/ownership";

/** What people call each `relkind`. */
const RELATION_KINDS: Record<CatalogRelation["kind"], string> = {
  r: "table",
  p: "partitioned table",
  v: "view",
  m: "materialized view",
  f: "foreign table",
};

/** Hazards among the tables that a run writes. What makes `session_summaries` unfit is for `checkEligibility`. */
export function tableHazards(schema: string, catalog: Catalog): Hazard[] {
  const sessions = catalog.relations.filter((relation) => relation.name === "session_summaries");
  const own = catalog.relations.filter((relation) => OWN_TABLES.some((name) => name === relation.name));
  const written = [...sessions, ...own];
  return [
    ...own.filter(isUnfit).map((relation) => unfitRelation(schema, relation)),
    ...written.filter((relation) => relation.hasRowSecurity).map((relation) => rowSecurity(schema, relation)),
    ...written.flatMap((relation) => firingTriggers(relation).map((each) => triggerHazard(schema, relation, each))),
    ...publishedTables(written).map(([publication, tables]) => publicationHazard(schema, publication, tables)),
    ...written.filter((relation) => isUpdateRefused(catalog, relation)).map((it) => replicaIdentity(schema, it)),
    ...catalog.otherSchemas.map((other) => otherSchema(schema, other)),
    ...catalog.eventTriggers.map(eventTrigger),
  ];
}

/** Not an ordinary table of its own: a run can neither fill nor change it. */
export function isUnfit(relation: CatalogRelation): boolean {
  return relation.kind !== "r" || relation.isPartition || relation.isInherited || relation.isDistributed;
}

/** `relation` in words, e.g. `a view`, `an inheritance child or parent`. */
export function describeKind(relation: CatalogRelation): string {
  if (relation.kind !== "r") return `a ${RELATION_KINDS[relation.kind]}`;
  if (relation.isPartition) return "a partition";
  if (relation.isDistributed) return "a table distributed by Citus";
  return relation.isInherited ? "part of an inheritance tree" : "a table";
}

/** Triggers that what a run writes into `relation` sets off: in sessions it only updates columns of v16. */
export function firingTriggers(relation: CatalogRelation): CatalogTrigger[] {
  return relation.triggers.filter(({ onInsert, onUpdate, columns }) => {
    const isAimedElsewhere =
      columns.length > 0 && !columns.some((column) => phaseOfColumn(relation.name, column) !== null);
    const isUpdated = onUpdate && !isAimedElsewhere;
    return relation.name === "session_summaries" ? isUpdated : isUpdated || onInsert;
  });
}

function unfitRelation(schema: string, relation: CatalogRelation): Hazard {
  const object = qualify(schema, relation.name);
  return {
    name: `not-a-plain-table-${relation.name}`,
    phase: phaseOfTable(relation.name),
    isBlocking: true,
    live: describeKind(relation),
    message: `${object} is ${describeKind(relation)}: the name is taken, and v16 needs an ordinary table there.`,
    remedy: `Rename or drop ${object}; the migration then makes the table.`,
  };
}

function rowSecurity(schema: string, relation: CatalogRelation): Hazard {
  const object = qualify(schema, relation.name);
  const isActive = relation.isRowSecurityActive;
  return {
    name: `row-security-${relation.name}`,
    phase: phaseOfTable(relation.name),
    isBlocking: isActive,
    live: isActive ? "row-level security filters this role" : "row-level security is on, this role is not filtered",
    message: `${object} has row-level security${isActive ? " that hides rows from this role" : "; this role sees every row"}.`,
    remedy: isActive
      ? "Connect as a role with BYPASSRLS, or as the owner without FORCE ROW LEVEL SECURITY."
      : "Nothing to do for the migration; new inventory tables come without policies.",
  };
}

function triggerHazard(schema: string, relation: CatalogRelation, { name }: CatalogTrigger): Hazard {
  const object = qualify(schema, relation.name);
  const occasion = relation.name === "session_summaries" ? "that a sweep updates" : "that a run writes";
  return {
    name: `trigger-${relation.name}.${name}`,
    phase: null,
    isBlocking: false,
    live: name,
    message: `Trigger “${name}” on ${object} fires for every row ${occasion}.`,
    remedy:
      "Make sure that it leaves the v15 columns alone, lets the new ones be written, and is cheap. A run first updates one session to its own value, and stops there if the trigger refuses it; a trigger that refuses only the new columns stops the run later, in phase 1.",
  };
}

/** Each publication with the tables of ours that it publishes. */
function publishedTables(relations: CatalogRelation[]): [CatalogPublication, string[]][] {
  const names = [...new Set(relations.flatMap(({ publications }) => publications.map(({ name }) => name)))];
  return names.flatMap((name) => {
    const publishing = relations.filter(({ publications }) => publications.some((it) => it.name === name));
    const publication = publishing[0]?.publications.find((it) => it.name === name);
    return publication === undefined ? [] : [[publication, publishing.map((relation) => relation.name)]];
  });
}

const PUBLICATION_SCOPES: Record<CatalogPublication["scope"], string> = {
  table: "by name",
  schema: "with every table of the schema, new ones included",
  all: "with every table of the database, new ones included",
};

function publicationHazard(schema: string, { name, scope }: CatalogPublication, tables: string[]): Hazard {
  const objects = tables.map((table) => qualify(schema, table)).join(", ");
  return {
    name: `publication-${name}`,
    phase: null,
    isBlocking: false,
    live: `${objects}, ${PUBLICATION_SCOPES[scope]}`,
    message: `Publication ${name} publishes ${objects}, ${PUBLICATION_SCOPES[scope]}: changes of the schema are not replicated, and a subscriber stops at the first row with a column that it lacks.`,
    remedy: "Apply the printed plan's DDL on every subscriber before the run, and refresh the subscriptions after it.",
  };
}

/** PostgreSQL refuses updates of a published table that does not say how its rows are told apart. */
function isUpdateRefused({ constraints }: Catalog, { name, replicaIdentity, publications }: CatalogRelation): boolean {
  if (!publications.some(({ publishesUpdates }) => publishesUpdates)) return false;
  const hasKey = constraints.some(({ table, kind }) => table === name && kind === "p");
  return replicaIdentity === "n" || (replicaIdentity === "d" && !hasKey);
}

function replicaIdentity(schema: string, relation: CatalogRelation): Hazard {
  const object = qualify(schema, relation.name);
  const names = relation.publications.map(({ name }) => name).join(", ");
  return {
    name: `replica-identity-${relation.name}`,
    phase: phaseOfTable(relation.name),
    isBlocking: true,
    live: relation.replicaIdentity === "n" ? "replica identity nothing" : "no primary key",
    message: `${object} is published by ${names} and has no replica identity: PostgreSQL refuses every update of it (55000).`,
    remedy: `alter table ${object} replica identity full`,
  };
}

function otherSchema(schema: string, other: string): Hazard {
  return {
    name: `other-schema-${other}`,
    phase: null,
    isBlocking: false,
    live: qualify(other, "session_summaries"),
    message: `There is another session_summaries, in schema ${other}; a run works on ${qualify(schema, "session_summaries")} alone.`,
    remedy: `If the application writes into ${other}, set TIDEMARK_SCHEMA=${other}.`,
  };
}

function eventTrigger(name: string): Hazard {
  return {
    name: `event-trigger-${name}`,
    phase: null,
    isBlocking: false,
    live: name,
    message: `Event trigger ${name} runs on DDL and may forbid it.`,
    remedy:
      "Ask whoever installed it whether it lets this role change the schema. A run tries harmless DDL first, which it takes back.",
  };
}
