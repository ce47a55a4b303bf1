import { type Check, days, daysSince } from "./check.ts";

export const sshKeyAge: Check = {
  name: "ssh-key-age",
  title: "An SSH key is old",
  severity: "low",
  condition: ({ uploadedMaximumAge }) => `an active SSH key is older than ${uploadedMaximumAge} days`,
  remedy: {
    title: "Replace or delete the SSH key",
    steps: [
      "Delete it: `aws iam delete-ssh-public-key --user-name {userName} --ssh-public-key-id ID`, or upload a new one first.",
    ],
  },
  compliance: {},
  needs: ["ssh-keys"],
  *judge({ users }, { settings: { uploadedMaximumAge }, now }) {
    for (const { userName, sshKeys } of users) {
      for (const { id, active, uploadedAt } of sshKeys) {
        const age = daysSince(uploadedAt, now);
        if (active && age > uploadedMaximumAge)
          yield { detail: `The SSH key ${id} is ${days(age)} old.`, userName, subject: id };
      }
    }
  },
};
