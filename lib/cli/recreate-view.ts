import { Option } from "commander";

/** `--recreate-view`: consent, by name, to what a repair of a column does to the views that use it. */
export const recreateViewOption = () =>
  new Option(
    "--recreate-view <name...>",
    "views in the way of a repair that may be dropped and made again identically, as schema.view",
  );
