import { type AddCommand, notAvailable } from "@/lib/cli/command";

/** `pause`, `resume`, `cancel` and `speed`, known by name so that they are refused rather than unknown. */
export const addNotAvailable: AddCommand = (program, start) => {
  const refuse = (name: string) =>
    start(async () => {
      throw notAvailable(name, "Stop a run with Ctrl-C where it runs; the next `tidemark migrate` goes on from there.");
    });
  for (const name of ["pause", "resume", "cancel"]) {
    program
      .command(name)
      .description(`${name} a run (not available in this version)`)
      .argument("<run id>", "number of the run, as `runs` lists it")
      .action(refuse(name));
  }
  program
    .command("speed")
    .description("change the speed of a run (not available in this version)")
    .argument("<run id>", "number of the run, as `runs` lists it")
    .argument("<speed>", "gentle, normal or fast")
    .action(refuse("speed"));
};
