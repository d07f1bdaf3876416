/* The identifiers that mcconfig would generate. */
#ifndef FAKE_MC_XS_H
#define FAKE_MC_XS_H

enum {
	xsID_receive = 1,
	xsID_port,
	xsID_baud,
	xsID_dataBits,
	xsID_parity,
	xsID_invert,
	xsID_ringBytes,
	xsID_target,
	xsID_onReadable,
	xsID_onError,
	FAKE_ID_COUNT
};

#endif
