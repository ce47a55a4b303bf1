import { join } from "node:path";
import { textOf } from "../../../hook/install.ts";
import { globalHooksPath, hookedRepository } from "../../../hook/repository.ts";
import { CHECKED_HOOKS, ownerOf } from "../../../hook/script.ts";
import { KeysweepError } from "../../../model/error.ts";
import { type DoctorCheck, type Finding, said } from "../check.ts";

/** Which of git's hooks are keysweep's: for all repositories, and in the repository of the working directory. */
export const hooksCheck: DoctorCheck = {
  name: "hooks",
  async examine() {
    try {
      const shared = await globalHooksPath();
      if (shared !== null) return [hooksIn(shared, "for every repository")];
      return [hooksIn((await hookedRepository(process.cwd())).hooksFolder, "in this repository")];
    } catch (error) {
      if (error instanceof KeysweepError)
        return [said("unused", "none for all repositories, and the working directory is in none")];
      // Without git there are none.
      return [said("unused", "git was not asked")];
    }
  },
};

function hooksIn(folder: string, where: string): Finding {
  const texts = CHECKED_HOOKS.map((hook) => ({ hook, text: textOf(join(folder, hook)) }));
  const ours = texts.filter(({ text }) => text !== null && ownerOf(text) !== "other" && /\bhook run\b/.test(text));
  if (ours.length === 0) return said("unused", `none ${where} (${folder})`, "keysweep hook install puts one there.");
  return said("ok", `${ours.map(({ hook }) => hook).join(", ")} ${where} (${folder})`);
}
