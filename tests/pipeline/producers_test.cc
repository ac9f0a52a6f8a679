// Records that real log shippers wrote for one build log. Built where their
// folder is (TOKENSIEVE_PRODUCERS): its README says what is planted in them.

#include "pipeline/inspector.h"
#include "tests/pipeline/packed_records.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <ostream>
#include <set>
#include <string>
#include <vector>

namespace tokensieve {
namespace {

struct producer {
  const char* folder;
  std::size_t planted;  ///< that the shipper left whole
  const char* field;    ///< that each of them stands in

  friend std::ostream& operator<<(std::ostream& out, const producer& one) {
    return out << one.folder;
  }
};

std::vector<std::string> values_of(const producer& from) {
  std::set<std::filesystem::path> files;
  for (const auto& entry : std::filesystem::directory_iterator(
           std::filesystem::path(TOKENSIEVE_PRODUCERS) / from.folder)) {
    if (entry.path().extension() == ".value") files.insert(entry.path());
  }
  std::vector<std::string> values;
  for (const auto& file : files) {
    std::ifstream in(file, std::ios::binary);
    values.emplace_back(std::istreambuf_iterator<char>(in),
                        std::istreambuf_iterator<char>());
  }
  return values;
}

class producers : public testing::TestWithParam<producer> {};

TEST_P(producers, yield_what_is_planted) {
  batch work = packed(values_of(GetParam()));
  inspector(signatures::compile(), {}).inspect(work);
  std::set<token_fingerprint> found;
  for (const inspected_record& one : work.inspected) {
    for (const leaked_token& token : one.tokens) {
      found.insert(token.found.fingerprint);
      // A document with a byte that is not UTF-8 is read as it stands.
      if (one.reason == dead_letter_reason::invalid_utf8) continue;
      EXPECT_EQ(one.reason, std::nullopt);
      EXPECT_EQ(token.where.kind, leak_kind::build_log);
      EXPECT_TRUE(token.where.field.starts_with(GetParam().field))
          << token.where.field;
    }
  }
  EXPECT_EQ(found.size(), GetParam().planted);
}

INSTANTIATE_TEST_SUITE_P(
    all, producers,
    testing::Values(producer{"rsyslog/default", 7, ""},
                    producer{"rsyslog/jsonf", 7, "/message"},
                    producer{"rsyslog/raw", 7, ""},
                    producer{"syslog-ng/default", 9, ""},
                    producer{"syslog-ng/format-json", 9, "/MESSAGE"},
                    producer{"kafka-connect-file/json-schema", 9, "/payload"},
                    producer{"kafka-connect-file/json", 9, ""},
                    producer{"kafka-connect-file/string", 9, ""},
                    producer{"log4j2/ecs", 8, "/message"},
                    producer{"log4j2/logstash", 8, "/message"},
                    producer{"log4j2/gelf", 8, "/short_message"},
                    producer{"kcat/lines", 9, ""},
                    producer{"otel-collector/otlp_json", 9, "/resourceLogs/0/"},
                    producer{"otel-collector/otlp_proto", 9, ""},
                    producer{"otel-collector/raw", 9, ""}));

}  // namespace
}  // namespace tokensieve
