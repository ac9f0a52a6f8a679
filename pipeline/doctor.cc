#include "pipeline/client_defects.h"
#include "pipeline/cluster_checks.h"
#include "pipeline/commands.h"
#include "pipeline/kafka_client.h"
#include "pipeline/kafka_rights.h"
#include "pipeline/kafka_survey.h"
#include "pipeline/kafka_trouble.h"
#include "pipeline/version.h"

#include <fmt/format.h>

#include <array>
#include <cstdio>
#include <string_view>

namespace tokensieve {
namespace {

constexpr std::chrono::milliseconds k_patience{10'000};

/// Prints each line as soon as it is known: a question may take seconds.
class printer {
 public:
  void print(const check& one) {
    static constexpr std::array<std::string_view, 4> k_names{"ok", "note",
                                                             "warn", "fail"};
    const auto level = static_cast<std::size_t>(one.level);
    ++counts_.at(level);
    fmt::print("{:<5}{}: {}\n", k_names.at(level), one.subject, one.text);
    std::fflush(stdout);
  }
  void print(const checks& all) {
    for (const check& one : all)
      print(one);
  }
  int conclude() {
    fmt::print("{} ok, {} notes, {} warnings, {} failures\n", counts_[0],
               counts_[1], counts_[2], counts_[3]);
    std::fflush(stdout);
    return counts_[3] == 0 ? k_exit_stopped : k_exit_configuration;
  }

 private:
  std::array<int, 4> counts_{};  // by level
};

void print_rights(printer& out, const config& settings,
                  const cluster_facts& cluster) {
  const read_trial trial = try_to_read(settings, cluster, k_patience);
  out.print(trial.found);
  out.print(try_to_write(settings, cluster, k_patience));
  if (settings.delivery == delivery_guarantee::exactly_once) {
    out.print(check_transaction_limit(transaction_timeout(settings), cluster));
    out.print(try_a_transaction(settings, cluster, k_patience));
  } else {
    out.print(try_the_group(settings, cluster, k_patience));
  }
  out.print(check_clock(trial.newest, std::chrono::system_clock::now()));
}

}  // namespace

int examine_cluster(const config& settings) {
  printer out;
  out.print({check_level::ok, "tokensieve", std::string(version())});
  out.print({check_level::ok, "librdkafka", std::string(librdkafka_version())});

  kafka_trouble trouble;
  const kafka_client client = make_consumer(settings, trouble.watched_conf());
  const std::string bootstrap =
      client_property(client.get(), "bootstrap.servers").value_or("?");
  if (const auto cluster = survey_cluster(client.get(), settings, k_patience)) {
    out.print({check_level::ok, "cluster",
               fmt::format("{}, {} brokers (their version is theirs to tell: "
                           "librdkafka does not)",
                           cluster->id, cluster->brokers.size())});
    out.print(check_inputs(settings, *cluster));
    out.print(check_outputs(settings, *cluster, bootstrap));
    out.print(check_members(settings, *cluster));
    print_rights(out, settings, *cluster);
  } else {
    out.print({check_level::fail, "cluster",
               fmt::format("no broker of {} answered within {} s; {}",
                           bootstrap, k_patience.count() / 1000,
                           trouble.describe(client.get()))});
  }
  out.print(defects_of(librdkafka_release(), settings));
  return out.conclude();
}

}  // namespace tokensieve
