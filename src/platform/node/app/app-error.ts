/** Why the app cannot run; the message is for people and says what to do. */
export class AppError extends Error {
	constructor(message: string) {
		super(message);
		this.name = "AppError";
	}
}
