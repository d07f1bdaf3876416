/** Short lines for people. No secret and no telegram content may be in them. */
export interface Log {
	info(line: string): void;
	warn(line: string): void;
}
