import * as z from "zod/mini";
import { describeTarget } from "../descriptor.ts";
import { duration, namesOf, program, text } from "../settings.ts";

export default describeTarget({
  type: "command",
  title: "A program of yours that takes the key and puts it where it belongs",
  settings: z.strictObject({
    write: program.check(
      z.describe(
        "The program and its arguments; it gets a JSON object on its standard input and ends with 0 once the key is in its place. " +
          "It must do the same again when it is asked again. Status 75 says: try again later; 77: a person is needed.",
      ),
    ),
    read: z
      .optional(program)
      .check(
        z.describe("Prints the access key id that the place holds, or nothing when it holds none. It changes nothing."),
      ),
    names: z
      ._default(namesOf(text), { accessKeyId: "accessKeyId", secretAccessKey: "secretAccessKey" })
      .check(z.describe("What the two fields of the JSON object are called.")),
    timeout: z
      ._default(duration, "60s")
      .check(z.describe("How long each of them may take; then it is ended, with all that it started.")),
  }),
  example: {
    write: ["/usr/local/bin/push-key", "--to", "warehouse"],
    read: ["/usr/local/bin/which-key", "--of", "warehouse"],
    names: { accessKeyId: "accessKeyId", secretAccessKey: "secretAccessKey" },
    timeout: "60s",
  },
  isAtomic: () => true,
  readBack: ({ read }) => (read === undefined ? "none" : "value"),
  leastPrivilege:
    "What the program needs. It runs as the user that runs keysweep, in the home directory, without a shell, with PATH, HOME and LANG and nothing else of the environment.",
  avoidableBy: null,
  place: ({ write }) => `the program ${write.join(" ")}`,
  async open(settings, world, place) {
    const { openCommand } = await import("./target.ts");
    return openCommand(settings, world, place);
  },
});
