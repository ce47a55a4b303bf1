// The functions that the kernel exports. Each takes the addresses of what it works on, so any thread may run any of them on its own part of a memory.
export { search } from "./search";
export { countLines } from "./lines";
