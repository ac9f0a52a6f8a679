#include <limits>

int main() {
  volatile int largest = std::numeric_limits<int>::max();
  volatile int beyond = largest + 1;
  return beyond == 0 ? 1 : 0;
}
