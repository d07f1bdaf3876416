/*
 * ECMA-419 TCP and Listener for Linux, on GLib's main loop.
 *
 * Why not the SDK's (8.2.3, modules/io/socket/lin): it polls every socket each 20 ms with 1536 bytes at a time; a write that
 * fails and a peer that closes while bytes wait are never reported; closing with unread bytes resets the connection, so the
 * peer loses the answer; it always listens on every address; a port that is taken leaves a dangling reference behind; and
 * the timer of one in 65,536 connections never fires and is freed twice.
 *
 * As on a device: a small fixed buffer for sending in front of a small one in the kernel, so that a peer that does not read
 * is noticed after some 40 KiB. Everything runs on the main thread. A record lives until its last callback has returned.
 */

#define _GNU_SOURCE
#include "xsmc.h"
#include "mc.xs.h"

#include "builtinCommon.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <glib-unix.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

/* What one may write at once; near lwIP's default send buffer (5744), so that programs behave here as there. */
#define SEND_BYTES (5760)
#define KERNEL_SEND_BYTES (16384)
/* After our FIN the peer may still send; reading that for a while keeps the kernel from resetting the connection. */
#define LINGER_US (2 * G_USEC_PER_SEC)
#define LINGERING_MAX (64)
#define ACCEPT_MAX (8)
/* Out of file descriptors: look again after this, instead of at every turn of the loop. */
#define ACCEPT_PAUSE_MS (200)

typedef struct {
	GSource source;
	gpointer record;
} RecordSource;

typedef struct {
	xsMachine *the;
	xsSlot object;
	xsSlot *onReadable;
	xsSlot *onWritable;
	xsSlot *onError;
	GSource *source;
	gpointer tag;
	int fd;
	uint16_t port;
	char address[INET_ADDRSTRLEN];
	uint8_t format;
	uint8_t isConnecting;
	uint8_t isBroken;
	/* The peer has sent its FIN and everything before it was read; our side can still send. */
	uint8_t isEnded;
	uint8_t isErrorReported;
	/* The room for writing has changed from none or unknown. */
	uint8_t mustTellWritable;
	/* JavaScript has closed it; from then on it only sends what is left, and says goodbye. */
	uint8_t isClosed;
	uint8_t isFinSent;
	uint8_t isLingering;
	uint8_t deliveries;
	/* Of the bytes that onReadable told of, those that were not read yet. */
	int announced;
	int sendStart;
	int sendEnd;
	uint8_t sendBytes[SEND_BYTES];
} Tcp;

void xs_p1tcp_destructor(void *data);
static void tcpMark(xsMachine *the, void *data, xsMarkRoot markRoot);
static const xsHostHooks tcpHooks = {xs_p1tcp_destructor, tcpMark, NULL};
static int lingering = 0;

static void tcpMark(xsMachine *the, void *data, xsMarkRoot markRoot)
{
	Tcp *tcp = data;

	if (tcp->onReadable)
		(*markRoot)(the, tcp->onReadable);
	if (tcp->onWritable)
		(*markRoot)(the, tcp->onWritable);
	if (tcp->onError)
		(*markRoot)(the, tcp->onError);
}

static void tcpCloseSocket(Tcp *tcp)
{
	if (tcp->source) {
		g_source_destroy(tcp->source);
		g_source_unref(tcp->source);
		tcp->source = NULL;
		tcp->tag = NULL;
	}
	if (tcp->fd >= 0)
		close(tcp->fd);
	tcp->fd = -1;
	if (tcp->isLingering)
		lingering -= 1;
	tcp->isLingering = 0;
}

static void tcpFree(Tcp *tcp)
{
	tcpCloseSocket(tcp);
	free(tcp);
}

/* For an object that was never opened, or when the machine ends. */
void xs_p1tcp_destructor(void *data)
{
	if (data)
		tcpFree(data);
}

