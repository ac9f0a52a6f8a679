#include "pipeline/config_load.h"
#include "tests/pipeline/config_fixture.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace tokensieve {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::StartsWith;

struct problem_case {
  std::string yaml;
  std::vector<std::string> problems;  // parts of each, in order
};

class config_problem_test : public config_test,
                            public testing::WithParamInterface<problem_case> {};

TEST_P(config_problem_test, names_file_line_key_and_remedy) {
  const auto& [yaml, expected] = GetParam();
  const auto found = problems_of(yaml);
  ASSERT_EQ(found.size(), expected.size()) << testing::PrintToString(found);
  for (std::size_t i = 0; i < found.size(); ++i) {
    EXPECT_THAT(found[i], StartsWith(expected[i]));
  }
}

INSTANTIATE_TEST_SUITE_P(
    keys, config_problem_test,
    testing::Values(
        problem_case{with_broker("input:\n  grup: x\n"),
                     {"F:3: input.grup: unknown key; did you mean "
                      "input.group?"}},
        problem_case{with_broker("inptu: {group: x}\n"),
                     {"F:2: inptu: unknown key; did you mean input?"}},
        problem_case{with_broker("max_event_bytes: 1MiB\n"),
                     {"F:2: max_event_bytes: unknown key; did you mean "
                      "input.max_event_bytes?"}},
        problem_case{with_broker("colour: blue\n"),
                     {"F:2: colour: unknown key"}},
        problem_case{with_broker("input: 5\n"),
                     {"F:2: input: expects keys below it, not a value"}},
        problem_case{with_broker("memory: {size: 1GiB}\n"),
                     {"F:2: memory: expects a value, not keys below it"}},
        problem_case{with_broker("memory: [1GiB]\n"),
                     {"F:2: memory: expects one value, not a list"}},
        problem_case{with_broker("input: {topics: [[a]]}\n"),
                     {"F:2: input.topics: expects plain values in a list"}},
        problem_case{with_broker("memory: 1GiB\nmemory: 2GiB\n"),
                     {"F:3: memory: set twice; first at "}},
        problem_case{with_broker("input: {group: a}\ninput.group: b\n"),
                     {"F:3: input.group: set twice; first at "}},
        problem_case{with_broker("kafka.metadata.broker.list: b.example:1\n"),
                     {"F:2: kafka.metadata.broker.list: set twice; first at "}},
        problem_case{with_broker("? [a]\n: b\n"),
                     {"F:2: expects a name for a key"}},
        problem_case{with_broker("instance: !x\n"),
                     {"F:2: instance: put a value that starts with ! in "
                      "quotes"}},
        problem_case{"memory: 1\nthreads: x\ninput: {grup: y}\n",
                     {"F:3: input.grup: unknown key",
                      "F:2: threads: 'x' is not a whole number",
                      "F:1: memory: is less than 16MiB",
                      "F: kafka.bootstrap.servers: is missing; name a broker "
                      "as HOST:PORT"}}));

INSTANTIATE_TEST_SUITE_P(
    files, config_problem_test,
    testing::Values(
        problem_case{"- a\n", {"F:1: expects keys and values"}},
        problem_case{"just text\n", {"F:1: expects keys and values"}},
        problem_case{"memory: 1GiB\n\x04threads: x\n",
                     {"F:2: not YAML: a control character"}},
        problem_case{"memory: 1GiB\n  threads: 1\n", {"F:2: not YAML"}},
        problem_case{with_broker("---\nmemory: 1GiB\n"),
                     {"F:3: a second document; only one is read"}},
        problem_case{"a: b\nc: \xff\n", {"F:2: not UTF-8"}},
        problem_case{std::string{"\xff\xfe"
                                 "a\0",
                                 4},
                     {"F:1: not UTF-8"}}));

