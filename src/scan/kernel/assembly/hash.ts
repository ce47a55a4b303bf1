import { HASH_KEY } from "./pack-layout";

/** A keyed hash of [from, to) and a number, 53 bits of it. Nobody who does not know the key can make two contents meet on purpose. */
export function hash(shared: usize, from: usize, to: usize, number: u32): f64 {
  return f64(hash64(shared, from, to, number) >> 11);
}

export function hash64(shared: usize, from: usize, to: usize, number: u32): u64 {
  const key = load<u64>(shared, HASH_KEY);
  let state = load<u64>(shared, HASH_KEY + 8) ^ u64(to - from) ^ (u64(number) << 32);
  let at = from;
  for (; at + 8 <= to; at += 8) state = mixed(state ^ load<u64>(at), key);
  let rest: u64 = 0;
  for (let shift: u64 = 0; at < to; at++, shift += 8) rest |= u64(load<u8>(at)) << shift;
  return mixed(mixed(state ^ rest, key), key);
}

/** A multiplication, whose high bits go down, twice. */
// @ts-ignore: decorator
@inline
function mixed(state: u64, key: u64): u64 {
  state = (state ^ (state >> 32)) * (key | 1);
  return (state ^ (state >> 29)) * 0xbf58476d1ce4e5b9;
}