/* Tells the main loop what the record waits for. */
static void tcpWatch(Tcp *tcp)
{
	GIOCondition condition = 0;

	if (!tcp->source || !tcp->tag)
		return;
	if (tcp->isBroken) {
		/* Poll would report the broken socket again and again. */
		g_source_remove_unix_fd(tcp->source, tcp->tag);
		tcp->tag = NULL;
		return;
	}
	if (tcp->isConnecting || (tcp->sendEnd > tcp->sendStart))
		condition |= G_IO_OUT;
	if (!tcp->isConnecting && (tcp->isClosed || (!tcp->isEnded && (0 == tcp->announced))))
		condition |= G_IO_IN;
	g_source_modify_unix_fd(tcp->source, tcp->tag, condition);
}

/* Asks for a dispatch at the next turn of the loop. */
static void tcpWake(Tcp *tcp)
{
	if (tcp->source)
		g_source_set_ready_time(tcp->source, 0);
}

static void tcpBreak(Tcp *tcp)
{
	tcp->isBroken = 1;
	tcpWatch(tcp);
	tcpWake(tcp);
}

/* Sends what was left over; returns 0 when the connection is broken. */
static int tcpFlush(Tcp *tcp)
{
	while (tcp->sendStart < tcp->sendEnd) {
		ssize_t sent = send(tcp->fd, tcp->sendBytes + tcp->sendStart, tcp->sendEnd - tcp->sendStart, MSG_NOSIGNAL);

		if (sent < 0)
			return (EAGAIN == errno) || (EINTR == errno);
		tcp->sendStart += (int)sent;
	}
	tcp->sendStart = tcp->sendEnd = 0;
	return 1;
}

/* Closed by JavaScript: send the rest, then FIN, then read until the peer closes too or the time is up. */
static void tcpSayGoodbye(Tcp *tcp)
{
	uint8_t ignored[1024];
	int turns;

	if (tcp->isBroken || !tcpFlush(tcp))
		goto bail;
	if (tcp->sendEnd)
		return;
	if (!tcp->isFinSent) {
		tcp->isFinSent = 1;
		if (shutdown(tcp->fd, SHUT_WR))
			goto bail;
	}
	for (turns = 0; turns < 16; turns++) {
		ssize_t count = recv(tcp->fd, ignored, sizeof(ignored), 0);

		if (count > 0)
			continue;
		if ((count < 0) && ((EAGAIN == errno) || (EINTR == errno)))
			return;
		break;
	}
	if (16 == turns)
		return;
bail:
	tcpCloseSocket(tcp);
}

/* What happened on the socket; the callbacks follow in tcpDispatch. */
static void tcpPoll(Tcp *tcp, GIOCondition condition)
{
	if (tcp->isConnecting) {
		int error = 0;
		socklen_t length = sizeof(error);

		if (!condition)
			return;
		getsockopt(tcp->fd, SOL_SOCKET, SO_ERROR, &error, &length);
		if (error) {
			tcp->isBroken = 1;
			return;
		}
		if (!(condition & G_IO_OUT))
			return;
		tcp->isConnecting = 0;
		tcp->mustTellWritable = 1;
	}
	if ((condition & G_IO_OUT) && tcp->sendEnd) {
		if (!tcpFlush(tcp))
			tcp->isBroken = 1;
		else if (0 == tcp->sendEnd)
			tcp->mustTellWritable = 1;
	}
	/* With bytes waiting they come first, and the error is found when they have been read. */
	if ((condition & (G_IO_ERR | G_IO_HUP)) && (0 != tcp->announced))
		tcp->isBroken = 1;
}

/* Bytes that wait; when there are none although the socket is readable, the peer has closed or the link has broken. */
static int tcpReadable(Tcp *tcp)
{
	int count = 0;
	uint8_t byte;
	ssize_t peeked;

	if (!ioctl(tcp->fd, FIONREAD, &count) && (count > 0))
		return count;
	peeked = recv(tcp->fd, &byte, 1, MSG_PEEK);
	if (peeked > 0)
		return 1;
	if (0 == peeked)
		tcp->isEnded = 1;
	else if ((EAGAIN != errno) && (EINTR != errno))
		tcp->isBroken = 1;
	return 0;
}

