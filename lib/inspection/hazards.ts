import type { PhaseId } from "@/lib/contract";
import { qualify } from "@/lib/db/identifier";
import type { Catalog, CatalogRelation } from "@/lib/inspection/catalog";
import { OWN_TABLES, phaseOfTable } from "@/lib/inspection/ownership";

/** A circumstance that no declaration speaks of and that a run has to reckon with. */
export interface Hazard {
  /** Stored in finding ids: never rename. */
  name: string;
  phase: PhaseId | null;
  /** A run cannot begin while it is there. */
  isBlocking: boolean;
  /** What was seen. */
  live: string;
  message: string;
  remedy: string;
}

/** What people call each `relkind`. */
const RELATION_KINDS: Record<CatalogRelation["kind"], string> = {
  r: "table",
  p: "partitioned table",
  v: "view",
  m: "materialized view",
  f: "foreign table",
};

/** Hazards among the tables that a run writes. What makes `session_summaries` unfit is for `checkEligibility`. */
export function toHazards(schema: string, catalog: Catalog): Hazard[] {
  const sessions = catalog.relations.filter((relation) => relation.name === "session_summaries");
  const own = catalog.relations.filter((relation) => OWN_TABLES.some((name) => name === relation.name));
  return [
    ...own.filter(isUnfit).map((relation) => unfitRelation(schema, relation)),
    ...[...sessions, ...own].filter((relation) => relation.hasRowSecurity).map((it) => rowSecurity(schema, it)),
    ...[...sessions, ...own].flatMap((relation) => relation.triggers.map((name) => trigger(schema, relation, name))),
    ...sessions.flatMap((relation) => relation.publications.map((name) => publication(schema, name))),
    ...catalog.eventTriggers.map(eventTrigger),
  ];
}

/** Not an ordinary table of its own: a run can neither fill nor change it. */
export function isUnfit(relation: CatalogRelation): boolean {
  return relation.kind !== "r" || relation.isPartition || relation.isInherited;
}

/** `relation` in words, e.g. `a view`, `an inheritance child or parent`. */
export function describeKind(relation: CatalogRelation): string {
  if (relation.kind !== "r") return `a ${RELATION_KINDS[relation.kind]}`;
  if (relation.isPartition) return "a partition";
  return relation.isInherited ? "part of an inheritance tree" : "a table";
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

function trigger(schema: string, relation: CatalogRelation, name: string): Hazard {
  const object = qualify(schema, relation.name);
  return {
    name: `trigger-${relation.name}.${name}`,
    phase: null,
    isBlocking: false,
    live: name,
    message: `Trigger ${name} on ${object} fires for every row that a sweep updates.`,
    remedy: "Make sure that it leaves the v15 columns alone and is cheap; a run goes on with it.",
  };
}

function publication(schema: string, name: string): Hazard {
  return {
    name: `publication-${name}`,
    phase: null,
    isBlocking: false,
    live: name,
    message: `${qualify(schema, "session_summaries")} is published by ${name}: new columns and tables are not replicated by themselves.`,
    remedy: "Apply the printed plan's DDL on the subscriber before the run.",
  };
}

function eventTrigger(name: string): Hazard {
  return {
    name: `event-trigger-${name}`,
    phase: null,
    isBlocking: false,
    live: name,
    message: `Event trigger ${name} runs on DDL and may forbid it.`,
    remedy: "Ask whoever installed it whether it lets this role change the schema.",
  };
}
