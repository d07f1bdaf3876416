/**
 * What mcconfig generates as mc.ffi.d.ts from the "ffi" parts of the manifests beside this file, for a tsc without the SDK.
 * host-tests/native/ffi.test.ts compares it with the manifests.
 */
declare module "mc/ffi" {
	export default class FFI {
		p1_restart(): void;
		p1_reset_reason(): string;
		p1_image_board(): string;
		p1_image_slot(): string;
		p1_image_is_pending(): number;
		p1_image_mark_valid(): number;
		p1_image_roll_back(): number;
		p1_brown_out_count(): number;
		p1_free_heap_bytes(): number;
		p1_minimum_free_heap_bytes(): number;
		p1_mac_address(): string;
		p1_wifi_start(arg0: number, arg1: number, arg2: number): number;
		p1_wifi_set_power(arg0: number): number;
		p1_wifi_power(): number;
		p1_wifi_set_power_save(arg0: number): number;
		p1_wifi_disconnect_reason(): number;
		p1_wifi_join(arg0: string, arg1: string, arg2: number): number;
		p1_wifi_leave(): number;
		p1_wifi_is_associated(): number;
		p1_wifi_disconnections(): number;
		p1_wifi_access_point_start(arg0: string, arg1: string, arg2: number): number;
		p1_wifi_access_point_stop(): number;
		p1_wifi_ask_gateway(): number;
		p1_pbkdf2_state_bytes(): number;
		p1_pbkdf2_start(arg0: ArrayBuffer, arg1: ArrayBuffer, arg2: number, arg3: ArrayBuffer, arg4: number): void;
		p1_pbkdf2_step(arg0: ArrayBuffer, arg1: number): void;
		p1_pbkdf2_key(arg0: ArrayBuffer, arg1: ArrayBuffer): void;
		p1_sha256(arg0: ArrayBuffer, arg1: number, arg2: ArrayBuffer): void;
		p1_sha256_state_bytes(): number;
		p1_sha256_begin(arg0: ArrayBuffer): void;
		p1_sha256_add(arg0: ArrayBuffer, arg1: ArrayBuffer, arg2: number, arg3: number): void;
		p1_sha256_end(arg0: ArrayBuffer, arg1: ArrayBuffer): void;
		p1_random_fill(arg0: ArrayBuffer, arg1: number): number;
		p1_console_open(): number;
		p1_console_read(arg0: ArrayBuffer, arg1: number): number;
		p1_console_write(arg0: ArrayBuffer, arg1: number, arg2: number): number;
		p1_console_close(): void;
	}
}
