// Made by npm run boards. The SDK calls this before main, and so before the radio starts.
import Digital from "pins/digital";

export default function (done) {
	Digital.write(3, 0); // antenna switch on
	Digital.write(14, 0); // built-in antenna
	done?.();
}
