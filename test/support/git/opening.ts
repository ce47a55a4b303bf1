import type { Skipped } from "../../../src/model/coverage.ts";
import type { DiskPath } from "../../../src/scan/sources/disk/disk-path.ts";
import { ObjectDatabase } from "../../../src/scan/sources/git/objects/object-database.ts";
import { findRepositories, type Repository } from "../../../src/scan/sources/git/repository.ts";

/** A repository that is open, and what was told meanwhile. */
export interface Opened {
  readonly repository: Repository;
  readonly database: ObjectDatabase;
  readonly rows: Skipped[];
}

/** Opens the one repository at a path; the caller closes the database. */
export function openAt(path: DiskPath): Opened {
  const rows: Skipped[] = [];
  const onSkipped = (row: Skipped): void => void rows.push(row);
  const [repository] = findRepositories([path], { roots: [path], onSkipped });
  if (repository === undefined) throw new Error("no repository there");
  return { repository, database: ObjectDatabase.open(repository, onSkipped), rows };
}

/** `reason: detail` of each row. */
export function reasonsOf(rows: readonly Skipped[]): string[] {
  return rows.map(({ reason, detail }) => `${reason}: ${detail}`);
}
