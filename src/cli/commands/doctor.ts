import { buildCommand } from "@stricli/core";
import type { Context } from "../context.ts";
import { reporting } from "../reporting.ts";
import { type CommonFlags, commonFlags } from "./common-flags.ts";

export interface DoctorFlags extends CommonFlags {
  readonly format: string;
}

export const doctorCommand = buildCommand<DoctorFlags, [], Context>({
  docs: {
    brief: "Say what is configured, reachable and permitted",
    fullDescription: `Looks at the configuration, the ledger, git and its hooks, your AWS credentials, what they may read, the organisation and the audit role; and
at what rotations need: permissions, what secrets are sealed for, notifications. Changes nothing, sends nothing, and asks AWS only what reads.

Formats: pretty (the default), json.

EXIT STATUS
  0    all that is wanted works
  2    bad usage, or a configuration that cannot be read
  4    something that is wanted does not work: the line says what to do
  130  interrupted`,
  },
  parameters: {
    flags: {
      format: { kind: "parsed", parse: String, brief: "pretty or json", default: "pretty", placeholder: "FORMAT" },
      ...commonFlags,
    },
  },
  async func(flags) {
    await reporting(this, flags.verbose, async () => {
      const { runDoctor } = await import("../doctor/run-doctor.ts");
      await runDoctor(this, flags);
    });
  },
});
