#pragma once

#include "schemas/json_index.h"
#include "schemas/log_chunk.h"

#include <array>
#include <cstdint>
#include <string_view>

namespace tokensieve {

/// Entries of those values at an object's top level that say what event it is
/// and which log it belongs to; 0 where there is none, for no value stands at
/// entry 0. As a later member of the same name wins with most readers, so it
/// does here.
struct event_members {
  std::uint32_t type = 0;
  std::uint32_t text = 0;
  std::uint32_t sha = 0;
  std::uint32_t stream = 0;
  std::uint32_t sequence = 0;
  std::uint32_t provider = 0;
  std::uint32_t repository = 0;
  std::uint32_t build = 0;
  std::uint32_t job = 0;
  std::uint32_t specversion = 0;
  std::uint32_t schema = 0;
  std::uint32_t data = 0;
  std::uint32_t payload = 0;
  std::uint32_t resource_logs = 0;
  bool change = false;  ///< a push or a diff

  /// What log shippers call the text, the surest name first.
  static constexpr std::array k_shipped{
      log_field::member::message, log_field::member::log,
      log_field::member::message_of_syslog, log_field::member::short_message,
      log_field::member::body};
  std::array<std::uint32_t, k_shipped.size()> shipped{};

  /// Takes note of a member; its key as written.
  void note(std::string_view key, std::uint32_t value) noexcept;
};

enum class event_type : std::uint8_t { other, build_log, commit };

[[nodiscard]] event_type type_of(const json_index& document,
                                 const event_members& event) noexcept;

}  // namespace tokensieve