static void tcpDeliver(Tcp *tcp, GIOCondition condition)
{
	xsMachine *the = tcp->the;

	if (tcp->mustTellWritable && !tcp->isBroken) {
		tcp->mustTellWritable = 0;
		if (tcp->onWritable) {
			xsBeginHost(the);
			xsmcSetInteger(xsResult, SEND_BYTES - tcp->sendEnd);
			xsCallFunction1(xsReference(tcp->onWritable), tcp->object, xsResult);
			xsEndHost(the);
		}
	}
	if (!tcp->isClosed && !tcp->isBroken && !tcp->isEnded && !tcp->isConnecting && (0 == tcp->announced)
			&& (condition & (G_IO_IN | G_IO_ERR | G_IO_HUP))) {
		tcp->announced = tcpReadable(tcp);
		if (tcp->announced && !tcp->onReadable)
			tcp->announced = 0;
		if (tcp->announced) {
			xsBeginHost(the);
			xsmcSetInteger(xsResult, tcp->announced);
			xsCallFunction1(xsReference(tcp->onReadable), tcp->object, xsResult);
			xsEndHost(the);
		}
	}
	if (!tcp->isClosed && (tcp->isBroken || tcp->isEnded) && !tcp->isErrorReported) {
		tcp->isErrorReported = 1;
		if (tcp->onError) {
			xsBeginHost(the);
			xsCallFunction0(xsReference(tcp->onError), tcp->object);
			xsEndHost(the);
		}
	}
}

static gboolean tcpDispatch(GSource *source, GSourceFunc callback, gpointer data)
{
	Tcp *tcp = ((RecordSource *)source)->record;
	GIOCondition condition = tcp->tag ? g_source_query_unix_fd(source, tcp->tag) : 0;
	gint64 readyTime = g_source_get_ready_time(source);

	(void)callback;
	(void)data;
	if (tcp->isClosed) {
		if ((readyTime > 0) && (g_source_get_time(source) >= readyTime))
			tcpCloseSocket(tcp);
		else
			tcpSayGoodbye(tcp);
	}
	else {
		g_source_set_ready_time(source, -1);
		tcp->deliveries += 1;
		tcpPoll(tcp, condition);
		tcpDeliver(tcp, condition);
		tcp->deliveries -= 1;
	}
	if (tcp->isClosed && (tcp->fd < 0)) {
		if (0 == tcp->deliveries)
			tcpFree(tcp);
		return G_SOURCE_REMOVE;
	}
	tcpWatch(tcp);
	return G_SOURCE_CONTINUE;
}

static GSourceFuncs tcpFunctions = {NULL, NULL, tcpDispatch, NULL, NULL, NULL};

static void tcpAttach(Tcp *tcp)
{
	int one = 1, bytes = KERNEL_SEND_BYTES;

	setsockopt(tcp->fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof(one));
	setsockopt(tcp->fd, SOL_SOCKET, SO_SNDBUF, &bytes, sizeof(bytes));
	tcp->source = g_source_new(&tcpFunctions, sizeof(RecordSource));
	((RecordSource *)tcp->source)->record = tcp;
	tcp->tag = g_source_add_unix_fd(tcp->source, tcp->fd, tcp->isConnecting ? G_IO_OUT : G_IO_IN);
	g_source_attach(tcp->source, NULL);
}

/* Opens the connection that the options ask for; returns why it cannot, or NULL. */
static const char *tcpConnect(Tcp *tcp, int port)
{
	struct sockaddr_in peer = {0};

	peer.sin_family = AF_INET;
	peer.sin_port = htons((uint16_t)port);
	if ((port < 1) || (port > 65535))
		return "invalid port";
	if (1 != inet_pton(AF_INET, tcp->address, &peer.sin_addr))
		return "invalid address";
	tcp->port = (uint16_t)port;
	tcp->fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	if (tcp->fd < 0)
		return "no socket";
	tcp->isConnecting = 1;
	/* A network that is down is an error like any other: reported later. */
	if (connect(tcp->fd, (struct sockaddr *)&peer, sizeof(peer)) && (EINPROGRESS != errno))
		tcp->isBroken = 1;
	return NULL;
}

