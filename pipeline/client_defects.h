#pragma once

#include "pipeline/check.h"
#include "pipeline/config.h"

#include <cstdint>

namespace tokensieve {

/// A release of librdkafka, as `rd_kafka_version` says it (0xMMmmrrpp, where
/// `pp` is no part of the release), without `pp`: 0x020002 is 2.0.2.
using client_release = std::uint32_t;

/// A line for each known defect that this release of librdkafka has and that
/// concerns a program with these settings: its effect, the release without
/// it, and what tokensieve does about it, or what to look after (a note); a
/// warning where other settings avoid it.
[[nodiscard]] checks defects_of(client_release release, const config& settings);

}  // namespace tokensieve
