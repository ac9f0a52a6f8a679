#include <thread>

namespace {
int unguarded = 0;
}  // namespace

int main() {
  std::thread other([] { unguarded = unguarded + 1; });
  unguarded = unguarded + 1;
  other.join();
}