/* (options): {address, port} connects, {from} takes over; without options it is what a listener fills in. */
void xs_p1tcp_constructor(xsMachine *the)
{
	Tcp *tcp;

	xsmcVars(1);
	tcp = calloc(1, sizeof(Tcp));
	if (!tcp)
		xsRangeError("no memory");
	tcp->the = the;
	tcp->fd = -1;
	tcp->format = kIOFormatBuffer;
	xsmcSetHostData(xsThis, tcp);
	xsSetHostHooks(xsThis, (xsHostHooks *)&tcpHooks);
	if (!xsmcArgc || (xsUndefinedType == xsmcTypeOf(xsArg(0))))
		return;

	/* From here on a throw leaves a record that the garbage collector frees. */
	tcp->onReadable = builtinGetCallback(the, xsID_onReadable);
	tcp->onWritable = builtinGetCallback(the, xsID_onWritable);
	tcp->onError = builtinGetCallback(the, xsID_onError);
	tcp->format = builtinInitializeFormat(the, kIOFormatBuffer);
	if ((kIOFormatNumber != tcp->format) && (kIOFormatBuffer != tcp->format))
		xsRangeError("unimplemented format");
	if (xsmcHas(xsArg(0), xsID_from)) {
		Tcp *from;

		xsmcGet(xsVar(0), xsArg(0), xsID_from);
		from = xsmcGetHostDataValidate(xsVar(0), (void *)&tcpHooks);
		if ((from->fd < 0) || from->source)
			xsUnknownError("invalid from");
		tcp->fd = from->fd;
		tcp->port = from->port;
		memcpy(tcp->address, from->address, sizeof(tcp->address));
		from->fd = -1;
		tcp->mustTellWritable = 1;
	}
	else {
		const char *why;

		xsmcGet(xsVar(0), xsArg(0), xsID_address);
		xsmcToStringBuffer(xsVar(0), tcp->address, sizeof(tcp->address));
		xsmcGet(xsVar(0), xsArg(0), xsID_port);
		why = tcpConnect(tcp, xsmcToInteger(xsVar(0)));
		if (why)
			xsUnknownError("%s", why);
	}
	builtinInitializeTarget(the);
	tcp->object = xsThis;
	xsRemember(tcp->object);
	tcpAttach(tcp);
	if (tcp->isBroken)
		tcpBreak(tcp);
	else if (tcp->mustTellWritable)
		tcpWake(tcp);
}

/* (abort): idempotent; with `abort` the peer gets a reset and what was not sent is dropped. */
void xs_p1tcp_close(xsMachine *the)
{
	Tcp *tcp = xsmcGetHostData(xsThis);
	int isAbort = (xsmcArgc > 0) && xsmcTest(xsArg(0));
	int isOpen;

	if (!tcp)
		return;
	tcp = xsmcGetHostDataValidate(xsThis, (void *)&tcpHooks);
	isOpen = tcp->source != NULL;
	xsmcSetHostData(xsThis, NULL);
	xsmcSetHostDestructor(xsThis, NULL);
	if (isOpen)
		xsForget(tcp->object);
	tcp->isClosed = 1;
	tcp->onReadable = tcp->onWritable = tcp->onError = NULL;
	if (isAbort && (tcp->fd >= 0)) {
		struct linger reset = {1, 0};

		setsockopt(tcp->fd, SOL_SOCKET, SO_LINGER, &reset, sizeof(reset));
	}
	if (!isOpen || isAbort || tcp->isBroken || tcp->isConnecting || (lingering >= LINGERING_MAX))
		tcpCloseSocket(tcp);
	else {
		lingering += 1;
		tcp->isLingering = 1;
		tcpSayGoodbye(tcp);
		if (tcp->source)
			g_source_set_ready_time(tcp->source, g_get_monotonic_time() + LINGER_US);
		tcpWatch(tcp);
	}
	if ((tcp->fd < 0) && (0 == tcp->deliveries))
		tcpFree(tcp);
}

