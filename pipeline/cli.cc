#include "pipeline/cli.h"

#include <fmt/format.h>

// The only place that includes it: it costs seconds a translation unit.
#include "pipeline/config_keys.h"
#include "pipeline/config_load.h"
#include "pipeline/did_you_mean.h"
#include "pipeline/version.h"

#include <CLI/CLI.hpp>

#include <algorithm>
#include <array>
#include <cstddef>
#include <iterator>
#include <optional>
#include <sstream>
#include <string_view>
#include <utility>
#include <vector>

namespace tokensieve {

namespace {

finished refuse(std::string_view what, std::string_view subcommand = {}) {
  return {.status = k_exit_configuration,
          .out = {},
          .err = fmt::format("tokensieve: {}\nTry: tokensieve {}{}--help\n",
                             what, subcommand, subcommand.empty() ? "" : " ")};
}

// The flags of keys are taken out before CLI11 sees the line. librdkafka's
// properties are too many to declare, and a key's value is free: empty, or
// with brackets or a leading dash, each of which means something to CLI11.
struct split_arguments {
  std::vector<std::string> rest;
  std::vector<std::pair<std::string, std::string>> flags;
  std::string without_value;  ///< the first flag that ends without one
};

// A dot marks a key, mistyped ones included; `load_config` knows the keys.
bool is_key_flag(std::string_view name) {
  return name.find('.') != std::string_view::npos ||
         find_config_key(name) != nullptr;
}

// `split` takes each key's flag away before CLI11 could see it.
constexpr auto k_for_help_only = [](const CLI::results_t&) { return true; };

split_arguments split(std::span<const char* const> arguments) {
  split_arguments split;
  for (std::size_t i = 0; i < arguments.size(); ++i) {
    const std::string_view argument = arguments[i];
    if (argument == "--") {
      split.rest.insert(split.rest.end(),
                        arguments.begin() + static_cast<std::ptrdiff_t>(i),
                        arguments.end());
      break;
    }
    const auto equals = argument.find('=');
    const std::string_view name =
        argument.substr(0, std::min(equals, argument.size()));
    if (!name.starts_with("--") || !is_key_flag(name.substr(2))) {
      split.rest.emplace_back(argument);
    } else if (equals != std::string_view::npos) {
      split.flags.emplace_back(name.substr(2), argument.substr(equals + 1));
    } else if (i + 1 < arguments.size() &&
               !std::string_view{arguments[i + 1]}.starts_with("--")) {
      split.flags.emplace_back(name.substr(2), arguments[++i]);
    } else if (split.without_value.empty()) {
      split.without_value = name;
    }
  }
  return split;
}

class command_line {
 public:
  explicit command_line(const std::map<std::string, std::string>& variables)
      : variables_{variables} {
    app_.set_version_flag("--version", fmt::format("tokensieve {}", version()));
    app_.require_subcommand(1);
    app_.allow_extras();
    app_.get_formatter()->column_width(40);
    app_.footer(
        "Each command has its own --help. Every key of the configuration is "
        "also a flag\n(--input.group NAME) and a variable "
        "(TOKENSIEVE_INPUT_GROUP).");
    add_config_options(*run_, config_use::stream);
    add_config_options(*check_, config_use::stream);
    add_config_options(*doctor_, config_use::stream);
    add_config_options(*scan_, config_use::scan);
    add_scan_options();
    demo_->add_option("--rate", demo_options_.rate, "Events a second")
        ->type_name("COUNT")
        ->check(CLI::Range(1, 10'000'000).description(""));
    demo_
        ->add_option("--seconds", demo_options_.seconds,
                     "How long; 0: until interrupted")
        ->type_name("COUNT");
    for (CLI::App* subcommand : app_.get_subcommands({})) {
      subcommand->allow_extras();
      subcommand->get_formatter()->column_width(44);
    }
  }

