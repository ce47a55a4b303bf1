import { type Check } from "./check.ts";

export const quarantined: Check = {
  name: "quarantined",
  title: "AWS has found a key of this user in public",
  severity: "critical",
  condition: () => "a policy AWSCompromisedKeyQuarantine… is attached to a user",
  remedy: {
    title: "Treat the key as stolen",
    steps: [
      "Find out at once what was done with it: CloudTrail, every region, the user's name and keys.",
      "Deactivate all keys of the user: `aws iam update-access-key --user-name {userName} --access-key-id ID --status Inactive`; new ones are denied to the user itself, so another principal must act.",
      "Find where it was published: `keysweep scan` over the repositories, with their history.",
      "Answer AWS's support case; detach the quarantine policy last.",
    ],
  },
  compliance: {},
  needs: ["authorization-details"],
  *judge({ users }) {
    for (const { userName, details } of users) {
      const found = details?.attached.find((arn) => arn.includes("/AWSCompromisedKeyQuarantine"));
      if (found !== undefined)
        yield {
          detail: `AWS attached ${found.slice(found.lastIndexOf("/") + 1)}: a key of this user was seen in public.`,
          userName,
        };
    }
  },
};
