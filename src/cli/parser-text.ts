import {
  type ApplicationText,
  ArgumentScannerError,
  formatMessageForArgumentScannerError,
  text_en,
} from "@stricli/core";
import { visible } from "../report/escape.ts";
import { optionName } from "./option-name.ts";
import { errorText } from "./reporting.ts";

/** What the parser of the command line says, in the way of keysweep's other errors; what was typed is shown escaped. */
export const parserText: ApplicationText = {
  ...text_en,
  noCommandRegisteredForInput({ input, corrections }) {
    const hint = corrections.length > 0 ? `Did you mean ${corrections.join(" or ")}?` : "`keysweep --help` lists them.";
    return `keysweep: there is no command ${quoted(input)}\n  ${hint}`;
  },
  exceptionWhileParsingArguments(error) {
    return error instanceof ArgumentScannerError ? `keysweep: ${sentence(error)}` : errorText(error, false);
  },
  // Nothing of these is expected but an output that cannot be written; none may print what a foreign error quotes.
  exceptionWhileLoadingCommandFunction: (error) => errorText(error, false),
  exceptionWhileLoadingCommandContext: (error) => errorText(error, false),
  exceptionWhileRunningCommand: (error) => errorText(error, false),
  exceptionWhileRunningIntegrationHook: ({ exception }) => errorText(exception, false),
  exceptionWhileRunningIntegrationFlag: ({ exception }) => errorText(exception, false),
};

function sentence(error: ArgumentScannerError): string {
  return formatMessageForArgumentScannerError(error, {
    FlagNotFoundError: ({ input, corrections }) =>
      corrections.length > 0
        ? `there is no option --${visible(input)}\n  Did you mean ${corrections.map(optionName).join(" or ")}?`
        : `there is no option --${visible(input)}\n  --help lists them.`,
    AliasNotFoundError: ({ input }) => `there is no option -${visible(input)}\n  --help lists them.`,
    UnsatisfiedFlagError: ({ externalFlagName }) => `--${externalFlagName} needs a value`,
    UnexpectedFlagError: ({ externalFlagName }) => `--${externalFlagName} is given twice`,
    UnsatisfiedPositionalError: ({ placeholder }) => `${placeholder} is missing`,
    UnexpectedPositionalError: ({ input }) => `${quoted(input)} is one argument too many`,
    ArgumentParseError: ({ externalFlagNameOrPlaceholder, input }) =>
      `--${externalFlagNameOrPlaceholder} takes no value ${quoted(input)}`,
  });
}

function quoted(input: string): string {
  return visible(JSON.stringify(input));
}
