/* Implemented in linux-udp.c; in the place of the SDK's embedded:io/socket/udp. */
class UDP extends Native("xs_p1udp_destructor") {
	constructor(options) {
		super();
		native("xs_p1udp_constructor").call(this, options);
	}
	close() {
		return native("xs_p1udp_close").call(this);
	}
	read() {
		return native("xs_p1udp_read").call(this);
	}
	write(bytes, address, port) {
		return native("xs_p1udp_write").call(this, bytes, address, port);
	}
	get port() {
		return native("xs_p1udp_get_port").call(this);
	}
	get format() {
		return "buffer";
	}
	set format(format) {
		if (format !== "buffer") throw new RangeError();
	}
}

export default UDP;
