/* The SDK's modules/base/timer/modTimer.h, as far as it is used. */
#ifndef FAKE_MOD_TIMER_H
#define FAKE_MOD_TIMER_H

typedef struct FakeTimer *modTimer;
typedef void (*modTimerCallback)(modTimer timer, void *refcon, int refconSize);

modTimer modTimerAdd(int firstInterval, int secondInterval, modTimerCallback callback, void *refcon, int refconSize);
void modTimerRemove(modTimer timer);

#endif
