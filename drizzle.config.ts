import { defineConfig } from "drizzle-kit";

export default defineConfig({
  dialect: "postgresql",
  schema: ["./lib/db/console-schema.ts", "./lib/db/access-schema.ts", "./lib/db/audit-schema.ts"],
  out: "./drizzle",
  schemaFilter: ["tidemark"],
});
