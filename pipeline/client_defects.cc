#include "pipeline/client_defects.h"

#include "pipeline/kafka_properties.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cctype>
#include <limits>
#include <string_view>

namespace tokensieve {
namespace {

/// Whether a defect matters to a program with these settings.
using concern = bool (*)(const config&);

// `allowed` is asked with the value, in small letters, of each property that
// either client gets; true once it says so.
template <typename Allowed>
bool any_property(const config& settings, Allowed allowed) {
  for (const auto side : {kafka_side::consumer, kafka_side::producer}) {
    for (auto [name, value] : properties_for(settings.kafka, side)) {
      std::ranges::transform(value, value.begin(), [](unsigned char c) {
        return static_cast<char>(std::tolower(c));
      });
      if (allowed(canonical_kafka_name(name), value)) return true;
    }
  }
  return false;
}

bool always(const config&) {
  return true;
}
bool uses_tls(const config& settings) {
  return any_property(settings, [](auto name, const auto& value) {
    return name == "security.protocol" && value.ends_with("ssl");
  });
}
bool uses_sasl(const config& settings) {
  return any_property(settings, [](auto name, const auto& value) {
    return name == "security.protocol" && value.starts_with("sasl");
  });
}
bool uses_scram(const config& settings) {
  return uses_sasl(settings) &&
         any_property(settings, [](auto name, const auto& value) {
           return name == "sasl.mechanisms" && value.starts_with("scram");
         });
}
bool uses_kerberos(const config& settings) {
  // librdkafka's default mechanism.
  return uses_sasl(settings) &&
         !any_property(settings, [](auto name, const auto& value) {
           return name == "sasl.mechanisms" && value != "gssapi";
         });
}
bool uses_certificate_text(const config& settings) {
  return any_property(settings, [](auto name, const auto&) {
    return name == "ssl.certificate.pem" || name == "ssl.keystore.location";
  });
}
bool sets_socket_buffers(const config& settings) {
  return any_property(settings, [](auto name, const auto&) {
    return name == "socket.send.buffer.bytes" ||
           name == "socket.receive.buffer.bytes";
  });
}
bool is_transactional(const config& settings) {
  return settings.delivery == delivery_guarantee::exactly_once;
}

struct client_defect {
  client_release since;
  client_release fixed;  ///< the first without it
  std::string_view reports;
  std::string_view effect;
  check_level level;  ///< warn: with these settings it can be avoided
  std::string_view remedy;
  concern concerns = always;
};

constexpr client_release k_unfixed = std::numeric_limits<client_release>::max();
// Older ones cannot be linked: CMake asks for this one.
constexpr client_release k_floor = 0x020002;

constexpr std::array<client_defect, 21> k_defects{{
    {k_floor, 0x020100, "#4208, #4636",
     "pausing and resuming a partition skips or repeats records",
     check_level::note, "partitions are never paused"},
    {k_floor, 0x020101, "#4176, #4256",
     "a program that is stuck still counts as one that polls, and keeps its "
     "partitions",
     check_level::note, "let a liveness probe ask /livez of http.listen"},
    {k_floor, 0x020100, "#4230",
     "the time-out of a seek is a thousandth of what was asked",
     check_level::note, "seeks have no time-out"},
    {k_floor, 0x020601, "#4187, #4724",
     "closing a client may hang after a partition was lost or a topic deleted",
     check_level::note,
     "a stop is bounded, and what was not committed is read again"},
    {k_floor, 0x020100, "#4122, KIP-320",
     "a log that lost its end to an unclean election goes unnoticed",
     check_level::note,
     "keep unclean.leader.election.enable=false on inputs and outputs"},
    {k_floor, 0x020200, "#2879, #4284",
     "fetching rests a second when the client's queue is full",
     check_level::note,
     "an eighth of memory is that queue; raise memory if reading stutters"},
    {k_floor, 0x020200, "#4294",
     "a TLS connection that the broker closes is logged as an error",
     check_level::note, "the client connects again", uses_tls},
    {k_floor, 0x020200, "#4301",
     "no re-authentication: the broker cuts the connection when a login "
     "expires",
     check_level::note,
     "the client connects again; connections.max.reauth.ms of some minutes or "
     "more costs nothing",
     uses_sasl},
    {k_floor, 0x020a00, "#4252, #4528, #4800, #4908",
     "the cooperative-sticky assignor gives a partition to two, loops or hangs",
     check_level::note, "the assignor is range, and no other can be set"},
    {k_floor, 0x020300, "#4438",
     "an idempotent producer may fail for good after a time-out or a lost "
     "connection",
     check_level::note,
     "the producer is made anew, and its work is read again"},
    {k_floor, 0x020e02, "",
     "closing a consumer that found no coordinator may crash",
     check_level::note,
     "nothing is open at that point; the crash costs an exit status"},
    {k_floor, 0x020601, "#4895", "a SCRAM login may be refused for its nonce",
     check_level::warn, "use a newer librdkafka, or another sasl.mechanism",
     uses_scram},
    {k_floor, 0x020800, "#4894",
     "the chain behind a client's certificate is not sent for "
     "ssl.certificate.pem and ssl.keystore.location",
     check_level::warn, "name it by ssl.certificate.location",
     uses_certificate_text},
    {k_floor, 0x020800, "#4893",
     "socket buffers are set too late to widen the TCP window",
     check_level::warn,
     "remove socket.send.buffer.bytes and socket.receive.buffer.bytes: the "
     "kernel sizes them better",
     sets_socket_buffers},
    {k_floor, 0x020a00, "#4986", "Nagle's algorithm delays small requests",
     check_level::note, "socket.nagle.disable is set"},
    {k_floor, 0x020a01, "#5032, #4970",
     "the first record to a topic, or after its leader moved, may wait up to a "
     "second",
     check_level::note, "commits wait for it"},
    {k_floor, 0x020b00, "#5131",
     "Kerberos does not work with brokers of exactly 4.0.0", check_level::warn,
     "use brokers of 4.0.1 or later", uses_kerberos},
    {0x020200, 0x020500, "#4750",
     "a batch that is sent again may be made up differently: duplicates of an "
     "idempotent producer",
     check_level::warn,
     "use delivery: exactly_once, or librdkafka 2.5 or later",
     [](const config& settings) { return !is_transactional(settings); }},
    {0x020200, 0x020d02, "#5213",
     "the position is one too far behind the end of a partition",
     check_level::note, "positions are tokensieve's own"},
    {k_floor, k_unfixed, "#5140",
     "queues of many partitions overshoot their limit", check_level::note,
     "fetches are small, and what is held is counted against memory"},
    {k_floor, k_unfixed, "#5581",
     "a batch that cannot be decompressed or checked is fetched for ever",
     check_level::note,
     "alert on a lag without progress: tokensieve_consumer_lag_seconds"},
}};

std::string to_string(client_release release) {
  return fmt::format("{}.{}.{}", release >> 16, release >> 8 & 0xff,
                     release & 0xff);
}

}  // namespace

checks defects_of(client_release release, const config& settings) {
  checks found;
  for (const client_defect& defect : k_defects) {
    if (release < defect.since || release >= defect.fixed ||
        !defect.concerns(settings)) {
      continue;
    }
    found.push_back(
        {defect.level, fmt::format("librdkafka {}", to_string(release)),
         fmt::format("{} ({}{}{}): {}", defect.effect, defect.reports,
                     defect.reports.empty() ? "" : ", ",
                     defect.fixed == k_unfixed
                         ? std::string("not yet fixed")
                         : "fixed in " + to_string(defect.fixed),
                     defect.remedy)});
  }
  return found;
}

}  // namespace tokensieve
