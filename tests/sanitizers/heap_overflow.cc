#include <cstddef>
#include <vector>

// Writes one byte behind a heap block. The size is volatile, else the
// compiler would see the fault and refuse it.
int main() {
  volatile std::size_t size = 16;
  std::vector<char> block(size);
  volatile char* bytes = block.data();
  bytes[size] = 1;
}
