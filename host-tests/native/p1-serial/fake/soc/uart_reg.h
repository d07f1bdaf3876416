/* Bits of UART_INT_ENA_REG (ESP32-C3 TRM, UART registers). */
#ifndef FAKE_UART_REG_H
#define FAKE_UART_REG_H

#define UART_RXFIFO_FULL_INT_ENA (1u << 0)
#define UART_PARITY_ERR_INT_ENA (1u << 2)
#define UART_FRM_ERR_INT_ENA (1u << 3)
#define UART_RXFIFO_OVF_INT_ENA (1u << 4)
#define UART_BRK_DET_INT_ENA (1u << 7)
#define UART_RXFIFO_TOUT_INT_ENA (1u << 8)

#endif
