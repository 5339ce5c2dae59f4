/*
 * What the machine can do at best: hashes the files of a list on several threads, with the system calls that a safe
 * scanner has to make and nothing besides. No scanner that opens files this way and uses this SHA-256 can be faster.
 *
 *     limit ROOT LIST THREADS PASSES
 *
 * LIST holds paths below ROOT with a zero byte after each, files of one folder next to each other. Every pass hashes
 * them all; the last one is timed, without the start of the process and its threads. Prints one line of JSON; `digest`
 * is the SHA-256 of all digests in the list's order. Exits 1 when a file could not be read whole.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

enum { DIGEST_BYTES = 32, CHUNK_BYTES = 1 << 20, MAX_DEPTH = 512, MAX_SHARE = 64 };

static const int FOLDER_FLAGS = O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC;
static const int FILE_FLAGS = O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC;

static int root;
static const char **paths;
static size_t path_count;
static unsigned char *digests;
static const EVP_MD *sha256;
static long threads;
static long passes;

static atomic_size_t next_path;
static atomic_ullong bytes_read;
static atomic_size_t failures;
static pthread_barrier_t barrier;

/* The folders that a thread has open, from the root down: neighbours in the list share most of them. */
struct chain {
  int depth;
  int descriptors[MAX_DEPTH];
  /* Where each folder's path ends in `path`, the path of the deepest one. */
  size_t ends[MAX_DEPTH];
  const char *path;
};

static void die(const char *what) {
  fprintf(stderr, "limit: %s: %s\n", what, strerror(errno));
  exit(2);
}

/* Opens the folder of `path` component by component. Returns its descriptor, or -1. */
static int enter(struct chain *chain, const char *path, size_t folder_length) {
  while (chain->depth > 0) {
    size_t end = chain->ends[chain->depth - 1];
    int on_the_way = end <= folder_length && (end == folder_length || path[end] == '/');
    if (on_the_way && memcmp(path, chain->path, end) == 0) break;
    close(chain->descriptors[--chain->depth]);
  }
  size_t start = chain->depth == 0 ? 0 : chain->ends[chain->depth - 1] + 1;
  while (start < folder_length) {
    const char *slash = memchr(path + start, '/', folder_length - start);
    size_t end = slash == NULL ? folder_length : (size_t)(slash - path);
    char name[256];
    if (end - start >= sizeof name || chain->depth == MAX_DEPTH) return -1;
    memcpy(name, path + start, end - start);
    name[end - start] = '\0';
    int above = chain->depth == 0 ? root : chain->descriptors[chain->depth - 1];
    int descriptor = openat(above, name, FOLDER_FLAGS);
    if (descriptor < 0) return -1;
    chain->descriptors[chain->depth] = descriptor;
    chain->ends[chain->depth++] = end;
    /* Every folder that is open lies on the way to this one. */
    chain->path = path;
    start = end + 1;
  }
  return chain->depth == 0 ? root : chain->descriptors[chain->depth - 1];
}

/* Hashes a file as far as its size said when it was opened. Returns 0, or -1. */
static int hash_file(struct chain *chain, EVP_MD_CTX *context, unsigned char *chunk, size_t index) {
  const char *path = paths[index];
  const char *slash = strrchr(path, '/');
  int folder = enter(chain, path, slash == NULL ? 0 : (size_t)(slash - path));
  if (folder < 0) return -1;
  int descriptor = openat(folder, slash == NULL ? path : slash + 1, FILE_FLAGS);
  if (descriptor < 0) return -1;
  int result = -1;
  struct stat status;
  if (fstat(descriptor, &status) == 0 && S_ISREG(status.st_mode) && EVP_DigestInit_ex(context, sha256, NULL) == 1) {
    off_t left = status.st_size;
    while (left > 0) {
      ssize_t count = read(descriptor, chunk, left < CHUNK_BYTES ? (size_t)left : CHUNK_BYTES);
      if (count <= 0) break;
      EVP_DigestUpdate(context, chunk, (size_t)count);
      left -= count;
    }
    if (left == 0 && EVP_DigestFinal_ex(context, digests + index * DIGEST_BYTES, NULL) == 1) {
      atomic_fetch_add(&bytes_read, (unsigned long long)status.st_size);
      result = 0;
    }
  }
  close(descriptor);
  return result;
}

/* Takes the next files of the list: many while many are left, single ones at the end. Returns how many. */
static size_t take(size_t *first) {
  size_t taken = atomic_load(&next_path);
  for (;;) {
    size_t left = path_count - taken;
    if (left == 0) return 0;
    size_t share = left / ((size_t)threads * 16);
    if (share > MAX_SHARE) share = MAX_SHARE;
    if (share < 1) share = 1;
    if (!atomic_compare_exchange_weak(&next_path, &taken, taken + share)) continue;
    *first = taken;
    return share;
  }
}

