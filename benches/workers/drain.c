// The load client of the benchmark of workers: connects clients, subscribes, and counts bytes without copying them.
//
// Arguments: port, clients, bytes of a frame on the wire, warm-up in ms, measurement in ms, the progress file. The file
// gets the number of messages of the slowest client plus one, as a uint64; 0 until all clients are subscribed. Prints
// messages, seconds and the CPU seconds of this process.
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/tcp.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

static const char REQUEST[] =
    "GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n"
    "Sec-WebSocket-Protocol: foxglove.sdk.v1\r\n\r\n";
static const char SUBSCRIBE[] = "{\"op\":\"subscribe\",\"subscriptions\":[{\"id\":7,\"channelId\":1}]}";

static double now(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return time.tv_sec + time.tv_nsec / 1e9;
}

static void fail(const char *what) {
  perror(what);
  exit(1);
}

static int connect_client(int port) {
  int fd = socket(AF_INET, SOCK_STREAM, 0), one = 1;
  struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(port)};
  char response[65536];
  size_t length = 0;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (connect(fd, (struct sockaddr *)&address, sizeof address) < 0) fail("connect");
  setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
  if (write(fd, REQUEST, sizeof REQUEST - 1) < 0) fail("write");
  while (!memmem(response, length, "\r\n\r\n", 4)) {
    ssize_t got = read(fd, response + length, sizeof response - length);
    if (got <= 0) fail("handshake");
    length += got;
  }
  // A masked text frame. The mask is zero.
  unsigned char frame[6 + sizeof SUBSCRIBE - 1] = {0x81, 0x80 | (sizeof SUBSCRIBE - 1)};
  memcpy(frame + 6, SUBSCRIBE, sizeof SUBSCRIBE - 1);
  if (write(fd, frame, sizeof frame) < 0) fail("write");
  fcntl(fd, F_SETFL, O_NONBLOCK);
  return fd;
}

int main(int count, char **values) {
  if (count != 7) return fprintf(stderr, "6 arguments\n"), 2;
  int port = atoi(values[1]), clients = atoi(values[2]);
  double frame_bytes = atof(values[3]), warm_up = atof(values[4]) / 1e3, measure = atof(values[5]) / 1e3;
  int file = open(values[6], O_RDWR), poll = epoll_create1(0);
  volatile uint64_t *progress = mmap(NULL, 8, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
  uint64_t *bytes = calloc(clients, sizeof *bytes), before = 0;
  int *fds = calloc(clients, sizeof *fds);
  struct epoll_event events[256];
  if (progress == MAP_FAILED) fail("mmap");
  for (int index = 0; index < clients; index++) {
    struct epoll_event event = {.events = EPOLLIN, .data.u32 = index};
    fds[index] = connect_client(port);
    epoll_ctl(poll, EPOLL_CTL_ADD, fds[index], &event);
  }
  // The server says nothing else after its greeting, until the first progress.
  int is_quiet = 0;
  double begin = 0, end = 0, cpu = 0;
  for (;;) {
    int ready = epoll_wait(poll, events, 256, is_quiet ? 1 : 500);
    if (!is_quiet && ready == 0) {
      is_quiet = 1;
      memset(bytes, 0, clients * sizeof *bytes);
      *progress = 1;
      begin = now() + warm_up;
    }
    for (int index = 0; index < ready; index++) {
      uint32_t client = events[index].data.u32;
      ssize_t got = recv(fds[client], NULL, 4 << 20, MSG_TRUNC | MSG_DONTWAIT);
      if (got == 0) return fprintf(stderr, "the server ended a connection\n"), 1;
      if (got > 0) bytes[client] += got;
    }
    if (!is_quiet) continue;
    uint64_t slowest = UINT64_MAX, total = 0;
    for (int index = 0; index < clients; index++) {
      if (bytes[index] < slowest) slowest = bytes[index];
      total += bytes[index];
    }
    *progress = (uint64_t)(slowest / frame_bytes) + 1;
    double time = now();
    struct rusage usage;
    getrusage(RUSAGE_SELF, &usage);
    double used = usage.ru_utime.tv_sec + usage.ru_utime.tv_usec / 1e6 + usage.ru_stime.tv_sec + usage.ru_stime.tv_usec / 1e6;
    if (end == 0 && time >= begin) {
      before = total;
      begin = time;
      cpu = used;
      end = time + measure;
    } else if (end > 0 && time >= end) {
      printf("{\"messages\":%f,\"seconds\":%f,\"clientCpuSeconds\":%f}\n", (total - before) / frame_bytes, time - begin, used - cpu);
      return 0;
    }
  }
}
