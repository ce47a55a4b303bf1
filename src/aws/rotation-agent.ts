/** Tells our calls from others' in CloudTrail: the first word of our part of the user agent, before a slash and what the call was for. */
export const OWN_USER_AGENT = "keysweep-rotation";

export function isOwnCall(userAgent: string): boolean {
  return userAgent.includes(`${OWN_USER_AGENT}/`);
}
