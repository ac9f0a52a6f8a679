#include "pipeline/file_source.h"

#include "pipeline/engine.h"
#include "tests/detectors/samples.h"
#include "tests/pipeline/temporary_folder.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>

#include <algorithm>
#include <fstream>
#include <optional>
#include <ostream>
#include <string>
#include <thread>
#include <utility>
#include <vector>

namespace tokensieve {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

constexpr std::size_t k_block = 256 << 10;
constexpr std::uint64_t k_max_event_bytes = 64 << 20;
constexpr std::size_t k_budget = 2 << 20;

struct place {
  std::string fingerprint;
  std::optional<std::uint64_t> record;
  std::uint64_t line = 0;
  std::uint64_t column = 0;

  auto operator<=>(const place&) const = default;
};

void PrintTo(const place& one, std::ostream* out) {
  *out << one.fingerprint.substr(0, 15) << " in "
       << (one.record ? std::to_string(*one.record) : "text") << ':' << one.line
       << ':' << one.column;
}

// Within a window those that name a registry come first.
std::vector<place> in_text_order(std::vector<place> found) {
  std::ranges::sort(found, {}, [](const place& one) {
    return std::pair(one.line, one.column);
  });
  return found;
}

std::string fingerprint(const std::string& token) {
  return fingerprint_of(secret(token)).to_string();
}

class collecting_sink final : public sink {
 public:
  explicit collecting_sink(const memory_units& units) : units_(units) {}

  void take(batch_ptr batch) override {
    most_in_use_ = std::max(most_in_use_, units_.in_use());
    EXPECT_GE(batch->units.bytes(), batch->counts.bytes);
    for (const dead_letter& letter : batch->dead_letters) {
      letters_.emplace_back(batch->records[letter.index].offset, letter.reason);
    }
    for (const emission& one : batch->emissions) {
      const auto& origin = std::get<file_origin>(one.origin);
      found_.push_back({one.token.found.fingerprint.to_string(), origin.record,
                        one.token.where.line.value_or(0),
                        one.token.where.column.value_or(0)});
    }
  }
  void finish() override {}

  std::vector<place> found_;
  std::vector<std::pair<std::int64_t, dead_letter_reason>> letters_;
  std::size_t most_in_use_ = 0;

 private:
  const memory_units& units_;
};

/// A text with tokens in it, and where a plain search finds them.
struct planted_text {
  std::string text;
  std::vector<place> expected;
};

std::string next_token(samples::generator& random, std::string& value) {
  if (random.chance(3)) {
    value = samples::uuid(random);
    return " //npm.corp.example/:_authToken=" + value + " ";
  }
  value = samples::granular(random);
  return " " + value + " ";
}

/// `size` bytes of words with a token each 8 KiB or so and one over each end
/// of a block; a line end in `line_end_one_in` bytes, or none.
planted_text plant(std::size_t size, std::size_t line_end_one_in,
                   unsigned seed) {
  samples::generator random(seed);
  planted_text made;
  std::vector<std::string> values;
  std::size_t next = random.below(8 << 10);
  while (made.text.size() < size) {
    const std::size_t to_end = k_block - made.text.size() % k_block;
    if (made.text.size() >= next || to_end == 20) {
      made.text += next_token(random, values.emplace_back());
      next = made.text.size() + random.below(16 << 10);
    } else if (line_end_one_in != 0 && random.chance(line_end_one_in)) {
      made.text += '\n';
    } else {
      made.text += random.chance(6) ? ' ' : samples::k_lower[random.below(26)];
    }
  }
  std::uint64_t line = 1;
  std::size_t line_begin = 0;
  std::size_t from = 0;
  for (const std::string& value : values) {
    const std::size_t at = made.text.find(value, from);
    for (; from < at; ++from) {
      if (made.text[from] != '\n') continue;
      ++line;
      line_begin = from + 1;
    }
    made.expected.push_back(
        {fingerprint(value), std::nullopt, line, at - line_begin + 1});
  }
  return made;
}

class file_source_test : public testing::Test {
 protected:
  void scan(std::vector<std::string> files,
            scan_input input = scan_input::automatic,
            std::uint64_t max_event_bytes = k_max_event_bytes) {
    file_source from(
        std::move(files), input, max_event_bytes, units_,
        [this](const std::string& file, const std::string& problem) {
          problems_.emplace_back(file, problem);
        });
    engine({.threads = 2, .assembling = {}}, signatures::compile(), committed_)
        .run(from, to_);
    unreadable_ = from.unreadable();
    bytes_read_ = from.bytes_read();
    EXPECT_EQ(units_.in_use(), 0U);
  }

