#include <atomic>
#include <thread>

namespace {

// ThreadSanitizer looks at a word's last accesses and then notes its own,
// without a lock: two threads at the same instant can miss each other, once.
constexpr int k_times = 100'000;

int unguarded = 0;
std::atomic<int> waiting = 2;

// Both threads are alive and past the start of the other before either writes,
// so nothing orders the writes of one before those of the other, whatever the
// scheduler does. The meeting is relaxed, as acquire and release would order.
void race() {
  waiting.fetch_sub(1, std::memory_order_relaxed);
  while (waiting.load(std::memory_order_relaxed) != 0)
    std::this_thread::yield();
  for (int i = 0; i < k_times; ++i)
    unguarded = unguarded + 1;
}

}  // namespace

int main() {
  std::thread other(race);
  race();
  other.join();
}