  command read(std::span<const char* const> arguments) {
    split_arguments given = split(arguments);
    sources_.flags = std::move(given.flags);
    sources_.variables = variables_;
    std::ranges::reverse(given.rest);  // as CLI11 wants it
    try {
      app_.parse(std::move(given.rest));
    } catch (const CLI::Success& e) {
      return help(e);
    } catch (const CLI::ParseError& e) {
      return refuse_parse(e);
    }
    if (auto unexpected = find_unexpected()) {
      return refuse(*unexpected, subcommand_name());
    }
    if (!given.without_value.empty()) {
      return refuse(given.without_value + " needs a value", subcommand_name());
    }
    return finish();
  }

 private:
  void add_config_options(CLI::App& to, config_use use) {
    to.add_option("-c,--config", sources_.file, "Configuration file (YAML)")
        ->type_name("FILE");
    for (const config_key& key : config_keys()) {
      if (use == config_use::scan && !key.scan) continue;
      to.add_option(fmt::format("--{}", key.name), k_for_help_only,
                    std::string{key.help})
          ->type_name(std::string{key.placeholder})
          ->group("Configuration");
    }
    if (use == config_use::stream) {
      to.footer(
          "Any librdkafka property: --kafka.PROPERTY, "
          "--kafka.consumer.PROPERTY,"
          "\n--kafka.producer.PROPERTY. A password is no flag: write "
          "'${file:PATH}' in the\nfile, or set a variable "
          "(TOKENSIEVE_KAFKA_SASL_PASSWORD).");
    }
  }

  void add_scan_options() {
    static constexpr std::array<std::pair<std::string_view, scan_input>, 3>
        k_inputs{{{"auto", scan_input::automatic},
                  {"events", scan_input::events},
                  {"text", scan_input::text}}};
    static constexpr std::array<std::pair<std::string_view, scan_output>, 2>
        k_outputs{{{"json", scan_output::json}, {"table", scan_output::table}}};
    scan_
        ->add_option("FILE", scan_options_.files,
                     "Files; none or -: standard input")
        ->type_name("");
    add_choice<scan_input>(*scan_, "--input",
                           "What the files are: an event a line, or text",
                           k_inputs, scan_options_.input);
    add_choice<scan_output>(*scan_, "--output",
                            "JSON lines, or a table to read", k_outputs,
                            scan_options_.output);
    scan_->add_flag("--redact", scan_options_.redact,
                    "Print sightings, which hold no token");
    scan_->add_flag("--all", scan_options_.all,
                    "Print repeats, too, as sightings");
    scan_->add_flag("--explain", scan_options_.explain,
                    "Say on standard error what was rejected and why");
    scan_->footer(
        "Status: 0 nothing found, 1 findings, 2 an input could not be read.");
  }

  // An option whose value is one of a few names.
  template <typename Enum>
  static void add_choice(CLI::App& to, const std::string& name,
                         const std::string& help, enum_names<Enum> names,
                         Enum& chosen) {
    std::vector<std::string_view> texts;
    for (const auto& [text, value] : names)
      texts.push_back(text);
    const auto choose = [=, &chosen](const CLI::results_t& given) {
      for (const auto& [text, value] : names) {
        if (text != given.back()) continue;
        chosen = value;
        return true;
      }
      throw CLI::ValidationError(
          name, fmt::format("'{}' is not one of {}", given.back(),
                            fmt::join(texts, ", ")));
    };
    to.add_option(name, choose, help)
        ->type_name(fmt::format("{}", fmt::join(texts, "|")));
  }

  CLI::App* subcommand() const {
    const auto given = app_.get_subcommands();
    return given.empty() ? nullptr : given.front();
  }
  std::string subcommand_name() const {
    const CLI::App* given = subcommand();
    return given == nullptr ? "" : given->get_name();
  }

  finished help(const CLI::Success& e) {
    std::ostringstream out;
    std::ostringstream err;
    const int status = app_.exit(e, out, err);
    return {status, out.str(), err.str()};
  }

  finished refuse_parse(const CLI::ParseError& e) {
    if (auto unexpected = find_unexpected()) {
      return refuse(*unexpected, subcommand_name());
    }
    if (dynamic_cast<const CLI::RequiredError*>(&e) != nullptr) {
      return {k_exit_configuration, "", app_.help()};
    }
    return refuse(e.what(), subcommand_name());
  }