/* (): all that waits; (count): so many bytes; (buffer): fills it. Undefined when nothing waits; asking for more throws. */
void xs_p1tcp_read(xsMachine *the)
{
	Tcp *tcp = xsmcGetHostDataValidate(xsThis, (void *)&tcpHooks);
	void *bytes;
	xsUnsignedValue length;
	uint8_t byte;
	ssize_t count;
	int available = 0;

	if ((tcp->fd < 0) || ioctl(tcp->fd, FIONREAD, &available) || (available <= 0))
		return;
	if (kIOFormatNumber == tcp->format) {
		bytes = &byte;
		length = 1;
	}
	else if ((xsmcArgc > 0) && (xsReferenceType == xsmcTypeOf(xsArg(0))))
		xsmcGetBufferWritable(xsArg(0), &bytes, &length);
	else {
		int wanted = ((xsmcArgc > 0) && (xsUndefinedType != xsmcTypeOf(xsArg(0)))) ? xsmcToInteger(xsArg(0)) : available;

		if ((wanted <= 0) || (wanted > available))
			xsUnknownError("invalid");
		length = (xsUnsignedValue)wanted;
		bytes = xsmcSetArrayBuffer(xsResult, NULL, length);
	}
	if (!length || (length > (xsUnsignedValue)available))
		xsUnknownError("invalid");
	count = recv(tcp->fd, bytes, length, 0);
	if (count != (ssize_t)length) {
		tcpBreak(tcp);
		xsUnknownError("broken");
	}
	tcp->announced = (tcp->announced > (int)length) ? (tcp->announced - (int)length) : 0;
	if (0 == tcp->announced)
		tcpWatch(tcp);
	if (kIOFormatNumber == tcp->format)
		xsmcSetInteger(xsResult, byte);
	else if ((xsmcArgc > 0) && (xsReferenceType == xsmcTypeOf(xsArg(0))))
		xsmcSetInteger(xsResult, (xsIntegerValue)length);
}

/* (buffer or byte): all or nothing; returns how many more fit, or undefined when the connection is broken. */
void xs_p1tcp_write(xsMachine *the)
{
	Tcp *tcp = xsmcGetHostDataValidate(xsThis, (void *)&tcpHooks);
	void *bytes;
	xsUnsignedValue length;
	uint8_t byte;
	ssize_t sent = 0;

	if ((tcp->fd < 0) || tcp->isBroken)
		return;
	if (tcp->isConnecting)
		xsUnknownError("not ready");
	if (kIOFormatNumber == tcp->format) {
		byte = (uint8_t)xsmcToInteger(xsArg(0));
		bytes = &byte;
		length = 1;
	}
	else
		xsmcGetBufferReadable(xsArg(0), &bytes, &length);
	if (length > (xsUnsignedValue)(SEND_BYTES - tcp->sendEnd))
		xsUnknownError("would block");
	if (length && (0 == tcp->sendEnd)) {
		sent = send(tcp->fd, bytes, length, MSG_NOSIGNAL);
		if (sent < 0) {
			if ((EAGAIN != errno) && (EINTR != errno)) {
				tcpBreak(tcp);
				return;
			}
			sent = 0;
		}
	}
	if ((xsUnsignedValue)sent < length) {
		memcpy(tcp->sendBytes + tcp->sendEnd, (uint8_t *)bytes + sent, length - (size_t)sent);
		tcp->sendEnd += (int)(length - (size_t)sent);
		tcpWatch(tcp);
	}
	xsmcSetInteger(xsResult, SEND_BYTES - tcp->sendEnd);
}

void xs_p1tcp_get_remote_address(xsMachine *the)
{
	Tcp *tcp = xsmcGetHostDataValidate(xsThis, (void *)&tcpHooks);

	xsmcSetString(xsResult, tcp->address);
}

