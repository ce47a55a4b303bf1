// The functions of the pack search's own module, whose memory all threads share. Each takes the addresses of what it works on.
import { makeOperandTable } from "./delta";
import { makeInflateTables } from "./inflate-tables";

export { countLines } from "./lines";
export { hash } from "./hash";
export {
  countByDigit, countRoots, countTree, endLookup, linkInOrder, linkNodes, listRoots, moveByDigit, placeNodes, readHeaders, sumUp,
} from "./pack-nodes";
export { prepareIds } from "./pack-trees";
export { beginOutside, searchBytes, walk } from "./pack-walk";
export { inflate } from "./inflate";

export function makeTables(tables: usize, work: usize): void {
  makeInflateTables(tables, work);
  makeOperandTable(tables);
}
