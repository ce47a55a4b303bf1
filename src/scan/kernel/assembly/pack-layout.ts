// Where the pack search keeps what in its memory. Plain constants without type names, as in layout.ts, so that both compilers read this file.
// All sizes are in bytes, all fields u32 unless said otherwise.

// What all threads share: addresses and numbers of one search, and the counters from which they take their work.
export const ANCHORS = 0; // the anchor table
export const TABLES = 4; // the inflate tables, see below
export const NODES = 8;
export const NODE_COUNT = 12;
export const PACK = 16; // where the pack lies in memory; 0: it is read entry by entry
export const LOOKUP = 20; // for each stretch of the pack, the first node that begins in it or behind it
export const LOOKUP_SHIFT = 24; // the length of a stretch, as a power of two
export const ROOTS = 28; // u32 each: nodes, in the order in which their trees are walked: blobs, then the others
export const ROOT_COUNT = 32; // up to where they are walked now
export const NEXT_ROOT = 36; // atomic
export const NEXT_CHUNK = 40; // atomic
export const STOP = 44; // atomic: 1 when the search is to end
export const PACK_END = 48; // u64: where the trailer begins
export const ID_LENGTH = 56;
export const CHUNKS_DONE = 60; // atomic
export const PHASE = 64; // atomic: PLACED, FIRST_WALK, LAST_WALK
export const HASH_KEY = 72; // 2 × u64
export const MODE = 88; // BLOBS, then STRUCTURE; or LIST
// For listing:
export const IDS = 92; // the beginnings of the index's ids, SHORT_ID of each, sorted
export const ID_STARTS = 96; // for each two bytes, the position of the first id that begins with them or more; 65,537 × u32
export const WANTED = 100; // the ids of wanted blobs, sorted
export const WANTED_COUNT = 104;
export const WANTED_STARTS = 108; // one bit for each two bytes with which a wanted id may begin
export const NO_ROOM_FOR_TREES = 112; // atomic: 1 when trees are no longer listed
export const WANTED_ROOM = 120; // for the ids of what is wanted, in bytes
export const PENDING = 116; // atomic: weight of the objects that other threads have handed to the main one, and into which it has not looked yet
export const BLOB_ROOT_COUNT = 124;
export const ALL_ROOT_COUNT = 128;
export const NAMED_BASES = 132; // atomic: how many entries name their base by its id
export const SOUND_COUNT = 136; // how many nodes lead to a base that is in the pack
export const PLAIN_ANCHORS = 140; // atomic: 1 when anchors were met in the pack's bytes as they are
export const SHARED_SIZE = 192;

// What is done with which objects. To list is to keep what commits and trees name, for whoever asks where something comes from.
export const BLOBS = 0; // blobs are searched
export const STRUCTURE = 1; // all others are searched, and listed on the way: what is wanted in trees is known by now
export const LIST = 2; // commits and trees are listed, and nothing is searched

export const PLACED = 1; // the nodes are in order: headers may be read
export const FIRST_WALK = 2; // the roots may be walked
export const LAST_WALK = 3; // those of the last mode, too

// One object of the pack. Nodes are in the order of their offsets.
export const OFFSET = 0; // 40 bits; what follows them fills the u64
export const HEADER = 5; // u8: length of the entry's header, its base's name counted
export const TYPE = 6; // u8: as the entry says; 0 when it makes no sense
export const STATE = 7; // u8
export const SIZE = 8; // inflated; of a delta, that of the delta itself; TOO_LARGE if it is more than fits
export const BASE = 12; // a node, or NONE
export const CHILD = 16; // the heaviest child; the others are its siblings
export const SIBLING = 20; // the parent's next child
export const WEIGHT = 24; // compressed bytes of this object and of all that is built on it, in units of 16
export const POSITION = 28; // in the index
export const NODE_SIZE = 32;

export const ROOT_CLASSES = 256;

export const DIGIT_BITS = 11; // objects are sorted by so many bits of their offsets at a time

export const NONE = 0xffff_ffff;
export const TOO_LARGE = 0xffff_ffff;

export const COMMIT = 1;
export const TREE = 2;
export const BLOB = 3;
export const TAG = 4;
export const OFFSET_DELTA = 6;
export const ID_DELTA = 7;

// Bits of STATE.
export const REACHED = 1; // it leads to a base that is one, or that is not in the pack; the others are in circles

