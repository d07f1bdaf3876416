/** A value as JSON in ASCII: other characters become `\u` escapes. The value must not lie in flash: XS refuses to stringify that. */
export function asciiJson(value: unknown): string {
	const json = JSON.stringify(value);
	let ascii = "";
	let copied = 0;
	for (let i = 0; i < json.length; i++) {
		const unit = json.charCodeAt(i);
		if (unit < 0x7f) continue;
		ascii += `${json.slice(copied, i)}\\u${unit.toString(16).padStart(4, "0")}`;
		copied = i + 1;
	}
	return ascii + json.slice(copied);
}
