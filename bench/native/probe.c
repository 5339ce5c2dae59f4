/*
 * A process that needs the CPU as a phone call does: it wakes every PERIOD microseconds (20,000 between two RTP packets),
 * does a small fixed piece of work, and notes how late it was. For SECONDS; then one line a wake-up on standard output:
 *
 *     microseconds from when it should have run to when it ran, and to when its work was done
 *
 *     probe SECONDS PERIOD ITERATIONS      measures, with work of so many iterations
 *     probe calibrate MICROSECONDS         prints how many iterations take so long on an idle core
 */
#define _POSIX_C_SOURCE 200809L
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

static volatile uint64_t sink;

static int64_t now(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return (int64_t)time.tv_sec * 1000000000 + time.tv_nsec;
}

static void sleep_until(int64_t at) {
  const struct timespec time = {at / 1000000000, at % 1000000000};
  while (clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &time, NULL) != 0) {
  }
}

static void work(long iterations) {
  uint64_t value = 1;
  for (long index = 0; index < iterations; index++) value = value * 6364136223846793005u + 1442695040888963407u;
  sink = value;
}

/* The least of many: whatever else ran meanwhile only adds to it. */
static long calibrate(long microseconds) {
  const long iterations = 1000000;
  int64_t least = INT64_MAX;
  for (int round = 0; round < 50; round++) {
    const int64_t start = now();
    work(iterations);
    const int64_t took = now() - start;
    if (took < least) least = took;
  }
  return (long)((double)iterations * microseconds * 1000 / least);
}

int main(int argc, char **argv) {
  if (argc == 3 && strcmp(argv[1], "calibrate") == 0) {
    printf("%ld\n", calibrate(atol(argv[2])));
    return 0;
  }
  if (argc != 4) return 2;
  const int64_t period = atoll(argv[2]) * 1000;
  const long count = (long)(atof(argv[1]) * 1e9 / period);
  const long iterations = atol(argv[3]);
  int64_t *late = calloc(2 * (size_t)count + 2, sizeof *late);
  if (late == NULL) return 1;
  const int64_t start = now() + period;
  for (long index = 0; index < count; index++) {
    /* By the clock and not by the last wake-up: who is late once has to catch up, as a call has. */
    const int64_t due = start + index * period;
    sleep_until(due);
    late[2 * index] = now() - due;
    work(iterations);
    late[2 * index + 1] = now() - due;
  }
  for (long index = 0; index < count; index++) {
    printf("%.1f %.1f\n", late[2 * index] / 1000.0, late[2 * index + 1] / 1000.0);
  }
  free(late);
  return 0;
}
