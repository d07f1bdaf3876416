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
	write(buffer) {
		return native("xs_p1serial_write").call(this, buffer);
	}
	get format() {
		return "buffer";
	}
	get overflowCount() {
		return native("xs_p1serial_get_overflow").call(this);
	}
	get framingCount() {
		return native("xs_p1serial_get_framing").call(this);
	}
	get parityCount() {
		return native("xs_p1serial_get_parity").call(this);
	}
	get breakCount() {
		return native("xs_p1serial_get_break").call(this);
	}
	get missedReportCount() {
		return native("xs_p1serial_get_missed").call(this);
	}
}

export default P1Serial;
