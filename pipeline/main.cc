#include "pipeline/cli.h"
#include "pipeline/crash_point.h"
#include "pipeline/log.h"
#include "pipeline/stop_signal.h"

#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

#include <csignal>
#include <cstdio>
#include <exception>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <variant>

namespace tokensieve {

namespace {

// Tokens and passwords are in this process's memory: no core file, and no
// other process of the same user may look into it.
void close_memory() {
  const rlimit none{.rlim_cur = 0, .rlim_max = 0};
  ::setrlimit(RLIMIT_CORE, &none);
  // LeakSanitizer stops with an error where it may not attach.
#if !defined(__SANITIZE_ADDRESS__)
  ::prctl(PR_SET_DUMPABLE, 0);
#endif
}

std::map<std::string, std::string> read_environment() {
  std::map<std::string, std::string> variables;
  for (char** entry = environ; entry != nullptr && *entry != nullptr; ++entry) {
    const std::string_view text = *entry;
    const auto equals = text.find('=');
    if (equals == std::string_view::npos) continue;
    variables.emplace(text.substr(0, equals), text.substr(equals + 1));
  }
  return variables;
}

int execute(const finished& done) {
  std::fwrite(done.err.data(), 1, done.err.size(), stderr);
  std::fwrite(done.out.data(), 1, done.out.size(), stdout);
  return std::fflush(stdout) == 0 ? done.status : k_exit_configuration;
}

// An exception at start-up ends with `status`.
template <typename Start>
int guard(const log_config& log, int status, Start start) {
  set_up_log(log);
  try {
    return start();
  } catch (const std::exception& e) {
    log_end(e.what());
  }
  return status;
}

int execute(const run_command& command) {
  return guard(command.settings.log, k_exit_cannot_go_on,
               [&] { return run_stream(command.settings); });
}
int execute(const scan_command& command) {
  return guard(command.settings.log, k_exit_configuration,
               [&] { return scan_files(command); });
}
int execute(const doctor_command& command) {
  return guard(command.settings.log, k_exit_configuration,
               [&] { return examine_cluster(command.settings); });
}
int execute(const demo_command& command) {
  return guard({}, k_exit_cannot_go_on, [&] { return run_demo(command); });
}

int run_program(std::span<const char* const> arguments) {
  try {
    return std::visit([](const auto& given) { return execute(given); },
                      read_command_line(arguments, read_environment()));
  } catch (const std::exception& e) {
    std::fprintf(stderr, "tokensieve: %s\n", e.what());
  }
  return k_exit_configuration;
}

}  // namespace

}  // namespace tokensieve

int main(int argc, char** argv) {
  // A reader of our output or a broker that goes away is an error of a call.
  std::signal(SIGPIPE, SIG_IGN);
  tokensieve::close_memory();
  const std::span<const char* const> arguments{argv,
                                               static_cast<std::size_t>(argc)};
  const auto given = arguments.subspan(argc > 0 ? 1 : 0);
  // Before the configuration is read: a process that is still starting must
  // stop cleanly, too. (A scan has nothing to finish.)
  using namespace std::string_view_literals;
#if defined(TOKENSIEVE_CRASH_POINTS)
  if (!given.empty() && given[0] == "crash-points"sv) {
    return tokensieve::print_crash_points();
  }
#endif
  if (!given.empty() && (given[0] == "run"sv || given[0] == "demo"sv)) {
    tokensieve::install_stop_signals();
  }
  return tokensieve::run_program(given);
}
