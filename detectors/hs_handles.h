#pragma once

#include <hs/hs.h>

#include <memory>

namespace tokensieve {

// Hyperscan's free functions return a code, so a deleter that drops it.
template <auto Free>
struct hs_deleter {
  template <typename T>
  void operator()(T* handle) const noexcept {
    Free(handle);
  }
};

using hs_database_handle =
    std::unique_ptr<hs_database_t, hs_deleter<hs_free_database>>;
using hs_scratch_handle =
    std::unique_ptr<hs_scratch_t, hs_deleter<hs_free_scratch>>;
using hs_compile_error_handle =
    std::unique_ptr<hs_compile_error_t, hs_deleter<hs_free_compile_error>>;

}  // namespace tokensieve
