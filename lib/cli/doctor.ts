import type { AddCommand } from "@/lib/cli/command";
import { examineDatabase } from "@/lib/cli/doctor-database";
import { printReport, skipFrom, toExitCode } from "@/lib/cli/doctor-report";
import { examineSettings } from "@/lib/cli/doctor-settings";
import type { DoctorReport } from "@/lib/contract";

/** `doctor`: whether settings, connection and rights are as a migration needs them. Changes nothing. */
export const addDoctor: AddCommand = (program, start) => {
  program
    .command("doctor")
    .description("look at settings, connection and rights, and say what to mend; changes nothing")
    .action(
      start(async (session) => {
        const { settings, checks } = await examineSettings(process.env);
        const further = settings === null ? skipFrom("connection") : await examineDatabase(session);
        const report: DoctorReport = { checks: [...checks, ...further] };
        if (session.terminal.isJson) session.terminal.json(report);
        else printReport(session.terminal, report);
        return toExitCode(report);
      }),
    );
};
