import { statfsSync } from "node:fs";

/**
 * Where a file lies, as far as it matters to a journal. `network`: other hosts may write it too, and its locks may not hold them
 * apart. `throw-away`: gone with the machine's memory or with the container. `unknown`: nothing is known that speaks against it.
 */
export type FileSystemKind = "local" | "network" | "throw-away" | "unknown";

/** The numbers of statfs(2), from Linux's include/uapi/linux/magic.h and the file systems' own headers. */
const LINUX_KINDS: readonly (readonly [FileSystemKind, Readonly<Record<string, number>>])[] = [
  [
    "local",
    {
      ext: 0xef53,
      xfs: 0x58465342,
      btrfs: 0x9123683e,
      zfs: 0x2fc12fc1,
      f2fs: 0xf2f52010,
      bcachefs: 0xca451a4e,
      jfs: 0x3153464a,
      reiserfs: 0x52654973,
      nilfs: 0x3434,
      ecryptfs: 0xf15f,
    },
  ],
  [
    "network",
    {
      nfs: 0x6969,
      smb: 0x517b,
      smb2: 0xfe534d42,
      cifs: 0xff534d42,
      "9p": 0x01021997,
      afs: 0x5346414f,
      "kernel afs": 0x6b414653,
      ceph: 0x00c36400,
      coda: 0x73757245,
      lustre: 0x0bd00bd0,
      gpfs: 0x47504653,
      gfs2: 0x01161970,
      ocfs2: 0x7461636f,
      orangefs: 0x20030528,
      vboxsf: 0x786f4256,
      vmhgfs: 0xbacbacbc,
    },
  ],
  [
    "throw-away",
    { tmpfs: 0x01021994, ramfs: 0x858458f6, overlay: 0x794c7630, aufs: 0x61756673, hugetlbfs: 0x958458f6 },
  ],
];

const KIND_OF = new Map(
  LINUX_KINDS.flatMap(([kind, types]) => Object.values(types).map((type): [number, FileSystemKind] => [type, kind])),
);

/** The kind that a type of Linux's statfs(2) stands for. FUSE is `unknown`: it may be a disk or a bucket at the other end of the world. */
export function fileSystemKind(type: number): FileSystemKind {
  // Some C libraries give the type as a signed number.
  return KIND_OF.get(type >>> 0) ?? "unknown";
}

/** The kind of the file system that an existing path lies on; `unknown` on systems other than Linux, whose numbers mean nothing. */
export function fileSystemKindOf(path: string, platform: NodeJS.Platform): FileSystemKind {
  return platform === "linux" ? fileSystemKind(statfsSync(path).type) : "unknown";
}
