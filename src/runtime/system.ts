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

/**
 * The folder for what keysweep remembers of this user, the ledger above all: `$XDG_STATE_HOME/keysweep`, or the system's own place.
 * A variable that holds no absolute path counts for nothing, as the XDG Base Directory Specification wants.
 */
export function stateFolder({ platform, environment, home }: System): string {
  const asked = absolute(environment.XDG_STATE_HOME, posix);
  switch (platform) {
    case "win32":
      return win32.join(absolute(environment.LOCALAPPDATA, win32) ?? win32.join(home, "AppData", "Local"), "keysweep");
    case "darwin":
      return posix.join(asked ?? posix.join(home, "Library", "Application Support"), "keysweep");
    default:
      return posix.join(asked ?? posix.join(home, ".local", "state"), "keysweep");
  }
}

function absolute(path: string | undefined, { isAbsolute }: Pick<typeof posix, "isAbsolute">): string | null {
  return path !== undefined && isAbsolute(path) ? path : null;
}