static void *work(void *unused) {
  (void)unused;
  struct chain chain = {0};
  EVP_MD_CTX *context = EVP_MD_CTX_new();
  unsigned char *chunk = malloc(CHUNK_BYTES);
  if (context == NULL || chunk == NULL) die("no memory");
  /* Touched before the time is taken. */
  memset(chunk, 1, CHUNK_BYTES);
  for (long pass = 0; pass < passes; pass++) {
    pthread_barrier_wait(&barrier);
    size_t first, count;
    while ((count = take(&first)) > 0) {
      for (size_t index = first; index < first + count; index++) {
        if (hash_file(&chain, context, chunk, index) != 0) atomic_fetch_add(&failures, 1);
      }
    }
    while (chain.depth > 0) close(chain.descriptors[--chain.depth]);
    pthread_barrier_wait(&barrier);
  }
  free(chunk);
  EVP_MD_CTX_free(context);
  return NULL;
}

/* Reads the list whole; the paths stay where they are in it. */
static void read_list(const char *file) {
  int descriptor = open(file, O_RDONLY | O_CLOEXEC);
  struct stat status;
  if (descriptor < 0 || fstat(descriptor, &status) != 0) die(file);
  size_t size = (size_t)status.st_size;
  char *text = malloc(size + 1);
  if (text == NULL) die("no memory");
  for (size_t done = 0; done < size;) {
    ssize_t count = read(descriptor, text + done, size - done);
    if (count <= 0) die(file);
    done += (size_t)count;
  }
  close(descriptor);
  text[size] = '\0';
  for (size_t at = 0; at < size; at += strlen(text + at) + 1) path_count++;
  paths = calloc(path_count + 1, sizeof *paths);
  digests = calloc(path_count + 1, DIGEST_BYTES);
  if (paths == NULL || digests == NULL) die("no memory");
  size_t index = 0;
  for (size_t at = 0; at < size; at += strlen(text + at) + 1) paths[index++] = text + at;
}

static double now(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return (double)time.tv_sec + (double)time.tv_nsec / 1e9;
}

int main(int argc, char **argv) {
  if (argc != 5 || (threads = atol(argv[3])) < 1 || threads > 1024 || (passes = atol(argv[4])) < 1) {
    fprintf(stderr, "usage: limit ROOT LIST THREADS PASSES\n");
    return 2;
  }
  if ((root = open(argv[1], O_RDONLY | O_DIRECTORY | O_CLOEXEC)) < 0) die(argv[1]);
  read_list(argv[2]);
#if OPENSSL_VERSION_NUMBER >= 0x30000000L
  /* Looked up once: EVP_sha256() would be looked up for every file. */
  sha256 = EVP_MD_fetch(NULL, "SHA256", NULL);
#else
  sha256 = EVP_sha256();
#endif
  if (sha256 == NULL) die("no SHA-256");
  pthread_t *started = calloc((size_t)threads, sizeof *started);
  if (started == NULL || pthread_barrier_init(&barrier, NULL, (unsigned)threads + 1) != 0) die("no threads");
  for (long thread = 0; thread < threads; thread++) {
    if (pthread_create(&started[thread], NULL, work, NULL) != 0) die("no threads");
  }
  double seconds = 0;
  for (long pass = 0; pass < passes; pass++) {
    atomic_store(&next_path, 0);
    atomic_store(&bytes_read, 0);
    atomic_store(&failures, 0);
    double start = now();
    pthread_barrier_wait(&barrier);
    pthread_barrier_wait(&barrier);
    seconds = now() - start;
  }
  for (long thread = 0; thread < threads; thread++) pthread_join(started[thread], NULL);

  unsigned char combined[EVP_MAX_MD_SIZE];
  unsigned int length = 0;
  EVP_Digest(digests, path_count * DIGEST_BYTES, combined, &length, sha256, NULL);
  size_t failed = atomic_load(&failures);
  printf("{\"files\":%zu,\"failed\":%zu,\"bytes\":%llu,\"seconds\":%.6f,\"threads\":%ld,\"digest\":\"", path_count,
         failed, atomic_load(&bytes_read), seconds, threads);
  for (unsigned int at = 0; at < length; at++) printf("%02x", combined[at]);
  printf("\",\"library\":\"%s\"}\n", OpenSSL_version(OPENSSL_VERSION));
  return failed == 0 ? 0 : 1;
}
