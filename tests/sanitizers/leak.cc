// Drops the only pointer to a heap block.
int main() {
  volatile int* lost = new int(1);
  lost = nullptr;
  return lost == nullptr ? 0 : 1;
}