// One thread: where it is in its work, and what it has to tell.
export const FRAMES = 0; // address of the path from a root to here
export const DEPTH = 4; // frames on the path
export const ARENA = 8; // [ARENA, ARENA_END): room for objects
export const ARENA_END = 12;
export const HITS = 16; // address of the anchors' addresses
export const WORK = 20; // the work room of inflate
export const OBJECT_TYPE = 24; // type of the tree that is walked
export const EVENT_NODE = 28;
export const EVENT_ADDRESS = 32;
export const EVENT_LENGTH = 36;
export const EVENT_HITS = 40; // how many anchors
export const EVENT_REASON = 44;
export const EVENT_CONTAINER = 68; // 1: it may be an archive
export const OBJECTS = 48; // objects searched
export const BYTES = 56; // u64: bytes of the objects searched
export const CURRENT_ROOT = 64; // the node whose tree is walked
export const GAPS = 116; // how many streams ended before their entries' ends
export const GAP_NODE = 120; // one of them
export const TOUCHED = 124; // of no meaning: what was loaded ahead
// For listing:
export const RECORDS = 72; // where the next tree's record goes
export const RECORDS_END = 76; // before which the next commit's record goes
export const NAMES = 80; // the names that were met, each once
export const NAMES_FILL = 84; // how much of it is used
export const NAMES_ROOM = 88; // how much there is
export const NAME_SLOTS = 92; // 2^18 × u32: where in NAMES a name with this hash is, + 1
export const RECENT = 96; // 2^14 × u32: positions of ids that were looked up, + 1
export const RECORDS_START = 104;
export const OVERFLOW = 100; // 1: there was not enough room for the names
export const RECORDS_LIMIT = 108; // where the first commit's record ends
export const NO_ROOM_FOR_COMMITS = 112; // 1: not every commit is listed either
export const THREAD_SIZE = 128;

/**
 * So much of an id is kept of those that trees may name: it tells all apart that come about by themselves. Two in one pack that begin alike are noticed;
 * where a tree or an index was forged or damaged in the rest of an id, it is taken for the one that begins so.
 */
export const SHORT_ID = 12;

// What is listed of a tree: how many entries, its position in the index, then for each entry a value and the place of its name in the thread's names.
export const TREE_POSITION = 4;
export const ENTRIES = 8;
export const ENTRY_SIZE = 8;
// The value of an entry: a tree's position in the index, or one of these with
export const IS_FOREIGN = 0x4000_0000; // the place in the thread's names of the id of a tree that is not in the pack
export const IS_WANTED = 0x8000_0000; // the number of a wanted blob
export const VALUE_MASK = 0x3fff_ffff;

// What is listed of a commit. Its size is a multiple of eight.
export const COMMIT_POSITION = 0; // in the index
export const COMMIT_NAMES = 4; // twice the number of its parents, and one more when it names a tree
export const COMMIT_SECONDS = 8; // f64: when it was committed
export const COMMIT_OBJECTS = 16; // the tree, the parents: of each its position in the index, or NONE and its id

// A name: hash, length, bytes.
export const NAME_LENGTH = 4;
export const NAME_BYTES = 8;
export const NAME_SLOT_BITS = 18;
export const RECENT_BITS = 14;
/** In a forged tree a name may have any length. */
export const LONGEST_NAME = 4096;

export const HITS_CAPACITY = 4096;

// What `walk` ends with.
export const DONE = 0; // no work is left
export const PAUSED = 1; // the budget is used up, or the search is to stop
export const MET = 2; // an object holds anchors, or may be an archive
export const LOST = 3; // an object could not be read, nor what is built on it

// Why an object is lost.
export const DAMAGED_ENTRY = 1; // its header makes no sense
export const DAMAGED_STREAM = 2; // its zlib stream is damaged, or longer or shorter than the header says
export const DAMAGED_DELTA = 3; // its delta makes no sense
export const NO_ROOM = 4; // it is larger than what is held in memory
export const LARGE_BASE = 5; // the same, and it is no delta: it can be read in pieces
export const UNREADABLE = 6; // the file could not be read

// One step of the path from a root to the object that is made.
export const FRAME_NODE = 0;
export const FRAME_ADDRESS = 4; // where the object lies
export const FRAME_LENGTH = 8;
export const FRAME_FLAGS = 12;
export const FRAME_NEXT = 16; // the next child but the heaviest, or NONE
export const FRAME_HEAVY = 20; // the heaviest child while it is still to come, or NONE
export const FRAME_FLOOR = 24; // where the room that no object before this one needs begins
export const FRAME_REACH = 28; // how far behind its beginning something in it may yet become an anchor
export const FRAME_SIZE = 32;
export const MOST_FRAMES = 64;

// Bits of FRAME_FLAGS.
export const HAS_HITS = 1;

// The inflate tables that all threads share.
export const LITERAL_RESULTS = 0; // 288 × u32
export const DISTANCE_RESULTS = 1152; // 32 × u32
export const LENGTH_RESULTS = 1280; // 19 × u32
export const LENGTH_ORDER = 1376; // 19 × u8
export const SPREAD = 1408; // 16 × 16: how a short distance repeats in a vector
export const OPERANDS = 1664; // 128 × 8: where a copy's operands lie
export const FIXED_LITERALS = 2688;
export const FIXED_DISTANCES = 6784;
export const TABLES_SIZE = 7808;

export const LITERAL_BITS = 10;
export const DISTANCE_BITS = 8;
export const LENGTH_BITS = 7;

// The work room of one thread.
export const LENGTHS = 0; // 19 × u8, then slack
export const COUNTS = 64; // 16 × u32
export const PLACES = 128; // 16 × u32
export const SORTED = 192; // 320 × u32
export const SYMBOLS = 1472; // 320 × u32: symbol, length << 16
export const LITERALS = 3072; // 2048 × u32
export const DISTANCES = 11264; // 1024 × u32
export const CODE_LENGTHS = 15360; // 128 × u32
export const WORK_SIZE = 15872;

// What is read and written behind the end of a buffer at most.
export const SLACK = 512;
