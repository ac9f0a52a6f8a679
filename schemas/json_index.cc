#include "schemas/json_index.h"

#include "schemas/json_structure.h"

#include <simdjson.h>

#include <algorithm>
#include <array>
#include <bit>
#include <cstring>
#include <new>

namespace tokensieve {
namespace {

constexpr std::size_t k_smallest_capacity = 1U << 16;
constexpr std::size_t k_large_capacity = 1U << 20;

/// What a structural byte does to the depth.
constexpr auto k_depth_step = [] {
  std::array<int, 256> step{};
  step['['] = step['{'] = 1;
  step[']'] = step['}'] = -1;
  return step;
}();

/// Events of like sizes must not allocate again and again; a large one takes
/// no more than it needs, for its memory is accounted for by its size.
std::size_t capacity_for(std::size_t size) {
  if (size > k_large_capacity) return size;
  return std::max(k_smallest_capacity, std::bit_ceil(size));
}

}  // namespace

json_index::json_index() : parser_(new simdjson::dom::parser) {}
json_index::~json_index() = default;

void json_index::reserve(std::size_t size) {
  if (size <= capacity_) return;
  capacity_ = 0;
  // The depth is only used by simdjson's own second stage.
  if (parser_->allocate(capacity_for(size), 1) != simdjson::SUCCESS) {
    throw std::bad_alloc();
  }
  capacity_ = capacity_for(size);
}

std::optional<dead_letter_reason> json_index::build(
    std::string_view json, std::size_t readable_behind) {
  size_ = 0;
  if (json.empty()) return dead_letter_reason::invalid_json;
  if (json.size() > simdjson::SIMDJSON_MAXSIZE_BYTES) {
    return dead_letter_reason::too_large;
  }
  reserve(json.size());
  auto& implementation = *parser_->implementation;
  const auto use = [&](std::uint32_t found) {
    text_ = json.data();
    places_ = implementation.structural_indexes.get();
    size_ = found;
  };
  if (const auto finders = structure_finders(); !finders.empty()) {
    const std::uint32_t found =
        finders.back()(json, implementation.structural_indexes.get());
    if (found != 0) {
      use(found);
      return {};
    }
  }
  if (readable_behind < simdjson::SIMDJSON_PADDING) {
    if (json.size() > copy_capacity_) {
      const std::size_t capacity = capacity_for(json.size());
      copy_.reset();
      copy_capacity_ = 0;
      copy_ = std::make_unique_for_overwrite<char[]>(
          capacity + simdjson::SIMDJSON_PADDING);
      copy_capacity_ = capacity;
    }
    std::memcpy(copy_.get(), json.data(), json.size());
    json = {copy_.get(), json.size()};
  }
  const simdjson::error_code error =
      implementation.stage1(reinterpret_cast<const std::uint8_t*>(json.data()),
                            json.size(), simdjson::stage1_mode::regular);
  if (error != simdjson::SUCCESS) {
    // A string that does not end hides that the bytes are no UTF-8.
    return simdjson::validate_utf8(json.data(), json.size())
               ? dead_letter_reason::invalid_json
               : dead_letter_reason::invalid_utf8;
  }
  use(implementation.n_structural_indexes);
  return {};
}

std::uint32_t json_entries::behind_brackets(std::uint32_t i,
                                            int& deepest) const noexcept {
  int depth = 0;
  int most = 0;
  for (; i < size_; ++i) {
    depth += k_depth_step[static_cast<unsigned char>(text_[places_[i]])];
    most = std::max(most, depth);
    if (depth <= 0) {
      ++i;
      break;
    }
  }
  deepest = std::max(deepest, most);
  return depth > 0 ? size_ : i;
}

int json_entries::depth() const noexcept {
  int depth = 0;
  int most = 0;
  for (std::uint32_t i = 0; i < size_; ++i) {
    const int step = k_depth_step[static_cast<unsigned char>(kind(i))];
    depth = std::max(depth + step, 0);
    most = std::max(most, depth);
  }
  return most;
}

void json_index::shrink() noexcept {
  if (capacity_ > k_large_capacity) {
    *parser_ = simdjson::dom::parser();
    capacity_ = 0;
    size_ = 0;
  }
  if (copy_capacity_ > k_large_capacity) {
    copy_.reset();
    copy_capacity_ = 0;
    size_ = 0;
  }
}

}  // namespace tokensieve
