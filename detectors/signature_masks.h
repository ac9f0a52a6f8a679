#pragma once

#include "detectors/byte_masks.h"

#include <cstddef>
#include <cstdint>

namespace tokensieve {

// The fixed texts of the signatures each hold three bytes that hardly anything
// else does. Where they may begin, by `byte_classifier::signatures`.
std::uint64_t portable_signature_masks(const char* text, std::size_t blocks,
                                       mask_batch& out, std::size_t first);
#if defined(__x86_64__)
std::uint64_t avx2_signature_masks(const char* text, std::size_t blocks,
                                   mask_batch& out, std::size_t first);
std::uint64_t avx512_signature_masks(const char* text, std::size_t blocks,
                                     mask_batch& out, std::size_t first);
#endif

}  // namespace tokensieve
