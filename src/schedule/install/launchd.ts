import { join } from "node:path";
import { type Artefact, argumentsOf, EVERY_MINUTES, MARK, type Started } from "./installation.ts";

export interface LaunchdOptions extends Started {
  /** Where agents lie. */
  readonly folder: string;
  /** Where the log goes. */
  readonly log: string;
}

export const LAUNCHD_LABEL = "io.keysweep.schedule";

/** A property list for launchd, see launchd.plist(5). What was missed while the machine slept is begun once when it wakes. */
export function launchdAgent(options: LaunchdOptions): Artefact {
  const words = argumentsOf(options, true).map((text) => `    <string>${escaped(text)}</string>\n`);
  return {
    path: join(options.folder, `${LAUNCHD_LABEL}.plist`),
    text: `<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE plist PUBLIC "-//Apple//DTD PLIST 1.0//EN" "http://www.apple.com/DTDs/PropertyList-1.0.dtd">
<!-- ${MARK} -->
<plist version="1.0">
<dict>
  <key>Label</key>
  <string>${LAUNCHD_LABEL}</string>
  <key>ProgramArguments</key>
  <array>
${words.join("")}  </array>
  <key>StartInterval</key>
  <integer>${EVERY_MINUTES * 60}</integer>
  <key>RunAtLoad</key>
  <true/>
  <key>ProcessType</key>
  <string>Background</string>
  <key>LowPriorityIO</key>
  <true/>
  <key>Umask</key>
  <integer>63</integer>
  <key>ExitTimeOut</key>
  <integer>300</integer>
  <key>StandardOutPath</key>
  <string>${escaped(options.log)}</string>
  <key>StandardErrorPath</key>
  <string>${escaped(options.log)}</string>
</dict>
</plist>
`,
  };
}

function escaped(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}
