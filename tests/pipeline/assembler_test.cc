#include "pipeline/assembler.h"

#include "tests/schemas/sample_tokens.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <optional>
#include <ostream>
#include <string>
#include <utility>
#include <variant>
#include <vector>

namespace tokensieve {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using enum output_kind;
using enum token_confidence;

const std::string k_token(k_legacy_token);
const std::string k_other = "5afe0000-0041-4000-8000-5eed5eed5eed";
const std::string k_corp = "npm.corp.example/";

/// An emission in short.
struct emitted {
  output_kind kind;
  std::string token;
  std::string registry{};
  std::uint64_t count = 1;

  bool operator==(const emitted&) const = default;
};

void PrintTo(const emitted& one, std::ostream* out) {
  *out << (one.kind == request ? "request" : "sighting") << " of " << one.token
       << " at '" << one.registry << "' x " << one.count;
}

leaked_token occurrence(const std::string& value, std::string registry = {},
                        token_confidence confidence = high) {
  leaked_token token = bare_token(value);
  token.found.registry = std::move(registry);
  token.found.confidence = confidence;
  return token;
}

class assembler_test : public testing::Test {
 protected:
  /// A record in which `tokens` were found, in this order, one a line.
  template <typename... Tokens>
  inspected_record& find(Tokens... tokens) {
    record& input = batch_.records.emplace_back();
    input.source_name = &topic_;
    inspected_record& found = batch_.inspected.emplace_back();
    found.index = batch_.records.size() - 1;
    (found.tokens.push_back(std::move(tokens)), ...);
    std::uint64_t line = 0;
    for (leaked_token& one : found.tokens)
      one.where.line = ++line;
    return found;
  }

  /// Assembles what was found since the last time, as one batch.
  std::vector<emitted> assemble() {
    done_ = std::exchange(batch_, {});
    done_.epoch = epoch_;
    done_.sequence = sequence_++;
    assembler_->assemble(done_);
    std::vector<emitted> all;
    for (const emission& one : done_.emissions) {
      all.push_back({one.kind, std::string(one.token.found.token.reveal()),
                     one.token.found.registry, one.count});
    }
    return all;
  }

  /// What batches up to the last one have emitted is final.
  void commit() { committed_ = sequence_; }

