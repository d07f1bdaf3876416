/*
 * ECMA-419 UDP for Linux, on GLib's main loop.
 *
 * Why not the SDK's (8.2.3, modules/io/socket/lin/udp.c): it takes one datagram each 20 ms, cannot tell the port that the
 * system chose, always receives on every address, and knows no multicast.
 */

#define _GNU_SOURCE
#include "xsmc.h"
#include "mc.xs.h"

#include "builtinCommon.h"

#include <arpa/inet.h>
#include <errno.h>
#include <glib-unix.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define DATAGRAM_BYTES_MAX (2048)

typedef struct {
	xsMachine *the;
	xsSlot object;
	xsSlot *onReadable;
	guint source;
	int fd;
	uint8_t isClosed;
	uint8_t isDelivering;
} Udp;

void xs_p1udp_destructor(void *data);
static void udpMark(xsMachine *the, void *data, xsMarkRoot markRoot);
static const xsHostHooks udpHooks = {xs_p1udp_destructor, udpMark, NULL};

static void udpMark(xsMachine *the, void *data, xsMarkRoot markRoot)
{
	Udp *udp = data;

	if (udp->onReadable)
		(*markRoot)(the, udp->onReadable);
}

static void udpRelease(Udp *udp)
{
	if (udp->source)
		g_source_remove(udp->source);
	udp->source = 0;
	if (udp->fd >= 0)
		close(udp->fd);
	udp->fd = -1;
	if (!udp->isDelivering)
		free(udp);
}

void xs_p1udp_destructor(void *data)
{
	if (data)
		udpRelease(data);
}

static gboolean udpReadable(gint fd, GIOCondition condition, gpointer data)
{
	Udp *udp = data;
	xsMachine *the = udp->the;

	(void)fd;
	(void)condition;
	udp->isDelivering = 1;
	xsBeginHost(the);
	xsmcSetInteger(xsResult, 1);
	xsCallFunction1(xsReference(udp->onReadable), udp->object, xsResult);
	xsEndHost(the);
	udp->isDelivering = 0;
	if (udp->isClosed) {
		free(udp);
		return G_SOURCE_REMOVE;
	}
	return G_SOURCE_CONTINUE;
}