INSTANTIATE_TEST_SUITE_P(
    values, config_problem_test,
    testing::Values(
        problem_case{with_broker("memory: 64MEG\n"),
                     {"F:2: memory: '64MEG' is not a size; write"}},
        problem_case{with_broker("memory: -1\n"),
                     {"F:2: memory: '-1' is not a size"}},
        problem_case{with_broker("memory: 1.5GiB\n"),
                     {"F:2: memory: '1.5GiB' is not a size"}},
        problem_case{with_broker("memory: 99999999999GiB\n"),
                     {"F:2: memory: '99999999999GiB' is not a size"}},
        problem_case{with_broker("memory:\n"),
                     {"F:2: memory: '' is not a size"}},
        problem_case{with_broker("commit: {interval: 5}\n"),
                     {"F:2: commit.interval: '5' is not a duration; write"}},
        problem_case{with_broker("commit: {interval: 0s, bytes: 0}\n"),
                     {"F:2: commit.interval: is 0", "F:2: commit.bytes: is 0"}},
        problem_case{with_broker("threads: many\n"),
                     {"F:2: threads: 'many' is not a whole number"}},
        problem_case{with_broker("threads: 5000\n"),
                     {"F:2: threads: is more than 1024"}},
        problem_case{with_broker("detection: {depth: 9}\n"),
                     {"F:2: detection.depth: is more than 4"}},
        problem_case{with_broker("input: {start: begin}\n"),
                     {"F:2: input.start: 'begin' is not one of earliest, "
                      "latest"}},
        problem_case{with_broker("input: {on_lost: go}\n"),
                     {"F:2: input.on_lost: 'go' is not one of stop, "
                      "continue"}},
        problem_case{with_broker("delivery: once\n"),
                     {"F:2: delivery: 'once' is not one of exactly_once, "
                      "at_least_once"}},
        problem_case{with_broker("log: {level: loud, format: xml}\n"),
                     {"F:2: log.level: 'loud' is not one of debug, info",
                      "F:2: log.format: 'xml' is not one of text, json"}},
        problem_case{with_broker("output: {dead_letter_value: all}\n"),
                     {"F:2: output.dead_letter_value: 'all' is not one of "
                      "original, none"}},
        problem_case{with_broker("detection: {min_confidence: sure}\n"),
                     {"F:2: detection.min_confidence: 'sure' is not one of "
                      "low, medium, high"}},
        problem_case{with_broker("http: {listen: 9464}\n"),
                     {"F:2: http.listen: '9464' is not an address; write "
                      "HOST:PORT"}},
        problem_case{with_broker("http: {listen: 'h:70000'}\n"),
                     {"F:2: http.listen: 'h:70000' is not an address"}},
        problem_case{with_broker("instance: a/b\n"),
                     {"F:2: instance: 'a/b' may hold letters"}},
        problem_case{with_broker("input: {group: ''}\n"),
                     {"F:2: input.group: is empty"}},
        problem_case{with_broker("input: {max_event_bytes: 1}\n"),
                     {"F:2: input.max_event_bytes: is not from 1KiB to below "
                      "2GiB"}},
        problem_case{
            with_broker("memory: 64MiB\ninput: {max_event_bytes: 16MiB}\n"),
            {"F:3: input.max_event_bytes: an event of 16MiB does not fit: "
             "reading one may take 8 times its size; raise memory (now 64MiB) "
             "to 128MiB or lower this to 8MiB"}},
        problem_case{with_broker("detection: {ignore: ['sha256:12']}\n"),
                     {"F:2: detection.ignore: entry 1 is neither sha256:"}}));

INSTANTIATE_TEST_SUITE_P(
    topics, config_problem_test,
    testing::Values(
        problem_case{with_broker("input: {topics: []}\n"),
                     {"F:2: input.topics: names no topic"}},
        problem_case{with_broker("input: {topics: 'a b'}\n"),
                     {"F:2: input.topics: as a topic's name: 'a b' may hold"}},
        problem_case{with_broker("input: {topics: [a, '..', a]}\n"),
                     {"F:2: input.topics: as a topic's name: may not be",
                      "F:2: input.topics: 'a' is listed twice"}},
        problem_case{with_broker("input: {topics: '^ci('}\n"),
                     {"F:2: input.topics: '^ci(' is not a regular "
                      "expression: "}},
        problem_case{with_broker("input: {topics: npm.dead-letters}\n"),
                     {"F:2: input.topics: 'npm.dead-letters' is "
                      "output.dead_letters: tokensieve would read what it "
                      "writes; name another topic"}},
        problem_case{with_broker("input: {topics: '^npm\\.(rev|tok)'}\n"),
                     {"F:2: input.topics: '^npm\\.(rev|tok)' matches "
                      "output.requests",
                      "F:2: input.topics: '^npm\\.(rev|tok)' matches "
                      "output.sightings"}},
        problem_case{with_broker("output: {sightings: ''}\n"),
                     {"F:2: output.sightings: as a topic's name: is empty"}},
        problem_case{with_broker("output: {requests: npm.dead-letters}\n"),
                     {"F:2: output.requests: 'npm.dead-letters' is "
                      "output.dead_letters as well"}},
        problem_case{with_broker("output: {sightings: x, dead_letters: x}\n"),
                     {"F:2: output.dead_letters: 'x' is output.sightings as "
                      "well; each output needs its own topic"}}));

