#include "pipeline/config_keys.h"
#include "pipeline/config_load.h"
#include "pipeline/kafka_properties.h"
#include "tests/pipeline/config_fixture.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <string>
#include <string_view>
#include <utility>

namespace tokensieve {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::StartsWith;

TEST_F(config_test, the_defaults_are_those_of_the_contract) {
  sources_.flags = {{"kafka.bootstrap.servers", "broker.example:9092"}};
  const auto loaded = load();
  ASSERT_THAT(texts(loaded), IsEmpty());
  EXPECT_EQ(print_config(loaded),
            "kafka:\n"
            "  bootstrap.servers: \"broker.example:9092\"  # flag "
            "--kafka.bootstrap.servers\n"
            "input:\n"
            "  topics: [ci.build-logs, ci.commits]\n"
            "  group: tokensieve\n"
            "  start: earliest\n"
            "  on_lost: stop\n"
            "  max_event_bytes: 64MiB\n"
            "output:\n"
            "  requests: npm.revocation-requests\n"
            "  sightings: npm.token-sightings\n"
            "  dead_letters: npm.dead-letters\n"
            "  dead_letter_value: original\n"
            "delivery: exactly_once\n"
            "instance: \"\"\n"
            "commit:\n"
            "  interval: 1s\n"
            "  bytes: 64MiB\n"
            "memory: 512MiB\n"
            "threads: 0\n"
            "detection:\n"
            "  min_confidence: medium\n"
            "  depth: 4\n"
            "  window: 24h\n"
            "  ignore: []\n"
            "http:\n"
            "  listen: \"127.0.0.1:9464\"\n"
            "log:\n"
            "  level: info\n"
            "  format: text\n");
}

// A value for each key that is not its default.
const std::map<std::string_view, std::string>& other_values() {
  static const std::map<std::string_view, std::string> values{
      {"input.topics", "^ci[.]x,logs"},
      {"input.group", "other"},
      {"input.start", "latest"},
      {"input.on_lost", "continue"},
      {"input.max_event_bytes", "32MiB"},
      {"output.requests", "requests"},
      {"output.sightings", "sightings"},
      {"output.dead_letters", "dead"},
      {"output.dead_letter_value", "none"},
      {"delivery", "at_least_once"},
      {"instance", "pod-1"},
      {"commit.interval", "250ms"},
      {"commit.bytes", "1MB"},
      {"memory", "1GiB"},
      {"threads", "3"},
      {"detection.min_confidence", "low"},
      {"detection.depth", "2"},
      {"detection.window", "36h"},
      {"detection.ignore", k_fake},
      {"http.listen", "[::1]:0"},
      {"log.level", "debug"},
      {"log.format", "json"},
  };
  return values;
}

TEST_F(config_test, each_key_can_be_set_by_file_variable_and_flag) {
  const config defaults;
  for (const config_key& key : config_keys()) {
    SCOPED_TRACE(key.name);
    ASSERT_TRUE(other_values().contains(key.name));
    const std::string& value = other_values().at(key.name);

    config_sources by_file;
    std::string yaml = key.list ? "[\"" : "\"";
    for (const char c : value) {
      key.list&& c == ',' ? yaml += "\", \"" : yaml += c;
    }
    yaml += key.list ? "\"]" : "\"";
    by_file.file = folder_.write(
        "one", std::string{k_broker} + std::string{key.name} + ": " + yaml);
    config_sources by_variable;
    by_variable.variables = {
        {"TOKENSIEVE_KAFKA_BOOTSTRAP_SERVERS", "broker.example:9092"},
        {variable_of(key.name), value}};
    config_sources by_flag;
    by_flag.flags = {{"kafka.bootstrap.servers", "broker.example:9092"},
                     {std::string{key.name}, value}};

    const auto from_file = load_config(by_file, config_use::stream);
    ASSERT_THAT(texts(from_file), IsEmpty());
    EXPECT_NE(key.write(from_file.values), key.write(defaults));
    for (const auto& sources : {by_variable, by_flag}) {
      const auto loaded = load_config(sources, config_use::stream);
      ASSERT_THAT(texts(loaded), IsEmpty());
      EXPECT_EQ(loaded.values, from_file.values);
    }
  }
  EXPECT_EQ(other_values().size(), config_keys().size());
}

TEST_F(config_test, librdkafkas_properties_can_be_set_by_all_sources) {
  for (const std::string property :
       {"fetch.max.bytes", "topic.metadata.refresh.sparse", "linger.ms"}) {
    SCOPED_TRACE(property);
    const std::string value = property.ends_with("sparse") ? "false" : "5000";
    config_sources by_variable;
    by_variable.variables = {
        {"TOKENSIEVE_KAFKA_BOOTSTRAP_SERVERS", "broker.example:9092"},
        {variable_of("kafka." + property), value}};
    const auto loaded = load_config(by_variable, config_use::scan);
    EXPECT_THAT(texts(loaded), IsEmpty());
    const auto used = load_config(by_variable, config_use::stream);
    EXPECT_THAT(texts(used), IsEmpty());
    EXPECT_EQ(used.values.kafka.common.at(property), value);
  }
  sources_.variables = {{"TOKENSIEVE_KAFKA_CONSUMER_FETCH_MIN_BYTES", "7"},
                        {"TOKENSIEVE_KAFKA_PRODUCER_LINGER_MS", "8"}};
  sources_.flags = {{"kafka.consumer.client.rack", "r1"}};
  const auto loaded = load_yaml(std::string{k_broker} +
                                "kafka.producer: {compression.type: lz4}\n");
  ASSERT_THAT(texts(loaded), IsEmpty());
  using properties = std::map<std::string, std::string>;
  EXPECT_EQ(loaded.values.kafka.consumer,
            (properties{{"fetch.min.bytes", "7"}, {"client.rack", "r1"}}));
  EXPECT_EQ(loaded.values.kafka.producer,
            (properties{{"linger.ms", "8"}, {"compression.type", "lz4"}}));
}

TEST_F(config_test, every_property_has_a_variable_of_its_own) {
  for (const auto& property : known_kafka_properties()) {
    for (const std::string side : {"", "consumer.", "producer."}) {
      const std::string key = "kafka." + side + property.name;
      EXPECT_EQ(key_of_variable(variable_of(key)), key);
    }
  }
}

TEST_F(config_test, a_flag_wins_over_a_variable_and_that_over_the_file) {
  const std::string yaml =
      std::string{k_broker} + "input: {group: from-file}\n";
  EXPECT_EQ(load_yaml(yaml).values.input.group, "from-file");
  sources_.variables = {{"TOKENSIEVE_INPUT_GROUP", "from-variable"}};
  EXPECT_EQ(load_yaml(yaml).values.input.group, "from-variable");
  sources_.flags = {{"input.group", "first"}, {"input.group", "last"}};
  const auto loaded = load_yaml(yaml);
  EXPECT_EQ(loaded.values.input.group, "last");
  EXPECT_THAT(print_config(loaded),
              HasSubstr("group: last  # flag --input.group\n"));
}

TEST_F(config_test, another_name_of_a_property_is_the_same_key) {
  sources_.flags = {{"kafka.metadata.broker.list", "flag.example:1"}};
  const auto loaded = load_yaml(std::string{k_broker});
  ASSERT_THAT(texts(loaded), IsEmpty());
  EXPECT_THAT(loaded.values.kafka.common,
              ElementsAre(std::pair{"metadata.broker.list", "flag.example:1"}));
}

TEST_F(config_test, a_lists_flags_add_up_and_commas_separate) {
  sources_.flags = {{"input.topics", "a,b"}, {"input.topics", "c"}};
  EXPECT_THAT(load_yaml(std::string{k_broker}).values.input.topics,
              ElementsAre("a", "b", "c"));
}

TEST_F(config_test, the_file_is_named_by_a_variable_where_no_flag_does) {
  sources_.variables = {
      {"TOKENSIEVE_CONFIG", folder_.write("V", "memory: 1GiB\n")}};
  EXPECT_EQ(load(config_use::scan).values.memory, 1ULL << 30);
  EXPECT_EQ(load_yaml("memory: 2GiB\n", config_use::scan).values.memory,
            2ULL << 30);
}

TEST_F(config_test, an_empty_file_leaves_the_defaults) {
  for (const std::string yaml : {"", "# nothing\n", "---\n", "input:\n"}) {
    SCOPED_TRACE(yaml);
    const auto loaded = load_yaml(yaml, config_use::scan);
    EXPECT_THAT(texts(loaded), IsEmpty());
    EXPECT_EQ(loaded.values, config{});
  }
}

TEST_F(config_test, variables_of_other_programs_are_left_alone) {
  sources_.variables = {{"TOKENSIEVE_SERVICE_HOST", "10.0.0.1"},
                        {"TOKENSIEVE_PORT", "tcp://10.0.0.1:9464"},
                        {"TOKENSIEVE_HTTP_PORT_9464_TCP_ADDR", "10.0.0.1"},
                        {"TOKENSIEVE_HTTP_SERVICE_PORT_METRICS", "9464"},
                        {"TOKENSIEVE_HOME", "/x"},
                        {"INPUT_GRUOP", "x"}};
  EXPECT_THAT(texts(load_yaml(std::string{k_broker})), IsEmpty());
}

TEST_F(config_test, a_value_can_stand_in_a_file_of_its_own) {
  folder_.write("group", "from-a-file\n");
  folder_.write("topic", "t1\r\n");
  auto loaded = load_yaml(with_broker(
      "input: {group: '${file:group}', topics: [t0, '${file:topic}']}\n"));
  ASSERT_THAT(texts(loaded), IsEmpty());
  EXPECT_EQ(loaded.values.input.group, "from-a-file");
  EXPECT_THAT(loaded.values.input.topics, ElementsAre("t0", "t1"));

  sources_.flags = {{"instance", "${file:" + folder_.path() + "/group}"}};
  EXPECT_EQ(load_yaml(with_broker("")).values.instance, "from-a-file");
  sources_.flags.clear();

  EXPECT_THAT(problems_of(with_broker("instance: '${file:none}'\n")),
              ElementsAre("F:2: instance: cannot read " + folder_.path() +
                          "/none: No such file or directory"));
  EXPECT_THAT(problems_of(with_broker("instance: 'a${file:group}'\n")),
              ElementsAre("F:2: instance: ${file:PATH} must be the whole "
                          "value"));
}

TEST_F(config_test, fingerprints_to_ignore_are_listed_or_in_files) {
  const std::string other = "sha256:" + std::string(64, 'B');
  folder_.write("fakes",
                "# ours\n\n" + other + "  # of the tests\r\n" + k_fake);
  const auto loaded =
      load_yaml(with_broker("detection: {ignore: [" + k_fake + ", fakes]}\n"));
  ASSERT_THAT(texts(loaded), IsEmpty());
  const auto& list = loaded.values.detection.ignore;
  ASSERT_EQ(list.fingerprints.size(), 2U);
  EXPECT_EQ(list.fingerprints[0].bytes[0], 0xaa);
  EXPECT_EQ(list.fingerprints[1].bytes[31], 0xbb);
  EXPECT_THAT(list.written, ElementsAre(k_fake, folder_.path() + "/fakes"));

  folder_.write("fakes", k_fake + "\nnot one\n");
  EXPECT_THAT(problems_of(with_broker("detection: {ignore: fakes}\n")),
              ElementsAre(HasSubstr("line 2 is not a fingerprint")));
}

TEST_F(config_test, the_largest_event_follows_memory_where_nobody_set_it) {
  auto loaded = load_yaml(with_broker("memory: 128MiB\n"));
  ASSERT_THAT(texts(loaded), IsEmpty());
  EXPECT_EQ(loaded.values.input.max_event_bytes, 16ULL << 20);
  loaded = load_yaml(with_broker("memory: 8GiB\n"));
  EXPECT_EQ(loaded.values.input.max_event_bytes, 64ULL << 20);
}

TEST_F(config_test, scan_leaves_the_keys_of_the_stream_alone) {
  const auto loaded = load_yaml(
      "kafka: {sasl.password: '${file:/nowhere}'}\n"
      "input: {topics: [], max_event_bytes: 1MiB}\n"
      "log: {level: warning}\n",
      config_use::scan);
  ASSERT_THAT(texts(loaded), IsEmpty());
  EXPECT_EQ(loaded.values.input.max_event_bytes, 1ULL << 20);
  EXPECT_EQ(loaded.values.input.topics, config{}.input.topics);
  EXPECT_EQ(loaded.values.log.level, log_level::warn);
  EXPECT_THAT(problems_of("input: {grup: x}\n", config_use::scan),
              ElementsAre(StartsWith("F:1: input.grup: unknown key")));
}

TEST_F(config_test, a_common_property_reaches_the_clients_it_concerns) {
  const kafka_config kafka{
      .common = {{"bootstrap.servers", "common.example:1"},
                 {"client.id", "common"},
                 {"linger.ms", "7"},
                 {"fetch.min.bytes", "9"}},
      .consumer = {{"metadata.broker.list", "consumer.example:1"}},
      .producer = {{"client.id", "producer"}}};
  using properties = std::map<std::string, std::string>;
  EXPECT_EQ(properties_for(kafka, kafka_side::consumer),
            (properties{{"metadata.broker.list", "consumer.example:1"},
                        {"client.id", "common"},
                        {"fetch.min.bytes", "9"}}));
  EXPECT_EQ(properties_for(kafka, kafka_side::producer),
            (properties{{"bootstrap.servers", "common.example:1"},
                        {"client.id", "producer"},
                        {"linger.ms", "7"}}));
}

TEST_F(config_test, what_is_printed_loads_as_the_same_configuration) {
  folder_.write("password", "hush-9\n");
  folder_.write("fakes", k_fake);
  std::string yaml;
  for (const auto& [key, value] : other_values()) {
    if (key != "input.topics" && key != "detection.ignore") {
      yaml += std::string{key} + ": '" + value + "'\n";
    }
  }
  yaml += "input.topics: [a, '^b\\.{1,2}\"x']\n";
  yaml += "detection.ignore: [fakes, " + k_fake + "]\n";
  yaml += "kafka: {sasl.password: '${file:password}', client.id: 'null',\n";
  yaml += "  bootstrap.servers: 'a.example:1,b.example:2',\n";
  yaml += "  ssl.certificate.pem: \"two\\nlines\\t#\"}\n";
  yaml += "kafka.consumer: {client.rack: '- x: {y}'}\n";
  const auto loaded = load_yaml(yaml);
  ASSERT_THAT(texts(loaded), IsEmpty());
  const std::string printed = print_config(loaded);

  sources_.file = folder_.write("again", printed);
  const auto again = load();
  ASSERT_THAT(texts(again), IsEmpty()) << printed;
  EXPECT_EQ(again.values, loaded.values) << printed;
  EXPECT_EQ(again.values.kafka.common.at("sasl.password"), "hush-9");
}

}  // namespace
}  // namespace tokensieve
