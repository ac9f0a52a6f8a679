#include "pipeline/version.h"

#include <fmt/format.h>
#include <hs/hs.h>
#include <librdkafka/rdkafka.h>
#include <simdjson.h>
#include <tbb/version.h>

namespace tokensieve {

std::string_view version() noexcept {
  return TOKENSIEVE_VERSION;
}

std::string_view librdkafka_version() noexcept {
  return rd_kafka_version_str();
}

std::uint32_t librdkafka_release() noexcept {
  // The last byte numbers pre-releases.
  return static_cast<std::uint32_t>(rd_kafka_version()) >> 8;
}

std::string describe_version() {
#if defined(__clang__)
  constexpr std::string_view k_compiler = "Clang " __clang_version__;
#else
  constexpr std::string_view k_compiler = "GCC " __VERSION__;
#endif
  return fmt::format(
      "tokensieve {}\n"
      "librdkafka {}\n"
      "simdjson   {}.{}.{} ({})\n"
      "Hyperscan  {}\n"
      "oneTBB     {}\n"
      "compiler   {}\n",
      version(), librdkafka_version(), simdjson::SIMDJSON_VERSION_MAJOR,
      simdjson::SIMDJSON_VERSION_MINOR, simdjson::SIMDJSON_VERSION_REVISION,
      simdjson::get_active_implementation()->name(), hs_version(),
      TBB_runtime_version(), k_compiler);
}

}  // namespace tokensieve
