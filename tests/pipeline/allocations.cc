#include "tests/pipeline/allocations.h"

#include <atomic>
#include <cerrno>
#include <cstddef>
#include <cstdlib>

// The C library's own, which it lets programs stand in front of.
extern "C" {
void* __libc_malloc(std::size_t size);
void* __libc_calloc(std::size_t count, std::size_t size);
void* __libc_realloc(void* from, std::size_t size);
void* __libc_memalign(std::size_t alignment, std::size_t size);
}

namespace {

std::atomic<bool> counts{false};
std::atomic<std::size_t> counted{0};
thread_local bool is_counted = true;

void note() noexcept {
  if (counts.load(std::memory_order_relaxed) && is_counted) ++counted;
}

}  // namespace

extern "C" {

void* malloc(std::size_t size) {
  note();
  return __libc_malloc(size);
}
void* calloc(std::size_t count, std::size_t size) {
  note();
  return __libc_calloc(count, size);
}
void* realloc(void* from, std::size_t size) {
  note();
  return __libc_realloc(from, size);
}
void* aligned_alloc(std::size_t alignment, std::size_t size) {
  note();
  return __libc_memalign(alignment, size);
}
int posix_memalign(void** to, std::size_t alignment, std::size_t size) {
  note();
  *to = __libc_memalign(alignment, size);
  return *to == nullptr ? ENOMEM : 0;
}

}  // extern "C"

namespace tokensieve::allocations {

void begin() noexcept {
  counted = 0;
  counts = true;
}

std::size_t end() noexcept {
  counts = false;
  return counted;
}

uncounted::uncounted() noexcept {
  is_counted = false;
}
uncounted::~uncounted() {
  is_counted = true;
}

}  // namespace tokensieve::allocations
