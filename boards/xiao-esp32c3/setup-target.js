// Made by npm run boards. The SDK calls this before main; nothing on this board needs it.
export default function (done) {
	done?.();
}
