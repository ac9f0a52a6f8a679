// C11's threads, as librdkafka uses them, on top of POSIX threads.
//
// ThreadSanitizer of GCC 12 does not know C11's functions: a thread made by
// them crashes in its first allocation, and what their locks order looks like
// a race. It knows those of POSIX. Linked into each test under it.

#include <pthread.h>
#include <threads.h>

#include <cerrno>
#include <cstdint>
#include <memory>
#include <utility>

static_assert(sizeof(mtx_t) == sizeof(pthread_mutex_t));
static_assert(sizeof(cnd_t) == sizeof(pthread_cond_t));

namespace {

using thread_start = std::pair<thrd_start_t, void*>;

void* run(void* argument) {
  const std::unique_ptr<thread_start> start(
      static_cast<thread_start*>(argument));
  const int result = start->first(start->second);
  return reinterpret_cast<void*>(static_cast<std::intptr_t>(result));
}

int status(int code) {
  return code == 0           ? thrd_success
         : code == ETIMEDOUT ? thrd_timedout
                             : thrd_error;
}

pthread_mutex_t* posix(mtx_t* mutex) {
  return reinterpret_cast<pthread_mutex_t*>(mutex);
}

pthread_cond_t* posix(cnd_t* condition) {
  return reinterpret_cast<pthread_cond_t*>(condition);
}

}  // namespace

extern "C" {

int thrd_create(thrd_t* thread, thrd_start_t function, void* argument) {
  auto start = std::make_unique<thread_start>(function, argument);
  const int code = pthread_create(thread, nullptr, run, start.get());
  if (code == 0) std::ignore = start.release();  // the thread owns it
  return status(code);
}

int thrd_join(thrd_t thread, int* result) {
  void* value = nullptr;
  const int code = pthread_join(thread, &value);
  if (result != nullptr) {
    *result = static_cast<int>(reinterpret_cast<std::intptr_t>(value));
  }
  return status(code);
}

int mtx_init(mtx_t* mutex, int type) {
  pthread_mutexattr_t attributes;
  pthread_mutexattr_init(&attributes);
  if ((type & mtx_recursive) != 0) {
    pthread_mutexattr_settype(&attributes, PTHREAD_MUTEX_RECURSIVE);
  }
  const int code = pthread_mutex_init(posix(mutex), &attributes);
  pthread_mutexattr_destroy(&attributes);
  return status(code);
}

int mtx_lock(mtx_t* mutex) {
  return status(pthread_mutex_lock(posix(mutex)));
}

int mtx_unlock(mtx_t* mutex) {
  return status(pthread_mutex_unlock(posix(mutex)));
}

void mtx_destroy(mtx_t* mutex) {
  pthread_mutex_destroy(posix(mutex));
}

int cnd_init(cnd_t* condition) {
  return status(pthread_cond_init(posix(condition), nullptr));
}

int cnd_signal(cnd_t* condition) {
  return status(pthread_cond_signal(posix(condition)));
}

int cnd_broadcast(cnd_t* condition) {
  return status(pthread_cond_broadcast(posix(condition)));
}

int cnd_wait(cnd_t* condition, mtx_t* mutex) {
  return status(pthread_cond_wait(posix(condition), posix(mutex)));
}

int cnd_timedwait(cnd_t* condition, mtx_t* mutex, const timespec* until) {
  return status(pthread_cond_timedwait(posix(condition), posix(mutex), until));
}

void cnd_destroy(cnd_t* condition) {
  pthread_cond_destroy(posix(condition));
}

}  // extern "C"