  const std::string topic_ = "ci.build-logs";
  std::atomic<std::uint64_t> committed_{0};
  std::optional<assembler> assembler_{std::in_place, assembler_options{},
                                      committed_};
  batch batch_;
  batch done_;
  std::uint64_t epoch_ = 1;
  std::uint64_t sequence_ = 0;
};

TEST_F(assembler_test, a_token_of_a_later_record_is_a_sighting) {
  find(occurrence(k_token));
  find(occurrence(k_other));
  find(occurrence(k_token));
  EXPECT_THAT(assemble(),
              ElementsAre(emitted{request, k_token}, emitted{request, k_other},
                          emitted{sighting, k_token}));
  find(occurrence(k_token));
  EXPECT_THAT(assemble(), ElementsAre(emitted{sighting, k_token}));
}

TEST_F(assembler_test, the_occurrence_that_names_a_registry_is_the_request) {
  find(occurrence(k_token), occurrence(k_token, k_corp), occurrence(k_token));
  EXPECT_THAT(assemble(), ElementsAre(emitted{request, k_token, k_corp},
                                      emitted{sighting, k_token, {}, 2}));
}

TEST_F(assembler_test, the_surest_occurrence_is_the_request) {
  // One request an identity and record, always.
  find(occurrence(k_token, {}, medium), occurrence(k_token, {}, high));
  EXPECT_THAT(assemble(), ElementsAre(emitted{request, k_token},
                                      emitted{sighting, k_token}));
  EXPECT_EQ(done_.emissions[0].token.found.confidence, high);
}

TEST_F(assembler_test, repeats_in_one_record_are_one_sighting_with_a_count) {
  find(occurrence(k_token));
  assemble();
  find(occurrence(k_token), occurrence(k_token), occurrence(k_token));
  find(occurrence(k_token));
  EXPECT_THAT(assemble(), ElementsAre(emitted{sighting, k_token, {}, 3},
                                      emitted{sighting, k_token}));
}

// As of keys of one object: their `id` would be the same.
TEST_F(assembler_test, one_place_is_told_once) {
  inspected_record& found =
      find(occurrence(k_token), occurrence(k_token), occurrence(k_token),
           occurrence(k_token, k_corp));
  for (leaked_token& one : found.tokens)
    one.where.line.reset();
  EXPECT_THAT(assemble(), ElementsAre(emitted{request, k_token, k_corp},
                                      emitted{sighting, k_token, {}, 3}));
  find(occurrence(k_other), occurrence(k_other)).tokens.back().where.line = 1;
  EXPECT_THAT(assemble(), ElementsAre(emitted{request, k_other}));
}

TEST_F(assembler_test, each_registry_has_its_sighting) {
  find(occurrence(k_token, k_corp));
  assemble();
  find(occurrence(k_token), occurrence(k_token, k_corp), occurrence(k_token));
  EXPECT_THAT(assemble(), ElementsAre(emitted{sighting, k_token, k_corp},
                                      emitted{sighting, k_token, {}, 2}));
}

TEST_F(assembler_test, a_sighting_has_the_place_of_its_first_occurrence) {
  find(occurrence(k_token));
  assemble();
  find(occurrence(k_token), occurrence(k_token));
  assemble();
  EXPECT_EQ(done_.emissions.at(0).token.where.line, 1U);
}

TEST_F(assembler_test, known_fakes_are_counted_and_nothing_else) {
  assembler_.emplace(
      assembler_options{.ignore = {fingerprint_of(secret(k_token))}},
      committed_);
  find(occurrence(k_token), occurrence(k_token, k_corp), occurrence(k_other));
  EXPECT_THAT(assemble(), ElementsAre(emitted{request, k_other}));
  EXPECT_EQ(done_.counts.ignored, 2U);
}

TEST_F(assembler_test, a_dead_letter_may_have_findings_and_may_have_none) {
  find(occurrence(k_token)).reason = dead_letter_reason::invalid_json;
  find().reason = dead_letter_reason::too_deep;
  EXPECT_THAT(assemble(), ElementsAre(emitted{request, k_token}));
  ASSERT_EQ(done_.dead_letters.size(), 2U);
  EXPECT_EQ(done_.dead_letters[0].index, 0U);
  EXPECT_EQ(done_.dead_letters[0].reason, dead_letter_reason::invalid_json);
  EXPECT_EQ(done_.dead_letters[1].index, 1U);
  EXPECT_EQ(done_.dead_letters[1].reason, dead_letter_reason::too_deep);
}

TEST_F(assembler_test, records_that_were_not_read_are_dead_letters) {
  find(occurrence(k_token));
  batch_.records.resize(3);
  batch_.unread_from = 1;
  EXPECT_THAT(assemble(), ElementsAre(emitted{request, k_token}));
  ASSERT_EQ(done_.dead_letters.size(), 2U);
  for (std::size_t i = 0; i < 2; ++i) {
    EXPECT_EQ(done_.dead_letters[i].index, i + 1);
    EXPECT_EQ(done_.dead_letters[i].reason, dead_letter_reason::decode_limit);
  }
}

TEST_F(assembler_test, a_new_epoch_requests_anew_what_was_not_committed) {
  find(occurrence(k_token));
  assemble();
  commit();
  find(occurrence(k_other), occurrence(k_token, k_corp));
  assemble();
  epoch_ = 2;
  find(occurrence(k_token), occurrence(k_other), occurrence(k_token, k_corp));
  EXPECT_THAT(assemble(), ElementsAre(emitted{request, k_token, k_corp},
                                      emitted{sighting, k_token},
                                      emitted{request, k_other}));
}

TEST_F(assembler_test, what_stands_on_the_request_topic_is_a_sighting) {
  published_requests published(std::chrono::hours(1), 10);
  assembler_.emplace(assembler_options{.window = std::chrono::hours(1),
                                       .published = &published,
                                       .ignore = {}},
                     committed_);
  published.add(identity_of(fingerprint_of(secret(k_token)), {}, high),
                published_requests::clock::now());
  find(occurrence(k_token), occurrence(k_token, k_corp), occurrence(k_other));
  EXPECT_THAT(assemble(), ElementsAre(emitted{request, k_token, k_corp},
                                      emitted{sighting, k_token},
                                      emitted{request, k_other}));
}

TEST_F(assembler_test, a_commit_that_nobody_told_of_is_not_requested_anew) {
  published_requests published(std::chrono::hours(1), 10);
  assembler_.emplace(assembler_options{.window = std::chrono::hours(1),
                                       .published = &published,
                                       .ignore = {}},
                     committed_);
  find(occurrence(k_token), occurrence(k_other));
  assemble();
  // Committed all the same, and read back from the topic.
  published.add(identity_of(fingerprint_of(secret(k_token)), {}, high),
                published_requests::clock::now());
  epoch_ = 2;
  find(occurrence(k_token), occurrence(k_other));
  EXPECT_THAT(assemble(), ElementsAre(emitted{sighting, k_token},
                                      emitted{request, k_other}));
}

TEST_F(assembler_test, within_an_epoch_nothing_is_requested_anew) {
  find(occurrence(k_token));
  assemble();
  find();
  assemble();
  find(occurrence(k_token));
  EXPECT_THAT(assemble(), ElementsAre(emitted{sighting, k_token}));
}

TEST_F(assembler_test, what_a_lost_epoch_repeated_stays_requested) {
  find(occurrence(k_token));
  assemble();
  commit();
  find(occurrence(k_token));
  assemble();
  for (epoch_ = 2; epoch_ < 5; ++epoch_) {
    find(occurrence(k_token));
    EXPECT_THAT(assemble(), ElementsAre(emitted{sighting, k_token}));
  }
}

TEST_F(assembler_test, a_batch_without_findings_emits_nothing) {
  batch_.records.resize(5);
  EXPECT_THAT(assemble(), IsEmpty());
  EXPECT_THAT(done_.dead_letters, IsEmpty());
}

class origin_test : public assembler_test {
 protected:
  /// The origin of a token found in `input_`.
  template <typename Origin>
  Origin origin() {
    find(occurrence(k_token));
    input_.source_name = &topic_;
    batch_.records[0] = input_;
    assemble();
    return std::get<Origin>(done_.emissions.at(0).origin);
  }

