#include "pipeline/cli.h"

#include "pipeline/config_keys.h"
#include "pipeline/version.h"
#include "tests/pipeline/temporary_folder.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <initializer_list>
#include <map>
#include <string>
#include <variant>
#include <vector>

namespace tokensieve {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::StartsWith;

class cli_test : public testing::Test {
 protected:
  template <typename Command = finished>
  Command read(std::vector<std::string> arguments) {
    std::vector<const char*> pointers;
    for (const auto& argument : arguments)
      pointers.push_back(argument.c_str());
    return std::get<Command>(read_command_line(pointers, variables_));
  }
  // The line that says what is wrong.
  std::string refusal_of(std::vector<std::string> arguments) {
    const finished done = read(std::move(arguments));
    EXPECT_EQ(done.status, 2);
    EXPECT_THAT(done.out, IsEmpty());
    return done.err.substr(0, done.err.find('\n'));
  }

  temporary_folder folder_;
  std::map<std::string, std::string> variables_;
};

TEST_F(cli_test, run_takes_file_variables_and_flags) {
  variables_ = {{"TOKENSIEVE_INPUT_GROUP", "by-variable"}};
  const auto command = read<run_command>(
      {"run", "-c",
       folder_.write("F", "kafka: {bootstrap.servers: 'b.example:1'}\n"),
       "--memory=1GiB", "--input.topics", "a,b", "--input.topics", "c",
       "--kafka.consumer.fetch.max.bytes", "2000000", "--http.listen", ""});
  EXPECT_EQ(command.settings.input.group, "by-variable");
  EXPECT_EQ(command.settings.memory, 1ULL << 30);
  EXPECT_THAT(command.settings.input.topics, ElementsAre("a", "b", "c"));
  EXPECT_EQ(command.settings.kafka.common.at("bootstrap.servers"),
            "b.example:1");
  EXPECT_EQ(command.settings.kafka.consumer.at("fetch.max.bytes"), "2000000");
  EXPECT_EQ(command.settings.http.listen, "");
}

TEST_F(cli_test, the_value_of_a_key_is_taken_as_it_is) {
  const auto command =
      read<run_command>({"run", "--kafka.bootstrap.servers=b.example:1",
                         "--http.listen=", "--input.group", "-x",
                         "--kafka.client.id", "[a,b]", "--instance="});
  EXPECT_EQ(command.settings.http.listen, "");
  EXPECT_EQ(command.settings.input.group, "-x");
  EXPECT_EQ(command.settings.kafka.common.at("client.id"), "[a,b]");
}

TEST_F(cli_test, check_config_prints_each_problem_and_ends_with_2) {
  const std::string file =
      folder_.write("F", "input:\n  grup: x\nmemory: lots\n");
  const finished done = read({"check-config", "--config", file});
  EXPECT_EQ(done.status, 2);
  EXPECT_THAT(done.out, IsEmpty());
  EXPECT_THAT(
      done.err,
      AllOf(HasSubstr(file + ":2: input.grup: unknown key; did you mean "
                             "input.group?\n"),
            HasSubstr(file + ":3: memory: 'lots' is not a size"),
            HasSubstr(file + ": kafka.bootstrap.servers: is missing")));
}

TEST_F(cli_test, check_config_prints_what_is_in_effect_and_ends_with_0) {
  variables_ = {{"TOKENSIEVE_KAFKA_SASL_PASSWORD", "hush"}};
  const std::string file =
      folder_.write("F", "kafka: {bootstrap.servers: 'b.example:1'}\n");
  const finished done =
      read({"check-config", "--config", file, "--threads", "2"});
  EXPECT_EQ(done.status, 0);
  EXPECT_THAT(done.err, IsEmpty());
  EXPECT_THAT(
      done.out,
      AllOf(HasSubstr("bootstrap.servers: \"b.example:1\"  # " + file + ":1\n"),
            HasSubstr("threads: 2  # flag --threads\n"),
            HasSubstr("# variable TOKENSIEVE_KAFKA_SASL_PASSWORD\n"),
            Not(HasSubstr("hush"))));
}

TEST_F(cli_test, scan_takes_files_and_its_own_options) {
  const auto command = read<scan_command>(
      {"scan", "a.log", "--input", "events", "--output=table", "--redact",
       "--all", "--threads", "2", "b.log", "-", "--detection.ignore="});
  EXPECT_THAT(command.files, ElementsAre("a.log", "b.log", "-"));
  EXPECT_EQ(command.input, scan_input::events);
  EXPECT_EQ(command.output, scan_output::table);
  EXPECT_TRUE(command.redact);
  EXPECT_TRUE(command.all);
  EXPECT_EQ(command.settings.threads, 2U);
}

TEST_F(cli_test, scan_without_files_reads_standard_input) {
  const auto command = read<scan_command>({"scan"});
  EXPECT_THAT(command.files, ElementsAre("-"));
  EXPECT_EQ(command.input, scan_input::automatic);
  EXPECT_EQ(command.output, scan_output::json);
  EXPECT_FALSE(command.redact);
  EXPECT_FALSE(command.all);
}

TEST_F(cli_test, behind_two_dashes_all_is_a_file) {
  EXPECT_THAT(
      read<scan_command>({"scan", "--", "--memory", "-a", "--input.x=1"}).files,
      ElementsAre("--memory", "-a", "--input.x=1"));
}

TEST_F(cli_test, demo_takes_a_rate_and_a_time) {
  const auto command =
      read<demo_command>({"demo", "--rate", "5", "--seconds", "0"});
  EXPECT_EQ(command.rate, 5U);
  EXPECT_EQ(command.seconds, 0U);
}

TEST_F(cli_test, version_names_the_libraries) {
  const finished done = read({"version"});
  EXPECT_EQ(done.status, 0);
  EXPECT_THAT(done.out,
              AllOf(StartsWith("tokensieve " + std::string{version()} + "\n"),
                    HasSubstr("librdkafka "), HasSubstr("simdjson "),
                    HasSubstr("Hyperscan "), HasSubstr("oneTBB "),
                    HasSubstr("compiler ")));
  EXPECT_EQ(read({"--version"}).out,
            "tokensieve " + std::string{version()} + "\n");
}

TEST_F(cli_test, help_names_each_command_and_each_key) {
  const finished all = read({"--help"});
  EXPECT_EQ(all.status, 0);
  for (const std::string command :
       {"run", "scan", "demo", "check-config", "doctor", "version"}) {
    EXPECT_THAT(all.out, HasSubstr("\n  " + command + " "));
    EXPECT_EQ(read({command, "--help"}).status, 0);
  }
  const std::string run = read({"run", "--help"}).out;
  const std::string scan = read({"scan", "--help"}).out;
  for (const config_key& key : config_keys()) {
    const std::string flag = "--" + std::string{key.name} + " ";
    EXPECT_THAT(run, HasSubstr(flag));
    EXPECT_EQ(scan.find(flag) != std::string::npos, key.scan) << flag;
  }
}

TEST_F(cli_test, nothing_to_do_is_a_mistake) {
  const finished done = read({});
  EXPECT_EQ(done.status, 2);
  EXPECT_THAT(done.out, IsEmpty());
  EXPECT_THAT(done.err, HasSubstr("Usage: tokensieve"));
}

TEST_F(cli_test, what_nobody_knows_is_named_with_a_remedy) {
  EXPECT_EQ(refusal_of({"runn"}),
            "tokensieve: unknown command 'runn'; did you mean run?");
  EXPECT_EQ(refusal_of({"run", "--memmory", "1GiB"}),
            "tokensieve: unknown option --memmory; did you mean --memory?");
  EXPECT_EQ(refusal_of({"scan", "--redcat", "f"}),
            "tokensieve: unknown option --redcat; did you mean --redact?");
  EXPECT_EQ(refusal_of({"run", "here"}),
            "tokensieve: unexpected argument 'here'");
  EXPECT_EQ(refusal_of({"--config", "f", "run"}),
            "tokensieve: unknown option --config; a command's options stand "
            "behind it");
  EXPECT_EQ(refusal_of({"run", "--input.grup", "x"}),
            "flag --input.grup: unknown key; did you mean input.group?");
  EXPECT_EQ(refusal_of({"scan", "--input.group", "x"}),
            "flag --input.group: scan does not use it");
  EXPECT_EQ(refusal_of({"demo", "--input.group", "x"}),
            "tokensieve: unknown option --input.group");
  EXPECT_EQ(refusal_of({"run", "--input.group"}),
            "tokensieve: --input.group needs a value");
  EXPECT_EQ(refusal_of({"run", "--input.group", "--memory=1GiB"}),
            "tokensieve: --input.group needs a value");
  EXPECT_THAT(refusal_of({"scan", "--input", "maybe"}),
              HasSubstr("--input: 'maybe' is not one of auto, events, text"));
  EXPECT_THAT(refusal_of({"demo", "--rate", "0"}), HasSubstr("--rate"));
}

TEST_F(cli_test, no_message_shows_the_value_of_an_option) {
  for (const std::vector<std::string>& arguments :
       std::initializer_list<std::vector<std::string>>{
           {"run", "--kafka.sasl.password", "hush"},
           {"run", "--kafka.sasl.password=hush"},
           {"run", "--kafka.sasl.pasword", "hush"},
           {"run", "--kafka-sasl-password", "hush"},
           {"run", "--kafka-sasl-password=hush"},
           {"run", "-p", "hush"},
           {"run", "-phush"},
           {"scan", "--kafka.sasl.password", "hush"},
           {"scan", "--sasl-password", "hush"},
           {"demo", "--kafka.sasl.password", "hush"},
           {"--kafka.sasl.password", "hush"},
           {"--password=hush", "run"},
           {"--password", "hush", "run"}}) {
    const finished done = read(arguments);
    EXPECT_EQ(done.status, 2) << testing::PrintToString(arguments);
    EXPECT_THAT(done.err + done.out, Not(HasSubstr("hush")))
        << testing::PrintToString(arguments);
  }
}

}  // namespace
}  // namespace tokensieve