void xs_p1tcp_get_remote_port(xsMachine *the)
{
	Tcp *tcp = xsmcGetHostDataValidate(xsThis, (void *)&tcpHooks);

	xsmcSetInteger(xsResult, tcp->port);
}

void xs_p1tcp_get_format(xsMachine *the)
{
	Tcp *tcp = xsmcGetHostDataValidate(xsThis, (void *)&tcpHooks);

	builtinGetFormat(the, tcp->format);
}

void xs_p1tcp_set_format(xsMachine *the)
{
	Tcp *tcp = xsmcGetHostDataValidate(xsThis, (void *)&tcpHooks);
	uint8_t format = builtinSetFormat(the);

	if ((kIOFormatNumber != format) && (kIOFormatBuffer != format))
		xsRangeError("unimplemented format");
	tcp->format = format;
}

/*
 * Listener
 */

typedef struct {
	xsMachine *the;
	xsSlot object;
	xsSlot *onReadable;
	guint source;
	int fd;
	int accepted[ACCEPT_MAX];
	struct sockaddr_in peers[ACCEPT_MAX];
	int acceptedStart;
	int acceptedEnd;
	uint8_t isClosed;
	uint8_t isDelivering;
} Listener;

void xs_p1listener_destructor(void *data);
static void listenerMark(xsMachine *the, void *data, xsMarkRoot markRoot);
static gboolean listenerReadable(gint fd, GIOCondition condition, gpointer data);
static const xsHostHooks listenerHooks = {xs_p1listener_destructor, listenerMark, NULL};

static void listenerMark(xsMachine *the, void *data, xsMarkRoot markRoot)
{
	Listener *listener = data;

	if (listener->onReadable)
		(*markRoot)(the, listener->onReadable);
}

static void listenerDropAccepted(Listener *listener)
{
	while (listener->acceptedStart < listener->acceptedEnd)
		close(listener->accepted[listener->acceptedStart++]);
	listener->acceptedStart = listener->acceptedEnd = 0;
}

static void listenerRelease(Listener *listener)
{
	if (listener->source)
		g_source_remove(listener->source);
	listener->source = 0;
	if (listener->fd >= 0)
		close(listener->fd);
	listener->fd = -1;
	listenerDropAccepted(listener);
	if (!listener->isDelivering)
		free(listener);
}

void xs_p1listener_destructor(void *data)
{
	if (data)
		listenerRelease(data);
}

static gboolean listenerResume(gpointer data)
{
	Listener *listener = data;

	listener->source = g_unix_fd_add(listener->fd, G_IO_IN, listenerReadable, listener);
	return G_SOURCE_REMOVE;
}

static gboolean listenerReadable(gint fd, GIOCondition condition, gpointer data)
{
	Listener *listener = data;
	int isExhausted = 0;

	(void)condition;
	while (listener->acceptedEnd < ACCEPT_MAX) {
		struct sockaddr_in *peer = &listener->peers[listener->acceptedEnd];
		socklen_t length = sizeof(*peer);
		int accepted = accept4(fd, (struct sockaddr *)peer, &length, SOCK_NONBLOCK | SOCK_CLOEXEC);

		if (accepted < 0) {
			isExhausted = (EMFILE == errno) || (ENFILE == errno) || (ENOBUFS == errno) || (ENOMEM == errno);
			break;
		}
		listener->accepted[listener->acceptedEnd++] = accepted;
	}
	if (listener->acceptedEnd && listener->onReadable) {
		xsMachine *the = listener->the;

		listener->isDelivering = 1;
		xsBeginHost(the);
		xsmcSetInteger(xsResult, listener->acceptedEnd);
		xsCallFunction1(xsReference(listener->onReadable), listener->object, xsResult);
		xsEndHost(the);
		listener->isDelivering = 0;
		if (listener->isClosed) {
			free(listener);
			return G_SOURCE_REMOVE;
		}
	}
	/* Nobody took these. */
	listenerDropAccepted(listener);
	if (isExhausted) {
		listener->source = g_timeout_add(ACCEPT_PAUSE_MS, listenerResume, listener);
		return G_SOURCE_REMOVE;
	}
	return G_SOURCE_CONTINUE;
}

