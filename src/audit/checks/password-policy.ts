import { type Check, cis } from "./check.ts";

/** What holds where an account has no policy of its own. */
const AWS_DEFAULT = { minimumLength: 8, reusePrevention: 0 };

export const passwordPolicy: Check = {
  name: "password-policy",
  title: "The password policy is weak",
  severity: "medium",
  condition: ({ passwordMinimumLength, passwordReusePrevention }) =>
    `passwords may be shorter than ${passwordMinimumLength} characters, or one of the last ${passwordReusePrevention}`,
  remedy: {
    title: "Set a password policy",
    steps: [
      "`aws iam update-account-password-policy --minimum-password-length 14 --password-reuse-prevention 24`; it replaces the whole policy, so name every setting that is to stay.",
    ],
  },
  compliance: { ...cis("1.8 1.9", "1.7 1.8", "2.7 2.8", "2.8 2.9"), fsbp: ["IAM.7", "IAM.10"] },
  needs: ["password-policy"],
  *judge({ passwordPolicy }, { settings: { passwordMinimumLength, passwordReusePrevention } }) {
    const { minimumLength, reusePrevention } = passwordPolicy ?? AWS_DEFAULT;
    const weak = [
      ...(minimumLength < passwordMinimumLength ? [`${minimumLength} characters are enough`] : []),
      ...(reusePrevention < passwordReusePrevention
        ? [reusePrevention === 0 ? "old passwords may come back" : `all but the last ${reusePrevention} may come back`]
        : []),
    ];
    if (weak.length > 0)
      yield {
        detail: `${passwordPolicy === null ? "There is no policy of the account's own: " : "In passwords "}${weak.join(", and ")}.`,
      };
  },
};
