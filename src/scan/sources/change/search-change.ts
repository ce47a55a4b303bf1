import type { Coverage } from "../../../model/coverage.ts";
import type { ExcludePattern } from "../../scan-request.ts";
import { Exclusion } from "../disk/exclusion.ts";
import type { Documents } from "../documents.ts";
import type { Sink } from "../sink.ts";
import type { ChangeTotals } from "./change-search.ts";
import { type RangeChange, searchRange } from "./range.ts";
import { type StagedChange, searchStaged } from "./staged.ts";

export interface SearchChangeOptions {
  readonly documents: Documents;
  readonly sink: Sink;
  readonly exclude: readonly ExcludePattern[];
  readonly signal: AbortSignal;
  readonly onProgress: (totals: ChangeTotals) => void;
}

/** Searches what the next commit, or a range of commits, adds. An aborted search ends early, with what was counted until then. */
export async function searchChange(
  change: StagedChange | RangeChange,
  { exclude, ...options }: SearchChangeOptions,
): Promise<Pick<Coverage, "files" | "bytes" | "objects" | "excluded">> {
  const exclusion = new Exclusion(exclude);
  const { objects } = change;
  let totals = { files: 0, bytes: 0, objects: 0 };
  const search = {
    ...options,
    exclusion,
    objects,
    onProgress: (counted: ChangeTotals) => {
      totals = { ...totals, ...counted };
      options.onProgress(counted);
    },
  };
  try {
    totals = {
      objects: 0,
      ...(await (change.kind === "staged" ? searchStaged(change, search) : searchRange(change, search))),
    };
  } catch (error) {
    if (!options.signal.aborted) throw error;
  } finally {
    objects.close();
  }
  return { ...totals, excluded: exclusion.counts };
}
