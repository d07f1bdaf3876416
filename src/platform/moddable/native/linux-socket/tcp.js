/* Implemented in linux-socket.c; in the place of the SDK's embedded:io/socket/tcp. */
class TCP extends Native("xs_p1tcp_destructor") {
	constructor(options) {
		super();
		native("xs_p1tcp_constructor").call(this, options);
	}
	close(abort) {
		return native("xs_p1tcp_close").call(this, abort);
	}
	read(count) {
		return native("xs_p1tcp_read").call(this, count);
	}
	write(bytes) {
		return native("xs_p1tcp_write").call(this, bytes);
	}
	get remoteAddress() {
		return native("xs_p1tcp_get_remote_address").call(this);
	}
	get remotePort() {
		return native("xs_p1tcp_get_remote_port").call(this);
	}
	get format() {
		return native("xs_p1tcp_get_format").call(this);
	}
	set format(format) {
		native("xs_p1tcp_set_format").call(this, format);
	}
}

export default TCP;
