#ifndef FAKE_QUEUE_H
#define FAKE_QUEUE_H

#include "freertos/FreeRTOS.h"

typedef struct FakeQueue *QueueHandle_t;

BaseType_t xQueueReceive(QueueHandle_t queue, void *item, TickType_t ticksToWait);
BaseType_t xQueueReset(QueueHandle_t queue);

#endif
