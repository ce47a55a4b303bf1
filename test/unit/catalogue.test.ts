import picomatch from "picomatch";
import { expect, test } from "vitest";
import { patternsOutsideHome, type Surroundings } from "../../src/scan/catalogue.ts";

const NO_VARIABLES = {};

test.each(["linux", "macos", "windows"] as const)("on %s every pattern is absolute and stands there once", (system) => {
  const patterns = patternsOutsideHome({ system, environment: NO_VARIABLES });
  expect(patterns).not.toEqual([]);
  for (const pattern of patterns) expect(pattern).toMatch(system === "windows" ? /^[A-Z]:\// : /^\//);
  expect(new Set(patterns).size).toBe(patterns.length);
});

test("the patterns are those of the system", () => {
  const linux = patternsOutsideHome({ system: "linux", environment: NO_VARIABLES });
  expect(linux).toEqual(expect.arrayContaining(["/etc/environment", "/var/spool/cron/**", "/etc/crontab"]));
  expect(linux.filter((pattern) => pattern.startsWith("/Library"))).toEqual([]);
  expect(patternsOutsideHome({ system: "macos", environment: NO_VARIABLES })).toContain(
    "/Library/LaunchDaemons/*.plist",
  );
});

test("a variable leads where it says, and its value is no pattern", () => {
  const file = "/srv/[prod]/a*b{c,d}/credentials (1)";
  const surroundings: Surroundings = { system: "linux", environment: { AWS_SHARED_CREDENTIALS_FILE: file } };
  const before = new Set(patternsOutsideHome({ ...surroundings, environment: NO_VARIABLES }));
  const added = patternsOutsideHome(surroundings).filter((pattern) => !before.has(pattern));
  expect(added).toHaveLength(1);
  expect(picomatch.isMatch(file, added)).toBe(true);
  expect(picomatch.isMatch("/srv/p/aXbc/credentials (1)", added)).toBe(false);
});

test("what stands behind a variable stays a pattern", () => {
  const environment = { APPDATA: "D:\\Profiles\\Ada\\" };
  expect(patternsOutsideHome({ system: "windows", environment })).toContain("D:/Profiles/Ada/rclone/rclone.conf");
});

test("a variable that is relative or empty leads nowhere", () => {
  for (const AWS_CONFIG_FILE of ["config", ""]) {
    expect(patternsOutsideHome({ system: "linux", environment: { AWS_CONFIG_FILE } })).toEqual(
      patternsOutsideHome({ system: "linux", environment: NO_VARIABLES }),
    );
  }
});
