#include <stdint.h>
#include <sys/types.h>

typedef int8_t err_t;
typedef struct {
	uint32_t addr;
} ip4_addr_t;

struct eth_addr {
	uint8_t addr[6];
};

struct netif {
	ip4_addr_t gateway;
};

#define netif_ip4_gw(netif) ((const ip4_addr_t *)&(netif)->gateway)

ssize_t etharp_find_addr(struct netif *netif, const ip4_addr_t *address, struct eth_addr **ethernet, const ip4_addr_t **found);
void etharp_cleanup_netif(struct netif *netif);
err_t etharp_request(struct netif *netif, const ip4_addr_t *address);