  record input_;
};

TEST_F(origin_test, of_a_kafka_record_is_its_coordinate) {
  input_.partition = 3;
  input_.offset = 81234;
  input_.timestamp_ms = 17;
  const auto found = origin<kafka_origin>();
  EXPECT_EQ(found.topic, topic_);
  EXPECT_EQ(found.partition, 3);
  EXPECT_EQ(found.offset, 81234);
  EXPECT_EQ(found.timestamp_ms, 17);
}

TEST_F(origin_test, of_an_event_in_a_file_is_its_number) {
  input_.partition = record::k_file;
  input_.offset = 12;
  const auto found = origin<file_origin>();
  EXPECT_EQ(found.file, topic_);
  EXPECT_EQ(found.record, 12U);
}

TEST_F(origin_test, of_plain_text_has_no_number) {
  input_.partition = record::k_file;
  input_.window = text_window{};
  EXPECT_EQ(origin<file_origin>().record, std::nullopt);
}

TEST_F(origin_test, of_an_event_that_is_read_in_pieces_is_its_number) {
  input_.partition = record::k_file;
  input_.window = text_window{};
  input_.too_large = true;
  input_.offset = 12;
  EXPECT_EQ(origin<file_origin>().record, 12U);
}

}  // namespace
}  // namespace tokensieve
