/* lwIP is a git submodule of ESP-IDF that the checks do without; xsPlatform.h includes it for modules with sockets. */
