import { homedir } from "node:os";
import { posix, win32 } from "node:path";

/** What differs by operating system, as far as it decides where files lie. */
export interface System {
  readonly platform: NodeJS.Platform;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly home: string;
}

export function thisSystem(): System {
  return { platform: process.platform, environment: process.env, home: homedir() };
}

/** Where this user's configuration of keysweep lies. */
export function configurationPath({ platform, environment, home }: System): string {
  switch (platform) {
    case "win32":
      return win32.join(environment.APPDATA ?? win32.join(home, "AppData", "Roaming"), "keysweep", "config.yaml");
    case "darwin":
      return posix.join(
        environment.XDG_CONFIG_HOME ?? posix.join(home, "Library", "Application Support"),
        "keysweep",
        "config.yaml",
      );
    default:
      return posix.join(environment.XDG_CONFIG_HOME || posix.join(home, ".config"), "keysweep", "config.yaml");
  }
}
