import { type Check, days, daysSince } from "./check.ts";

export const signingCertificateAge: Check = {
  name: "signing-certificate-age",
  title: "A signing certificate is old",
  severity: "low",
  condition: ({ uploadedMaximumAge }) => `an active signing certificate is older than ${uploadedMaximumAge} days`,
  remedy: {
    title: "Replace or delete the signing certificate",
    steps: [
      "Delete it: `aws iam delete-signing-certificate --user-name {userName} --certificate-id ID`, or upload a new one first.",
    ],
  },
  compliance: {},
  needs: ["signing-certificates"],
  *judge({ users }, { settings: { uploadedMaximumAge }, now }) {
    for (const { userName, signingCertificates } of users) {
      for (const { id, active, uploadedAt } of signingCertificates) {
        const age = daysSince(uploadedAt, now);
        if (active && age > uploadedMaximumAge)
          yield { detail: `The signing certificate ${id} is ${days(age)} old.`, userName, subject: id };
      }
    }
  },
};