INSTANTIATE_TEST_SUITE_P(
    kafka, config_problem_test,
    testing::Values(
        problem_case{"kafka: {}\n", {"F: kafka.bootstrap.servers: is missing"}},
        problem_case{"kafka: {bootstrap.server: b.example:1}\n",
                     {"F:1: kafka.bootstrap.server: librdkafka ",
                      "F: kafka.bootstrap.servers: is missing"}},
        problem_case{with_broker("kafka.fetch.min.bytes: abc\n"),
                     {"F:2: kafka.fetch.min.bytes: Invalid value for "
                      "configuration property \"fetch.min.bytes\""}},
        problem_case{with_broker("kafka.fetch.min.bytes: -5\n"),
                     {"F:2: kafka.fetch.min.bytes: Configuration property "
                      "\"fetch.min.bytes\" value -5 is outside allowed "
                      "range"}},
        problem_case{with_broker("kafka.debug: [broker, topic]\n"),
                     {"F:2: kafka.debug: expects one value; put commas "
                      "between several"}},
        problem_case{with_broker("kafka.rebalance_cb: x\n"),
                     {"F:2: kafka.rebalance_cb: librdkafka "}},
        problem_case{with_broker("kafka.consumer.linger.ms: 5\n"),
                     {"F:2: kafka.consumer.linger.ms: a consumer has no such "
                      "property; write kafka.producer.linger.ms"}},
        problem_case{with_broker("kafka.ssl.ca.location: /nowhere/ca.pem\n"
                                 "kafka.security.protocol: ssl\n"),
                     {"F: kafka: ssl.ca.location failed"}},
        problem_case{
            with_broker("kafka.delivery.timeout.ms: 20000\n"),
            {"F:2: kafka.delivery.timeout.ms: is not below "
             "transaction.timeout.ms (default, 10000 ms): a record would "
             "outlive its transaction; lower it or raise "
             "kafka.producer.transaction.timeout.ms"}},
        problem_case{with_broker("commit: {interval: 6s}\n"
                                 "kafka.producer:\n"
                                 "  transaction.timeout.ms: 5000\n"
                                 "  message.timeout.ms: 5000\n"),
                     {"F:5: kafka.producer.message.timeout.ms: is not below "
                      "transaction.timeout.ms (5000 ms)",
                      "F:2: commit.interval: is not below"}}));

TEST_F(config_test, properties_that_are_tokensieves_own_are_refused) {
  for (const std::string name :
       {"group.id", "group.instance.id", "transactional.id",
        "enable.auto.commit", "enable.auto.offset.store", "isolation.level",
        "enable.idempotence", "acks", "request.required.acks",
        "auto.commit.enable", "partition.assignment.strategy",
        "auto.offset.reset", "partitioner"}) {
    for (const std::string side : {"", "consumer.", "producer."}) {
      const std::string key = "kafka." + side + name;
      EXPECT_THAT(problems_of(with_broker(key + ": x\n")),
                  ElementsAre(StartsWith("F:2: " + key +
                                         ": tokensieve sets this itself: ")));
    }
  }
  EXPECT_THAT(problems_of(with_broker(
                  "kafka.partition.assignment.strategy: cooperative-sticky\n")),
              ElementsAre(HasSubstr("cooperative-sticky cannot be used")));
  EXPECT_THAT(problems_of(with_broker("kafka.group.protocol: consumer\n")),
              ElementsAre(HasSubstr("only the classic protocol")));
}

TEST_F(config_test, a_file_that_cannot_be_read_is_named_with_the_reason) {
  sources_.file = folder_.path() + "/none";
  EXPECT_THAT(texts(load(config_use::scan)),
              ElementsAre(folder_.path() +
                          "/none: cannot read: No such file or directory"));
  sources_.file = folder_.path();
  EXPECT_THAT(texts(load(config_use::scan)),
              ElementsAre(folder_.path() + ": cannot read: Is a directory"));
}

TEST_F(config_test, flags_and_variables_are_named_as_the_source) {
  sources_.flags = {{"input.grup", "x"}, {"memory", "lots"}};
  sources_.variables = {{"TOKENSIEVE_THREADS", "x"},
                        {"TOKENSIEVE_INPUT_GRUOP", "x"},
                        {"TOKENSIEVE_KAFKA_FETCH_NONSENSE", "x"}};
  EXPECT_THAT(
      texts(load_yaml(std::string{k_broker})),
      ElementsAre("variable TOKENSIEVE_INPUT_GRUOP: unknown variable; did you "
                  "mean TOKENSIEVE_INPUT_GROUP?",
                  "variable TOKENSIEVE_KAFKA_FETCH_NONSENSE: no property of "
                  "the installed librdkafka has this name",
                  "flag --input.grup: unknown key; did you mean input.group?",
                  "variable TOKENSIEVE_THREADS: threads: 'x' is not a whole "
                  "number from 0",
                  StartsWith("flag --memory: 'lots' is not a size")));
}

}  // namespace
}  // namespace tokensieve
