import { visible } from "../../report/escape.ts";
import { plural } from "../../report/summary-text.ts";
import type { AllowEntry, AllowList } from "../../scan/allow.ts";
import { redacted } from "../../scan/redact.ts";
import type { ScanRequest } from "../../scan/scan.ts";
import { shownName } from "../../scan/shown-name.ts";
import { isWithin } from "../../scan/sources/disk/disk-path.ts";
import { realPath } from "../real-path.ts";

/** What a scan tells of the allows themselves, as lines for a person: those that have ended, and those that covered nothing. */
export function allowWarnings({ expired, unused }: AllowList, request: ScanRequest, verbose: boolean): string[] {
  return [
    ...expired.map(
      ({ at, expires, owner }) =>
        `${told(at)}: this allow expired on ${expires} and covers nothing any more; its owner is ${visible(redacted(owner))}`,
    ),
    ...(verbose ? unused.map(({ at }) => `${told(at)}: this allow covered nothing that was found`) : []),
    ...(verbose ? [] : countOf(unused.filter((entry) => couldCover(entry, request)))),
  ];
}

/** A place as it may be shown. */
function told(at: string): string {
  return visible(shownName(at));
}

function countOf(unused: readonly AllowEntry[]): string[] {
  if (unused.length === 0) return [];
  const them = unused.length === 1 ? "it" : "them";
  return [`${plural(unused.length, "allow")} covered nothing that was found (--verbose names ${them})`];
}

/** Whether all that an entry may mean was looked at: of a repository's the repository with its history, of the operator's everything. */
function couldCover({ repository }: AllowEntry, { roots, catalogue, history }: ScanRequest): boolean {
  if (history === null) return false;
  return repository === null ? catalogue : isWithin(repository, roots.map(realPath));
}