  void scan_text(const std::string& content,
                 scan_input input = scan_input::automatic,
                 std::uint64_t max_event_bytes = k_max_event_bytes) {
    scan({folder_.write("input", content)}, input, max_event_bytes);
  }

  /// Through a pipe whose writer hands over pieces of odd sizes.
  void scan_pipe(const std::string& content, scan_input input,
                 std::uint64_t max_event_bytes = k_max_event_bytes) {
    const std::string pipe = folder_.path() + "/pipe";
    ASSERT_EQ(::mkfifo(pipe.c_str(), 0600), 0);
    std::jthread writer([&] {
      samples::generator random(11);
      std::ofstream out(pipe, std::ios::binary);
      for (std::size_t at = 0; at < content.size();) {
        const std::size_t size =
            std::min(1 + random.below(9000), content.size() - at);
        out.write(content.data() + at, static_cast<std::streamsize>(size));
        out.flush();
        at += size;
      }
    });
    scan({pipe}, input, max_event_bytes);
  }

  /// The numbers of the events that hold a token; 0 stands for plain text.
  [[nodiscard]] std::vector<std::uint64_t> records() const {
    std::vector<std::uint64_t> numbers;
    for (const place& one : to_.found_)
      numbers.push_back(one.record.value_or(0));
    return numbers;
  }

  std::string event() {
    return R"({"type":"build_log","text":"NPM_TOKEN=)" +
           samples::granular(random_) + R"("})";
  }

  const std::atomic<std::uint64_t> committed_{0};
  temporary_folder folder_;
  memory_units units_{k_budget};
  collecting_sink to_{units_};
  samples::generator random_{3};
  std::vector<std::pair<std::string, std::string>> problems_;
  std::uint64_t unreadable_ = 0;
  std::uint64_t bytes_read_ = 0;
};

TEST_F(file_source_test, each_token_of_a_text_is_found_once_at_its_place) {
  const planted_text made = plant(5 << 20, 80, 1);
  scan_text(made.text);
  EXPECT_EQ(in_text_order(to_.found_), made.expected);
  EXPECT_EQ(bytes_read_, made.text.size());
}

