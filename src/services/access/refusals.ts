import type { HttpFault } from "../../http/faults.js";
import type { HeaderList } from "../../http/message.js";

function refusal(status: number, code: string, message: string): HttpFault {
	return Object.freeze({ status, code, message });
}

/** What the guard answers, in its own words. */
export const UNKNOWN_HOST = refusal(
	421,
	"unknown-host",
	"This name is not known here. Use the IP address, or add the name to the setting httpNames.",
);
export const FOREIGN_ORIGIN = refusal(
	403,
	"foreign-origin",
	"Pages of other sites may ask nothing here. If this is your proxy, add its name to the setting httpNames.",
);
export const NO_CREDENTIALS = refusal(
	401,
	"no-credentials",
	"The owner's password is needed here: curl -u owner ADDRESS. To read, a token does too: Authorization: Bearer TOKEN.",
);
export const BAD_CREDENTIALS = refusal(
	401,
	"bad-credentials",
	"This session or token is not known: it has ended, or was removed. Give the password again.",
);
export const WRONG_PASSWORD = refusal(401, "wrong-password", "The password is wrong.");
export const PASSWORD_ITSELF = refusal(
	403,
	"password-itself",
	"The password itself is needed here, not a session or a token: curl -u owner ADDRESS",
);
export const READING_ONLY = refusal(
	403,
	"reading-only",
	"This token is for reading. Changes need the owner's password.",
);
export const TOO_MANY_GUESSES = refusal(
	429,
	"too-many-guesses",
	"Too many wrong passwords. Wait as long as Retry-After says, then try again.",
);
/** With {@link BUSY_CHECKING}: a time in seconds. */
export const BUSY_HEADERS: HeaderList = Object.freeze(["Retry-After", "3"]);
export const BUSY_CHECKING = refusal(503, "busy", "Other passwords are being checked. Try again in a few seconds.");
/** The code of an answer where no password was chosen; how to choose one differs by platform. */
export const NO_PASSWORD_CODE = "no-password";