/* Opens the socket; returns 0, or errno. `group` and `address` are empty when absent. */
static int udpOpen(Udp *udp, const char *address, int port, const char *group, int timeToLive)
{
	struct sockaddr_in own = {0};
	int one = 1;

	own.sin_family = AF_INET;
	own.sin_port = htons((uint16_t)port);
	own.sin_addr.s_addr = htonl(INADDR_ANY);
	if (address[0] && (1 != inet_pton(AF_INET, address, &own.sin_addr)))
		return EINVAL;
	udp->fd = socket(AF_INET, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	if (udp->fd < 0)
		return errno;
	if (group[0]) {
		struct ip_mreqn membership = {0};

		if (1 != inet_pton(AF_INET, group, &membership.imr_multiaddr))
			return EINVAL;
		/* Several programs may listen to one group and port. */
		setsockopt(udp->fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof(one));
		setsockopt(udp->fd, IPPROTO_IP, IP_MULTICAST_TTL, &timeToLive, sizeof(timeToLive));
		if (bind(udp->fd, (struct sockaddr *)&own, sizeof(own)))
			return errno;
		if (setsockopt(udp->fd, IPPROTO_IP, IP_ADD_MEMBERSHIP, &membership, sizeof(membership)))
			return errno;
		return 0;
	}
	return bind(udp->fd, (struct sockaddr *)&own, sizeof(own)) ? errno : 0;
}

static int udpGetInteger(xsMachine *the, xsIdentifier id, int fallback)
{
	int result = fallback;

	if (xsmcHas(xsArg(0), id)) {
		xsmcGet(xsVar(0), xsArg(0), id);
		result = xsmcToInteger(xsVar(0));
	}
	return result;
}

static void udpGetText(xsMachine *the, xsIdentifier id, char *text)
{
	text[0] = 0;
	if (xsmcHas(xsArg(0), id)) {
		xsmcGet(xsVar(0), xsArg(0), id);
		xsmcToStringBuffer(xsVar(0), text, INET_ADDRSTRLEN);
	}
}

/* ({port?, address?, multicast?, timeToLive?, onReadable?, target?}) */
void xs_p1udp_constructor(xsMachine *the)
{
	char address[INET_ADDRSTRLEN], group[INET_ADDRSTRLEN];
	Udp *udp;
	int port, error;

	xsmcVars(1);
	udp = calloc(1, sizeof(Udp));
	if (!udp)
		xsRangeError("no memory");
	udp->the = the;
	udp->fd = -1;
	/* From here on a throw leaves a record that the garbage collector frees. */
	xsmcSetHostData(xsThis, udp);
	xsSetHostHooks(xsThis, (xsHostHooks *)&udpHooks);
	port = udpGetInteger(the, xsID_port, 0);
	if ((port < 0) || (port > 65535))
		xsRangeError("invalid port");
	udpGetText(the, xsID_address, address);
	udpGetText(the, xsID_multicast, group);
	udp->onReadable = builtinGetCallback(the, xsID_onReadable);
	error = udpOpen(udp, address, port, group, udpGetInteger(the, xsID_timeToLive, 1));
	if (error)
		xsUnknownError("%s", strerror(error));
	builtinInitializeTarget(the);
	udp->object = xsThis;
	xsRemember(udp->object);
	if (udp->onReadable)
		udp->source = g_unix_fd_add(udp->fd, G_IO_IN, udpReadable, udp);
}

void xs_p1udp_close(xsMachine *the)
{
	Udp *udp = xsmcGetHostData(xsThis);

	if (!udp)
		return;
	udp = xsmcGetHostDataValidate(xsThis, (void *)&udpHooks);
	xsForget(udp->object);
	xsmcSetHostData(xsThis, NULL);
	xsmcSetHostDestructor(xsThis, NULL);
	udp->isClosed = 1;
	udp->onReadable = NULL;
	udpRelease(udp);
}

/* (): the next datagram as ArrayBuffer with `address` and `port`, or undefined when none waits. */
void xs_p1udp_read(xsMachine *the)
{
	Udp *udp = xsmcGetHostDataValidate(xsThis, (void *)&udpHooks);
	uint8_t bytes[DATAGRAM_BYTES_MAX];
	char address[INET_ADDRSTRLEN];
	struct sockaddr_in peer = {0};
	socklen_t length = sizeof(peer);
	ssize_t count;

	do {
		count = recvfrom(udp->fd, bytes, sizeof(bytes), 0, (struct sockaddr *)&peer, &length);
		/* What an earlier datagram met on its way is no news for us. */
	} while ((count < 0) && ((EINTR == errno) || (ECONNREFUSED == errno)));
	if (count < 0)
		return;
	xsmcVars(1);
	xsmcSetArrayBuffer(xsResult, bytes, (xsIntegerValue)count);
	xsmcSetInteger(xsVar(0), ntohs(peer.sin_port));
	xsmcSet(xsResult, xsID_port, xsVar(0));
	inet_ntop(AF_INET, &peer.sin_addr, address, sizeof(address));
	xsmcSetString(xsVar(0), address);
	xsmcSet(xsResult, xsID_address, xsVar(0));
}

/* (buffer, address, port): throws when it cannot be sent. */
void xs_p1udp_write(xsMachine *the)
{
	Udp *udp = xsmcGetHostDataValidate(xsThis, (void *)&udpHooks);
	struct sockaddr_in peer = {0};
	char address[INET_ADDRSTRLEN];
	int port = xsmcToInteger(xsArg(2));
	xsUnsignedValue length;
	void *bytes;

	xsmcToStringBuffer(xsArg(1), address, sizeof(address));
	peer.sin_family = AF_INET;
	peer.sin_port = htons((uint16_t)port);
	if ((port < 1) || (port > 65535) || (1 != inet_pton(AF_INET, address, &peer.sin_addr)))
		xsRangeError("invalid destination");
	xsmcGetBufferReadable(xsArg(0), &bytes, &length);
	if (sendto(udp->fd, bytes, length, 0, (struct sockaddr *)&peer, sizeof(peer)) < 0)
		xsUnknownError("%s", strerror(errno));
}

void xs_p1udp_get_port(xsMachine *the)
{
	Udp *udp = xsmcGetHostDataValidate(xsThis, (void *)&udpHooks);
	struct sockaddr_in own;
	socklen_t length = sizeof(own);

	if (!getsockname(udp->fd, (struct sockaddr *)&own, &length))
		xsmcSetInteger(xsResult, ntohs(own.sin_port));
}