TEST_F(file_source_test, long_lines_do_not_matter) {
  const planted_text made = plant(5 << 20, 400'000, 2);
  scan_text(made.text);
  EXPECT_EQ(in_text_order(to_.found_), made.expected);
}

TEST_F(file_source_test, a_line_over_the_limit_is_read_in_pieces) {
  for (const unsigned seed : {3U, 4U, 5U}) {
    const planted_text made = plant(3 << 20, 0, seed);
    to_.found_.clear();
    scan_text(made.text, scan_input::text, 100'000);
    EXPECT_EQ(in_text_order(to_.found_), made.expected) << "seed " << seed;
  }
}

TEST_F(file_source_test, a_pipe_of_odd_pieces_gives_what_the_file_gives) {
  const planted_text made = plant(2 << 20, 120, 6);
  scan_pipe(made.text, scan_input::automatic);
  EXPECT_EQ(in_text_order(to_.found_), made.expected);
}

TEST_F(file_source_test, a_long_line_may_come_through_a_pipe) {
  const planted_text made = plant(2 << 20, 0, 7);
  scan_pipe(made.text, scan_input::text, 100'000);
  EXPECT_EQ(in_text_order(to_.found_), made.expected);
}

TEST_F(file_source_test, what_is_in_flight_stays_within_the_units) {
  scan_text(plant(8 << 20, 80, 8).text);
  EXPECT_GT(to_.most_in_use_, 0U);
  EXPECT_LE(to_.most_in_use_, k_budget);
}

TEST_F(file_source_test, events_are_numbered_and_blank_lines_are_none) {
  std::string text;
  std::vector<place> expected;
  const std::string before = R"({"type":"build_log","text":"a\nb )";
  for (std::uint64_t number = 1; number <= 9000; ++number) {
    if (number % 7 == 0) text += number % 2 == 0 ? "\n" : " \r\n";
    if (number % 13 != 0) {
      text += R"({"type":"build_log","text":"npm ci, )" +
              std::string(random_.below(300), 'x') + "\"}\n";
      continue;
    }
    const std::string token = samples::granular(random_);
    text += before + token + "\"}\n";
    expected.push_back({fingerprint(token), number, 2, 3});
  }
  ASSERT_GT(text.size(), 4 * k_block);
  scan_text(text);
  EXPECT_EQ(to_.found_, expected);
  EXPECT_THAT(to_.letters_, IsEmpty());
}

TEST_F(file_source_test, the_last_event_needs_no_line_end) {
  scan_text(event() + "\n" + event());
  EXPECT_THAT(records(), ElementsAre(1, 2));
}

TEST_F(file_source_test, an_event_over_the_limit_is_one_dead_letter) {
  std::string long_event = event();
  long_event.insert(
      long_event.size() - 2,
      std::string(3 * k_block, 'x') + " " + samples::granular(random_) + " ");
  scan_text(event() + "\n" + long_event + "\n" + event() + "\n" + event(),
            scan_input::events, 50'000);
  EXPECT_THAT(records(), ElementsAre(1, 2, 2, 3, 4));
  EXPECT_THAT(to_.letters_,
              ElementsAre(std::pair(2, dead_letter_reason::too_large)));
}

TEST_F(file_source_test, events_behind_one_over_the_limit_keep_their_number) {
  std::string text;
  for (int i = 0; i < 20; ++i) {
    text += event() + "\n";
    text += R"({"type":"build_log","text":")" +
            std::string(random_.below(2 * k_block) + 60'000, 'x') + "\"}\n";
    text += event() + "\n";
  }
  scan_text(text, scan_input::events, 50'000);
  std::vector<std::uint64_t> expected;
  for (std::uint64_t i = 0; i < 20; ++i) {
    expected.push_back(3 * i + 1);
    expected.push_back(3 * i + 3);
  }
  EXPECT_EQ(records(), expected);
  EXPECT_EQ(to_.letters_.size(), 20U);
}

TEST_F(file_source_test, a_file_of_json_lines_is_read_as_events) {
  const std::string second = event();
  for (const std::string_view before : {"", "\xEF\xBB\xBF", "  "}) {
    for (const std::string_view line_end : {"\n", "\r\n"}) {
      to_.found_.clear();
      std::string text(before);
      text += R"({"type":"build_log","text":"first"})";
      text += line_end;
      scan_text(text.append(second).append(line_end));
      EXPECT_THAT(records(), ElementsAre(2)) << testing::PrintToString(text);
    }
  }
}

TEST_F(file_source_test, an_event_of_a_wrong_shape_is_an_event_all_the_same) {
  scan_text("{\"type\":\"build_log\"}\n" + event() + "\n");
  EXPECT_THAT(records(), ElementsAre(2));
  EXPECT_THAT(to_.letters_,
              ElementsAre(std::pair(1, dead_letter_reason::not_an_event)));
}

TEST_F(file_source_test, everything_else_is_read_as_text) {
  const std::string token = samples::granular(random_);
  for (const std::string_view before :
       {"npm ci\n", "{\n  \"token\":\n", "[Pipeline] sh\n", "{\"cut\": \n",
        "\n", "\xEF\xBB\xBFnpm ci\n"}) {
    to_.found_.clear();
    scan_text(std::string(before) + " \"" + token + "\"\n}\n");
    const auto line =
        static_cast<std::uint64_t>(std::ranges::count(before, '\n') + 1);
    EXPECT_THAT(to_.found_, ElementsAre(place{fingerprint(token), {}, line, 3}))
        << before;
    EXPECT_THAT(to_.letters_, IsEmpty());
  }
}

TEST_F(file_source_test, each_file_is_told_apart_for_itself) {
  scan({folder_.write("a", event() + "\n"),
        folder_.write("b", "x " + samples::granular(random_) + "\n"),
        folder_.write("c", event() + "\n" + event() + "\n")});
  EXPECT_THAT(records(), ElementsAre(1, 0, 1, 2));
}

TEST_F(file_source_test, places_do_not_go_on_from_file_to_file) {
  const std::string token = samples::granular(random_);
  scan({folder_.write("a", "first\nfile, without an end"),
        folder_.write("b", "x " + token)});
  EXPECT_THAT(to_.found_, ElementsAre(place{fingerprint(token), {}, 1, 3}));
}

TEST_F(file_source_test, an_empty_file_is_no_problem) {
  scan_text("");
  EXPECT_THAT(to_.found_, IsEmpty());
  EXPECT_EQ(unreadable_, 0U);
}

TEST_F(file_source_test, inputs_that_cannot_be_read_are_told_and_left_out) {
  const std::string missing = folder_.path() + "/missing";
  scan({missing, folder_.path(), folder_.write("a", event() + "\n")});
  ASSERT_EQ(problems_.size(), 2U);
  EXPECT_EQ(problems_[0].first, missing);
  EXPECT_EQ(problems_[0].second, "No such file or directory");
  EXPECT_EQ(problems_[1].first, folder_.path());
  EXPECT_THAT(problems_[1].second, testing::StartsWith("is a directory"));
  EXPECT_EQ(unreadable_, 2U);
  EXPECT_THAT(records(), ElementsAre(1));
}

}  // namespace
}  // namespace tokensieve