/* Opens the listening socket; returns 0, or errno. */
static int listenerOpen(Listener *listener, const char *address, int port)
{
	struct sockaddr_in own = {0};
	int one = 1;

	own.sin_family = AF_INET;
	own.sin_port = htons((uint16_t)port);
	own.sin_addr.s_addr = htonl(INADDR_ANY);
	if (address[0] && (1 != inet_pton(AF_INET, address, &own.sin_addr)))
		return EINVAL;
	listener->fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	if (listener->fd < 0)
		return errno;
	setsockopt(listener->fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof(one));
	if (bind(listener->fd, (struct sockaddr *)&own, sizeof(own)) || listen(listener->fd, 16))
		return errno;
	return 0;
}

/* ({port, address?, onReadable, target?}) */
void xs_p1listener_constructor(xsMachine *the)
{
	Listener *listener;
	char address[INET_ADDRSTRLEN] = "";
	int port = 0;
	int error;

	xsmcVars(1);
	listener = calloc(1, sizeof(Listener));
	if (!listener)
		xsRangeError("no memory");
	listener->the = the;
	listener->fd = -1;
	/* From here on a throw leaves a record that the garbage collector frees. */
	xsmcSetHostData(xsThis, listener);
	xsSetHostHooks(xsThis, (xsHostHooks *)&listenerHooks);
	if (xsmcHas(xsArg(0), xsID_port)) {
		xsmcGet(xsVar(0), xsArg(0), xsID_port);
		port = xsmcToInteger(xsVar(0));
		if ((port < 0) || (port > 65535))
			xsRangeError("invalid port");
	}
	if (xsmcHas(xsArg(0), xsID_address)) {
		xsmcGet(xsVar(0), xsArg(0), xsID_address);
		xsmcToStringBuffer(xsVar(0), address, sizeof(address));
	}
	listener->onReadable = builtinGetCallback(the, xsID_onReadable);
	error = listenerOpen(listener, address, port);
	if (error)
		xsUnknownError("%s", strerror(error));
	builtinInitializeTarget(the);
	listener->object = xsThis;
	xsRemember(listener->object);
	listener->source = g_unix_fd_add(listener->fd, G_IO_IN, listenerReadable, listener);
}

void xs_p1listener_close(xsMachine *the)
{
	Listener *listener = xsmcGetHostData(xsThis);

	if (!listener)
		return;
	listener = xsmcGetHostDataValidate(xsThis, (void *)&listenerHooks);
	xsForget(listener->object);
	xsmcSetHostData(xsThis, NULL);
	xsmcSetHostDestructor(xsThis, NULL);
	listener->isClosed = 1;
	listener->onReadable = NULL;
	listenerRelease(listener);
}

/* (tcp): gives the next accepted connection to `tcp`, a fresh TCP without options, and returns it; undefined when none waits. */
void xs_p1listener_read(xsMachine *the)
{
	Listener *listener = xsmcGetHostDataValidate(xsThis, (void *)&listenerHooks);
	Tcp *tcp = xsmcGetHostDataValidate(xsArg(0), (void *)&tcpHooks);
	int index = listener->acceptedStart;

	if (index >= listener->acceptedEnd)
		return;
	listener->acceptedStart += 1;
	tcp->fd = listener->accepted[index];
	tcp->port = ntohs(listener->peers[index].sin_port);
	inet_ntop(AF_INET, &listener->peers[index].sin_addr, tcp->address, sizeof(tcp->address));
	xsResult = xsArg(0);
}

void xs_p1listener_get_port(xsMachine *the)
{
	Listener *listener = xsmcGetHostDataValidate(xsThis, (void *)&listenerHooks);
	struct sockaddr_in own;
	socklen_t length = sizeof(own);

	if (!getsockname(listener->fd, (struct sockaddr *)&own, &length))
		xsmcSetInteger(xsResult, ntohs(own.sin_port));
}
