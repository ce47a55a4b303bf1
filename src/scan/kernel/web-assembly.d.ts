// Node has WebAssembly, but TypeScript declares it only together with a browser's whole DOM: here is the part that the kernel uses.

declare namespace WebAssembly {
  class Module {
    constructor(bytes: Uint8Array);
  }
  class Instance {
    constructor(module: Module, imports: Record<string, Record<string, unknown>>);
    readonly exports: Record<string, unknown>;
  }
  class Memory {
    /** Sizes are in pages of 64 KiB. */
    constructor(limits: { initial: number; maximum?: number; shared?: boolean });
    /** A SharedArrayBuffer when it is shared. */
    readonly buffer: ArrayBuffer;
    /** By so many pages. */
    grow(pages: number): number;
  }
}