  // What nobody asked for, by name alone: the value of a mistyped
  // `--kafka-sasl-password X` follows as an argument of its own.
  std::optional<std::string> find_unexpected() const {
    const CLI::App* given = subcommand();
    if (const auto option = find_option(app_.remaining())) {
      return fmt::format("unknown option {}{}", *option,
                         given == nullptr
                             ? suggest(*option, flags_of(app_))
                             : "; a command's options stand behind it");
    }
    if (given == nullptr) {
      return unexpected_argument(app_.remaining(), "unknown command");
    }
    if (const auto option = find_option(given->remaining())) {
      return fmt::format("unknown option {}{}", *option,
                         suggest(*option, flags_of(*given)));
    }
    return unexpected_argument(given->remaining(), "unexpected argument");
  }

  std::optional<std::string> unexpected_argument(
      std::vector<std::string> extras, std::string_view what) const {
    std::erase(extras, "--");
    if (extras.empty()) return std::nullopt;
    std::vector<std::string> commands;
    for (const CLI::App* one : app_.get_subcommands({})) {
      commands.push_back(one->get_name());
    }
    return fmt::format("{} '{}'{}", what, extras.front(),
                       suggest(extras.front(), commands));
  }

  // The name of the first option: `--name` of `--name=value`, `-p` of
  // `-pvalue`.
  static std::optional<std::string> find_option(
      const std::vector<std::string>& arguments) {
    for (const std::string& argument : arguments) {
      if (argument == "--" || !argument.starts_with('-')) continue;
      return argument.starts_with("--") ? argument.substr(0, argument.find('='))
                                        : argument.substr(0, 2);
    }
    return std::nullopt;
  }

  static std::vector<std::string> flags_of(const CLI::App& app) {
    std::vector<std::string> flags;
    for (const CLI::Option* option : app.get_options()) {
      for (const auto& name : option->get_lnames()) {
        flags.push_back("--" + name);
      }
    }
    return flags;
  }

  static std::string suggest(std::string_view written,
                             const std::vector<std::string>& names) {
    const auto meant = did_you_mean(written, names);
    return meant ? fmt::format("; did you mean {}?", *meant) : "";
  }

  command finish() {
    const CLI::App* given = subcommand();
    if (given == demo_ || given == version_) {
      if (!sources_.flags.empty()) {
        return refuse(
            fmt::format("unknown option --{}", sources_.flags.front().first),
            given->get_name());
      }
      if (given == demo_) return demo_options_;
      return finished{0, describe_version(), ""};
    }
    const auto use = given == scan_ ? config_use::scan : config_use::stream;
    auto loaded = load_config(sources_, use);
    if (!loaded.problems.empty()) {
      finished failed{k_exit_configuration, "", ""};
      for (const auto& problem : loaded.problems) {
        failed.err += problem.to_string() + '\n';
      }
      return failed;
    }
    if (given == check_) return finished{0, print_config(loaded), ""};
    if (given == run_) return run_command{std::move(loaded.values)};
    if (given == doctor_) return doctor_command{std::move(loaded.values)};
    scan_options_.settings = std::move(loaded.values);
    if (scan_options_.files.empty()) scan_options_.files.emplace_back("-");
    return scan_options_;
  }

  const std::map<std::string, std::string>& variables_;
  config_sources sources_;
  scan_command scan_options_;
  demo_command demo_options_;
  CLI::App app_{
      "Finds npm tokens in CI logs and commits, asks for each to be revoked",
      "tokensieve"};
  CLI::App* run_ = app_.add_subcommand("run", "Read the stream from Kafka");
  CLI::App* scan_ = app_.add_subcommand("scan", "Scan files or standard input");
  CLI::App* demo_ =
      app_.add_subcommand("demo", "Show it at work on made-up events");
  CLI::App* check_ = app_.add_subcommand(
      "check-config", "Check a configuration and print what is in effect");
  CLI::App* doctor_ = app_.add_subcommand(
      "doctor",
      "Ask the cluster whether run would do well, and what to change");
  CLI::App* version_ =
      app_.add_subcommand("version", "Print the versions of the parts");
};

}  // namespace

command read_command_line(std::span<const char* const> arguments,
                          const std::map<std::string, std::string>& variables) {
  return command_line{variables}.read(arguments);
}

}  // namespace tokensieve
