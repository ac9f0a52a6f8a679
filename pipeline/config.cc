#include "pipeline/config.h"

#include <array>

namespace tokensieve {

namespace {

template <typename Enum, std::size_t N>
using names = std::array<std::pair<std::string_view, Enum>, N>;

constexpr names<start_position, 2> k_start_positions{{
    {"earliest", start_position::earliest},
    {"latest", start_position::latest},
}};
constexpr names<lost_offset, 2> k_lost_offsets{{
    {"stop", lost_offset::stop},
    {"continue", lost_offset::proceed},
}};
constexpr names<delivery_guarantee, 2> k_delivery_guarantees{{
    {"exactly_once", delivery_guarantee::exactly_once},
    {"at_least_once", delivery_guarantee::at_least_once},
}};
constexpr names<dead_letter_content, 2> k_dead_letter_values{{
    {"original", dead_letter_content::original},
    {"none", dead_letter_content::none},
}};
constexpr names<log_level, 5> k_log_levels{{
    {"debug", log_level::debug},
    {"info", log_level::info},
    {"warn", log_level::warn},
    {"warning", log_level::warn},
    {"error", log_level::error},
}};
constexpr names<log_format, 2> k_log_formats{{
    {"text", log_format::text},
    {"json", log_format::json},
}};
constexpr names<token_confidence, 3> k_confidences{{
    {"low", token_confidence::low},
    {"medium", token_confidence::medium},
    {"high", token_confidence::high},
}};

}  // namespace

template <>
enum_names<start_position> names_of() noexcept {
  return k_start_positions;
}
template <>
enum_names<lost_offset> names_of() noexcept {
  return k_lost_offsets;
}
template <>
enum_names<delivery_guarantee> names_of() noexcept {
  return k_delivery_guarantees;
}
template <>
enum_names<dead_letter_content> names_of() noexcept {
  return k_dead_letter_values;
}
template <>
enum_names<log_level> names_of() noexcept {
  return k_log_levels;
}
template <>
enum_names<log_format> names_of() noexcept {
  return k_log_formats;
}
template <>
enum_names<token_confidence> names_of() noexcept {
  return k_confidences;
}

}  // namespace tokensieve
