/* Described in p1-serial.d.ts; implemented in p1-serial.c. */
class P1Serial extends Native("xs_p1serial_destructor") {
	constructor(options) {
		super();
		native("xs_p1serial_constructor").call(this, options);
	}
	close() {
		return native("xs_p1serial_close").call(this);
	}
	read(buffer) {
		return native("xs_p1serial_read").call(this, buffer);
	}
}

export default P1Serial;
