import TCP from "embedded:io/socket/tcp";

/* Implemented in linux-socket.c; in the place of the SDK's embedded:io/socket/listener. */
class Listener extends Native("xs_p1listener_destructor") {
	constructor(options) {
		super();
		native("xs_p1listener_constructor").call(this, options);
	}
	close() {
		return native("xs_p1listener_close").call(this);
	}
	read() {
		return native("xs_p1listener_read").call(this, new TCP());
	}
	get port() {
		return native("xs_p1listener_get_port").call(this);
	}
	get format() {
		return "socket/tcp";
	}
	set format(format) {
		if (format !== "socket/tcp") throw new RangeError();
	}
}

export default Listener;
